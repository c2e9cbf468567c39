"""What nobody said is asked, and what the law presumes is presumed: to the penny, by hand."""

import datetime as dt

import numpy as np
import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Frequency,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Nation,
    NotBillable,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    Stay,
    assess,
    assess_many,
    assess_period,
    columns_on,
    default_policy,
    kinds,
    statutory_figures,
)
from finance.assessment.circumstances import BadFact, MissingFact
from finance.assessment.properties import as_one_life
from finance.days import Span

ON = dt.date(2024, 6, 3)
POLICY = default_policy()
PENSION = Income(kind="state_pension", amount_pence=20_000)


def person(**facts: object) -> Circumstances:
    base = {"person": "A", "born": dt.date(1939, 1, 1), "cost_pence": 100_000, "incomes": (PENSION,)}
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def resident(**facts: object) -> Circumstances:
    return person(**{"setting": Setting.PERMANENT, "stays": (Stay(first=dt.date(2023, 1, 1)),)} | facts)


def younger(*incomes: Income, **facts: object) -> Circumstances:
    return person(born=dt.date(1983, 1, 1), incomes=incomes, **facts)


def income(kind: str, pence: int, often: Frequency = Frequency.WEEKLY) -> Income:
    return Income(kind=kind, amount_pence=pence, frequency=often)


def charge(one: Circumstances, on: dt.date = ON) -> int:
    made = assess(one, on, POLICY)
    many = assess_many(columns_on([one], on, POLICY.on(on), statutory_figures()), on, POLICY)
    assert many.charge.tolist() == [made.charge_pence]
    assert many.unconfirmed.tolist() == [not made.billable]
    return made.charge_pence


def said(one: Circumstances, words: str, on: dt.date = ON) -> bool:
    return any(words in each for each in assess(one, on, POLICY).warnings)


def test_selling_land_costs_a_tenth_unless_somebody_says_not() -> None:
    """120,000 less 12,000 and 90,000 owed is 18,000: 15 of tariff. 200 + 15 - 30.15."""
    home = {"kind": "home", "value_pence": 12_000_000, "owed_pence": 9_000_000}
    one = resident(assets=(Asset(**home),))  # type: ignore[arg-type]
    assert charge(one) == 18_485
    assert not said(one, "costs nothing to sell") and not said(one, "said to cost nothing")
    free = resident(assets=(Asset(**home, sale_costs=False),))  # type: ignore[arg-type]
    assert charge(free) == 100_000
    assert said(free, "“Only or main home” is said to cost nothing to sell")
    assert charge(resident(assets=(Asset(kind="savings", value_pence=1_800_000),))) == 18_485


def test_an_equal_part_of_what_is_owed_comes_off_a_share() -> None:
    """A share worth 40,000 less a tenth, less half of 30,001.00 owed: 20,999.50, or 27 steps: 200 + 27 - 30.15."""
    land = Asset(
        kind="other_property", value_pence=20_000_000, owed_pence=3_000_100, owners=2, share_value_pence=4_000_000
    )
    one = resident(assets=(land,))
    assert assess(one, ON, POLICY).value("capital") == 2_099_950
    assert charge(one) == 19_685
    assert said(one, "taken as owed by its 2 owners in equal parts")


def test_of_somebody_of_whom_no_income_was_told_nothing_is_billed() -> None:
    one = person(incomes=(), setting=Setting.PERMANENT)
    assert charge(one) == 0
    made = assess(one, ON, POLICY)
    with pytest.raises(NotBillable, match="Of A no income was told, and no capital: .* kind no_income"):
        made.require_billable()
    assert not assess(person(incomes=(), assets=(Asset(kind="savings", value_pence=1),)), ON, POLICY).billable
    told = person(incomes=(income("no_income", 0),), setting=Setting.PERMANENT)
    assert charge(told) == 0 and assess(told, ON, POLICY).billable
    assert assess(person(incomes=(Income(kind="state_pension", amount_pence=1, end=ON),)), ON, POLICY).billable


