"""The day a debt comes to its limit, by hand."""

import datetime as dt
from fractions import Fraction

from finance.deferred_payments.projection import limit_reached_on

DAY = dt.date(2026, 4, 6)
NO_INTEREST = Fraction(0)


def reached(owed: int, limit: int, daily: Fraction | int, rate: Fraction = NO_INTEREST) -> dt.date | None:
    return limit_reached_on(DAY, owed, limit, Fraction(daily), rate)


def test_the_first_day_with_no_room_for_the_whole_of_its_charge() -> None:
    assert reached(0, 100_00, 10_00) == DAY + dt.timedelta(days=10)
    assert reached(0, 99_99, 10_00) == DAY + dt.timedelta(days=9)


def test_with_no_room_today_it_is_today() -> None:
    assert reached(100_00, 100_00, 1) == DAY
    assert reached(99_99, 100_00, 1) == DAY + dt.timedelta(days=1)


def test_a_part_of_a_penny_a_day_counts() -> None:
    assert reached(0, 1, Fraction(1, 4)) == DAY + dt.timedelta(days=4)


def test_interest_brings_the_day_nearer() -> None:
    """£10,000 at 1% a day and £1 deferred: £10,101 as the next day opens, £10,203.01 the day after."""
    rate = Fraction(1, 100)
    for limit, day in ((10_000_99, 0), (10_101_99, 1), (10_102_00, 2), (10_204_00, 2), (10_204_01, 3)):
        assert reached(10_000_00, limit, 1_00, rate) == DAY + dt.timedelta(days=day), limit


def test_nothing_deferred_or_further_than_forty_years_is_no_day() -> None:
    assert reached(0, 100_00, 0) is None
    assert reached(0, 1_000_000_00, 1) is None
