"""One or more extracts on their way in: checked against what is believed, and recorded as one change or not at all."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk
from finance.facts import store
from finance.facts.store import Change
from finance.problems import Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door import terms
from interfaces.files.inbound.door.alike import check_alike
from interfaces.files.inbound.door.allocating import check_allocations
from interfaces.files.inbound.door.allowance import WITHOUT_LIMIT, Allowance
from interfaces.files.inbound.door.believing import RowStanding, check_endings, compare, end, write
from interfaces.files.inbound.door.checks import check_not_to_come, check_rows
from interfaces.files.inbound.door.funding import check_funding
from interfaces.files.inbound.door.linking import check_apart, content
from interfaces.files.inbound.door.periods import check_periods
from interfaces.files.inbound.door.taking_away import check_taken_away, rows_taken, said_of_taking, taken_away
from interfaces.files.inbound.layouts.register import dependents, waits_for
from interfaces.files.inbound.readers.faults import Columns
from interfaces.files.inbound.readers.parsing import parse
from interfaces.files.inbound.readers.reading import Text


class FactsRefused(Refusal):
    """Rows given by a program have faults. Nothing was recorded. ``problems`` lists them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = " ".join(str(problem) for problem in problems[:3])
        super().__init__(f"{len(problems)} problems: {first}", "Correct them and record the facts again.")
        self.problems = tuple(problems)


class NobodyTold(Refusal):
    """Facts are recorded with the name of whoever tells them; none was given."""


class StillLeanedOn(Exception):
    """A patient file cancels what others lean on. Nothing of it was recorded: it must be loaded with what comes
    after.
    """


@dataclass(frozen=True, slots=True)
class ExtractLoaded:
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
    taken_away: int = 0
    """Rows in which something that was known is gone."""
    righted: int = 0
    """Rows set aside before that it brought right."""
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    tried: bool = True
    """Whether it was looked at: not, when a file it depends on was refused. That is no problem of its own."""
    notes: tuple[Problem, ...] = ()
    """What was done, and somebody should look at: what was taken away, a sheet that was left alone."""

    def as_json(self) -> dict[str, object]:
        """The same, for machines."""
        values: dict[str, object] = {
            name: getattr(self, name)
            for name in (
                "file",
                "extract",
                "loaded",
                "change",
                "rows",
                "new",
                "changed",
                "unchanged",
                "cancelled",
                "quarantined",
                "taken_away",
                "righted",
                "problem_count",
                "tried",
            )
        }
        for name in ("problems", "notes"):
            values[name] = [
                {"where": each.where, "what": each.what, "what_to_do": each.what_to_do} for each in getattr(self, name)
            ]
        return values

    def __str__(self) -> str:
        if not self.tried:
            return f"{self.file}: not tried"
        if not self.loaded:
            return f"{self.file}: not loaded, {_several(self.problem_count, 'problem')}"
        parts = [f"{getattr(self, name):,} {name}" for name in ("new", "changed", "unchanged", "cancelled")]
        aside = f", {self.quarantined:,} set aside" if self.quarantined else ""
        righted = f", {self.righted:,} set aside before are right now" if self.righted else ""
        return f"{self.file}: {', '.join(parts)}{aside}{righted}"


@dataclass(frozen=True, slots=True)
class Load:
    """What a load of several extracts did."""

    files: Sequence[ExtractLoaded]

    @property
    def whole(self) -> bool:
        """Whether every file was loaded."""
        return all(each.loaded for each in self.files)

    @property
    def faulty(self) -> list[ExtractLoaded]:
        return [each for each in self.files if each.problem_count]

    @property
    def left_out(self) -> list[ExtractLoaded]:
        """Files with something wrong that were not loaded at all."""
        return [each for each in self.faulty if not each.loaded]

    @property
    def untried(self) -> list[ExtractLoaded]:
        return [each for each in self.files if not each.tried]

    @property
    def set_aside(self) -> int:
        """Rows set aside."""
        return sum(each.quarantined for each in self.files)

    @property
    def problem_count(self) -> int:
        return sum(each.problem_count for each in self.files)

    @property
    def problems(self) -> list[Problem]:
        """Those that were kept to be listed."""
        return [each for one in self.files for each in one.problems]

    @property
    def listed_count(self) -> int:
        """How many there are to list, kept or not."""
        return sum(each.problem_count or len(each.problems) for each in self.files)

    @property
    def notes(self) -> list[Problem]:
        """What was done, and somebody should look at."""
        return [each for one in self.files for each in one.notes]