def test_what_does_not_rest_on_income_is_billed_all_the_same() -> None:
    rich = person(incomes=(), assets=(Asset(kind="savings", value_pence=9_000_000),))
    override = Override(
        of=OverrideOf.ASSESSED_MAXIMUM, amount_pence=4_000, reason="r", approver="b", end=dt.date(2025, 1, 1)
    )
    assert charge(rich) == 100_000 and assess(rich, ON, POLICY).billable
    assert charge(person(incomes=(), overrides=(override,))) == 4_000


@pytest.mark.parametrize("on,cost,left", [(ON, 120_000, 96_412), (dt.date(2026, 6, 1), 130_000, 103_232)])
def test_nursing_is_not_charged_in_a_short_stay_either(on: dt.date, cost: int, left: int) -> None:
    """1,200.00 less 235.88, and 1,300.00 less 267.68 (Care Act s.22), over the limit and by means."""
    stay = {"setting": Setting.SHORT_TERM, "stay_first": on, "cost_pence": cost, "nursing": Nursing.STANDARD}
    rich = (Asset(kind="savings", value_pence=5_000_000),)
    assert charge(person(cost_includes_nursing=True, assets=rich, **stay), on) == left
    assert charge(person(cost_includes_nursing=True, incomes=(income("state_pension", 190_000),), **stay), on) == left
    assert charge(person(assets=rich, **stay), on) == cost
    at_home = stay | {"setting": Setting.HOME}
    assert charge(person(cost_includes_nursing=True, assets=rich, **at_home), on) == cost


@pytest.mark.parametrize("setting", [Setting.PERMANENT, Setting.TEMPORARY, Setting.SHORT_TERM])
def test_nursing_above_the_whole_cost_is_refused_by_name(setting: Setting) -> None:
    facts = {"setting": setting, "stay_first": ON, "nursing": Nursing.STANDARD, "cost_includes_nursing": True}
    assert charge(person(cost_pence=23_588, **facts)) == 0
    one = person(cost_pence=23_587, **facts)
    with pytest.raises(MissingFact, match="A has NHS-funded nursing care inside the weekly cost that is more than"):
        assess(one, ON, POLICY)
    many = assess_many(columns_on([one], ON, POLICY.on(ON), statutory_figures()), ON, POLICY)
    assert "nursing care inside the weekly cost that is more" in many.reasons[int(many.reason[0])]


@pytest.mark.parametrize(
    "cost,benefit",
    [
        (("rent", 15_000), income("housing_benefit", 15_000)),
        (("rent", 15_000), income("universal_credit_housing", 65_000, Frequency.MONTHLY)),
        (("service_charge", 2_000), income("housing_benefit", 5_000)),
        (("council_tax", 2_000), income("council_tax_reduction", 2_000)),
    ],
)
def test_a_housing_cost_met_by_a_benefit_is_not_taken_off_too(cost: tuple[str, int], benefit: Income) -> None:
    """300 less the guarantee of 110.60: 189.40, whatever the benefit is beyond the cost (Sch 1 para 2(2))."""
    spent = (Expense(kind=cost[0], amount_pence=cost[1]),)
    one = younger(income("other_counted", 30_000), benefit, expenses=spent)
    assert charge(one) == 18_940
    assert said(one, "are both told")
    assert charge(younger(income("other_counted", 30_000), expenses=spent)) == max(18_940 - cost[1], 0)


def test_a_benefit_meets_only_its_own_cost_and_no_more_than_it() -> None:
    """Rent of 150 less 100 is 50; council tax of 20 is not met by Housing Benefit: 300 - 110.60 - 70."""
    spent = (Expense(kind="rent", amount_pence=15_000), Expense(kind="council_tax", amount_pence=2_000))
    assert charge(younger(income("other_counted", 30_000), income("housing_benefit", 10_000), expenses=spent)) == 11_940


