"""What is read once for all the papers of a run: its proposal, its steps, and the price of every day of care."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from billing.charges import store as charges
from billing.charges.policy import ChargingPolicy
from billing.charges.stream import NAME
from billing.documents.pricing import LinePrices, prices
from finance.columns import Database, Ints, ints
from finance.days import number
from ledgers import store as ledger
from ledgers.runs import Run
from ledgers.streams import STREAMS

_PROPOSED = ("party", "subject", "kind", "funder", "period_starts", "posted", "due", "service", "person", "cause")


@dataclass(frozen=True)
class RunLines:
    """A run’s proposal and steps, in order of payer. ``steps`` are of the run's own days; ``every`` of earlier days
    worked out again too."""

    run: Run
    proposal: pa.Table
    steps: pa.Table
    every: pa.Table

    @cached_property
    def _proposed(self) -> Ints:
        return ints(self.proposal, "party")

    @cached_property
    def _stepped(self) -> Ints:
        return ints(self.steps, "party")

    def proposed(self, party: int) -> list[dict[str, Any]]:
        return _slice(self.proposal, self._proposed, party)

    @cached_property
    def _of_every(self) -> Ints:
        return ints(self.every, "party")

    def stepped(self, party: int) -> list[dict[str, Any]]:
        return _slice(self.steps, self._stepped, party)

    def worked_out(self, party: int) -> list[dict[str, Any]]:
        return _slice(self.every, self._of_every, party)


@dataclass(frozen=True)
class RunFacts(RunLines):
    """What is read once for a whole run, with the price of every day of care; ``others``: runs it is set beside."""

    prices: LinePrices
    others: dict[int, RunLines] = field(default_factory=dict)

    def beside(self, database: Database, nr: int) -> RunLines:
        """Another run’s lines, read once."""
        if nr not in self.others:
            with database.read() as connection:
                run = ledger.read_run(connection, nr)
            self.others[nr] = run_lines(database, run)
        return self.others[nr]


def _slice(table: pa.Table, parties: Ints, party: int) -> list[dict[str, Any]]:
    low, high = np.searchsorted(parties, [party, party + 1])
    found: list[dict[str, Any]] = table.slice(int(low), int(high - low)).to_pylist()
    return found


def run_facts(database: Database, run: Run, *, priced: bool = True) -> RunFacts:
    """Read what is common to a run's bills; ``priced``: with the price of every day, which takes longest."""
    made = run_lines(database, run)
    found = _prices(database, run, made.every) if priced and run.stream == NAME else LinePrices.none()
    return RunFacts(made.run, made.proposal, made.steps, made.every, found)


def run_lines(database: Database, run: Run) -> RunLines:
    """Read a run's lines. Only charges have steps."""
    with database.read() as connection:
        numbers = ledger.chunk_numbers(connection, run.nr)
        blobs = [
            (ledger.read_blob(connection, run.nr, each), ledger.read_blob(connection, run.nr, each, "steps"))
            for each in numbers
        ]
    proposal = pa.concat_tables([pq.read_table(pa.BufferReader(each[0]), columns=list(_PROPOSED)) for each in blobs])
    if not STREAMS[run.stream].bills:  # a pay run's own lines are its payees', whose numbers are not bill payers'
        proposal = proposal.slice(0, 0)
    if run.stream != NAME:
        none = pa.table({"party": pa.array([], pa.int64())})
        return RunLines(run, proposal.sort_by("party"), none, none)
    steps = pa.concat_tables([pq.read_table(pa.BufferReader(each[1])) for each in blobs])
    order = [("party", "ascending"), ("starts", "ascending")]
    own = _from(steps, number(run.window_starts)).sort_by(order)
    return RunLines(run, proposal.sort_by("party"), own, steps.sort_by(order))


def _from(steps: pa.Table, window: int) -> pa.Table:
    """Steps from a day that begins a charging week: of weeks alike told together, those before it are taken off."""
    some = steps.filter(pa.array(ints(steps, "ends") > window))
    starts = ints(some, "starts")
    before = np.where(starts < window, (window - starts) // 7, 0)
    return some.set_column(
        some.column_names.index("starts"), "starts", pa.array((starts + 7 * before).astype(np.int32)).cast(pa.date32())
    ).set_column(some.column_names.index("weeks"), "weeks", pa.array(ints(some, "weeks") - before))


def _prices(database: Database, run: Run, every: pa.Table) -> LinePrices:
    """The price of every day of the run’s own, and of earlier days of whoever’s were worked out again."""
    starts, up_to = number(run.window_starts), number(run.up_to)
    people, since = _looked_back(every, starts)
    policy = ChargingPolicy.from_json(run.policy)
    with database.read_bulk() as bulk:
        calendar = charges.read_calendar_at(bulk, run.calendar, run.known)
        window = charges.ChargeWindow(calendar.nr, run.known, starts, up_to, people, since)
        facts = charges.read_charge_facts(bulk, window, policy)
    first = np.full(len(facts.care.lines), starts, np.int64)
    if len(people):
        at = np.minimum(np.searchsorted(people, facts.care.lines.person), len(people) - 1)
        first = np.where(people[at] == facts.care.lines.person, since[at], starts)
    weeks = calendar.week_starts(int(min([starts, *since.tolist()])), up_to)
    return prices(facts, weeks, up_to, policy, first)


def _looked_back(every: pa.Table, starts: int) -> tuple[Ints, Ints]:
    """(person, the first day worked out again) of everybody with steps before the run’s own days."""
    person, first = ints(every, "person"), ints(every, "starts")
    early = np.flatnonzero(first < starts)
    early = early[np.lexsort((first[early], person[early]))]
    people, place = np.unique(person[early], return_index=True)
    return people.astype(np.int64), first[early][place]
