"""Every reader of files from outside, called in this process: given a file it answers, or refuses with its problems."""

import datetime as dt
import functools
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, make_url, text

from finance.assessment import assess, default_policy
from finance.parameters import read_parameters
from finance.problems import BadParameters, Problem, Refusal
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.files.inbound.bank_statement import load_bank_statement, read_statement
from interfaces.files.inbound.circumstances_json import CircumstancesRefused, Unread, read_file
from interfaces.files.inbound.council_file import read_council
from interfaces.files.inbound.door.arriving import Arrival
from interfaces.files.inbound.door.loading import load_file, load_folder
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.opening import UnusableFile, read_bytes
from interfaces.files.inbound.readers.opening import read_text as opened
from interfaces.files.inbound.readers.reading import extract_named, read_text
from interfaces.scenarios.reading import read_scenario
from ledgers.coding.checks import faults
from ledgers.coding.jobs import BadCoding, load_coding_file
from ledgers.coding.reading import read_csv, read_toml
from payruns.cost import CostRefused, read_options
from tests.simulation.doors import QuickDatabase, without_log

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
GOOD, TEMPLATES = HERE.parent / "files" / "good", HERE.parents[1] / "docs" / "templates"
AT = dt.datetime(2026, 5, 4, 9)

Answer = Sequence[Problem] | None  # None where it was taken


@dataclass(frozen=True)
class Reader:
    """One reader. ``read`` is handed a file and gives its problems; what else it raises is a failure of ours."""

    name: str
    corpus: Callable[[], Sequence[Path]]
    read: Callable[[Path], Answer]
    one_in: int = 1
    """It is fed one of so many: loading into a database takes longer than reading."""


def form_of(path: Path) -> str:
    """How a file is written: csv, toml, json or xlsx."""
    return path.suffix.removeprefix(".").casefold()


def _kept(name: str) -> Callable[[], Sequence[Path]]:
    return lambda: sorted(each for each in (CORPUS / name).iterdir() if each.is_file())


def _extracts() -> Sequence[Path]:
    return sorted(each for each in (*GOOD.glob("*.csv"), *TEMPLATES.rglob("*.csv")) if extract_named(each))


def _refusal(error: Refusal) -> Sequence[Problem]:
    return tuple(getattr(error, "problems", ())) or (Problem("the file", error.what, error.what_to_do),)


# The readers ----------------------------------------------------------------------------------------------------------


def _extract(path: Path) -> Answer:
    """The rows of an extract and all that can be checked without a database."""
    extract = extract_named(Path(path.name.split("~")[-1]))
    assert extract is not None
    arrival = Arrival(read_text(path, extract), on=AT.date())
    problems = arrival.text.faults.problems()
    assert arrival.text.faults.count == 0 or problems
    return problems or None


def _circumstances(path: Path) -> Answer:
    problems: list[Problem] = []
    try:
        people = read_file(path)
    except CircumstancesRefused as refused:
        return _refusal(refused)
    for each in people:
        if isinstance(each, Unread):
            problems += each.why.problems
            continue
        try:
            assess(each.circumstances, each.on or AT.date(), _policy())
        except Refusal as refused:
            problems += _refusal(refused)
    return problems or None


@functools.cache
def _policy() -> Any:
    return default_policy()


def _costing(path: Path) -> Answer:
    try:
        read_options(opened(path), path.name)
    except UnusableFile as refused:
        return [Problem(f"{path.name} {refused.where}".strip(), refused.what, refused.what_to_do)]
    except CostRefused as refused:
        return refused.problems
    return None


def _scenario(path: Path) -> Answer:
    return _refused_by(lambda: read_scenario(path))


def _council(path: Path) -> Answer:
    return _refused_by(lambda: read_council(path))


def _statement(path: Path) -> Answer:
    return _refused_by(lambda: read_statement(path))


def _refused_by(work: Callable[[], object]) -> Answer:
    try:
        work()
    except Refusal as refused:
        return _refusal(refused)
    return None


def _coding(path: Path) -> Answer:
    try:
        words = opened(path)
    except UnusableFile as refused:
        return [Problem(path.name, refused.what, refused.what_to_do)]
    rules, problems = (read_toml if form_of(path) == "toml" else read_csv)(words, path.name)
    return problems or faults([each for each in rules if each.starts]) or None


