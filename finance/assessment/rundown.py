"""When somebody paying in full will come down to the capital limit: a projection, with its date.

Capital falls each day by a seventh of the weekly fee and spending less income. Fees may change on known days. The
answer is the first day on which capital no longer exceeds the limit; it is a forecast, never a charge.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from finance.assessment.circumstances import BadFact

LONGEST = 365 * 60  # days ahead: beyond this nobody can say


@dataclass(frozen=True, slots=True)
class Fee:
    """A weekly fee in pence from a day."""

    first: dt.date
    weekly_pence: int


@dataclass(frozen=True, slots=True)
class RunDown:
    """The forecast. ``reached`` is None when income meets the fee, or the day is beyond sixty years."""

    reached: dt.date | None
    days: int | None
    capital_then_pence: Fraction | None
    why: str


def run_down(
    capital_pence: int,
    on: dt.date,
    fees: Sequence[Fee],
    *,
    income_weekly_pence: int,
    spending_weekly_pence: int,
    limit_pence: int,
) -> RunDown:
    """When capital comes down to ``limit_pence``, from what it is on a day.

    ``spending_weekly_pence`` is what the person spends besides the fee. Raises BadFact when no fee covers the first
    day or an amount is below nought.
    """
    ordered = sorted(fees, key=lambda fee: fee.first)
    if not ordered or ordered[0].first > on:
        raise BadFact("No fee covers the first day of the forecast.", "Supply the fee from that day.")
    if min(capital_pence, income_weekly_pence, spending_weekly_pence, *(fee.weekly_pence for fee in ordered)) < 0:
        raise BadFact("An amount in the forecast is below nought.", "Correct it.")
    capital, day = Fraction(capital_pence), on
    if capital <= limit_pence:
        return RunDown(on, 0, capital, "Capital is within the limit already.")
    for place, fee in enumerate(ordered):
        until = ordered[place + 1].first if place + 1 < len(ordered) else on + dt.timedelta(days=LONGEST)
        if until <= day:
            continue
        drain = Fraction(fee.weekly_pence + spending_weekly_pence - income_weekly_pence, 7)
        span = (until - day).days
        needed = -(-(capital - limit_pence) // drain) if drain > 0 else span + 1
        if needed <= span:
            reached = day + dt.timedelta(days=int(needed))
            left = capital - drain * int(needed)
            return RunDown(reached, (reached - on).days, left, "Capital no longer exceeds the limit.")
        capital, day = capital - drain * span, until
    return RunDown(None, None, None, "Income meets the fee, or the day is too far ahead to say.")
