"""Money: read as people write it, rounded once, split without losing a penny."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.money import (
    LARGEST_PENCE,
    Rounding,
    pounds,
    read_pence,
    read_rate,
    round_fraction,
    round_pence,
    share,
    sterling,
    sterling_rate,
)
from finance.problems import NotAnAmount


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1234.56", 123456),
        ("£1,234.56", 123456),
        (" £ 20 ", 2000),
        ("-20.5", -2050),
        ("(20.50)", -2050),
        ("-£1,000", -100000),
        ("£-3.10", -310),
        ("−7.00", -700),
        (".5", 50),
        ("0", 0),
        ("1,234,567.00", 123456700),
    ],
)
def test_amounts_as_people_write_them(text: str, pence: int) -> None:
    assert read_pence(text) == pence


@pytest.mark.parametrize(
    "text", ["", "£", "12.345", "1,23", "1,2345", "12a", "1.2.3", "(20", "20)", "1e3", "NaN", "£1 000", "=1+1"]
)
def test_what_is_not_an_amount_is_refused_and_never_nought(text: str) -> None:
    with pytest.raises(NotAnAmount):
        read_pence(text)


def test_a_rate_has_four_decimals_and_no_more() -> None:
    assert read_rate("25.0512") == 250512
    with pytest.raises(NotAnAmount):
        read_rate("25.05123")


def test_an_amount_too_large_to_be_right_is_refused() -> None:
    with pytest.raises(NotAnAmount):
        read_pence("99999999999999.00")


def test_printing() -> None:
    assert pounds(-1234567) == "-12345.67"
    assert pounds(5) == "0.05"
    assert sterling(-1234567) == "-£12,345.67"
    assert sterling_rate(250500) == "£25.05"
    assert sterling_rate(250512) == "£25.0512"


@given(st.integers(-LARGEST_PENCE, LARGEST_PENCE))
def test_what_is_printed_reads_back(pence: int) -> None:
    assert read_pence(pounds(pence)) == pence
    assert read_pence(sterling(pence)) == pence


@pytest.mark.parametrize(
    ("exact", "up", "even"),
    [("12.5", 13, 12), ("13.5", 14, 14), ("-12.5", -13, -12), ("12.49", 12, 12), ("12.51", 13, 13), ("0.5", 1, 0)],
)
def test_exactly_half_a_penny(exact: str, up: int, even: int) -> None:
    assert round_fraction(Fraction(exact)) == up
    assert round_fraction(Fraction(exact), Rounding.HALF_EVEN) == even


@given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(1, 10**12)), min_size=1, max_size=20))
def test_columns_round_as_one_does(pairs: list[tuple[int, int]]) -> None:
    numerator = np.asarray([each[0] for each in pairs], dtype=np.int64)
    denominator = np.asarray([each[1] for each in pairs], dtype=np.int64)
    for mode in Rounding:
        wanted = [round_fraction(Fraction(*each), mode) for each in pairs]
        assert round_pence(numerator, denominator, mode).tolist() == wanted


def test_thirds_of_a_pound() -> None:
    assert share(100, [1, 1, 1]) == [34, 33, 33]
    assert share(-100, [1, 1, 1]) == [-34, -33, -33]
    assert share(1001, [5000, 5000]) == [501, 500]
    assert share(0, [1, 2]) == [0, 0]


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=8).filter(any))
def test_shares_add_back_and_none_is_a_penny_out(total: int, weights: list[int]) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
    assert share(-total, weights) == [-part for part in parts]


def test_shares_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="weights"):
        share(100, [0, 0])