def _figures(path: Path) -> Answer:
    try:
        read_parameters(opened(path), path.name)
    except UnusableFile as refused:
        return [Problem(path.name, refused.what, refused.what_to_do)]
    except BadParameters as refused:
        return _refusal(refused)
    return None


# With a database ------------------------------------------------------------------------------------------------------


@functools.cache
def _database() -> Database:
    """A council whose facts are the good files, made once for the process."""
    folder = Path(tempfile.mkdtemp(prefix="outturn-fuzz-"))
    url = make_url(f"sqlite:///{folder / 'fuzz.db'}")
    made = Database(url)
    migrate(made)
    made.close()
    without_log(url)
    database = QuickDatabase(url)
    for each in load_folder(database, GOOD, by="Fuzz", at=AT):
        assert each.loaded, each
    return database


def digest(database: Database) -> str:
    """All that a database holds, as one hash."""
    made = hashlib.sha256()
    with database.begin() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            made.update(table.encode())
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                made.update(repr(tuple(row)).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


_held: dict[str, str] = {}


def _unchanged(database: Database, work: Callable[[], Answer]) -> Answer:
    """A refusal leaves all as it was. SQLite itself says whether anybody has written; only then is all of it read."""
    watcher = sqlite3.connect(str(database.url.database))
    try:
        (version,) = watcher.execute("PRAGMA data_version").fetchone()
        before = _held.get("digest") or digest(database)
        problems = work()
        written = watcher.execute("PRAGMA data_version").fetchone() != (version,)
    finally:
        watcher.close()
    _held["digest"] = digest(database) if written else before
    assert not problems or _held["digest"] == before, "refused, and yet the database is another"
    return problems


def _load(path: Path) -> Answer:
    extract = extract_named(Path(path.name.split("~")[-1]))
    assert extract is not None

    def work() -> Answer:
        try:
            done = load_file(_database(), path, by="Fuzz", at=AT, kind=extract.name)
        except Refusal as refused:
            return _refusal(refused)
        return None if done.loaded else done.problems

    return _unchanged(_database(), work)


def _load_quarantine(path: Path) -> Answer:
    """Bad rows set aside: a row loads whole or is set aside whole, and a file refused even so leaves nothing."""
    extract = extract_named(Path(path.name.split("~")[-1]))
    assert extract is not None
    done = load_file(_database(), path, by="Fuzz", at=AT, kind=extract.name, quarantine=True)
    assert (
        not done.loaded or done.rows == done.new + done.changed + done.unchanged + done.cancelled + done.quarantined
    ), done
    return done.problems or None


def _load_statement(path: Path) -> Answer:
    return _unchanged(
        _database(), lambda: _refused_by(lambda: load_bank_statement(_database(), path, by="Fuzz", at=AT))
    )


def _load_coding(path: Path) -> Answer:
    def work() -> Answer:
        try:
            content = read_bytes(path)
            with _database().begin() as connection:
                load_coding_file(connection, path.name, content, "Fuzz", AT)
        except UnusableFile as refused:
            return [Problem(path.name, refused.what, refused.what_to_do)]
        except BadCoding as refused:
            return refused.problems
        return None

    return _unchanged(_database(), work)


READERS: dict[str, Reader] = {
    each.name: each
    for each in (
        Reader("extract", _extracts, _extract),
        Reader("workbook", _kept("workbook"), _extract),
        Reader("circumstances", _kept("circumstances"), _circumstances),
        Reader("costing", _kept("costing"), _costing),
        Reader("scenario", _kept("scenario"), _scenario),
        Reader("council", _kept("council"), _council),
        Reader("coding", _kept("coding"), _coding),
        Reader("statement", _kept("statement"), _statement),
        Reader("figures", _kept("figures"), _figures),
        Reader("load", _extracts, _load, 5),
        Reader("quarantine", _extracts, _load_quarantine, 5),
        Reader("load-statement", _kept("statement"), _load_statement, 5),
        Reader("load-coding", _kept("coding"), _load_coding, 5),
    )
}
assert EXTRACTS
