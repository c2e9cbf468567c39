"""The facts of a care account: care by days, budgets under which it may count, and totals from other councils."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from finance.days import spoken
from finance.problems import Refusal


class BadAccountFact(Refusal):
    """A fact about a care account that cannot be so."""


class Met(StrEnum):
    """Who met the needs. What counts differs: the charge, or what the council would have paid (s.15(2))."""

    COUNCIL = "met by the council"
    OTHERWISE = "met otherwise"


@dataclass(frozen=True, slots=True)
class MeteredCare:
    """Care over whole days ``[first, end)`` (no end: it goes on), at ``pence`` for every ``per_days`` days.

    Met by the council: what the person is charged for eligible needs, before any limit the cap puts on it; no top-up,
    no arrangement fee. Met otherwise: what the council would have paid, as the independent personal budget says.
    """

    first: dt.date
    end: dt.date | None
    met: Met
    pence: int
    care_home: bool
    per_days: int = 7

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.first:
            raise BadAccountFact(f"Care from {spoken(self.first)} ends before it begins.", "Correct the dates.")
        if self.pence < 0 or self.per_days < 1:
            raise BadAccountFact(
                f"Care from {spoken(self.first)} is below nought.",
                "Give the whole charge; a refund changes the charge.",
            )

    @property
    def daily(self) -> Fraction:
        return Fraction(self.pence, self.per_days)

    def on(self, day: dt.date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)

    @classmethod
    def charged(cls, first: dt.date, end: dt.date, pence: int, *, care_home: bool) -> "MeteredCare":
        """What the council charged for these days as a whole, spread evenly over them."""
        return cls(first, end, Met.COUNCIL, pence, care_home, max((end - first).days, 1))


@dataclass(frozen=True, slots=True)
class Budget:
    """A personal or independent personal budget, without which needs met otherwise do not count (s.15(3)).

    They count from ``required``, the day the council had to make the assessment that led to it.
    """

    required: dt.date
    end: dt.date | None = None

    def on(self, day: dt.date) -> bool:
        return self.required <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A total handed from one council to another: accrued before ``on`` began, against the cap it was measured by."""

    on: dt.date
    accrued_pence: int
    cap_pence: int
    council: str

    def __post_init__(self) -> None:
        if self.accrued_pence < 0 or self.cap_pence < 0 or (self.accrued_pence and not self.cap_pence):
            raise BadAccountFact(
                f"The total from {self.council} is below nought, or has no cap beside it.",
                "Ask that council for the accrued costs and the cap they were measured by.",
            )


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Everything one person's account rests on. ``carried_out``: the first day another council is responsible."""

    person: str
    care: tuple[MeteredCare, ...] = ()
    budgets: tuple[Budget, ...] = ()
    brought_in: tuple[Transfer, ...] = ()
    carried_out: dt.date | None = None

    def change_days(self) -> set[dt.date]:
        days = {day for each in self.care for day in (each.first, each.end) if day}
        days |= {day for each in self.budgets for day in (each.required, each.end) if day}
        days |= {each.on for each in self.brought_in}
        return days | ({self.carried_out} if self.carried_out else set())
