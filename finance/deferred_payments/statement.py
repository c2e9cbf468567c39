"""A statement of a debt over some days, whose lines tie to the ledger, and the figure that redeems it on any day."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from finance.deferred_payments.agreement import SecurityKind, limit_on, review_due_on, security_on, value_on
from finance.deferred_payments.interest import percent_text
from finance.deferred_payments.ledger import ONE, DebtDay, DebtTotals, Ledger
from finance.parameters import Parameters


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: what it is, its days ``[first, end)``, what it did to the debt, and why."""

    what: str
    first: dt.date
    end: dt.date
    pence: int
    why: str


@dataclass(frozen=True, slots=True)
class Redemption:
    """What clears a debt on a day, how it is made up since the debt began, and what each day after would add."""

    on: dt.date
    pence: int
    parts: DebtTotals
    next_day_interest_exact: Fraction


@dataclass(frozen=True, slots=True)
class LoanStatement:
    """A debt over ``[first, end)``. The lines add up from the opening to the closing figure.

    ``limit_pence`` and what rests on it are None before the home is valued; there is no room once the agreement ended.
    """

    reference: str
    person: str
    first: dt.date
    end: dt.date
    totals: DebtTotals
    lines: tuple[StatementLine, ...]
    security: SecurityKind
    value_pence: int | None
    limit_pence: int | None
    room_pence: int | None
    review_due: bool
    over_limit_exact: Fraction


def statement(ledger: Ledger, first: dt.date, end: dt.date, figures: Parameters | None = None) -> LoanStatement:
    """A six-monthly statement, or one asked for on any day: the ledger must run to ``end``."""
    agreement, last = ledger.facts.agreement, end - ONE
    totals, lines = ledger.between(first, end), tuple(_lines(ledger, first, end))
    assert totals.ties and totals.opening + sum(each.pence for each in lines) == totals.closing
    valued = any(each.first <= last for each in agreement.valuations)
    limit = limit_on(agreement, last, figures) if valued else None
    return LoanStatement(
        reference=agreement.reference,
        person=agreement.person,
        first=first,
        end=end,
        totals=totals,
        lines=lines,
        security=security_on(agreement, last),
        value_pence=value_on(agreement, last) if valued else None,
        limit_pence=limit,
        room_pence=None if limit is None else 0 if _ended(ledger, last) else max(limit - totals.closing, 0),
        review_due=valued and review_due_on(agreement, totals.closing, last, figures),
        over_limit_exact=sum((each.over_limit_exact for each in ledger.within(first, end)), Fraction(0)),
    )


def _ended(ledger: Ledger, day: dt.date) -> bool:
    return ledger.first <= day < ledger.end and ledger.on(day).ended


def redemption(ledger: Ledger, day: dt.date) -> Redemption:
    """The redemption figure for a day the ledger holds. Paid on that day it leaves a debt of nought, for good.

    It is the balance at the close of a day from which nothing more is deferred, with all interest up to the last day
    that policy counts, whether or not it has been added to the debt yet.
    """
    row = ledger.on(day)
    following = ledger.on(day + ONE).interest_exact if day + ONE < ledger.end else row.interest_exact
    before, on = ledger.between(ledger.first, day), row.totals
    parts = DebtTotals(
        opening=0,
        advances=before.advances + on.advances - row.deferred,
        fees=before.fees + on.fees,
        interest=before.interest + row.redemption_interest,
        refunds=before.refunds + on.refunds,
        repayments=before.repayments + on.repayments,
        written_off=before.written_off + on.written_off,
        interest_billed=before.interest_billed,
        closing=row.redemption,
    )
    assert parts.ties, f"the redemption figure of {ledger.facts.agreement.reference} does not tie on {day}"
    return Redemption(day, row.redemption, parts, following)


def _lines(ledger: Ledger, first: dt.date, end: dt.date) -> Iterator[StatementLine]:
    """Single amounts one by one; deferred charges by the month; interest by the rate."""
    found = list(_movements(ledger, first, end))
    rows = ledger.within(first, end)
    found += _grouped(rows, lambda row: row.deferred, "deferred charges", lambda row: "", _month)
    found += _grouped(rows, lambda row: row.totals.interest, "interest", _rate_words, lambda row: None)
    found += _grouped(rows, lambda row: -row.totals.interest_billed, "interest billed", lambda row: "as asked", _day)
    yield from sorted(found, key=lambda each: (each.first, each.end, each.what))


def _movements(ledger: Ledger, first: dt.date, end: dt.date) -> Iterator[StatementLine]:
    for each in ledger.facts.movements:
        if first <= each.on < end:
            why = each.reference if each.reverses is None else f"{each.reference}, reversing {each.reverses}"
            yield StatementLine(each.kind, each.on, each.on + ONE, each.effect_pence, why)


def _rate_words(row: DebtDay) -> str:
    return f"{percent_text(row.rate.percent)}% a year" if row.rate.percent else row.rate.why


def _month(row: DebtDay) -> tuple[int, int]:
    return row.on.year, row.on.month


def _day(row: DebtDay) -> dt.date:
    return row.on


def _grouped(
    rows: tuple[DebtDay, ...],
    pence: Callable[[DebtDay], int],
    what: str,
    why: Callable[[DebtDay], str],
    by: Callable[[DebtDay], object],
) -> Iterator[StatementLine]:
    """One line for each stretch of days alike in ``by`` and ``why``."""
    for (_, words), group in groupby(rows, key=lambda row: (by(row), why(row))):
        days = list(group)
        total = sum(pence(each) for each in days)
        if total:
            yield StatementLine(what, days[0].on, days[-1].on + ONE, total, words)
