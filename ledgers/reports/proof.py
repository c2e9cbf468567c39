"""The proof: due = posted = exported, to the penny, with every difference named. One page a run.

For each pay period: what the sealed proposal found due, less what was posted before, less what was told to wait, must
be what the run posted, line for line. What it posted must be what its files carry. What payees brought forward, plus
what was posted, less what was paid or made a debt, must be what they carry forward. Each payment must go where the
payee's money was confirmed to go, and a second person must have signed for exactly the lines that were sealed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.days import Span, spoken
from finance.money import sterling
from ledgers.runs import Run
from ledgers.streams import NOT_PROPOSED, RECHARGES, STREAMS

ONE = dt.timedelta(days=1)
KEY = ("period_starts", "subject", "kind", "funder", "party", "revision")
LISTED = 100
"""Differences listed one by one; the rest are counted and summed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not agree, and by how many pence: what is there less what should be."""

    where: str
    what: str
    pence: int

    def __str__(self) -> str:
        return f"{self.where}: {self.what} ({sterling(self.pence)})"


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """Something that nothing in the ledger disagrees with, because no run has come to it: periods nobody was paid or
    billed for. The figures agree; all is not well.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class PeriodProof:
    """One pay period of a run, in pence: ``due`` − ``posted_before`` − ``held`` should be ``posted``."""

    stream: str
    period_starts: dt.date
    period_ends: dt.date
    due: int
    posted_before: int
    held: int
    posted: int

    @property
    def proposed(self) -> int:
        return self.due - self.posted_before

    @property
    def difference(self) -> int:
        return self.posted - (self.proposed - self.held)


@dataclass(frozen=True, slots=True)
class ExportProof:
    """Files of one kind: what they say they carry, found by reading them back, against what was posted; in pence."""

    kind: str
    files: int
    says: str
    carries: int
    posted: int
    trailer: int | None = None
    """What a journal's own trailer says: gross, each journal and period by itself, where ``carries`` is net by
    account.
    """

    @property
    def difference(self) -> int:
        return self.carries - self.posted


@dataclass(frozen=True)
class RunProof:
    """One run's page."""

    run: int
    stream: str
    title: str
    status: str
    periods: Sequence[PeriodProof]
    exports: Sequence[ExportProof]
    parked: int
    brought_forward: int
    paid: int
    moved: int
    carried_forward: int
    withheld: int
    differences: Sequence[Difference]

    @property
    def settles(self) -> bool:
        """Whether it pays payees and carries their balances forward. The others bill, or take in what was paid."""
        return STREAMS[self.stream].settles

    @property
    def posted(self) -> int:
        return sum(each.posted for each in self.periods)

    @property
    def held(self) -> int:
        return sum(each.held for each in self.periods)

    @property
    def due(self) -> int:
        return sum(each.due for each in self.periods)

    @property
    def posted_before(self) -> int:
        return sum(each.posted_before for each in self.periods)

    @property
    def difference(self) -> int:
        """Of its pay periods together."""
        return sum(each.difference for each in self.periods)

    @property
    def holds(self) -> bool:
        """Whether every figure agrees."""
        return not self.differences


