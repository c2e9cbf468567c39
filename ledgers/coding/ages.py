"""Age bands for coding: 18-64, or 65 and over on the day money belongs to."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

BANDS: tuple[str | None, ...] = ("18-64", "65+", None)
"""What the band codes mean; the last is an age not known."""


def band_codes(born: Ints, day: Ints, unknown: int = -1) -> Ints:
    """A place in BANDS for each day of birth (day number, ``unknown`` where there is none) on each day.

    Somebody born on 29 February turns 65 on 1 March.
    """
    then, now = _birthday_key(born), _birthday_key(day)
    older = now - then >= 65 * 10_000
    return np.where(born == unknown, 2, older.astype(np.int64))


def _birthday_key(day: Ints) -> Ints:
    """Year, month and day as one number, 20260503, so that birthdays compare."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    year = date.astype("datetime64[Y]")
    months = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    days = (date - month.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray((year.astype(np.int64) + 1970) * 10_000 + months * 100 + days, dtype=np.int64)
