"""Days, spans, weeks and pay calendars. A span runs from its first day up to, not including, its end.

Inside columns a day is the whole number of days since 1 January 1970 (NumPy's own ``datetime64[D]`` count).
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import numpy as np
from dateutil.relativedelta import relativedelta
from numpy.typing import NDArray

from finance.problems import NoValueOnDay, Refusal

EPOCH = dt.date(1970, 1, 1)
EARLIEST, LATEST = dt.date(1870, 1, 1), dt.date(2199, 12, 31)  # no day told to us from outside is right beyond these
FOR_EVER = 1_000_000  # a day number after every real one (the year 4707): "no end"


def number(day: dt.date) -> int:
    """A date as its day number."""
    return (day - EPOCH).days


def day(number_: int) -> dt.date:
    """A day number as its date."""
    return EPOCH + dt.timedelta(days=int(number_))


def spoken(when: dt.date) -> str:
    """A date for people: 3 May 2026."""
    return f"{when.day} {when:%B %Y}"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole days from ``first`` up to, not including, ``end``."""

    first: dt.date
    end: dt.date

    def __post_init__(self) -> None:
        if self.end <= self.first:
            raise Refusal(f"A span from {self.first} to {self.end} has no days.", "Give an end after the first day.")

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    @property
    def last(self) -> dt.date:
        """The last day inside: for screens and files alone."""
        return self.end - dt.timedelta(days=1)

    def holds(self, when: dt.date) -> bool:
        return self.first <= when < self.end

    def meet(self, other: "Span") -> "Span | None":
        """The days both hold, or None."""
        first, end = max(self.first, other.first), min(self.end, other.end)
        return Span(first, end) if first < end else None

    def __str__(self) -> str:
        return f"{spoken(self.first)} to {spoken(self.last)}"


@cache
def bank_holidays() -> frozenset[dt.date]:
    """Bank holidays in England and Wales, from the official list the library carries."""
    listed = files("govuk_bank_holidays") / "bank-holidays.json"  # the library itself loads what would fetch it anew
    events = json.loads(listed.read_text(encoding="utf-8"))["england-and-wales"]["events"]
    return frozenset(dt.date.fromisoformat(each["date"]) for each in events)


@cache
def bank_holiday_reach() -> Span:
    """The years the list of bank holidays covers. Outside them a working day is not known."""
    known = bank_holidays()
    return Span(dt.date(min(known).year, 1, 1), dt.date(max(known).year + 1, 1, 1))


def is_working_day(when: dt.date) -> bool:
    """Monday to Friday and no bank holiday. Raises NoValueOnDay outside the years the list covers."""
    reach = bank_holiday_reach()
    if not reach.holds(when):
        raise NoValueOnDay(
            f"Bank holidays are known for {reach} only, not for {spoken(when)}.",
            "Update the govuk-bank-holidays package.",
        )
    return when.weekday() < 5 and when not in bank_holidays()


def working_day_on_or_before(when: dt.date) -> dt.date:
    while not is_working_day(when):
        when -= dt.timedelta(days=1)
    return when


def working_day_on_or_after(when: dt.date) -> dt.date:
    while not is_working_day(when):
        when += dt.timedelta(days=1)
    return when


def add_working_days(when: dt.date, count: int) -> dt.date:
    """``count`` working days after ``when`` (before it, when negative)."""
    step = dt.timedelta(days=1 if count >= 0 else -1)
    for _ in range(abs(count)):
        when += step
        while not is_working_day(when):
            when += step
    return when


def financial_year(when: dt.date) -> Span:
    """1 April to 31 March."""
    year = when.year if when >= dt.date(when.year, 4, 1) else when.year - 1
    return Span(dt.date(year, 4, 1), dt.date(year + 1, 4, 1))


def financial_period(when: dt.date) -> tuple[int, int]:
    """The financial year (by the year it starts) and its month, 1 for April to 12 for March."""
    return financial_year(when).first.year, (when.month - 4) % 12 + 1


class Cycle(StrEnum):
    """How long a pay period is."""

    DAILY = "daily"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four-weekly"
    MONTHLY = "calendar month"


class Timing(StrEnum):
    """Whether money follows the care or goes before it."""

    ARREARS = "arrears"
    ADVANCE = "advance"


_DAYS_IN = {Cycle.DAILY: 1, Cycle.WEEKLY: 7, Cycle.FORTNIGHTLY: 14, Cycle.FOUR_WEEKLY: 28}


@dataclass(frozen=True, slots=True)
class PayCalendar:
    """When a group of payees is paid: periods counted both ways from ``anchor``, the first day of any one period.

    The cut-off falls ``cut_off_days`` after the period's last day (before its first day when paid in advance);
    money reaches payees ``pay_working_days`` working days after the cut-off.
    """

    cycle: Cycle
    anchor: dt.date
    timing: Timing = Timing.ARREARS
    cut_off_days: int = 1
    pay_working_days: int = 3

    def _month(self, months: int) -> dt.date:
        return self.anchor + relativedelta(months=months)

    def period(self, when: dt.date) -> Span:
        """The pay period that holds a day."""
        if self.cycle is Cycle.MONTHLY:
            months = (when.year - self.anchor.year) * 12 + when.month - self.anchor.month
            if self._month(months) > when:
                months -= 1
            elif self._month(months + 1) <= when:
                months += 1
            return Span(self._month(months), self._month(months + 1))
        length = _DAYS_IN[self.cycle]
        first = when - dt.timedelta(days=(when - self.anchor).days % length)
        return Span(first, first + dt.timedelta(days=length))

    def periods(self, window: Span) -> Iterator[Span]:
        """Every pay period that shares a day with the window, in order."""
        current = self.period(window.first)
        while current.first < window.end:
            yield current
            current = self.period(current.end)

    def cut_off(self, period: Span) -> dt.date:
        """The day the run for a period is drafted."""
        if self.timing is Timing.ADVANCE:
            return period.first - dt.timedelta(days=self.cut_off_days)
        return period.last + dt.timedelta(days=self.cut_off_days)

    def pay_date(self, period: Span) -> dt.date:
        """The working day the money should arrive."""
        return self.paid_after(self.cut_off(period))

    def paid_after(self, cut_off: dt.date) -> dt.date:
        """The working day on which money cut off on a day should arrive: that day itself, where nothing is waited for
        and banks are at work, else the next."""
        return working_day_on_or_after(add_working_days(cut_off, self.pay_working_days))

    def due_for_cut_off(self, on: dt.date) -> Span | None:
        """The period whose cut-off is exactly this day, or None."""
        shift = self.cut_off_days if self.timing is Timing.ARREARS else -self.cut_off_days
        near = self.period(on - dt.timedelta(days=shift))
        for candidate in (near, self.period(near.first - dt.timedelta(days=1)), self.period(near.end)):
            if self.cut_off(candidate) == on:
                return candidate
        return None


def weekday_number(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Monday 0 to Sunday 6 (1 January 1970 was a Thursday)."""
    return np.asarray((days + 3) % 7, dtype=np.int64)


def count_every(
    first: NDArray[np.int64], end: NDArray[np.int64], start: NDArray[np.int64] | int, every: NDArray[np.int64] | int
) -> NDArray[np.int64]:
    """How many days in ``[first, end)`` are ``start`` plus a whole multiple of ``every``, in closed form."""
    return np.asarray((end - 1 - start) // every - (first - 1 - start) // every, dtype=np.int64)
