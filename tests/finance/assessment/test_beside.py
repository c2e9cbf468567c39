"""Beside the means test: deferred payments, top-ups, run-down forecasts and notional capital."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Setting,
    Stay,
    assess,
    default_policy,
    with_choices,
)
from finance.assessment.circumstances import BadFact
from finance.assessment.deferred import deferral, deferred_offer, equity_limit, review_due
from finance.assessment.notional import diminish
from finance.assessment.rundown import Fee, run_down
from finance.assessment.topups import own_top_up_allowed

IN = dt.date(2024, 1, 1)
LATER = dt.date(2024, 6, 3)
HOUSE = Asset(kind="home", value_pence=20_000_000)


def resident(**facts: object) -> Circumstances:
    base = {
        "person": "A",
        "born": dt.date(1940, 1, 1),
        "cost_pence": 90_000,
        "fee_pence": 95_000,
        "assets": (HOUSE,),
        "setting": Setting.PERMANENT,
        "stays": (Stay(first=IN),),
        "incomes": (Income(kind="state_pension", amount_pence=22_120),),
    }
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def test_who_must_be_offered_a_deferred_payment() -> None:
    one = resident()
    assert deferred_offer(one, assess(one, LATER, default_policy()), secured=True).must_offer


@pytest.mark.parametrize(
    ("facts", "secured", "why"),
    [
        ({}, False, "security"),
        ({"setting": Setting.HOME}, True, "not a permanent care home resident"),
        ({"assets": ()}, True, "no home"),
        ({"assets": (HOUSE, Asset(kind="savings", value_pence=2_325_001))}, True, "over £23,250.00"),
        ({"homes_left_out": (HomeLeftOut(ground=HomeDisregard.PARTNER),)}, True, "partner lives there"),
    ],
)
def test_who_need_not_be(facts: dict[str, object], secured: bool, why: str) -> None:
    one = resident(**facts)
    offer = deferred_offer(one, assess(one, LATER, default_policy()), secured=secured)
    assert not offer.must_offer
    assert any(why in reason for reason in offer.why_not)


def test_exactly_the_limit_besides_the_home_is_offered() -> None:
    one = resident(assets=(HOUSE, Asset(kind="savings", value_pence=2_325_000)))
    assert deferred_offer(one, assess(one, LATER, default_policy()), secured=True).must_offer


def test_the_equity_limit_takes_prior_charges_and_never_falls_below_nothing() -> None:
    assert equity_limit(16_500_000, LATER, prior_charges_pence=3_000_000) == 10_425_000
    assert equity_limit(1_000_000, LATER) == 0
    assert equity_limit(10_000_001, LATER) == 7_575_000  # nine tenths of a penny is dropped
    assert review_due(7_000_000, 10_000_000, LATER)
    assert not review_due(6_999_999, 10_000_000, LATER)


def test_what_is_paid_and_what_is_deferred_each_week() -> None:
    """221.20, less 6.95 left out above the guarantee and 144.00 kept, is 70.25; the rest of 950.00 is lent."""
    weekly = deferral(assess(resident(), LATER, default_policy()))
    assert (weekly.kept_pence, weekly.paid_pence, weekly.deferred_pence) == (14_400, 7_025, 87_975)
    less = deferral(assess(resident(), LATER, default_policy()), kept_pence=3_015)
    assert (less.paid_pence, less.deferred_pence) == (18_410, 76_590)
    with pytest.raises(BadFact, match=r"more than the £144\.00"):
        deferral(assess(resident(), LATER, default_policy()), kept_pence=14_401)


def test_who_may_pay_their_own_top_up() -> None:
    one = resident()
    in_time, after = dt.date(2024, 2, 1), LATER
    assert (
        own_top_up_allowed(one, assess(one, in_time, default_policy()), in_time) == "in the twelve weeks from moving in"
    )
    assert own_top_up_allowed(one, assess(one, after, default_policy()), after) == "while paying in full"
    poor = resident(assets=())
    assert own_top_up_allowed(poor, assess(poor, after, default_policy()), after) is None
    assert own_top_up_allowed(poor, assess(poor, after, default_policy()), after, deferred=True)
    assert assess(one, after, default_policy()).top_up_pence == 5_000


def test_when_a_self_funders_capital_reaches_the_limit() -> None:
    """30,000.00 less 23,250.00 is 6,750.00; 700.00 a week net takes 9.64 weeks, so it is within on day 68."""
    forecast = run_down(
        3_000_000,
        LATER,
        [Fee(IN, 95_000)],
        income_weekly_pence=30_000,
        spending_weekly_pence=5_000,
        limit_pence=2_325_000,
    )
    assert (forecast.days, forecast.reached) == (68, LATER + dt.timedelta(days=68))
    assert forecast.capital_then_pence == 3_000_000 - Fraction(70_000 * 68, 7)
    day_before = 3_000_000 - Fraction(70_000 * 67, 7)
    assert day_before > 2_325_000 >= forecast.capital_then_pence


def test_a_fee_that_rises_brings_the_day_forward() -> None:
    def days(fees: list[Fee]) -> int | None:
        return run_down(
            3_000_000, LATER, fees, income_weekly_pence=0, spending_weekly_pence=0, limit_pence=2_325_000
        ).days

    assert days([Fee(IN, 70_000)]) == 68  # 100.00 a day
    assert days([Fee(IN, 70_000), Fee(LATER + dt.timedelta(days=10), 140_000)]) == 10 + 29  # then 200.00 a day


def test_capital_that_never_runs_down_says_so() -> None:
    same = run_down(
        3_000_000, LATER, [Fee(IN, 30_000)], income_weekly_pence=30_000, spending_weekly_pence=0, limit_pence=2_325_000
    )
    assert same.reached is None and "Income meets the fee" in same.why
    already = run_down(
        2_325_000, LATER, [Fee(IN, 1)], income_weekly_pence=0, spending_weekly_pence=0, limit_pence=2_325_000
    )
    assert already.days == 0
    with pytest.raises(BadFact, match="No fee covers"):
        run_down(
            1,
            LATER,
            [Fee(LATER + dt.timedelta(days=1), 1)],
            income_weekly_pence=0,
            spending_weekly_pence=0,
            limit_pence=0,
        )


def test_notional_capital_falls_by_what_it_costs_each_week() -> None:
    """15,000.00 given away adds 3.00 of tariff a week until it falls to 14,750.00, and so on."""
    policy = with_choices(default_policy(), {"minimum_charge": 0})
    one = resident(assets=(), incomes=(Income(kind="state_pension", amount_pence=22_120),))
    weeks = diminish(one, 1_500_000, LATER, 100, policy)
    first = weeks[0]
    assert (first.charge_with_pence, first.charge_without_pence, first.falls_by_pence) == (18_710, 18_410, 300)
    assert weeks[83].notional_pence == 1_500_000 - 83 * 300 == 1_475_100  # still in the third step
    assert weeks[84].notional_pence == 1_474_800
    assert weeks[84].falls_by_pence == 200
    assert all(later.notional_pence == earlier.left_pence for earlier, later in pairwise(weeks))


def test_notional_capital_over_the_limit_falls_by_the_whole_difference_and_stops_at_nothing() -> None:
    one = resident(assets=(Asset(kind="savings", value_pence=2_325_000),))
    weeks = diminish(one, 100_000, LATER, 10, default_policy())
    assert weeks[0].charge_with_pence == 90_000
    assert weeks[0].charge_without_pence == 22_120 + 3_600 - 3_015 - 695
    assert [week.notional_pence for week in weeks] == [100_000, 32_010]
    assert weeks[-1].left_pence == 0
    with pytest.raises(BadFact, match="given twice"):
        diminish(resident(assets=(Asset(kind="notional_capital", value_pence=1),)), 1, LATER, 1, default_policy())
