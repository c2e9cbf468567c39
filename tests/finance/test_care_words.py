"""Care in words an officer would use."""

from fractions import Fraction

import pytest

from finance.care_words import (
    exact_words,
    planned_words,
    quantity_words,
    rate_words,
    share_words,
    units_words,
    weekdays_words,
)


@pytest.mark.parametrize(
    "pattern, words",
    [
        (("hour", 630, 0, 1), "10.5 hours a week"),
        (("hour", 620, 0, 1), "10 h 20 min a week"),
        (("visit", 200, 21, 1), "2 visits Mon Wed Fri"),
        (("visit", 100, 1, 2, 2), "1 visit Mon every 2 weeks with 2 carers"),
        (("visit", 200, 21, 1, 1, 45), "2 visits Mon Wed Fri, 45 minutes a visit"),
        (("visit", 100, 1, 2, 2, 1), "1 visit Mon every 2 weeks with 2 carers, 1 minute a visit"),
        (("week", 100, 0, 1), "each week"),
        (("week", 100, 0, 3), "one week in 3"),
        (("night", 700, 0, 1), "7 nights a week"),
        (("4 weeks", 100, 0, 1), "each 4 weeks"),
        (("calendar month", 50, 0, 1), "0.5 × calendar month"),
        (("one-off", 100, 0, 1), "one-off"),
    ],
)
def test_a_planned_pattern(pattern: tuple[str, int, int, int], words: str) -> None:
    """A remittance made again must be the same bytes: these words stand."""
    assert planned_words(*pattern) == words


def test_quantities() -> None:
    assert [quantity_words("hour", minutes) for minutes in (630, 60, 20, 61, 620)] == [
        "10.5 hours",
        "1 hour",
        "20 minutes",
        "1 hour 1 minute",
        "10 hours 20 minutes",
    ]
    assert [quantity_words("visit", hundredths) for hundredths in (100, 300, 1_050)] == [
        "1 visit",
        "3 visits",
        "10.5 visits",
    ]
    assert [quantity_words("4 weeks", 100), quantity_words("one-off", 200)] == ["1 × 4 weeks", "2 × one-off"]
    assert [units_words("hour", Fraction(each)) for each in ("11/2", "1", "1/3", "1/8")] == [
        "5.5 hours",
        "1 hour",
        "0.333 hours (exactly 1 ÷ 3)",
        "0.125 hours",
    ]


def test_prices_shares_and_exact_amounts() -> None:
    assert [rate_words(250_500, "hour"), rate_words(250_550, None)] == ["£25.05 an hour", "£25.0550"]
    assert [share_words(each) for each in (8_000, 6_250, 0)] == ["80%", "62.5%", "0%"]
    assert [exact_words(Fraction(each)) for each in ("26303", "263025/10", "-100/3")] == [
        "£263.03",
        "£263.025",
        "-£0.333333…",
    ]


def test_weekdays() -> None:
    assert weekdays_words(21, 21) == "Mon Wed Fri"
    assert weekdays_words(0, 127) == "bank holidays"
    assert weekdays_words(96, 0) == "Sat Sun, not bank holidays"
    assert weekdays_words(96, 32) == "Sat Sun, and bank holidays on Sat"
