"""What late news reaches: since when and why, by number; and the periods before a window that are asked for again."""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from finance.days import number
from ledgers.scopes import Scope, earlier_periods

APRIL, MAY, JUNE, JULY = (number(dt.date(2026, month, 1)) for month in (4, 5, 6, 7))


def column(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def asked(*scopes: tuple[NDArray[np.int64], NDArray[np.int64]], window: int = JULY) -> list[tuple[int, str]]:
    table = earlier_periods(column(APRIL, MAY, JUNE, JULY), window, scopes)
    return [(row["subject"], f"{row['period_starts']:%B}") for row in table.to_pylist()]


def test_a_number_is_found_and_any_other_is_given_what_is_said() -> None:
    scope = Scope(column(3, 7), column(APRIL, MAY), column(1, 2))
    assert scope.since_of(column(7, 3, 5, 9, 1), JUNE).tolist() == [MAY, APRIL, JUNE, JUNE, JUNE]
    assert scope.cause_of(column(7, 3, 5, 9, 1)).tolist() == [2, 1, 0, 0, 0]


def test_of_an_empty_scope_nothing_is_found() -> None:
    scope = Scope(column(), column(), column())
    assert scope.since_of(column(7), JUNE).tolist() == [JUNE]
    assert scope.cause_of(column(7)).tolist() == [0]


def test_each_period_from_its_own_day_to_the_window_is_asked_for() -> None:
    assert asked((column(7, 8), column(MAY, JUNE))) == [(7, "May"), (7, "June"), (8, "June")]


def test_period_by_period_and_each_once_though_two_scopes_reach_it() -> None:
    assert asked((column(8), column(MAY)), (column(7, 8), column(JUNE, APRIL))) == [
        (8, "April"), (8, "May"), (7, "June"), (8, "June"),
    ]  # fmt: skip


def test_a_period_that_began_before_the_news_is_not_asked_for() -> None:
    assert asked((column(7), column(APRIL + 1)), window=JUNE) == [(7, "May")]


def test_news_of_the_window_or_after_it_asks_for_nothing_before() -> None:
    assert asked((column(7, 8), column(JUNE, JULY)), window=JUNE) == []
    assert asked() == []


def test_the_largest_numbers_are_told_apart() -> None:
    most = (1 << 40) - 1
    assert asked((column(most - 1, most), column(JUNE, JUNE))) == [(most - 1, "June"), (most, "June")]
