"""What may be charged for any days once the cap is watched: the whole charge, then daily living costs, or nothing."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from finance.care_cap.meter import Meter, MeteredDays
from finance.care_cap.terms import Terms
from finance.days import Span
from finance.money import round_fraction


@dataclass(frozen=True, slots=True)
class ChargeWithinCap:
    """A period's charge: what was asked, what may be charged (rounded once, here), and the days it changed."""

    span: Span
    asked_exact: Fraction
    charge_exact: Fraction
    charge_pence: int
    reached_on: dt.date | None
    steps: tuple[MeteredDays, ...]

    @property
    def taken_off_exact(self) -> Fraction:
        return self.asked_exact - self.charge_exact


def charge_within_cap(account: Meter, terms: Terms, span: Span) -> ChargeWithinCap:
    """The charge for ``span`` (which the account must cover to its last day) for needs the council met.

    From the day the cap is reached only daily living costs are charged in a care home, and nothing elsewhere
    (s.15(1), (7)). On that day itself, what was left below the cap is charged as well.
    """
    assert span.end <= account.end, "the account has not been metered to the end of these days"
    steps = tuple(cut for each in account.pieces if (cut := _within(each, span)) is not None)
    asked = sum((each.day.asked * each.days for each in steps), Fraction(0))
    charge = sum((each.day.charge * each.days for each in steps), Fraction(0))
    reached = account.reached_on if account.reached_on and account.reached_on < span.end else None
    return ChargeWithinCap(span, asked, charge, round_fraction(charge, terms.rounding), reached, steps)


def _within(piece: MeteredDays, span: Span) -> MeteredDays | None:
    first, end = max(piece.first, span.first), min(piece.end, span.end)
    if first >= end:
        return None
    return MeteredDays(first, end, piece.total_at(first), piece.cap_pence, piece.day, piece.why)
