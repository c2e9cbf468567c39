"""The day a debt will come to its limit, if what is deferred, the rate and the home's value stay as they are."""

import datetime as dt
from fractions import Fraction

FURTHEST_YEARS = 40
_PARTS = 10**6  # a millionth of a penny: nothing is posted from a projection


def limit_reached_on(
    day: dt.date, owed_pence: int, limit_pence: int, daily_deferred: Fraction, daily_rate: Fraction
) -> dt.date | None:
    """The first day with no room for the whole of its charge, counting on from a debt as ``day`` opens.

    ``daily_rate`` is what a pound bears in a day; here it is added every day. None: not within forty years.
    """
    owed, limit = owed_pence * _PARTS, limit_pence * _PARTS
    daily = daily_deferred.numerator * _PARTS // daily_deferred.denominator
    if daily <= 0:
        return None
    for count in range(FURTHEST_YEARS * 365):
        if owed + daily > limit:
            return day + dt.timedelta(days=count)
        bears = owed * daily_rate.numerator // daily_rate.denominator if owed > 0 else 0
        owed += daily + bears
    return None