@dataclass(frozen=True)
class Proof:
    """Every run asked for, and the ledger's own balance: the foot of the trial balance's balance columns, and what the
    control account says is owed to payees against what runs carried forward. ``open``: what no run has come to yet; it
    does not keep the proof from holding."""

    runs: Sequence[RunProof]
    debits: int
    credits: int
    control: int
    carried_forward: int
    differences: Sequence[Difference] = field(default_factory=tuple)
    open: Sequence[OpenEnd] = field(default_factory=tuple)
    last_link: int = 0
    last_digest: str = ""
    """Of the chain: to be written down, and asked for again in a year."""

    @property
    def holds(self) -> bool:
        return not self.differences and all(run.holds for run in self.runs)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to prove: no run, and nothing in the ledger."""
        return not (self.runs or self.differences or self.debits or self.credits)


MOST_PERIODS = 1_000
"""Periods counted one by one of a calendar that is behind."""


class CutOffRule(Protocol):
    """A calendar’s periods, and the day by which the run for each is to be drafted."""

    def period(self, when: dt.date) -> Span: ...

    def cut_off(self, period: Span) -> dt.date: ...


def behind(
    where: str,
    rule: CutOffRule,
    go_live: dt.date,
    settled: dt.date | None,
    open_run: Run | None,
    on: dt.date,
    lines: int,
) -> OpenEnd | None:
    """What is said of a calendar with periods no released run covers, whose cut-off has gone by. ``settled``: the first
    day not covered, None: it has never had a run; ``lines``: with days in them.
    """
    periods: list[Span] = []
    period = rule.period(settled or go_live)
    while rule.cut_off(period) < on and len(periods) < MOST_PERIODS:
        periods.append(period)
        period = rule.period(period.end)
    if not periods:
        return None
    count = "1 period" if len(periods) == 1 else f"{len(periods):,} periods"
    went = "has never been run" if settled is None else f"was last released up to {spoken(settled - ONE)}"
    care = "1 line" if lines == 1 else f"{lines:,} lines"
    begun = f"; run {open_run.nr} of it is {open_run.status}" if open_run else ""
    return OpenEnd(where, f"{went}: {count} with {care} whose cut-off has gone by, from {periods[0]}{begun}")


def prove_lines(
    stream: str, proposal: pa.Table, held: pa.Array, entries: pa.Table
) -> tuple[list[PeriodProof], list[Difference]]:
    """Compare what was proposed with what was posted, period by period and line by line.

    ``held`` marks proposed lines told to wait. Settlements and debts among the entries are left out: nothing proposes
    them. A line proposed and not posted, posted and not proposed, or posted at another amount is a Difference.
    """
    entries = entries.filter(pc.invert(pc.is_in(entries["kind"], pa.array(NOT_PROPOSED))))
    sums: dict[tuple[dt.date, dt.date], list[int]] = {}
    _add(sums, proposal, ("due", "posted"), (0, 1))
    _add(sums, proposal.filter(held), ("amount",), (2,))
    _add(sums, entries, ("amount",), (3,))
    periods = [PeriodProof(stream, *period, *figures) for period, figures in sorted(sums.items())]
    return periods, _unequal_lines(proposal.filter(pc.invert(held)), entries)


def _add(
    sums: dict[tuple[dt.date, dt.date], list[int]], rows: pa.Table, names: Sequence[str], places: Sequence[int]
) -> None:
    grouped = rows.group_by(["period_starts", "period_ends"]).aggregate([(name, "sum") for name in names])
    for row in grouped.to_pylist():
        figures = sums.setdefault((row["period_starts"], row["period_ends"]), [0, 0, 0, 0])
        for name, place in zip(names, places, strict=True):
            figures[place] += row[f"{name}_sum"] or 0


def _unequal_lines(proposed: pa.Table, entries: pa.Table) -> list[Difference]:
    both = pa.concat_tables([_keyed(proposed, -1), _keyed(entries, 1)])
    left = both.group_by(list(KEY)).aggregate([("amount", "sum"), ("side", "min"), ("side", "max")])
    left = left.filter(pc.not_equal(left["amount_sum"], 0)).sort_by([(name, "ascending") for name in KEY])
    found = [
        Difference(
            f"{row['kind']} {row['subject']}, payee {row['party']}, period from {row['period_starts']}",
            _WHAT[row["side_min"], row["side_max"]],
            row["amount_sum"],
        )
        for row in left.slice(0, LISTED).to_pylist()
    ]
    if left.num_rows > LISTED:
        rest = int(left["amount_sum"].to_numpy()[LISTED:].sum())
        found.append(Difference(f"{left.num_rows - LISTED} more lines", "differ by, together", rest))
    return found


NOT_POSTED = "proposed and not posted"
_WHAT = {(-1, -1): NOT_POSTED, (1, 1): "posted and not proposed", (-1, 1): "posted at another amount"}


def _keyed(rows: pa.Table, side: int) -> pa.Table:
    columns = {
        name: rows[name].cast(pa.int64()) if pa.types.is_integer(rows[name].type) else rows[name] for name in KEY
    }
    amount = np.asarray(rows["amount"].to_numpy(), np.int64) * side
    return pa.table({**columns, "amount": amount, "side": np.full(len(amount), side)})


def prove_ends(unfinished: Iterable[Any], owed: Iterable[Any]) -> list[Difference]:
    """What was begun and not ended: runs being released, entries of runs that are not, and recharges still to be
    raised.

    ``unfinished``: rows of number, stream, status, parts, parts posted, pence; ``owed``: rows of run and what. Files
    not issued are named one by one with their run.
    """
    found = []
    for row in unfinished:
        if row.status == "releasing":
            verb = f"outturn {STREAMS[row.stream].released_by} {row.nr}"
            found.append(
                Difference(
                    f"run {row.nr}",
                    f"is being released, {row.posted} of {row.parts} parts are posted: {verb}",
                    row.pence,
                )
            )
        else:
            verb = f"{STREAMS[row.stream].group} calculate"
            on = f": outturn {verb} {row.nr}, then have it signed for and released" if row.cut_off else ""
            found.append(Difference(f"run {row.nr}", f"is {row.status} and has entries in the ledger{on}", row.pence))
    found += [
        Difference(f"run {row.run}", f"owes its recharges: outturn billrun recharge {row.run}", 0)
        for row in owed
        if row.what == RECHARGES.name
    ]
    return found


def prove_control(control: int, carried: int, strays: int) -> list[Difference]:
    """What the ledger says payees are owed beside what runs carried forward, in pence; and entries of nobody."""
    found = []
    if control != carried:
        said = "says payees are owed something else than runs carried forward"
        found.append(Difference("creditors’ control", said, control - carried))
    if strays:
        found.append(Difference("the ledger", f"has {strays} entries of a run or an account that is not there", 0))
    return found


def prove_debts(unsaid: Iterable[tuple[int, int, int]]) -> list[Difference]:
    """Balances moved to debtors by no verb. ``unsaid``: run, payee and pence (below nought) of each."""
    return [
        Difference(
            f"run {run}, payee {party}", "has a debt in the ledger that nobody is recorded to have raised", pence
        )
        for run, party, pence in unsaid
    ]


def prove_given_back(over: Iterable[tuple[int, int]]) -> list[Difference]:
    """Refunds of more than was received. ``over``: payer and pence of each."""
    return [Difference(f"payer {party}", "was given back more than was received", pence) for party, pence in over]


def prove_paid(due: Mapping[int, tuple[int, int, int]], paid: Mapping[int, int]) -> list[Difference]:
    """What a run says each payee is paid beside the settlements in the ledger."""
    return [
        Difference(
            f"payee {party}",
            "is told as paid something else than was settled",
            paid.get(party, 0) - due.get(party, (0, 0, 0))[1],
        )
        for party in sorted({*due, *paid})
        if paid.get(party, 0) != due.get(party, (0, 0, 0))[1]
    ]


def prove_left(waiting: set[tuple[int, str]], noted: set[tuple[int, str]]) -> list[Difference]:
    """Subjects held and parked by the last run of a calendar beside those the next run is told to look back for."""
    found = [
        Difference(f"{kind} {subject}", "waits, and no later run is told to look back for it", 0)
        for subject, kind in sorted(waiting - noted)
    ]
    found += [
        Difference(f"{kind} {subject}", "is to be looked back for, and did not wait", 0)
        for subject, kind in sorted(noted - waiting)
    ]
    return found[:LISTED]


def prove_balances(due: Mapping[int, tuple[int, int, int]], parties: Mapping[int, tuple[int, int]]) -> list[Difference]:
    """Each payee's brought forward + due − paid − moved to debtors against what the run says is carried forward.

    ``due``: (due, paid, moved) of each payee as posted; ``parties``: (brought forward, carried forward); in pence.
    """
    found = []
    for party in sorted(set(due) | set(parties)):
        owed, paid, moved = due.get(party, (0, 0, 0))
        brought, carried = parties.get(party, (0, 0))
        left = brought + owed - paid - moved
        if left != carried:
            found.append(Difference(f"payee {party}", "carries forward something else than is left", carried - left))
    return found


WHERE_TO = ("supplier number", "sort code", "account number", "account name", "roll number")


def prove_payments(
    carried: Iterable[tuple[str, Sequence[str], int]], wanted: Mapping[str, tuple[Sequence[str], int]]
) -> list[Difference]:
    """Each payment a file carries beside what was posted for the payee, and where its money was confirmed to go.

    ``carried``: (payee, details, pence) of each payment; ``wanted``: (details, pence) of each payee; details in the
    order of WHERE_TO.
    """
    paid: dict[str, int] = {}
    found = []
    for payee, details, pence in carried:
        if payee in paid:
            found.append(Difference(f"payee {payee}", "is paid more than once in the file", pence))
        paid[payee] = paid.get(payee, 0) + pence
        if payee in wanted:
            pairs = zip(WHERE_TO, details, wanted[payee][0], strict=True)
            other = [name for name, there, right in pairs if there != right]
            if other:
                what = f"is paid by another {' and '.join(other)} in the file than was confirmed for the pay date"
                found.append(Difference(f"payee {payee}", what, 0))
    for payee in sorted({*paid, *wanted}):
        off = paid.get(payee, 0) - (wanted[payee][1] if payee in wanted else 0)
        if off:
            found.append(Difference(f"payee {payee}", "is paid something else in the file than was posted", off))
    return found
