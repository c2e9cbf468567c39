"""What has to be worked out again before a run's own window: each subject, since when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from finance.columns import Ints, dates
from finance.timelines import distinct, ranges

_SUBJECT_BITS = 40


@dataclass(frozen=True)
class Scope:
    """Numbers of one sort (lines, people, blocks …) that late news has reached, in order.

    ``since``: the first day to work out again, as a day number. ``cause``: a mask of reasons, the stream's own.
    """

    number: Ints
    since: Ints
    cause: Ints

    def since_of(self, asked: Ints, otherwise: int) -> Ints:
        """The day for each number asked about; ``otherwise`` for one that is not here."""
        return self._look(self.since, asked, otherwise)

    def cause_of(self, asked: Ints) -> Ints:
        """The causes for each number asked about; 0 for one that is not here."""
        return self._look(self.cause, asked, 0)

    def _look(self, column: Ints, asked: Ints, otherwise: int) -> Ints:
        if not len(self.number):
            return np.full(len(asked), otherwise, np.int64)
        place = np.minimum(np.searchsorted(self.number, asked), len(self.number) - 1)
        return np.where(self.number[place] == asked, column[place], otherwise)


def earlier_periods(period_starts: Ints, window: int, scopes: Sequence[tuple[Ints, Ints]]) -> pa.Table:
    """Each subject with every period before ``window`` from its own day on, once: (subject, period_starts).

    ``scopes``: pairs of (subject, since). Period by period, as the ledger lies: asked for subject by subject, most
    entries would cost a page of their own.
    """
    packed = [np.empty(0, np.int64)]
    for subject, since in scopes:
        first = np.searchsorted(period_starts, since)
        count = np.maximum(np.searchsorted(period_starts, window) - first, 0)
        packed.append(ranges(first, count) << _SUBJECT_BITS | np.repeat(subject, count))
    asked = distinct(np.concatenate(packed))
    period = period_starts[asked >> _SUBJECT_BITS]
    return pa.table({"subject": asked & ((1 << _SUBJECT_BITS) - 1), "period_starts": dates(period)})
