"""An uplift: prices that hold on a day are another from that day on. Pure: the SQL is in ``uplift_store``.

Every price chosen is either raised or left, with why: none is passed over unsaid.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from finance.days import spoken
from finance.money import Rounding, round_fraction
from finance.problems import Refusal

PENNY = 100  # hundredths of a penny


@dataclass(frozen=True, slots=True)
class PriceHeld:
    """A price as believed. ``rate``: hundredths of a penny a ``unit``; ``ends``: the first day it no longer holds.

    ``learned``: its version. ``line``: the line it was agreed for; None: it is of the contract. ``over``: the first day
    its contract, or its line, no longer runs; None: there is no such day.
    """

    table: str
    ref: str
    learned: int
    rate: int
    unit: str
    starts: dt.date
    ends: dt.date | None
    contract: str
    payee: str
    service: str
    line: str | None
    over: dt.date | None

    def is_over(self, day: dt.date) -> bool:
        """Whether nobody is paid by it from a day on."""
        return self.over is not None and self.over <= day


@dataclass(frozen=True, slots=True)
class PriceChanged:
    """A price a change told of: its version then, the one before it (None: it was new), and whether it still stands."""

    table: str
    ref: str
    learned: int
    now: Mapping[str, object]
    before: Mapping[str, object] | None
    stands: bool


class NotAnUplift(Refusal):
    """A percentage, a step or a choice by which nothing can be raised."""


@dataclass(frozen=True, slots=True)
class Uplift:
    """``percent``: how much is added (below nought: taken off); ``since``: the first day of the new prices.

    ``step``: hundredths of a penny the new price is a whole number of. ``contracts``, ``payees``, ``services``:
    references of those chosen; empty: all.
    """

    percent: Fraction
    since: dt.date
    step: int = PENNY
    rounding: Rounding = Rounding.HALF_UP
    contracts: frozenset[str] = field(default_factory=frozenset)
    payees: frozenset[str] = field(default_factory=frozenset)
    services: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not -100 < self.percent <= 100 or not self.percent:
            raise NotAnUplift("A percentage that raises nothing, or that cannot be meant.", "Give -99 to 100, not 0.")

    def chooses(self, price: PriceHeld) -> bool:
        """Whether a price is one of those asked for."""
        asked = ((self.contracts, price.contract), (self.payees, price.payee), (self.services, price.service))
        return all(not wanted or ref in wanted for wanted, ref in asked)

    def raised(self, rate: int) -> int:
        """The new price, in hundredths of a penny."""
        return self.step * round_fraction(Fraction(rate) * (100 + self.percent) / 100 / self.step, self.rounding)


@dataclass(frozen=True, slots=True)
class PriceRaised:
    """A price and what it is to be from the day."""

    price: PriceHeld
    now: int


@dataclass(frozen=True, slots=True)
class PriceLeft:
    """A price that stays as it is, and why."""

    price: PriceHeld
    why: str


@dataclass(frozen=True, slots=True)
class UpliftPlan:
    """What an uplift raises and leaves: together, every price chosen that is not over before the day."""

    uplift: Uplift
    raised: tuple[PriceRaised, ...]
    left: tuple[PriceLeft, ...]


def plan(prices: Iterable[PriceHeld], uplift: Uplift) -> UpliftPlan:
    """What an uplift does to each price it chooses. Raises NotAnUplift where what is chosen has no price."""
    raised: list[PriceRaised] = []
    left: list[PriceLeft] = []
    for price in filter(uplift.chooses, prices):
        now = uplift.raised(price.rate)
        why = _stays(price, uplift.since, now)
        if why is None:
            raised.append(PriceRaised(price, now))
        else:
            left.append(PriceLeft(price, why))
    chosen = [each.price for each in raised] + [each.price for each in left]
    for noun, wanted, has in (
        ("contract", uplift.contracts, {each.contract for each in chosen}),
        ("payee", uplift.payees, {each.payee for each in chosen}),
        ("service", uplift.services, {each.service for each in chosen}),
    ):
        if missing := sorted(wanted - has):
            what = f"No price is known of {noun} {', '.join(missing)} on {spoken(uplift.since)} or after."
            raise NotAnUplift(what, f"Check the reference, or leave the {noun} out.")
    left.sort(key=lambda each: each.price.is_over(uplift.since))
    return UpliftPlan(uplift, tuple(raised), tuple(left))


def _stays(price: PriceHeld, since: dt.date, now: int) -> str | None:
    """Why a price is not raised; None where it is."""
    if price.starts >= since:
        return f"begins on {spoken(price.starts)} as it is"
    if price.is_over(since):
        return f"its {'line' if price.line else 'contract'} is over by {spoken(since)}"
    if now == price.rate:
        return "comes to the same"
    return None
