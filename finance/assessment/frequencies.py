"""How often an amount is paid, and what that makes a week, exactly.

An exact amount is a whole number of *parts*: 10,400 to the penny. That is 52 weeks, times 2 for a half passed on, times
100 for whole percentages, so every weekly share of a monthly, quarterly or yearly sum, its half, and any whole
percentage of a weekly sum in pence are whole numbers of parts. Nothing is rounded until the charge is.
"""

from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

PARTS = 10_400  # to one penny


class Frequency(StrEnum):
    """How often an amount is paid. A month is 12/52 of a week's worth, a quarter 4/52, a year 1/52."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four-weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


A_WEEK = {
    Frequency.WEEKLY: Fraction(1),
    Frequency.FORTNIGHTLY: Fraction(1, 2),
    Frequency.FOUR_WEEKLY: Fraction(1, 4),
    Frequency.MONTHLY: Fraction(12, 52),
    Frequency.QUARTERLY: Fraction(4, 52),
    Frequency.YEARLY: Fraction(1, 52),
}
FREQUENCIES = tuple(Frequency)
CODE = {each: place for place, each in enumerate(FREQUENCIES)}
WEEKLY_PARTS: Ints = np.array([int(A_WEEK[each] * PARTS) for each in FREQUENCIES], np.int64)
assert all((A_WEEK[each] * PARTS).denominator == 1 for each in FREQUENCIES)
