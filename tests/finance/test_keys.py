"""Numbers packed into one, taken apart again, in order, and never one taken for another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.keys import DAYS, keyed, packed, places, unkeyed


def ints(*values: int) -> np.ndarray:
    return np.asarray(values, dtype=np.int64)


@given(st.lists(st.tuples(st.integers(0, (1 << 41) - 1), st.integers(0, DAYS - 1)), min_size=1))
def test_an_owner_and_a_day_come_apart_as_they_went_in_and_sort_as_they_do(pairs: list[tuple[int, int]]) -> None:
    key = keyed(ints(*(owner for owner, _ in pairs)), ints(*(day for _, day in pairs)))
    assert list(zip(*(each.tolist() for each in unkeyed(key)), strict=True)) == pairs
    assert [pairs[place] for place in np.argsort(key, kind="stable")] == sorted(pairs)


@given(st.lists(st.tuples(st.integers(-1, 1000), st.integers(0, 7), st.integers(0, 255)), min_size=1))
def test_three_numbers_sort_as_one(rows: list[tuple[int, int, int]]) -> None:
    first, second, third = (ints(*column) for column in zip(*rows, strict=True))
    order = np.argsort(packed(first, (second, 8), (third, 256)), kind="stable")
    assert [rows[place] for place in order] == sorted(rows)


@pytest.mark.parametrize("numbers", [256, -1])
def test_a_number_that_has_no_room_stops_it_all_rather_than_be_taken_for_another(numbers: int) -> None:
    with pytest.raises(AssertionError, match="too big for a key"):
        packed(ints(1), (ints(numbers), 256))


def test_nor_have_a_day_or_an_owner_that_is_too_big() -> None:
    for owner, day in ((1, DAYS), (1 << 41, 1)):
        with pytest.raises(AssertionError, match="too big for a key"):
            keyed(ints(owner), ints(day))
    with pytest.raises(AssertionError, match="too big for a key"):
        packed(ints(1 << 55), (ints(1), 256))


def test_keys_asked_for_are_found_or_said_not_to_be_there() -> None:
    place, there = places(ints(3, 5, 9), ints(5, 6, 10, 3))
    assert there.tolist() == [True, False, False, True]
    assert place[there].tolist() == [1, 0]
