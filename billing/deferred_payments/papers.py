"""What a statement, a redemption figure and the return's requests say, made ready for documents, screens and files."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from billing.deferred_payments.facts import AgreementFacts
from billing.deferred_payments.loan_to_date import Loan, Rules
from finance.days import spoken
from finance.deferred_payments import AgeBand, LoanStatement, Redemption, Request, redemption, statement, statement_days
from finance.problems import Refusal

ONE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LoanPaper:
    """A statement of one loan, with the day its limit would be reached and the days charges are in to."""

    statement: LoanStatement
    name: str
    days: tuple[tuple[dt.date, int, Fraction, int], ...]
    limit_reached: dt.date | None
    next_statement: dt.date | None
    charged_to: dt.date | None
    kept_weekly: int | None
    pays_weekly: int | None


def paper(loan: Loan, rules: Rules, first: dt.date | None = None) -> LoanPaper:
    """The statement up to the loan's last day. ``days`` are (day, pence bearing interest, per cent, pence of interest).

    From the six-monthly day before it, or the day the agreement began, when ``first`` is not given.
    """
    kept, last = loan.held.agreement, loan.up_to - ONE
    due = statement_days(rules.loans, kept.signed or kept.starts, last)
    begins = kept.starts if kept.brought_in_on is None else min(kept.starts, kept.brought_in_on)
    opened = first or max([begins, *(each + ONE for each in due if each < last)])
    if opened > last:
        raise Refusal(f"A statement from {spoken(opened)} to {spoken(last)} has no days.", "Give an earlier first day.")
    made = statement(loan.ledger, opened, loan.up_to)
    share = loan.held.share_on(last)
    later = [
        each
        for each in statement_days(rules.loans, kept.signed or kept.starts, last.replace(year=last.year + 2, day=1))
        if each > last
    ]
    return LoanPaper(
        statement=made,
        name=kept.name,
        days=tuple(
            (each.on, each.bearing, each.rate.percent, each.totals.interest)
            for each in loan.ledger.within(opened, loan.up_to)
        ),
        limit_reached=loan.limit_reached_on(rules),
        next_statement=later[0] if later and made.totals.closing else None,
        charged_to=loan.held.charged_to,
        kept_weekly=share.kept if share else None,
        pays_weekly=share.pays if share else None,
    )


def due_between(held: AgreementFacts, rules: Rules, first: dt.date, last: dt.date) -> list[dt.date]:
    """The six-monthly days of an agreement from one day to another, both included."""
    kept = held.agreement
    return [each for each in statement_days(rules.loans, kept.signed or kept.starts, last) if each >= first]


@dataclass(frozen=True, slots=True)
class Quote:
    """A redemption figure. Charges not posted by ``charged_to`` are not in it: they are billed, or deferred later.

    ``daily_deferred_exact``: pence of charges each day after it defers, as things stand, beside that day's interest.
    """

    ref: str
    name: str
    person: str
    redemption: Redemption
    charged_to: dt.date | None
    short_of_charges: bool
    daily_deferred_exact: Fraction


def quote(loan: Loan, day: dt.date) -> Quote:
    """The redemption figure for a day. Refuses when there is nothing to redeem."""
    kept = loan.held.agreement
    if not loan.ledger.days:
        raise Refusal(f"Nothing has been lent under {kept.ref} by {spoken(day)}.", "There is nothing to redeem.")
    made, charged = redemption(loan.ledger, day), loan.held.charged_to
    open_still = not loan.ledger.on(day).ended and loan.held.share_on(day) is not None
    short = open_still and (charged is None or charged < day)
    return Quote(kept.ref, kept.name, kept.person_ref, made, charged, short, loan.daily_deferred)


def requests_of(rows: Iterable[Mapping[str, Any]]) -> list[Request]:
    """Stored requests as the return counts them: by age on the day decided, or made while open."""
    return [
        Request(
            reference=row["ref"],
            made=row["made"],
            age=_band(row["born"], row["decided"] or row["made"]),
            decided=row["decided"],
            why_not=None if row["outcome"] in (None, "agreed") else (row["why_not"] or row["outcome"]),
            top_up=bool(row["top_up"]),
            reason=row["reason"] or "",
            use=row["home_use"] or "",
        )
        for row in rows
    ]


def _band(born: dt.date | None, on: dt.date) -> AgeBand:
    """65 and over where the day of birth is not known: nearly everybody with an agreement is."""
    if born is None:
        return AgeBand.OLDER
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return AgeBand.OLDER if age >= 65 else AgeBand.YOUNGER
