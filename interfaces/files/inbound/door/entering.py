"""What a person enters by hand: recorded as new, or as the correction it says it is, and never taken for one by
accident.

A file sent again corrects what it said before; that is what files are for. A reference that somebody types, or is
given, is another matter: two clerks may use the same one for two sums of money. So references are given inside the
transaction that records them, and an entry under a reference that was ever used is refused, naming who used it and
when.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from finance.columns import Bulk
from finance.days import spoken
from finance.facts import store
from finance.facts.store import Change
from finance.problems import Clash, Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import WITHOUT_LIMIT, Allowance
from interfaces.files.inbound.door.arriving import Arrival, record
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import text_of

Row = Mapping[str, object]


class ThereAlready(Clash):
    """A reference entered as new that somebody has used."""


class NothingToCorrect(Refusal):
    """A correction of what is not there."""


class ChangedMeanwhile(Clash):
    """What an entry was to change is no longer as whoever entered it saw it."""


@dataclass(frozen=True, slots=True)
class NextRef:
    """A reference to be given: a beginning and the next number nobody has used with it.

    ``digits``: how many figures the number has. None: it counts the references that begin so, plainly.
    """

    beginning: str
    digits: int | None = 6

    def numbered(self, nr: int) -> str:
        return f"{self.beginning}{nr}" if self.digits is None else f"{self.beginning}{nr:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class Entered:
    """What came of an entry: the references, in order, the change (None when a correction said nothing new), and what
    somebody should look at. ``load``: under what number it waits for a second person, where it does.
    """

    refs: tuple[str, ...]
    change: int | None
    notes: tuple[Problem, ...] = ()
    load: int | None = None


@dataclass(frozen=True, slots=True)
class TypedRows:
    """Rows of one extract to enter. A row's reference may be a :class:`NextRef`; ``rows`` may be worked out inside the
    transaction, where nobody else is recording.

    ``correct``: the rows say themselves that they correct, or end, what is there; or which of them do. ``reuse``: the
    reference follows from what the row is about, so that one no longer believed may be used again. ``seen``: the
    version (``learned``) of each reference that whoever enters it was looking at.
    """

    extract: str
    rows: Iterable[Row] | Callable[[Bulk], Iterable[Row]]
    correct: bool | Collection[str] = False
    reuse: bool = False
    seen: Mapping[str, int] = field(default_factory=dict)


def enter(
    database: Database,
    extract: str,
    rows: Iterable[Row] | Callable[[Bulk], Iterable[Row]],
    *,
    by: str,
    at: dt.datetime,
    source: str,
    correct: bool | Collection[str] = False,
    reuse: bool = False,
    seen: Mapping[str, int] | None = None,
    allowance: Allowance = WITHOUT_LIMIT,
    on: dt.date = dt.date.max,
) -> Entered:
    """Record rows of an extract that a person enters: :class:`TypedRows` alone, with ``allowance`` and ``on`` as of
    a file. Raises as :func:`enter_all` does.
    """
    entry = TypedRows(extract, rows, correct, reuse, seen or {})
    return enter_all(database, [entry], by=by, at=at, source=source, allowance=allowance, on=on)[extract]


def enter_all(
    database: Database,
    entries: Sequence[TypedRows],
    *,
    by: str,
    at: dt.datetime,
    source: str,
    allowance: Allowance = WITHOUT_LIMIT,
    on: dt.date = dt.date.max,
) -> dict[str, Entered]:
    """Record rows of some extracts that a person enters, all or none, as one change, through the same checks as files.
    Gives what came of each, by extract.

    Raises FactsRefused, ThereAlready, NothingToCorrect or ChangedMeanwhile, having recorded nothing.
    """
    arrivals: list[Arrival] = []
    refs: dict[str, list[str]] = {}

    def bring(bulk: Bulk) -> None:
        for entry in entries:
            layout = EXTRACTS[entry.extract]
            given = [dict(row) for row in (entry.rows(bulk) if callable(entry.rows) else entry.rows)]
            _give_numbers(bulk, layout, given)
            refs[entry.extract] = [str(row[layout.ref.name]) for row in given]
            _check(bulk, layout, refs[entry.extract], entry.correct, entry.reuse, entry.seen)
            if given:
                arrivals.append(Arrival(text_of(layout, given, source), on=on, allowance=allowance))

    change = Change(at, by, ", ".join(entry.extract for entry in entries), source)
    done: dict[str, ExtractLoaded] = record(database, arrivals, change, False, first=bring)
    return {
        name: Entered(tuple(given), done[name].change, done[name].notes, done[name].load)
        if name in done
        else Entered(tuple(given), None)
        for name, given in refs.items()
    }


def _give_numbers(bulk: Bulk, layout: Extract, rows: list[dict[str, object]]) -> None:
    name, given = layout.ref.name, set[str]()
    for row in rows:
        wanted = row[name]
        if isinstance(wanted, NextRef):
            row[name] = _next(bulk, layout, wanted, given)
        given.add(str(row[name]))


def _next(bulk: Bulk, layout: Extract, wanted: NextRef, given: set[str]) -> str:
    counted = wanted.digits is None
    used = (
        store.refs_beginning(bulk, layout.table, wanted.beginning) if counted else store.next_nr(bulk, layout.table) - 1
    )
    nr = 1 + used
    while (ref := wanted.numbered(nr)) in given or _versions(bulk, layout, [ref]):
        nr += 1
    return ref


def _versions(bulk: Bulk, layout: Extract, refs: list[str]) -> list[dict[str, object]]:
    """Every version under these references, the oldest first."""
    asked = pa.array(sorted({ref.strip() for ref in refs}), pa.string())
    return store.told_by(bulk, layout.table, asked).to_pylist() if len(asked) else []


def _check(
    bulk: Bulk, layout: Extract, refs: list[str], correct: bool | Collection[str], reuse: bool, seen: Mapping[str, int]
) -> None:
    versions = _versions(bulk, layout, refs)
    believed = {row["ref"]: row for row in versions if row["superseded"] is None}
    for ref in refs:
        mine = [row for row in versions if row["ref"] == ref.strip() and not (reuse and row["superseded"])]
        corrects = correct if isinstance(correct, bool) else ref in correct
        if not corrects and mine:
            raise ThereAlready(f"There is {_a(layout.noun)} {ref} already. It was {_said(mine[0])}.", _NEW)
        if corrects and ref.strip() not in believed:
            raise NothingToCorrect(f"No {layout.noun} is known as {ref}.", "Check the reference.")
        if ref in seen and believed[ref.strip()]["learned"] != seen[ref]:
            what = f"The {layout.noun} {ref} has been changed since you looked at it: {_said(believed[ref.strip()])}."
            raise ChangedMeanwhile(what, "Look at it again, then say what is still to be changed.")


_NEW = "Give another reference, or none; to put right what is there, say so with --correct where the verb has it."


def _said(row: Mapping[str, object]) -> str:
    moment = row["moment"]
    assert isinstance(moment, dt.datetime)
    return f"recorded by {row['by']} at {moment:%H:%M} (UTC) on {spoken(moment.date())}"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
