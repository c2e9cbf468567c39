"""``outturn``, the one console command. Its verbs are the product’s verbs; the screens and the API share them."""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import typer
from typer._click.exceptions import NoArgsIsHelpError

from interfaces.cli.frame.contents import for_line
from interfaces.cli.frame.misuse import MISUSED, said

BROKEN = 3  # something unexpected, with a reference
STOPPED = 130  # by Ctrl-C
NOBODY_READS = 141  # what the answer was handed to has stopped reading


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line. Returns 0 when it was done, 1 when it was refused, 2 when it was not understood, 3
    when something unexpected broke it off: never an error.
    """
    arguments = list(arguments)
    try:
        return _carried_out(arguments)
    except BrokenPipeError:
        return NOBODY_READS
    except KeyboardInterrupt:
        return _tell(arguments, "Stopped", STOPPED, *_BY_HAND)
    except Exception as error:
        from interfaces.cli.frame.desk import AnswerLost
        from interfaces.cli.frame.trouble import unexpected

        if isinstance(error, AnswerLost):
            return _complain(BROKEN, error.what, error.what_to_do)
        told = unexpected(error, _verb(arguments))
        return _tell(arguments, "Unexpected", BROKEN, told.what, told.what_to_do, told.reference)


_BY_HAND = ("Stopped, as you asked.", "What was done before stands; run it again to go on.")


_UNSPELLED = re.compile("[\x00\ud800-\udfff]")  # what Python makes of bytes that are no letters


def _carried_out(arguments: list[str]) -> int:
    strange = next((each for each in arguments if _UNSPELLED.search(each)), None)
    if strange is not None:
        wanted = "Use a terminal in UTF-8 (LANG=C.UTF-8), and names in UTF-8."
        return _tell(arguments, "Usage", MISUSED, f"“{strange}” holds bytes that are no letters here.", wanted)
    try:
        command = typer.main.get_command(for_line(arguments))
        return int(command.main(arguments, prog_name="outturn", standalone_mode=False) or 0)
    except SystemExit as ended:
        broken = isinstance(ended.__context__, BrokenPipeError)
        return NOBODY_READS if broken else int(ended.code or 0)
    except NoArgsIsHelpError as error:
        error.show()
        return MISUSED
    except typer.TyperException as error:
        return _tell(arguments, "Usage", MISUSED, *said(error))
    except typer.Abort as error:
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            return _tell(arguments, "Stopped", STOPPED, *_BY_HAND)
        return 1


def _tell(
    arguments: Sequence[str], kind: str, code: int, what: str, what_to_do: str, reference: str | None = None
) -> int:
    """Say why the line was not carried out, to a person or a machine. Returns the exit code."""
    from interfaces.cli.frame import printing

    about = {} if reference is None else {"reference": reference}
    try:
        if "--json" in arguments:
            made = {"kind": kind, "what": what, "what_to_do": what_to_do, "problems": [], **about}
            printing.as_json({"error": made})
            return code
    except OSError:  # nobody is there to be told
        return code
    return _complain(code, what, what_to_do)


def _complain(code: int, what: str, what_to_do: str) -> int:
    """Say it to a person, on standard error. Returns the exit code."""
    from interfaces.cli.frame import printing

    with suppress(OSError):  # nobody is there to be told
        printing.complain(f"{what} {what_to_do}")
    return code


def _verb(arguments: Sequence[str]) -> str:
    """The verb of a line, without what it was given: that may be a name."""
    from interfaces.cli.frame.contents import listed

    known = {each.name for each in listed() or ()}
    return arguments[0] if arguments and arguments[0] in known else "no verb"


def main() -> None:
    """The console script."""
    _ready_to_speak()
    code = run(sys.argv[1:])
    sys.exit(_spoken(code))


def _ready_to_speak() -> None:
    """Make sure there is somewhere to speak to, and that no letter the terminal lacks can stop a sentence."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed before we began
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  # open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    from interfaces.cli.frame.trouble import keep_quiet

    keep_quiet()


def _spoken(code: int) -> int:
    """Send what is still to be said; what cannot be sent is let go of without a word from the interpreter."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            code = NOBODY_READS if isinstance(error, BrokenPipeError) else code or BROKEN
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return code
