"""Packed rows as read: one for each person and span of days, and those of them that hold on a day."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from billing.assessments.caseload import packing
from billing.assessments.caseload.packing import ITEM, WHO, Records
from finance.columns import Ints, ints
from finance.timelines import ranges


@dataclass(frozen=True, slots=True)
class Caseload:
    """Packed rows as read: one for each person and span of days, in order of person."""

    person: Ints
    starts: Ints
    who: Records
    item_starts: Ints
    items: Records

    @classmethod
    def of(cls, rows: pa.Table) -> "Caseload":
        items, starts = packing.records(rows["items"], ITEM)
        return cls(ints(rows, "person"), ints(rows, "starts"), packing.records(rows["who"], WHO)[0], starts, items)

    def __len__(self) -> int:
        return len(self.person)

    def take(self, places: Ints) -> "Caseload":
        """The rows in the given places."""
        counts = self.item_starts[places + 1] - self.item_starts[places]
        wanted = ranges(self.item_starts[places], counts)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return Caseload(self.person[places], self.starts[places], self.who[places], starts, self.items[wanted])

    def slice(self, first: int, end: int) -> "Caseload":
        """The rows in places ``first`` up to ``end``. Views, not copies."""
        end = min(end, len(self))
        low, high = int(self.item_starts[first]), int(self.item_starts[end])
        starts = self.item_starts[first : end + 1] - low
        return Caseload(
            self.person[first:end], self.starts[first:end], self.who[first:end], starts, self.items[low:high]
        )

    def died_before(self, day: int) -> int:
        """How many people have circumstances on a day and died before it."""
        return int(((self.starts <= day) & (day < self.who["ends"]) & (day >= self.who["dead_from"])).sum())

    def on(self, day: int) -> "Caseload":
        """The rows whose days hold this one: at most one a person, and none of anybody who died before it."""
        holds = (self.starts <= day) & (day < self.who["ends"]) & (day < self.who["dead_from"])
        return self if holds.all() else self.take(np.flatnonzero(holds))
