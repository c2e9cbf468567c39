"""Bands of a rate card: which category prices which days, and the birthday at which an age is reached."""

import numpy as np

from finance.care_costs.facts import CATEGORIES, UNKNOWN
from finance.columns import Ints

EVERY_DAY = 127
CODED_AGES = (None, "18-64", "65+")
"""The ages that coding turns on; None where the birthday is not known."""


def category_days(standing: int, category: int) -> tuple[int, int]:
    """The weekdays a category prices when ``standing`` (a mask of categories) are on the card.

    Returns masks (ordinary days, bank holidays), Monday 1 to Sunday 64. The most particular category wins:
    bank holiday, then Saturday or Sunday, then weekend or weekday, then any.
    """
    normal = holiday = 0
    has = {name: bool(standing >> place & 1) for place, name in enumerate(CATEGORIES)}
    for weekday in range(7):
        named = ["saturday", "weekend", "any"] if weekday == 5 else ["sunday", "weekend", "any"]
        named = ["weekday", "any"] if weekday < 5 else named
        ordinary = next((name for name in named if has[name]), None)
        on_holiday = "bank holiday" if has["bank holiday"] else ordinary
        normal |= (ordinary == CATEGORIES[category]) << weekday
        holiday |= (on_holiday == CATEGORIES[category]) << weekday
    return normal, holiday


def day_at_age(born: Ints, age: Ints) -> Ints:
    """The birthday at which an age is reached. Someone born on 29 February reaches it on 1 March of other years."""
    when = born.astype("datetime64[D]")
    months = when.astype("datetime64[M]")
    into_month = (when - months.astype("datetime64[D]")).astype(np.int64)
    birthday = months + (12 * age).astype("timedelta64[M]")
    return np.asarray(birthday.astype("datetime64[D]").astype(np.int64) + into_month, dtype=np.int64)


def coded_age(born: Ints, on: Ints) -> Ints:
    """The place in :data:`CODED_AGES` of somebody born that day, on a day."""
    return np.where(born == UNKNOWN, 0, np.where(on >= day_at_age(born, np.full(len(born), 65)), 2, 1))
