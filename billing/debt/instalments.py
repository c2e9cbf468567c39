"""Instalment plans: which sums fall on which days, and the first instalment that was missed.

A plan's instalments add back to its debt to the penny: each is the agreed amount, the last whatever is left. What has
been paid is what the covered bills have fallen by since the plan was agreed, whoever paid it and however.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from finance.days import spoken
from finance.money import sterling


class Every(StrEnum):
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four-weekly"
    MONTHLY = "monthly"


_DAYS = {Every.WEEKLY: 7, Every.FORTNIGHTLY: 14, Every.FOUR_WEEKLY: 28}


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment of a plan, counted from 1. ``by_then``: what should have been paid with it, altogether."""

    number: int
    due: dt.date
    amount: int
    by_then: int

    def __str__(self) -> str:
        return f"instalment {self.number} of {sterling(self.amount)} due {spoken(self.due)}"


@dataclass(frozen=True, slots=True)
class Missed:
    """An instalment not fully paid: ``paid`` is pence of it that were, ``behind`` pence of all that have fallen due and
    were not."""

    instalment: Instalment
    paid: int
    behind: int

    def __str__(self) -> str:
        short = self.instalment.amount - self.paid
        said = f"{self.instalment} was not paid"
        if self.paid:
            said = f"of {self.instalment}, {sterling(self.paid)} was paid and {sterling(short)} is short"
        return f"{said}; with those due since, {sterling(self.behind)} is not paid" if self.behind > short else said


@dataclass(frozen=True, slots=True)
class Plan:
    """An instalment plan. ``debt`` and ``amount`` are pence; it stands from ``starts`` until ``ends``."""

    nr: int
    ref: str
    bill_payer: int
    first_payment: dt.date
    every: Every
    amount: int
    debt: int
    bills_from: dt.date
    bills_until: dt.date
    direct_debit: bool
    starts: dt.date
    ends: dt.date | None

    @property
    def count(self) -> int:
        return -(-self.debt // self.amount)

    def instalment(self, number: int) -> Instalment:
        """One instalment, by its number from 1."""
        by_then = min(self.amount * number, self.debt)
        return Instalment(number, self._day(number), by_then - min(self.amount * (number - 1), self.debt), by_then)

    def schedule(self) -> list[Instalment]:
        """Every instalment, in order."""
        return [self.instalment(number) for number in range(1, self.count + 1)]

    def _day(self, number: int) -> dt.date:
        if self.every is Every.MONTHLY:
            return self.first_payment + relativedelta(months=number - 1)
        return self.first_payment + dt.timedelta(days=_DAYS[self.every] * (number - 1))

    def holds(self, on: dt.date) -> bool:
        return self.starts <= on and (self.ends is None or on < self.ends)

    def covers(self, issued: dt.date) -> bool:
        """Whether a bill issued on this day is one of the plan's."""
        return self.bills_from <= issued < self.bills_until

    def missed(self, left: int, on: dt.date, days_grace: int) -> Instalment | None:
        """The first instalment not fully paid, and more than the days of grace behind; None when the plan is kept.

        ``left``: pence unpaid now of the bills it covers.
        """
        paid = max(self.debt - left, 0)
        number = paid // self.amount + 1
        if number > self.count:
            return None
        first = self.instalment(number)
        return first if paid < first.by_then and first.due + dt.timedelta(days=days_grace) < on else None

    def short(self, left: int, on: dt.date, days_grace: int) -> Missed | None:
        """The instalment missed, with how much of it was paid and how much in all is behind; None when the plan
        is kept.
        """
        first = self.missed(left, on, days_grace)
        if first is None:
            return None
        paid = max(self.debt - left, 0)
        due = max((each.by_then for each in self.schedule() if each.due < on), default=0)
        return Missed(first, paid - (first.by_then - first.amount), due - paid)
