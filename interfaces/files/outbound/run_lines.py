"""A run's entries in the order its remittances print them, each with its person, service and cause.

Entries say how much; the proposal says whose, for which service and why. A line is one service line, block or
adjustment, for one kind of money and one pay period: what several funders bear is one line, since the payee is paid
once.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.care_costs.facts import ADJUSTMENT, BLOCK, KINDS, TAKEN_OFF
from finance.columns import Ints, codes, ints
from finance.days import number
from finance.timelines import distinct, group_starts
from ledgers.streams import NOT_PROPOSED

CARE_SECTION, TAKEN_OFF_SECTION, ADJUSTMENT_SECTION, AWAY_SECTION = range(4)
OF_LINE, OF_BLOCK, OF_ADJUSTMENT = range(3)  # which table a subject's number counts


@dataclass(frozen=True)
class RunColumns:
    """The lines of a run, in order of payee, section, person and period. ``payee`` is a place in ``parties``;
    ``urgent``: the urgent run that paid the same before, 0: none.
    """

    parties: Ints
    payee: Ints
    section: Ints
    kind: Ints
    subject: Ints
    person: Ints
    service: Ints
    cause: Ints
    again: Ints
    urgent: Ints
    first: Ints
    end: Ints
    amount: Ints


def columns_of(entries: pa.Table, proposal: pa.Table, window_starts: int, urgent: pa.Table) -> RunColumns:
    """Put a run's entries in order and tell each whose it is. Releases of payments and debts are not lines.

    ``urgent``: what urgent runs paid before: ``subject``, ``kind``, ``period_starts`` and the ``run``.
    """
    parties = distinct(ints(entries, "party"))
    entries = entries.filter(pc.invert(pc.is_in(entries["kind"], pa.array(NOT_PROPOSED))))
    kind, subject = codes(entries, "kind", KINDS), ints(entries, "subject")
    assert (kind >= 0).all(), "an entry of a kind no remittance knows"
    first, revision = ints(entries, "period_starts"), ints(entries, "revision")
    person, service, cause = _belongs(proposal, _owner(kind, subject))
    late = (kind == ADJUSTMENT) | (first < window_starts) | (revision > 1)
    section = np.where(late, ADJUSTMENT_SECTION, np.where(np.isin(kind, TAKEN_OFF), TAKEN_OFF_SECTION, CARE_SECTION))
    payee = np.searchsorted(parties, ints(entries, "party")).astype(np.int64)
    for each in (subject, person):
        assert each.min(initial=0) >= 0 and each.max(initial=0) < 1 << 39, "a number that cannot be sorted by"
    order = np.lexsort((subject << 24 | first << 3 | kind, (payee << 2 | section) << 39 | person))
    assert (np.diff(payee[order]) >= 0).all(), "lines out of the order of their payees"
    some = [
        column[order]
        for column in (
            payee,
            section,
            kind,
            subject,
            person,
            service,
            cause,
            (revision > 1).astype(np.int64),
            _paid_urgently(urgent, kind, subject, first),
            first,
            ints(entries, "period_ends"),
        )
    ]
    amount = ints(entries, "amount")[order]
    starts = group_starts(some[0], some[1], some[2], some[3], some[9])
    if len(starts) < len(amount):
        amount = np.add.reduceat(amount, starts)
        kept = amount != 0
        some, amount = [column[starts][kept] for column in some], amount[kept]
    return RunColumns(parties, *some, amount)  # type: ignore[call-arg]


def _paid_urgently(urgent: pa.Table, kind: Ints, subject: Ints, first: Ints) -> Ints:
    """The last urgent run that paid each line, period and kind before; 0: none."""
    made = np.zeros(len(subject), np.int64)
    for row in urgent.sort_by("run").to_pylist():
        same = (subject == row["subject"]) & (kind == KINDS.index(row["kind"]))
        made[same & (first == number(row["period_starts"]))] = row["run"]
    return made


def counts_of(kind: Ints) -> Ints:
    """Which table each kind's subjects are numbered in."""
    return np.where(kind == BLOCK, OF_BLOCK, np.where(kind == ADJUSTMENT, OF_ADJUSTMENT, OF_LINE))


def _owner(kind: Ints, subject: Ints) -> Ints:
    """One number for a subject, whichever table it counts."""
    return np.asarray(subject * 4 + counts_of(kind), dtype=np.int64)


def _belongs(proposal: pa.Table, owner: Ints) -> tuple[Ints, Ints, Ints]:
    """The person, service and causes of each owner, as the proposal has them."""
    rows = Places(_owner(codes(proposal, "kind", KINDS), ints(proposal, "subject"))).of(owner)
    assert (rows >= 0).all(), "an entry that no proposal accounts for"
    cause = ints(proposal, "cause", 0) if "cause" in proposal.column_names else np.zeros(len(proposal), np.int64)
    return ints(proposal, "person", 0)[rows], ints(proposal, "service", 0)[rows], cause[rows]


class Places:
    """Where each number stands in a column of them: looked up at once where they lie close together."""

    def __init__(self, numbers: Ints) -> None:
        self._end = int(numbers.max(initial=-1)) + 1
        self._dense: Ints | None = None
        if self._end <= 8 * len(numbers) + 1_000:
            self._dense = np.full(self._end + 1, -1, np.int64)
            self._dense[numbers] = np.arange(len(numbers))
            return
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def of(self, numbers: Ints) -> Ints:
        """The place of each number, -1 where it has none."""
        if self._dense is not None:
            return self._dense[np.where((numbers < 0) | (numbers > self._end), self._end, numbers)]
        place = np.minimum(np.searchsorted(self._sorted, numbers), len(self._sorted) - 1)
        return np.where(self._sorted[place] == numbers, self._order[place], -1)
