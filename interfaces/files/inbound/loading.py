"""The inbound door: extracts become facts. A file loads whole or not at all, unless its bad rows are to be set aside.

Loading the same file twice changes nothing. All that a file tells us is one change, recorded in one transaction.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import adbc_driver_manager
import numpy as np
import pyarrow as pa

from finance import store
from finance.columns import Bulk
from finance.problems import Problem, Refusal
from finance.store import Change
from interfaces.database.connection import Database
from interfaces.files.inbound.believing import Standing, check_endings, compare, end, write
from interfaces.files.inbound.checks import Columns, check_rows
from interfaces.files.inbound.layouts import EXTRACTS, Extract, waits_for
from interfaces.files.inbound.linking import check_apart, content
from interfaces.files.inbound.parsing import parse
from interfaces.files.inbound.reading import Text, extract_named, read_text, text_of
from interfaces.files.inbound.rows import Progress


class FactsRefused(Refusal):
    """Rows given by a program have faults. Nothing was recorded. ``problems`` lists them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = " ".join(str(problem) for problem in problems[:3])
        super().__init__(f"{len(problems)} problems: {first}", "Correct them and record the facts again.")
        self.problems = tuple(problems)


class NoSuchFolder(Refusal):
    """A folder to load from that is not there."""


class NobodyTold(Refusal):
    """Facts are recorded with the name of whoever tells them; none was given."""


class RecordedAtOnce(Refusal):
    """Somebody else was recording at the same time, and was first."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of one extract. ``change`` is None when it told us nothing new, or was refused."""

    file: str
    extract: str
    loaded: bool
    change: int | None = None
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    cancelled: int = 0
    quarantined: int = 0
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    left_for_last: int = 0

    def as_json(self) -> dict[str, object]:
        """The same, for machines."""
        values: dict[str, object] = {
            name: getattr(self, name)
            for name in ("file", "extract", "loaded", "change", "rows", "new", "changed", "unchanged", "cancelled",
                         "quarantined", "problem_count")
        }  # fmt: skip
        values["problems"] = [
            {"where": each.where, "what": each.what, "what_to_do": each.what_to_do} for each in self.problems
        ]
        return values

    def __str__(self) -> str:
        if not self.loaded:
            return f"{self.file}: not loaded, {_several(self.problem_count, 'problem')}"
        parts = [f"{getattr(self, name):,} {name}" for name in ("new", "changed", "unchanged", "cancelled")]
        aside = f", {self.quarantined:,} set aside" if self.quarantined else ""
        return f"{self.file}: {', '.join(parts)}{aside}"


def load_file(
    database: Database,
    path: Path | str,
    *,
    by: str,
    at: dt.datetime,
    kind: str | None = None,
    sheet: str | None = None,
    quarantine: bool = False,
    progress: Progress | None = None,
) -> Loaded:
    """Load one extract. The file's name says which it is, unless ``kind`` does.

    ``by`` and ``at`` (UTC) are recorded with the change. With ``quarantine`` good rows load and bad ones are set aside;
    without it any fault refuses the whole file. Raises NobodyTold when ``by`` is blank, and RecordedAtOnce when somebody
    else was first.
    """
    return _load(database, Path(path), by, at, kind, sheet, quarantine, progress, patient=False)


def load_folder(
    database: Database,
    folder: Path | str,
    *,
    by: str,
    at: dt.datetime,
    quarantine: bool = False,
    progress: Progress | None = None,
) -> list[Loaded]:
    """Load every extract in a folder, in the order they depend on each other; each file is a change of its own.

    A file waits, untried, when one it depends on was refused. A cancelled row that others still lean on is left to the
    end of the folder, so that those others can be cancelled first.
    """
    if not Path(folder).is_dir():
        raise NoSuchFolder(f"There is no folder {folder}.", "Check the name.")
    order = list(EXTRACTS)
    present = [path for path in sorted(Path(folder).iterdir()) if path.is_file() and path.name[0] not in ".~"]
    named = [(extract_named(path), path) for path in present]
    files = sorted(
        ((extract, path) for extract, path in named if extract), key=lambda each: (order.index(each[0].name), each[1])
    )
    strange = [_not_an_extract(path) for extract, path in named if not extract and path.suffix in (".csv", ".xlsx")]
    refused: set[str] = set()
    done: dict[Path, Loaded] = {}
    for extract, path in files:
        missing = sorted(waits_for(extract) & refused)
        if missing:
            done[path] = _waiting(path, extract, missing)
        else:
            done[path] = _load(database, path, by, at, extract.name, None, quarantine, progress, patient=True)
        if not done[path].loaded:
            refused.add(extract.name)
    for extract, path in reversed(files):
        if done[path].left_for_last:
            again = _load(database, path, by, at, extract.name, None, quarantine, progress, patient=False)
            done[path] = _together(done[path], again)
    return [*done.values(), *strange]


