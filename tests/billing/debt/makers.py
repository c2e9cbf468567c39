"""Short makers of what is owed: a bill is said in a line, only what matters stated."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from billing.debt.facts import Credits, DebtPayers, Disputes, Known, Owing, Reached, Spaces
from billing.debt.instalments import Every, Plan
from finance.columns import Ints
from finance.days import FOR_EVER, number

ANN, BOB = 1, 2


@dataclass(frozen=True)
class Bill:
    nr: int
    due: dt.date
    left: int
    payer: int = ANN
    issued: dt.date | None = None
    cared_from: dt.date | None = None
    amount: int | None = None
    collecting: int = 0
    collect_on: dt.date | None = None

    @property
    def issued_on(self) -> dt.date:
        return self.issued or self.due - dt.timedelta(days=14)

    @property
    def since(self) -> dt.date:
        return self.cared_from or self.issued_on - dt.timedelta(days=28)


@dataclass(frozen=True)
class Dispute:
    bill: int
    amount: int | None
    starts: dt.date
    ends: dt.date | None = None


@dataclass(frozen=True)
class Space:
    payer: int
    starts: dt.date
    ends: dt.date | None = None


@dataclass(frozen=True)
class Taken:
    bill: int
    step: int
    on: dt.date


def column(values: Iterable[int]) -> Ints:
    return np.asarray(list(values), dtype=np.int64)


def end(day: dt.date | None) -> int:
    return FOR_EVER if day is None else number(day)


def plan(
    *,
    amount: int,
    debt: int,
    first: dt.date,
    every: str = "monthly",
    payer: int = ANN,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
    bills_from: dt.date = dt.date(2020, 1, 1),
    bills_until: dt.date = dt.date(2030, 1, 1),
    direct_debit: bool = False,
    nr: int = 1,
) -> Plan:
    return Plan(
        nr,
        f"IP{nr}",
        payer,
        first,
        Every(every),
        amount,
        debt,
        bills_from,
        bills_until,
        direct_debit,
        starts or first,
        ends,
    )


def owed(
    *bills: Bill,
    disputes: Iterable[Dispute] = (),
    spaces: Iterable[Space] = (),
    plans: Iterable[Plan] = (),
    taken: Iterable[Taken] = (),
    died: dict[int, dt.date] | None = None,
    unchased: Iterable[int] = (),
    credits: Iterable[tuple[int, dt.date, int]] = (),
) -> Known:
    """``credits``: the bill, the day and the pence of each."""
    credits = list(credits)
    disputes, spaces, taken = list(disputes), list(spaces), list(taken)
    payers = sorted({each.payer for each in bills})
    return Known(
        Owing(
            column(each.nr for each in bills),
            column(each.payer for each in bills),
            column(number(each.issued_on) for each in bills),
            column(number(each.due) for each in bills),
            column(number(each.since) for each in bills),
            column(each.left if each.amount is None else each.amount for each in bills),
            column(each.left for each in bills),
            column(each.collecting for each in bills),
            column(end(each.collect_on) for each in bills),
        ),
        Disputes(
            column(each.bill for each in disputes),
            column(-1 if each.amount is None else each.amount for each in disputes),
            column(number(each.starts) for each in disputes),
            column(end(each.ends) for each in disputes),
        ),
        Spaces(
            column(each.payer for each in spaces),
            column(number(each.starts) for each in spaces),
            column(end(each.ends) for each in spaces),
        ),
        tuple(plans),
        Reached(
            column(each.bill for each in taken),
            column(each.step for each in taken),
            column(number(each.on) for each in taken),
        ),
        DebtPayers(
            column(payers),
            column(end((died or {}).get(each)) for each in payers),
            column(each not in set(unchased) for each in payers),
        ),
        Credits(
            column(bill for bill, _, _ in credits),
            column(number(day) for _, day, _ in credits),
            column(pence for _, _, pence in credits),
        ),
    )