def test_guarantee_credit_is_an_award_and_not_what_it_tops_up_to() -> None:
    for whole in (21_815, 33_295):
        one = person(incomes=(PENSION, income("guarantee_credit", whole)))
        with pytest.raises(BadFact, match="guarantee credit of the whole standard guarantee.*beside other"):
            assess(one, ON, POLICY)
    assert charge(person(incomes=(PENSION, income("guarantee_credit", 1_815)))) == 0
    assert charge(person(incomes=(income("guarantee_credit", 21_815),))) == 0


def test_an_income_follows_a_rate_of_its_own_kind_alone() -> None:
    figures = statutory_figures()
    every = {name for kind in kinds.incomes().kinds for name in kind.rates}
    assert every == set(kinds.rates()) and all(figures[name].unit.startswith("pence a") for name in every)
    assert not [name for name in every if "guarantee" in name or "threshold" in name]
    for kind, rate in (
        ("pip_mobility", "attendance_allowance_higher"),
        ("attendance_allowance_lower", "attendance_allowance_higher"),
        ("savings_credit", "savings_credit_threshold_single"),
        ("other_counted", "carers_allowance"),
    ):
        with pytest.raises(BadFact, match=f"“{kind}” of A follows “{rate}”, which is not a rate of it"):
            assess(person(incomes=(Income(kind=kind, rate=rate),)), ON, POLICY)


def test_of_a_couples_rate_an_equal_half_is_each_ones() -> None:
    """Universal Credit of a couple is 617.60 a month: 308.80 is 71.26 a week, under the guarantee of 86.85."""
    couple = {"couple": True, "partner_born": dt.date(1984, 1, 1)}
    followed = Income(kind="universal_credit", rate="universal_credit_couple")
    one = younger(followed, **couple)
    assert charge(one) == 0
    assert charge(younger(followed, income("other_counted", 4_000), **couple)) == 2_441  # 71.2615 + 40 - 86.85
    assert said(one, "an equal half of it is counted")
    assert said(younger(income("universal_credit", 30_880, Frequency.MONTHLY), **couple), "own part of what the couple")
    assert not said(younger(income("universal_credit", 30_880)), "own part of what the couple")


def test_twelve_weeks_run_from_the_first_day_as_a_permanent_resident() -> None:
    """Temporary from 1 January, permanent from 1 March: left out to 23 May, and counted from the 24th."""
    home = (Asset(kind="home", value_pence=20_000_000),)
    first, moved = dt.date(2024, 1, 1), dt.date(2024, 3, 1)
    before = person(setting=Setting.TEMPORARY, stay_first=first, first=first, assets=home)
    after = person(setting=Setting.PERMANENT, stay_first=first, first=moved, assets=home)
    later = person(setting=Setting.PERMANENT, stay_first=first, first=dt.date(2024, 5, 1), assets=home)
    parts = assess_period([before, after, later], Span(moved, dt.date(2024, 7, 1)), POLICY)
    charges = {day: each.assessment.charge_pence for each in parts for day in (each.span.first, each.span.last)}
    assert charges[dt.date(2024, 5, 23)] < 100_000 and charges[dt.date(2024, 5, 24)] == 100_000
    assert charges[dt.date(2024, 5, 23)] == 16_985
    assert as_one_life([before, after, later])[2].stays == (Stay(first=moved),)
    told = person(setting=Setting.PERMANENT, stays=(Stay(first=moved),), first=moved, assets=home)
    assert charge(told, dt.date(2024, 5, 23)) == 16_985


