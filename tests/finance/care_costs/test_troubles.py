"""Each reason a line cannot be priced has words and a remedy, and says no more of the day than it knows."""

import string

import pytest

from finance.care_costs import prices
from finance.care_costs.troubles import WHY

SAID_ONLY_OF_A_DAY = {"day"}


def test_no_two_reasons_have_the_same_words() -> None:
    assert len({what for what, _ in WHY.values()}) == len(WHY)


@pytest.mark.parametrize("why", WHY)
def test_it_says_what_and_what_to_do(why: int) -> None:
    what, remedy = WHY[why]
    assert what.endswith(".") and remedy.endswith(".") and remedy[0].isupper()
    assert {name for _, name, _, _ in string.Formatter().parse(what) if name} <= SAID_ONLY_OF_A_DAY
    assert "{" not in remedy


def test_every_reason_of_the_prices_is_among_them() -> None:
    from finance.care_costs import troubles

    named = {name for name in vars(troubles) if name.isupper() and name != "WHY"}
    assert {getattr(prices, name) for name in named} == set(WHY)
