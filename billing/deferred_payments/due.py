"""What a deferred payment makes due: the days of its loan gathered into the entries the ledger knows.

Charges keep the billing period they were posted for, so a bill and what was moved off it stand side by side. All else
is by calendar month. Only days before ``up_to`` count; a month under way is due for its days so far.
"""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from billing.deferred_payments import kinds
from billing.deferred_payments.facts import AgreementFacts, PostedCharge
from finance.deferred_payments import Ledger, MovementKind


@dataclass(frozen=True, slots=True)
class LoanDue:
    """One entry's worth: whole pence due for one kind and period ``[first, end)``."""

    kind: str
    first: dt.date
    end: dt.date
    pence: int


def month(day: dt.date) -> tuple[dt.date, dt.date]:
    """The calendar month of a day: its first day, and the next month's."""
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1)


def due(held: AgreementFacts, ledger: Ledger, up_to: dt.date) -> list[LoanDue]:
    """Every entry the loan makes before ``up_to``, noughts left out. Together they are its debt."""
    sums: dict[tuple[str, dt.date], int] = defaultdict(int)
    ends: dict[tuple[str, dt.date], dt.date] = {}
    period_of = _Periods(held.charges)

    def add(kind: str, period: tuple[dt.date, dt.date], pence: int) -> None:
        if pence:
            sums[kind, period[0]] += pence
            ends[kind, period[0]] = max(period[1], ends.get((kind, period[0]), period[1]))

    for day in ledger.within(ledger.first, up_to):
        totals, when = day.totals, month(day.on)
        if day.deferred:
            add(kinds.CHARGE, period_of(day.on), day.deferred)
        add(kinds.INTEREST, when, totals.interest)
        add(kinds.FEE, when, totals.fees)
        add(kinds.RECEIPT, when, -totals.repayments)
        add(kinds.REFUND, when, totals.refunds)
        add(kinds.WRITE_OFF, when, -totals.written_off)
        add(kinds.MOVED_TO_BILL, when, -totals.interest_billed)
    for each in ledger.facts.movements:
        if each.kind is MovementKind.ADVANCE and each.on < up_to:
            add(kinds.BROUGHT_IN, month(each.on), each.effect_pence)
    for fee in held.fees:
        if fee.billed and fee.on < up_to:
            add(kinds.FEE, month(fee.on), fee.amount)
            add(kinds.MOVED_TO_BILL, month(fee.on), -fee.amount)
    return [LoanDue(*key, ends[key], pence) for key, pence in sorted(sums.items()) if pence]


class _Periods:
    """Which billing period a day's deferred charge belongs to: the last to start of those that hold it."""

    def __init__(self, charges: tuple[PostedCharge, ...]) -> None:
        self.spans = sorted({(each.first, each.end) for each in charges})
        self.starts = [first for first, _ in self.spans]

    def __call__(self, day: dt.date) -> tuple[dt.date, dt.date]:
        for place in range(bisect_right(self.starts, day) - 1, -1, -1):
            if day < self.spans[place][1]:
                return self.spans[place]
        raise AssertionError(f"a charge is deferred on {day}, and none was posted for it")
