"""One or more extracts on their way in: checked against what is believed, and recorded as one change or not at all."""

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk
from finance.facts import store, waiting_store
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
from interfaces.files.inbound.door.outcomes import ExtractLoaded, several
from interfaces.files.inbound.door.periods import check_periods
from interfaces.files.inbound.door.second_person import asks, to_wait
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
        self.waits: dict[int, str] = {}
        self.to_wait: list[dict[str, object]] = []
        self.overtaken: list[int] = []
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
        self._check_right(change.by)
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
        self.waits = asks(bulk, self.text, self.standing, self.allowance, change)
        self.to_wait, self.overtaken = to_wait(bulk, self.text, self.waits)
        self.standing.held[list(self.waits)] = True

    def _check_right(self, by: str) -> None:
        """A fault of the whole file where it is told by somebody whose role may not tell of such things."""
        officers, extract = self.allowance.officers, self.text.extract
        if officers is not None:
            try:
                officers.acting(by, extract.right, f"tell of {extract.name.replace('_', ' ')}")
            except Refusal as refusal:
                self.text.faults.of_file(f"is not loaded: {refusal.what}", refusal.what_to_do)

    def keep_waiting(self, bulk: Bulk, learned: int, change: Change) -> None:
        """Keep the rows that wait, and say which older ones they overtake."""
        waiting_store.add(bulk, learned, self.to_wait)
        waiting_store.overtake(bulk, learned, self.overtaken, change.by, change.moment)

    def add(self, bulk: Bulk, learned: int) -> None:
        if self.standing:
            refs = self.values[self.text.extract.ref.name]
            if not dependents(self.text.extract):  # nothing can lean on what is cancelled: new rows may take its place
                end(bulk, self.text, self.standing, learned)
            write(bulk, self.text, self.standing, refs, learned)
            terms.write(bulk, self.text, self.told, refs, learned, self.standing.held)

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
        """Whether any good row differs from what is believed, or waits anew."""
        good, standing = ~self.text.faults.bad, self.standing
        waits = bool(self.to_wait or self.overtaken)
        return standing is not None and (waits or bool(standing.told(good).any()))

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
        waiting = len(self.waits)
        unchanged = int(good.sum()) - new - changed - ended - waiting
        return replace(
            result,
            change=learned,
            new=new,
            changed=changed,
            unchanged=unchanged,
            cancelled=ended,
            quarantined=int(faults.bad.sum()),
            waiting=waiting,
            load=learned if self.to_wait else None,
            taken_away=rows_taken(taken_away(self.text, self.standing)),
            notes=(*self.text.notes, *said_of_taking(self.text, self.standing), *self._said_of_waiting(learned)),
        )

    def _said_of_waiting(self, learned: int | None) -> list[Problem]:
        """That rows wait, with how many and where to look."""
        if not self.waits:
            return []
        count, new = len(self.waits), len(self.to_wait)
        what = f"{several(count, 'row')} {'waits' if count == 1 else 'wait'} for a second person"
        if new and learned is not None:
            look = f"outturn waiting show {learned}; another officer: outturn waiting confirm {learned}"
            return [Problem(self.text.faults.name, f"{what}.", look)]
        return [Problem(self.text.faults.name, f"{what}, as before.", "List what waits: outturn waiting list")]


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
                each.keep_waiting(bulk, learned, change)
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
