"""Whatever is chosen is raised or left with why; a new price is the old one raised, to the step, a half up."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.care_costs.uplift import NotAnUplift, PriceHeld, Uplift, plan
from finance.money import Rounding

SINCE = dt.date(2027, 4, 5)
DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2029, 1, 1))
PERCENTS = st.integers(-9_900, 10_000).filter(bool).map(lambda hundredths: Fraction(hundredths, 100))


def price(ref: str = "R1", rate: int = 1_000_00, **more: object) -> PriceHeld:
    given: dict[str, object] = {"table": "rate", "learned": 1, "unit": "hour", "starts": dt.date(2026, 4, 6)}
    given |= {"ends": None, "contract": "K1", "payee": "V1", "service": "HC", "line": None, "over": None}
    return PriceHeld(ref=ref, rate=rate, **(given | more))  # type: ignore[arg-type]  # a price of any sort


@given(st.lists(st.tuples(st.integers(0, 10**9), DAYS, st.none() | DAYS, st.sampled_from(["K1", "K2"]))), PERCENTS)
def test_none_is_passed_over(told: list[tuple[int, dt.date, dt.date | None, str]], percent: Fraction) -> None:
    prices = [
        price(f"R{place}", rate, starts=starts, over=over, contract=contract)
        for place, (rate, starts, over, contract) in enumerate(told)
    ]
    made = plan(prices, Uplift(percent, SINCE))
    told_of = [each.price for each in made.raised] + [each.price for each in made.left]
    assert sorted(each.ref for each in told_of) == sorted(each.ref for each in prices)
    for raised in made.raised:
        assert raised.price.starts < SINCE and (raised.price.over is None or raised.price.over > SINCE)
        assert raised.now % 100 == 0
        assert abs(raised.now - raised.price.rate * (100 + percent) / 100) <= 50
    assert all(each.why for each in made.left)


def test_by_hand() -> None:
    four_and_a_half = Uplift(Fraction("4.5"), SINCE)
    assert four_and_a_half.raised(955_50_00) == 998_50_00  # 998.4975
    assert four_and_a_half.raised(25_05_12) == 26_18_00  # 26.178504
    assert Uplift(Fraction("4.5"), SINCE, step=1).raised(25_05_12) == 26_17_85
    assert Uplift(Fraction("-2.25"), SINCE, step=10_000).raised(1_002_75_00) == 980_00_00  # 980.19
    assert Uplift(Fraction(5), SINCE).raised(10_00) == 11_00  # 10.5p: a half up
    assert Uplift(Fraction(5), SINCE, rounding=Rounding.HALF_EVEN).raised(10_00) == 10_00


def test_what_is_left_says_why() -> None:
    left = [
        (price(starts=SINCE), "begins on 5 April 2027 as it is"),
        (price(over=SINCE), "its contract is over by 5 April 2027"),
        (price(over=SINCE, line="L1"), "its line is over by 5 April 2027"),
        (price(rate=0), "comes to the same"),
    ]
    made = plan([each for each, _ in left], Uplift(Fraction(5), SINCE))
    assert sorted(each.why for each in made.left) == sorted(why for _, why in left) and not made.raised
    assert "over by" in made.left[-1].why and "over by" not in made.left[0].why  # nobody is paid by those


def test_what_is_not_known_is_refused() -> None:
    nobody = frozenset({"X9"})
    every = Uplift(Fraction(5), SINCE)
    for asked in (replace(every, contracts=nobody), replace(every, payees=nobody), replace(every, services=nobody)):
        with pytest.raises(NotAnUplift, match="No price is known"):
            plan([price()], asked)
    for percent in (0, -100, 101):
        with pytest.raises(NotAnUplift):
            Uplift(Fraction(percent), SINCE)
