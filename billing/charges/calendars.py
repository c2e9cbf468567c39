"""Bill calendars: periods of whole charging weeks, counted both ways from the first day of any one of them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from finance.columns import Ints
from finance.days import Span, day, number
from finance.problems import Refusal

MOST_WEEKS = 13


@dataclass(frozen=True, slots=True)
class BillCalendar:
    """When a group of clients is billed. ``anchor``: the first day of any one period, as a day number."""

    nr: int
    ref: str
    name: str
    weeks: int
    anchor: int
    cut_off_days: int
    due_days: int
    go_live: int

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise Refusal(f"{self.name} bills for {self.weeks} weeks.", f"Give 1 to {MOST_WEEKS} weeks.")

    def period_starts(self, days: Ints) -> Ints:
        """The first day of the bill period that holds each day."""
        length = 7 * self.weeks
        return np.asarray(days - (days - self.anchor) % length, dtype=np.int64)

    def period(self, when: dt.date) -> Span:
        """The bill period that holds a day."""
        first = day(int(self.period_starts(np.asarray([number(when)]))[0]))
        return Span(first, first + dt.timedelta(weeks=self.weeks))

    def cut_off(self, period: Span) -> dt.date:
        """The day the run for a period is drafted."""
        return period.last + dt.timedelta(days=self.cut_off_days)

    def week_starts(self, first: int, end: int) -> Ints:
        """The first day of every charging week that shares a day with ``[first, end)``."""
        opens = first - (first - self.anchor) % 7
        return np.arange(opens, end, 7, dtype=np.int64)

    def due_day(self, issued: dt.date) -> dt.date:
        """The day a bill issued on a day is to be paid."""
        return issued + dt.timedelta(days=self.due_days)

    def last_cut_off(self, settled: dt.date, on: dt.date) -> dt.date:
        """The end of the last period after ``settled`` whose cut-off has come by ``on``. Refuses when none has."""
        period, found = self.period(settled), None
        while self.cut_off(period) <= on:
            found, period = period, self.period(period.end)
        if found is None:
            when = self.cut_off(self.period(settled))
            raise Refusal(
                f"Nothing is to be billed yet: the next cut-off is {when:%-d %B %Y}.",
                "Wait for it, or give a last day to bill up to.",
            )
        return found.end