class Arrival:
    """One extract on its way in. ``on``: the day after which nobody can have been born or have died.

    ``allowance``: what it may do unasked.
    """

    def __init__(
        self, text: Text, patient: bool = False, on: dt.date = dt.date.max, allowance: Allowance = WITHOUT_LIMIT
    ) -> None:
        self.text = text
        self.allowance = allowance
        self.patient = patient
        self.on = on
        self.values: Columns = {}
        self.standing: RowStanding | None = None
        self.told = terms.TermsTold()
        if text.count:
            self.values = parse(text)
            check_rows(text, self.values)

    @property
    def name(self) -> str:
        return self.text.extract.name

    def meet(self, bulk: Bulk, change: Change) -> None:
        """Every check that needs what is believed."""
        if not self.text.count:
            return
        check_not_to_come(self.text, self.values, self.on)
        found = content(bulk, self.text, self.values, change.by)
        self.told = terms.settle(bulk, self.text, found, self.values)
        self.standing = compare(bulk, self.text, found, self.values, self.told.moved(self.text.count))
        check_periods(bulk, self.text, found, self.standing)
        bad = -1
        while bad != self.text.faults.bad.sum():  # a row set aside leaves its old version standing: look again
            bad = int(self.text.faults.bad.sum())
            check_apart(bulk, self.text, found, self.values)
            check_funding(bulk, self.text, found, self.values)
            check_allocations(bulk, self.text, found, self.values)
        if not self.allowance.alike:
            check_alike(bulk, self.text, self.values, self.standing)
        check_taken_away(self.text, self.standing, self.allowance)

    def add(self, bulk: Bulk, learned: int) -> None:
        if self.standing:
            refs = self.values[self.text.extract.ref.name]
            if not dependents(self.text.extract):  # nothing can lean on what is cancelled: new rows may take its place
                end(bulk, self.text, self.standing, learned)
            write(bulk, self.text, self.standing, refs, learned)
            terms.write(bulk, self.text, self.told, refs, learned)

    def end(self, bulk: Bulk, learned: int) -> None:
        """Cancel what may be cancelled. A cancelled row that others still lean on is a fault.

        Raises StillLeanedOn instead when the file is patient: what comes after it in a folder may yet let go.
        """
        if not self.standing:
            return
        leaned_on = self.leaned_on(bulk)
        if self.patient and leaned_on is not None:
            raise StillLeanedOn
        self.text = leaned_on or self.text
        end(bulk, self.text, self.standing, learned)
        terms.end(bulk, self.text, pa.array(self.standing.nr[self.standing.ended(~self.text.faults.bad)]), learned)

    def leaned_on(self, bulk: Bulk) -> Text | None:
        """The same text with a fault on each cancelled row that others lean on now; None when there is no such row."""
        if not self.standing:
            return None
        trial = replace(self.text, faults=self.text.faults.copy())
        check_endings(bulk, trial, self.standing)
        return trial if trial.faults.count > self.text.faults.count else None

    def refused(self, quarantine: bool) -> bool:
        """Whether any fault keeps the whole of it out."""
        faults = self.text.faults
        return bool(faults.whole) or (not quarantine and bool(faults.bad.any()))

    @property
    def tells_something(self) -> bool:
        """Whether any good row differs from what is believed."""
        good, standing = ~self.text.faults.bad, self.standing
        return standing is not None and bool(
            (standing.new(good) | standing.different(good) | standing.ended(good)).any()
        )

    def outcome(self, learned: int | None, refused: bool) -> ExtractLoaded:
        faults, count = self.text.faults, self.text.count
        good = ~faults.bad
        result = ExtractLoaded(
            faults.name, self.name, not refused, rows=count, problems=faults.problems(), problem_count=faults.count
        )
        if refused or self.standing is None:
            return result
        new, changed, ended = (
            int(rows.sum())
            for rows in (self.standing.new(good), self.standing.different(good), self.standing.ended(good))
        )
        unchanged = int(good.sum()) - new - changed - ended
        return replace(
            result,
            change=learned,
            new=new,
            changed=changed,
            unchanged=unchanged,
            cancelled=ended,
            quarantined=int(faults.bad.sum()),
            taken_away=rows_taken(taken_away(self.text, self.standing)),
            notes=(*self.text.notes, *said_of_taking(self.text, self.standing)),
        )


