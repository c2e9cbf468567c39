"""Financial periods that take nothing any more, by the council’s choices, and the day by which what belongs to one is
coded instead: that of the run which brings it, in a period still open. Pure.

Only the day an entry is coded by moves. The days it is for stay on it.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from finance.columns import Ints, dates
from finance.days import day, financial_year, number
from ledgers.runs import Run

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClosedPeriods:
    """What is closed on a run’s day. ``months_after``: days after its end for which a month still takes something;
    ``years_after``: the same of the financial year, for all its months. Nought: it is never closed."""

    on: dt.date
    months_after: int = 0
    years_after: int = 0

    @classmethod
    def of(cls, run: Run) -> Self:
        """By the choices the run was drafted under."""
        said = json.loads(run.policy or "{}")
        return cls(run.pay_date, said.get("months_close_after", 0), said.get("years_close_after", 0))

    def closed(self, when: dt.date) -> bool:
        """Whether the period of a day takes nothing any more."""
        month = (when.replace(day=1) + 31 * _DAY).replace(day=1) - _DAY
        ends = ((month, self.months_after), (financial_year(when).last, self.years_after))
        return any(after and self.on > last + after * _DAY for last, after in ends)

    def coded_on(self, last: Ints) -> Ints:
        """The day each entry is coded by. ``last``: the last day of the period it is for."""
        if not self.months_after and not self.years_after:
            return last
        days, place = np.unique(last, return_inverse=True)
        moved = [number(self.on) if self.closed(day(each)) else each for each in days.tolist()]
        return np.asarray(moved, dtype=np.int64)[place] if len(days) else last


def effective_days(run: Run, period_ends: pa.ChunkedArray) -> pa.Array:
    """The day each entry of a run is coded by, of the first day after each one’s period."""
    last = np.asarray(period_ends.cast(pa.int32()).to_numpy(), dtype=np.int64) - 1
    return dates(ClosedPeriods.of(run).coded_on(last))
