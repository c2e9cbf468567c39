"""What nobody expected: one sentence with a reference for whoever ran the verb, the details in a log for whoever mends
it.

The log holds what kind of error it was and the places in the program it passed through. It never holds what an error
says, nor any value: those may be a person’s name, an account number or the parameters of a statement. It is the owner’s
alone to read, and small: the oldest of it goes as more comes.
"""

import errno
import logging
import os
import platform
import re
import secrets
import sys
import time
import traceback
from collections.abc import Iterator
from importlib.metadata import version
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from finance.problems import Refusal

LOG = "OUTTURN_LOG"  # in the environment: where the log is to be, in place of the usual
LARGEST, KEPT = 1_000_000, 3  # bytes of one log, and how many older ones beside it
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another when read out
_SQLSTATE = re.compile("[0-9A-Z]{5}")
_MOST_PLACES = 60
_ROOT = Path(__file__).parents[3]


class Unexpected(Refusal):
    """Something Outturn did not expect. ``reference`` is what its details are kept under."""

    def __init__(self, reference: str, kept: bool) -> None:
        lost = "" if kept else " Its details could not be written to the log."
        super().__init__(
            (
                f"Something went wrong that Outturn did not expect (reference {reference}). Nothing was changed by "
                f"this "
                f"step.{lost}"
            ),
            "Send this reference to whoever looks after Outturn.",
        )
        self.reference = reference


def unexpected(error: BaseException, during: str) -> Unexpected:
    """Keep the details of an error, and give what a person is told. ``during``: a verb or a job, by name."""
    reference = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
    try:
        _write(f"reference {reference} during {during}\n{details(error)}")
    except OSError:
        return Unexpected(reference, False)
    return Unexpected(reference, True)


def log_file() -> Path:
    """Where the log is: what ``OUTTURN_LOG`` names, or where this system keeps such things of one user. Raises OSError
    where there is no such place."""
    named = os.environ.get(LOG)
    if named:
        return Path(named)
    try:
        return _usual_place()
    except RuntimeError as error:  # nobody’s home is known here
        raise FileNotFoundError(errno.ENOENT, "no home") from error


def _usual_place() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Outturn" / "outturn.log"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Logs" / "Outturn" / "outturn.log"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "outturn" / "outturn.log"


def details(error: BaseException) -> str:
    """The kinds of error, innermost cause last, each with the places it passed through: no words and no values
    of it.
    """
    return "\n".join(line for each in _chain(error) for line in _of_one(each))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or now.__context__


def _of_one(error: BaseException) -> Iterator[str]:
    kind = type(error)
    state = getattr(error, "sqlstate", None)
    said = f" SQLSTATE {state}" if isinstance(state, str) and _SQLSTATE.fullmatch(state) else ""
    yield f"  {kind.__module__}.{kind.__qualname__}{said}"
    places = traceback.extract_tb(error.__traceback__)
    for place in places[-_MOST_PLACES:]:
        yield f"    {_short(place.filename)}:{place.lineno} {place.name}"


def _short(filename: str) -> str:
    """A file of the program or of a library, without whose home it is in."""
    path = Path(filename)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-3:])


class _OwnersLog(RotatingFileHandler):
    """A log that only its owner reads."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # the library’s own name for it
        failed = sys.exc_info()[1]
        if failed is not None:
            raise failed


def _write(words: str) -> None:
    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = _OwnersLog(path, maxBytes=LARGEST, backupCount=KEPT, delay=True)
    form = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    form.converter = time.gmtime
    log.setFormatter(form)
    about = f"outturn {version('outturn')} python {platform.python_version()}"
    try:
        log.emit(logging.LogRecord("outturn", logging.ERROR, "", 0, f"{about} {words}", (), None))
    finally:
        log.close()


class LogHandler(logging.Handler):
    """What libraries would say on the screen goes to the log instead, in the same few words: kind and place."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            error = record.exc_info[1] if record.exc_info else None
            _write(
                f"{record.levelname} of {record.name} at {_short(record.pathname)}:{record.lineno}\n"
                f"{details(error) if error else ''}"
            )
        except OSError:
            return


def keep_quiet() -> None:
    """Let nothing a library logs or warns of reach the screen."""
    root = logging.getLogger()
    if not any(isinstance(each, LogHandler) for each in root.handlers):
        root.addHandler(LogHandler(logging.WARNING))
    logging.captureWarnings(True)