class _LeaveAsItWas(Exception):
    """Nothing is to be kept of this transaction."""


def nothing_first(_bulk: Bulk) -> None:
    """Extracts that were complete before the transaction began."""


def record(
    database: Database,
    arrivals: list[Arrival],
    change: Change,
    quarantine: bool,
    first: Callable[[Bulk], None] = nothing_first,
) -> dict[str, ExtractLoaded]:
    """Check and write extracts as one change. ``first`` is done once nobody else can record; it may bring arrivals.

    Raises FactsRefused when there are faults that may not be set aside, and StillLeanedOn when a patient file would
    have one for being before its time.
    """
    if not change.by.strip():
        raise NobodyTold("Nobody is named as telling these facts.", "Give the name of the person who loads them.")
    aside: dict[str, int] = {}
    righted: dict[str, list[int]] = {}
    learned: int | None = None
    refused: set[str] = set()
    try:
        with database.bulk() as bulk:
            learned = store.record_change(bulk, change)
            first(bulk)
            for arrival in arrivals:
                if waits_for(arrival.text.extract) & refused:
                    continue  # it would only hear that rows refused already are not known
                arrival.meet(bulk, change)
                if arrival.refused(quarantine):
                    refused.add(arrival.name)
                else:
                    arrival.add(bulk, learned)
            for arrival in reversed(arrivals):
                arrival.end(bulk, learned)
            if refused or any(each.refused(quarantine) for each in arrivals):
                refused.update(each.name for each in arrivals)
                raise _LeaveAsItWas
            for each in arrivals:
                rows = to_put_aside(bulk, each.text)
                store.put_aside(bulk, learned, rows)
                aside[each.name] = len(rows)
                righted[each.name] = put_right(bulk, each.text)
                store.close_righted(bulk, learned, righted[each.name])
            told = any(each.tells_something for each in arrivals)
            if not told and not any(aside.values()) and not any(righted.values()):
                learned = None
                raise _LeaveAsItWas
    except _LeaveAsItWas:
        if refused:
            raise FactsRefused([problem for each in arrivals for problem in each.text.faults.problems()]) from None
    return {
        each.name: replace(each.outcome(learned, False), righted=len(righted.get(each.name, ()))) for each in arrivals
    }


def put_right(bulk: Bulk, text: Text) -> list[int]:
    """Rows that were set aside from this extract and that it now brings right, believed anew or already."""
    waiting = store.waiting_refs(bulk, text.extract.name)
    if not waiting.num_rows or not text.count:
        return []
    refs = text.columns[text.extract.ref.name]
    good = refs.filter(pa.array(~text.faults.bad)).drop_null().unique()
    bad = refs.filter(pa.array(text.faults.bad)).drop_null().unique()
    right = pc.and_(pc.is_in(waiting["ref"], value_set=good), pc.invert(pc.is_in(waiting["ref"], value_set=bad)))
    numbers: list[int] = waiting["nr"].filter(right).to_pylist()
    return numbers


def to_put_aside(bulk: Bulk, text: Text) -> list[dict[str, object]]:
    """The bad rows as quarantine keeps them, once: a row already there with the same faults is left out."""
    bad = np.flatnonzero(text.faults.bad)
    if not len(bad):
        return []
    known = {tuple(row.values()) for row in store.already_set_aside(bulk, text.extract.name).to_pylist()}
    content = pa.table(text.columns).take(pa.array(bad)).to_pylist()
    at = {int(row): place for place, row in enumerate(bad)}
    rows: list[dict[str, object]] = []
    for row, what, what_to_do in text.faults.by_row():
        given = {key: value for key, value in content[at[row]].items() if value is not None}
        written = json.dumps(given, ensure_ascii=False)
        if (int(text.lines[row]), written, what) not in known:
            rows.append(
                {
                    "extract": text.extract.name,
                    "source_row": int(text.lines[row]),
                    "ref": given.get(text.extract.ref.name),
                    "content": written,
                    "what": what,
                    "what_to_do": what_to_do,
                }
            )
    return rows


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
