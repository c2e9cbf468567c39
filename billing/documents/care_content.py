"""What one paper says of the care itself: how much of it, at which price, and the time somebody was away from it.

Plain records, as in ``content``: spans are ``[starts, ends)``, and nothing is a sentence.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from finance.care_costs.retainers import WHOLE_SHARE


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is planned each week: minutes for hours, hundredths for every other unit; ``days`` a bit a weekday."""

    unit: str
    quantity: int
    days: int = 0
    every_weeks: int = 1


@dataclass(frozen=True, slots=True)
class QuantityAtPrice:
    """So much at one price (minutes for hours, hundredths for every other unit; hundredths of a penny). Where it is no
    whole number of weeks or months: ``days``, each one of the ``of`` days of the week, the four weeks or the month.
    ``share`` of the price is charged, in hundredths of a per cent: less than all while somebody is away."""

    unit: str
    quantity: int
    rate: int
    days: int = 0
    of: int = 0
    share: int = WHOLE_SHARE


@dataclass(frozen=True, slots=True)
class BilledAway:
    """Days on which somebody was away from their care, and the ``share`` of its price that counts (hundredths of a per
    cent). ``whose``: by whose rule: absence, contract or council; ``rule`` as it was given, ``100:28,80``."""

    service: str
    provider: str
    reason: str
    starts: dt.date
    ends: dt.date
    share: int
    whose: str
    rule: str


@dataclass(frozen=True, slots=True)
class BilledCare:
    """Care over some days. ``quantity`` is what it came to in those days; ``rates`` its prices in order, hundredths of
    a penny: one, unless the price changed between. ``priced``: how much at each. ``weeks``: how many weeks alike the
    cost is the sum of, where quantity by price does not come to it.

    ``note`` says why it is not charged, or that it is by what was delivered. ``person`` is named on a funder's bill.
    """

    service: str
    provider: str
    starts: dt.date
    ends: dt.date
    cost: int
    pattern: Pattern | None = None
    unit: str = ""
    quantity: int = 0
    rates: tuple[int, ...] = ()
    note: str = ""
    person: str = ""
    priced: tuple[QuantityAtPrice, ...] = ()
    weeks: int = 0


def by_month(unit: str, first: dt.date, end: dt.date, part: Fraction) -> list[tuple[int, int, Fraction]]:
    """(days of the month, days in it, share) of each month some days are in, where they are priced by the month."""
    if unit != "calendar month":
        return [(0, (end - first).days, part)]
    made, at = [], first
    while at < end:
        after = (at.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        length = (after - at.replace(day=1)).days
        some = (min(after, end) - at).days
        made.append((length, some, Fraction(some, length)))
        at = after
    if sum(share for _, _, share in made) == part:
        return made
    days = (end - first).days
    of = days / part if part else Fraction(0)  # the contract’s months begin on a day of their own: of one of those
    return [(int(of) if of.denominator == 1 and 28 <= of <= 31 else 0, days, part)]


def days_of(unit: str, units: Fraction, days: int, length: int) -> tuple[int, int]:
    """The days that make part of a week, of four weeks or of a month; (0, 0) where there is no such part."""
    if units.denominator == 1:
        return 0, 0
    if length:
        return days, length
    of = {"week": 7, "4 weeks": 28}.get(unit, 0)
    return (int(units * of), of) if of and (units * of).denominator == 1 else (0, 0)