def record_facts(
    database: Database,
    facts: Mapping[str, Iterable[Mapping[str, object]]],
    *,
    by: str,
    at: dt.datetime,
    source: str,
    quarantine: bool = False,
) -> dict[str, Loaded]:
    """Record rows a program holds, in the form of the files, through the same checks: all as one change.

    ``facts``: extract name to rows (column name to text, number, date or None; a column left out is empty). Raises
    FactsRefused, having recorded nothing, when there is any fault and ``quarantine`` is not asked for.
    """
    strange = [name for name in facts if name not in EXTRACTS]
    if strange:
        raise FactsRefused([Problem(source, f"there is no extract called {strange[0]}.", _EXTRACTS_ARE)])
    arrivals = [
        _Arrival(text_of(EXTRACTS[name], facts[name], source)) for name in EXTRACTS if name in facts
    ]  # fmt: skip
    what = f"{', '.join(each.name for each in arrivals)}"
    return _record(database, arrivals, Change(at, by, what, source), quarantine)


_EXTRACTS_ARE = f"The extracts are {', '.join(EXTRACTS)}."


class _Arrival:
    """One extract on its way in."""

    def __init__(self, text: Text, patient: bool = False) -> None:
        self.text = text
        self.patient = patient
        self.values: Columns = {}
        self.standing: Standing | None = None
        self.left = 0
        if text.count:
            self.values = parse(text)
            check_rows(text, self.values)

    @property
    def name(self) -> str:
        return self.text.extract.name

    def meet(self, bulk: Bulk, by: str) -> None:
        """Every check that needs what is believed."""
        if not self.text.count:
            return
        found = content(bulk, self.text, self.values, by)
        self.standing = compare(bulk, self.text, found, self.values)
        bad = -1
        while bad != self.text.faults.bad.sum():  # a row set aside leaves its old version standing: look again
            bad = int(self.text.faults.bad.sum())
            check_apart(bulk, self.text, found, self.values)

    def add(self, bulk: Bulk, learned: int) -> None:
        if self.standing:
            write(bulk, self.text, self.standing, self.values[self.text.extract.ref.name], learned)

    def end(self, bulk: Bulk, learned: int) -> None:
        """Cancel what may be cancelled. A patient file leaves what others lean on for later."""
        if not self.standing:
            return
        faults = self.text.faults
        trial = replace(self.text, faults=faults.copy())
        check_endings(bulk, trial, self.standing)
        blocked = trial.faults.bad & ~faults.bad
        if self.patient and blocked.any():
            self.left = int(blocked.sum())
            self.standing.cancelled &= ~blocked
            self.standing.same |= blocked
        else:
            self.text = trial
        end(bulk, self.text, self.standing, learned)

    def outcome(self, learned: int | None, refused: bool, quarantined: int) -> Loaded:
        faults, count = self.text.faults, self.text.count
        good = ~faults.bad
        result = Loaded(
            faults.name, self.name, not refused, rows=count, problems=faults.problems(), problem_count=faults.count
        )
        if refused or self.standing is None:
            return result
        new, changed, ended = (
            int(rows.sum())
            for rows in (self.standing.new(good), self.standing.changed(good), self.standing.ended(good))
        )
        unchanged = int(good.sum()) - new - changed - ended - self.left
        return replace(
            result, change=learned, new=new, changed=changed, unchanged=unchanged, cancelled=ended,
            quarantined=quarantined, left_for_last=self.left,
        )  # fmt: skip


def _load(
    database: Database,
    path: Path,
    by: str,
    at: dt.datetime,
    kind: str | None,
    sheet: str | None,
    quarantine: bool,
    progress: Progress | None,
    *,
    patient: bool,
) -> Loaded:
    extract = EXTRACTS.get(kind) if kind else extract_named(path)
    if extract is None:
        return _not_an_extract(path)
    say = progress or (lambda _what, _done, _whole: None)
    text = read_text(path, extract, sheet, progress)
    say("checking", 0, text.count)
    arrival = _Arrival(text, patient)
    sha256 = _sha256(path) if path.is_file() else None
    say("recording", 0, text.count)
    change = Change(at, by, f"{extract.name} extract", path.name, sha256)
    try:
        loaded = _record(database, [arrival], change, quarantine)[extract.name]
    except FactsRefused:
        loaded = arrival.outcome(None, True, 0)
    say("recording", text.count, text.count)
    return loaded


