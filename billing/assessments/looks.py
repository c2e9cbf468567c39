"""Which charges everybody's assessment set or raised with nobody looking at them: UK GDPR articles 22A to 22D.

An officer who assesses one person has looked. A reassessment of everybody, and an uprating a second person signed as
a whole, set charges nobody saw one by one: each new or raised one is listed until somebody looks.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from finance.columns import Ints, ints
from finance.days import day

MASS = ("reassessed", "uprating")  # kinds of batch in which nobody looks at a person


@dataclass(frozen=True, slots=True)
class Unlooked:
    """A new or raised charge nobody looked at. ``was`` is None where none stood before. Pence a week, day numbers."""

    person: int
    starts: int
    learned: int
    charge: int
    was: int | None

    @property
    def key(self) -> tuple[int, object, int]:
        return self.person, day(self.starts), self.learned


def unlooked(now: pa.Table, before: pa.Table, learned: int) -> list[Unlooked]:
    """What one change set or raised, of what stands (``now``) beside what stood before it, one row a person each."""
    person, change = ints(now, "person"), ints(now, "learned")
    rows = np.flatnonzero(change == learned)
    charge, starts = ints(now, "charge"), ints(now, "starts")
    was = _was(person[rows], before)
    raised = np.flatnonzero(charge[rows] > np.maximum(was, 0))
    return [
        Unlooked(int(person[row]), int(starts[row]), learned, int(charge[row]), None if old < 0 else int(old))
        for row, old in zip(rows[raised], was[raised], strict=True)
    ]


def _was(person: Ints, before: pa.Table) -> Ints:
    """Each person's charge before, -1 for none."""
    known, charge = ints(before, "person"), ints(before, "charge")
    if not len(known):
        return np.full(len(person), -1, np.int64)
    place = np.minimum(np.searchsorted(known, person), len(known) - 1)
    return np.where(known[place] == person, charge[place], -1)
