"""What one paper says of the care itself: how much of it, at which price, and the time somebody was away from it.

Plain records, as in ``content``: spans are ``[starts, ends)``, and nothing is a sentence.
"""

import datetime as dt
from dataclasses import dataclass

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