class _LeaveAsItWas(Exception):
    """Nothing is to be kept of this transaction."""


def _record(database: Database, arrivals: list[_Arrival], change: Change, quarantine: bool) -> dict[str, Loaded]:
    """Check and write extracts as one change. Raises FactsRefused when there are faults that may not be set aside."""
    if not change.by.strip():
        raise NobodyTold("Nobody is named as telling these facts.", "Give the name of the person who loads them.")
    aside: dict[str, int] = {}
    learned: int | None = None
    refused = False
    try:
        with _transaction(database) as bulk:
            learned = store.record_change(bulk, change)
            for arrival in arrivals:
                arrival.meet(bulk, change.by)
                refused |= _refused(arrival, quarantine)
                if not refused:
                    arrival.add(bulk, learned)
            for arrival in reversed(arrivals):
                arrival.end(bulk, learned)
                refused |= _refused(arrival, quarantine)
            if refused:
                raise _LeaveAsItWas
            aside = {each.name: _put_aside(bulk, each.text, learned) for each in arrivals}
            if not any(aside.values()) and not any(_tells_something(each) for each in arrivals):
                learned = None
                raise _LeaveAsItWas
    except _LeaveAsItWas:
        if refused:
            raise FactsRefused([problem for each in arrivals for problem in each.text.faults.problems()]) from None
    return {
        each.name: each.outcome(learned, False, int(each.text.faults.bad.sum()) if each.standing else 0)
        for each in arrivals
    }


def _refused(arrival: _Arrival, quarantine: bool) -> bool:
    faults = arrival.text.faults
    return bool(faults.whole) or (not quarantine and bool(faults.bad.any()))


def _tells_something(arrival: _Arrival) -> bool:
    good = ~arrival.text.faults.bad
    standing = arrival.standing
    return standing is not None and bool(
        (standing.new(good) | standing.changed(good) | standing.ended(good)).any()
    )  # fmt: skip


def _put_aside(bulk: Bulk, text: Text, learned: int) -> int:
    """Set the bad rows aside, once: a row already there with the same faults is not added again."""
    bad = np.flatnonzero(text.faults.bad)
    if not len(bad):
        return 0
    known = {tuple(row.values()) for row in store.already_set_aside(bulk, text.extract.name).to_pylist()}
    content = pa.table(text.columns).take(pa.array(bad)).to_pylist()
    at = {int(row): place for place, row in enumerate(bad)}
    rows = []
    for row, what, what_to_do in text.faults.by_row():
        given = {key: value for key, value in content[at[row]].items() if value is not None}
        written = json.dumps(given, ensure_ascii=False)
        if (int(text.lines[row]), written, what) not in known:
            rows.append({
                "extract": text.extract.name, "source_row": int(text.lines[row]),
                "ref": given.get(text.extract.ref.name), "content": written, "what": what, "what_to_do": what_to_do,
            })  # fmt: skip
    store.put_aside(bulk, learned, rows)
    return len(rows)


@contextmanager
def _transaction(database: Database) -> Iterator[Bulk]:
    """A transaction whose clash with somebody else's is refused in plain words."""
    try:
        with database.bulk() as bulk:
            yield bulk
    except adbc_driver_manager.Error as error:
        clash = (error.sqlstate or "")[:2] in ("23", "40", "55") or "locked" in str(error) or "UNIQUE" in str(error)
        if not clash:
            raise
        raise RecordedAtOnce(
            "Somebody else was recording facts at the same time, and was first.", "Nothing was loaded. Try again."
        ) from error


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def _not_an_extract(path: Path) -> Loaded:
    problem = Problem(path.name, "is not named after an extract.", f"Rename it or say which it is. {_EXTRACTS_ARE}")
    return Loaded(path.name, "", False, problems=(problem,), problem_count=1)


def _waiting(path: Path, extract: Extract, missing: list[str]) -> Loaded:
    what = f"was not tried, because it depends on {' and '.join(missing)}, which did not load."
    problem = Problem(path.name, what, "Correct that first and load the folder again.")
    return Loaded(path.name, extract.name, False, problems=(problem,), problem_count=1)


def _together(first: Loaded, second: Loaded) -> Loaded:
    """One file's two goes as one result."""
    if not second.loaded:
        return replace(first, problems=second.problems, problem_count=second.problem_count, left_for_last=0)
    return replace(
        second,
        change=second.change or first.change,
        new=first.new,
        changed=first.changed,
        unchanged=first.unchanged,
    )


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