def test_since_when_a_stay_is_permanent_is_asked_where_the_home_turns_on_it() -> None:
    home = (Asset(kind="home", value_pence=20_000_000),)
    first, moved = dt.date(2024, 1, 1), dt.date(2024, 3, 1)
    one = person(setting=Setting.PERMANENT, stay_first=first, first=moved, assets=home)
    assert charge(one, dt.date(2024, 3, 24)) == 17_175  # within twelve weeks of either day; 28.25 was kept then
    for day in (dt.date(2024, 3, 25), dt.date(2024, 5, 23)):
        with pytest.raises(MissingFact, match="from which day it was permanent.*home_stays"):
            assess(one, day, POLICY)
    assert charge(one, dt.date(2024, 5, 24)) == 100_000
    assert charge(person(setting=Setting.PERMANENT, stay_first=first, first=moved), dt.date(2024, 4, 10)) == 16_985


def test_a_home_left_out_for_a_child_ends_when_no_child_is_one() -> None:
    began = dt.date(2008, 1, 1)
    ground = HomeLeftOut(ground=HomeDisregard.CHILD, first=began)
    home = (Asset(kind="home", value_pence=20_000_000),)
    one = resident(stays=(Stay(first=began),), assets=home, homes_left_out=(ground,))
    assert charge(one, dt.date(2025, 12, 31)) < 100_000
    assert said(one, "Supply the last day: the day before the eighteenth birthday")
    assert charge(one, dt.date(2026, 1, 1)) == 100_000
    with pytest.raises(MissingFact, match="has no first day, and lasts until the child is 18"):
        assess(resident(homes_left_out=(HomeLeftOut(ground=HomeDisregard.CHILD),)), ON, POLICY)


def test_what_has_no_end_of_its_own_is_asked() -> None:
    assert said(person(setting=Setting.TEMPORARY), "Nobody has said when the temporary stay began")
    assert not said(person(setting=Setting.TEMPORARY, stay_first=ON), "when the temporary stay began")
    assert said(younger(income("other_counted", 1), children=2), "Children’s ages are not known")
    sold = resident(home_sold=dt.date(2024, 5, 20), assets=(Asset(kind="home", value_pence=1_000_000),))
    assert said(sold, "was sold on 20 May 2024 and is still among what A owns")
    assert not said(sold, "was sold", dt.date(2024, 5, 19))


@pytest.mark.parametrize(
    "kind,pence,kept",
    [
        ("war_widows_pension", 18_000, 1_000 + 695),  # ten pounds, and the flat sum: 370 is above 218.15
        ("severe_disablement_allowance", 9_840, 0),
        ("maintenance_received", 9_840, 0),
        ("other_counted", 9_840, 695),
        ("notional_income", 9_840, 695),
    ],
)
def test_all_income_counts_towards_savings_credit_but_what_the_law_names(kind: str, pence: int, kept: int) -> None:
    """State Pension of 150.00 beside it, against the standard minimum guarantee of 218.15 (SI 2002/1792 reg 9)."""
    one = resident(incomes=(income("state_pension", 15_000), income(kind, pence)))
    assert charge(one) == 15_000 + pence - kept - 3_015


def test_basic_entitlement_in_wales_has_the_enhanced_premium() -> None:
    """(90.50 + 47.70 + 20.85) x 1.45 is 230.6225, of 250.00."""
    one = younger(
        income("employment_and_support_allowance", 25_000),
        nation=Nation.WALES,
        disability_premium=True,
        enhanced_disability_premium=True,
    )
    assert charge(one) == 1_937
    pair = {"couple": True, "partner_born": dt.date(1984, 1, 1)}
    allowance = income("employment_and_support_allowance", 15_000)
    both = younger(allowance, nation=Nation.WALES, enhanced_disability_premium=True, **pair)
    assert charge(both) == 2_528  # halves of 142.25 and 29.75, up a half-penny: 150 - (71.13 + 14.88) x 1.45


def test_a_column_of_who_told_nothing_marks_each_by_themselves() -> None:
    people = [person(), person(incomes=()), person()]
    made = assess_many(columns_on(people, ON, POLICY.on(ON), statutory_figures()), ON, POLICY)
    assert np.array_equal(made.unconfirmed, [False, True, False])
