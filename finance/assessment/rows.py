"""Rows that belong to people (their incomes, assets and expenses), and adding them up person by person.

Rows stand in order of person. ``starts`` has one more entry than there are people: person ``i`` owns the rows
``starts[i]`` up to, not including, ``starts[i + 1]``.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def people_sum(rows: Ints, starts: Ints) -> Ints:
    """One total a person, exact. People without rows have nought."""
    running = np.empty(len(rows) + 1, np.int64)
    running[0] = 0
    np.cumsum(rows, out=running[1:])
    return np.asarray(running[starts[1:]] - running[starts[:-1]], dtype=np.int64)


def starts_of(counts: Ints) -> Ints:
    """Where each person's rows start, from how many each has."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).astype(np.int64)
