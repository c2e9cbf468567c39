"""The figures of a care account statement, which tie to the account, and the total handed to the next council."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from finance.care_cap.account import AccountKind, Entry, account_total
from finance.care_cap.counting import days_to_reach
from finance.care_cap.facts import BadAccountFact, Transfer
from finance.care_cap.meter import COUNTING, Meter
from finance.care_cap.terms import Terms
from finance.days import spoken
from finance.money import round_fraction

FURTHEST_DAYS = 36_525  # a hundred years: a projection past it says nothing


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """Care Act s.29: opening + metered + adjustments + brought in + corrections = closing, in whole pence.

    ``living_pence`` is what daily living costs came to since the last statement: it is not in the account.
    ``corrections_pence`` nets reversals with what was put in their place. ``indicative`` is the day the cap may be
    reached, given only when it is near enough to have to be said; ``weekly_pence`` is the pace it rests on.
    """

    person: str
    since: dt.date | None
    on: dt.date
    cap_pence: int | None
    opening_pence: int
    metered_pence: int
    adjustments_pence: int
    brought_in_pence: int
    corrections_pence: int
    closing_pence: int
    living_pence: int
    share: Fraction
    weekly_pence: int
    reached_on: dt.date | None
    indicative: dt.date | None
    next_due: dt.date


def yearly_statement(
    account: Meter, recorded: Sequence[Entry], terms: Terms, *, on: dt.date, since: dt.date | None = None
) -> AccountStatement:
    """A statement given on a day, of what was recorded after the last one (``since``) up to that day.

    The account must have been metered to ``on`` or beyond.
    """
    assert on <= account.end, "the account has not been metered to the day of the statement"
    new = [each for each in recorded if each.recorded <= on and (since is None or each.recorded > since)]
    corrected = {each.key for each in new if each.reversal}
    sums = {kind: sum(e.pence for e in new if e.kind is kind and e.key not in corrected) for kind in AccountKind}
    opening = account_total(recorded, since) if since else 0
    closing = account_total(recorded, on)
    corrections = sum(each.pence for each in new if each.key in corrected)
    assert opening + sum(sums.values()) + corrections == closing, "the statement does not tie to the account"
    near = on + relativedelta(months=terms.months("projection_within_months", on))
    projected = projected_day(account)
    return AccountStatement(
        person=account.person,
        since=since,
        on=on,
        cap_pence=account.cap_pence,
        opening_pence=opening,
        metered_pence=sums[AccountKind.METERED],
        adjustments_pence=sums[AccountKind.ADJUSTMENT],
        brought_in_pence=sums[AccountKind.BROUGHT_IN],
        corrections_pence=corrections,
        closing_pence=closing,
        living_pence=round_fraction(_living(account, since, on), terms.rounding),
        share=Fraction(closing, account.cap_pence) if account.cap_pence else account.share,
        weekly_pence=round_fraction(_pace(account) * 7, terms.rounding),
        reached_on=account.reached_on,
        indicative=projected if projected and account.reached_on is None and projected <= near else None,
        next_due=on + relativedelta(months=terms.months("statement_every_months", on)),
    )


def projected_day(account: Meter) -> dt.date | None:
    """The day the cap is reached if care goes on as on the last day metered, at today's cap.

    None if it never is, or not within a hundred years.
    """
    if account.reached_on is not None:
        return account.reached_on
    days = days_to_reach(account.room_exact, _pace(account)) if account.cap_pence else None
    return None if days is None or days > FURTHEST_DAYS else account.end + dt.timedelta(days=days - 1)


def carry_out(account: Meter, terms: Terms, council: str) -> Transfer:
    """The total and the cap it is measured by, for the council responsible from the account's closing day.

    Raises BadAccountFact while the account is open, or when no care account was ever kept.
    """
    if account.closed_on is None or account.cap_pence is None:
        raise BadAccountFact(
            f"{account.person} has no closed care account on {spoken(account.end)}.",
            "Record the day the other council became responsible, and meter up to it.",
        )
    total = round_fraction(account.total_exact, terms.rounding)
    return Transfer(account.closed_on, total, account.cap_pence, council)


def _pace(account: Meter) -> Fraction:
    """Exact pence a day at which the account was counting on its last day."""
    last = account.pieces[-1] if account.pieces else None
    return last.day.counted if last and last.why == COUNTING else Fraction(0)


def _living(account: Meter, since: dt.date | None, on: dt.date) -> Fraction:
    total = Fraction(0)
    for each in account.pieces:
        first, end = max(each.first, since or each.first), min(each.end, on)
        if first < end and each.cap_pence is not None:
            total += each.day.living * (end - first).days
    return total
