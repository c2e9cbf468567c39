"""Facts that cannot both be so are refused by name; what may be amiss is asked; what was set by hand counts, or says
why not."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    Ground,
    GroundHeld,
    Income,
    Nursing,
    Outcome,
    Override,
    OverrideOf,
    Setting,
    Stay,
    assess,
    assess_many,
    columns_on,
    default_policy,
    kinds,
    statutory_figures,
)
from finance.assessment.circumstances import BadFact

ON = dt.date(2026, 6, 1)
POLICY = default_policy()
HOME = Asset(kind="home", value_pence=20_000_000)


def person(**facts: object) -> Circumstances:
    base = {"person": "A", "born": dt.date(1939, 5, 1), "cost_pence": 90_000}
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def incomes(*named: str, **more: object) -> tuple[Income, ...]:
    return tuple(Income(kind=each, amount_pence=5_000, **more) for each in named)  # type: ignore[arg-type]


def test_a_home_that_asks_less_than_the_care_costs_is_refused() -> None:
    assess(person(setting=Setting.PERMANENT, fee_pence=90_000), ON, POLICY)
    with pytest.raises(BadFact, match="What the home asks of A is less than what the care costs"):
        assess(person(setting=Setting.PERMANENT, fee_pence=89_999), ON, POLICY)


@pytest.mark.parametrize("setting", [Setting.PERMANENT, Setting.TEMPORARY, Setting.SHORT_TERM])
def test_nobody_is_a_resident_before_the_stay_begins(setting: Setting) -> None:
    one = person(setting=setting, stay_first=ON)
    assess(one, ON, POLICY)
    with pytest.raises(BadFact, match="begins (on|after) "):
        assess(one, ON - dt.timedelta(days=1), POLICY)


def test_of_several_stays_the_first_counts() -> None:
    stays = (Stay(first=dt.date(2026, 7, 1)), Stay(first=dt.date(2026, 1, 1), end=dt.date(2026, 3, 1)))
    assess(person(setting=Setting.PERMANENT, stays=stays), ON, POLICY)
    with pytest.raises(BadFact, match="the stay begins on 1 July 2026"):
        assess(person(setting=Setting.PERMANENT, stays=stays[:1]), ON, POLICY)


def test_two_homes_at_once_are_refused_and_one_after_the_other_is_not() -> None:
    with pytest.raises(BadFact, match="two homes at once on 1 June 2026"):
        assess(person(assets=(HOME, HOME)), ON, POLICY)
    moved = (Asset(kind="home", value_pence=1, end=ON), Asset(kind="home", value_pence=1, first=ON))
    for day in (ON - dt.timedelta(days=1), ON):
        assess(person(assets=moved), day, POLICY)


BENEFITS = [kind.name for kind in kinds.incomes().kinds if kind.once == "disability benefit"]


@pytest.mark.parametrize("pair", list(itertools.combinations(BENEFITS, 2)))
def test_two_rates_of_a_benefit_or_two_that_exclude_each_other_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(BadFact, match="one at most: disability benefit"):
        assess(person(incomes=incomes(*pair)), ON, POLICY)


@pytest.mark.parametrize("kind", [kind.name for kind in kinds.incomes().kinds if kind.once])
def test_one_income_of_a_group_twice_is_refused_and_one_after_the_other_is_not(kind: str) -> None:
    with pytest.raises(BadFact, match="A has 2 incomes on 1 June 2026 of which a person has one at most"):
        assess(person(incomes=incomes(kind, kind)), ON, POLICY)
    assess(person(incomes=(*incomes(kind, end=ON), *incomes(kind, first=ON))), ON, POLICY)


def test_no_income_stands_alone_and_has_no_amount() -> None:
    none = Income(kind="no_income", amount_pence=0)
    assess(person(incomes=(none, none)), ON, POLICY)
    assess(person(incomes=(none, *incomes("occupational_pension", first=ON + dt.timedelta(days=1)))), ON, POLICY)
    assess(person(incomes=(replace(none, end=ON), *incomes("occupational_pension", first=ON))), ON, POLICY)
    with pytest.raises(BadFact, match="no income on 1 June 2026, as told, and an income beside it"):
        assess(person(incomes=(none, *incomes("occupational_pension"))), ON, POLICY)
    with pytest.raises(BadFact, match="an amount of no income"):
        assess(person(incomes=incomes("no_income")), ON, POLICY)


def test_both_state_pensions_are_refused_and_two_occupational_ones_are_asked_about_when_alike() -> None:
    with pytest.raises(BadFact, match="state pension"):
        assess(person(incomes=incomes("state_pension", "new_state_pension")), ON, POLICY)
    twice = assess(person(incomes=incomes("occupational_pension", "occupational_pension")), ON, POLICY)
    assert any("of one amount is given 2 times" in each for each in twice.warnings)
    other = Income(kind="occupational_pension", amount_pence=5_001)
    assert not any(
        "of one amount" in each
        for each in assess(person(incomes=(*incomes("occupational_pension"), other)), ON, POLICY).warnings
    )


@pytest.mark.parametrize(
    ("nursing", "included", "told"),
    [
        (Nursing.STANDARD, False, True),
        (Nursing.HIGHER, False, True),
        (Nursing.STANDARD, True, False),
        (Nursing.NONE, False, False),
    ],
)
def test_nursing_that_takes_nothing_off_says_so(nursing: Nursing, included: bool, told: bool) -> None:
    made = assess(person(setting=Setting.PERMANENT, nursing=nursing, cost_includes_nursing=included), ON, POLICY)
    assert any("cost_includes_nursing" in each for each in made.warnings) is told
    assert (made.nursing_pence > 0) is (included and nursing is not Nursing.NONE)


@pytest.mark.parametrize("kind", BENEFITS)
def test_a_benefit_that_stops_after_28_days_in_a_home_is_asked_about(kind: str) -> None:
    moved = dt.date(2026, 4, 6)
    facts = {"setting": Setting.PERMANENT, "stay_first": moved}
    made = assess(person(**facts, incomes=incomes(kind)), ON, POLICY)
    assert any("with no last day" in each and "look at it again on 4 May 2026" in each for each in made.warnings)
    for other in (
        person(**facts, incomes=incomes(kind, end=dt.date(2026, 5, 4))),
        person(
            **facts, incomes=incomes(kind), assets=(Asset(kind="savings", value_pence=10_000_000),)
        ),  # pays in full: it goes on
        person(incomes=incomes(kind)),
        person(setting=Setting.TEMPORARY, stay_first=moved, incomes=incomes(kind)),
    ):
        assert not any("with no last day" in each for each in assess(other, dt.date(2026, 4, 7), POLICY).warnings)


def override(of: OverrideOf, pence: int) -> Override:
    return Override(of=of, amount_pence=pence, reason="hardship", approver="B", end=dt.date(2027, 1, 1))


RICH = (Asset(kind="savings", value_pence=10_000_000),)
CHOSE = (GroundHeld(ground=Ground.FULL_COST_BY_CHOICE),)
FREE = (GroundHeld(ground=Ground.AFTERCARE),)
MOST, KEPT = OverrideOf.ASSESSED_MAXIMUM, OverrideOf.ALLOWANCE


@pytest.mark.parametrize(
    ("facts", "of", "charge", "counts"),
    [
        ({"assets": RICH}, MOST, 4_000, True),
        ({"standings": CHOSE}, MOST, 4_000, True),
        ({"incomes": incomes("state_pension")}, MOST, 4_000, True),
        ({"standings": FREE}, MOST, 0, False),
        ({"assets": RICH}, KEPT, 90_000, False),
        ({"standings": CHOSE}, KEPT, 90_000, False),
        ({"standings": FREE}, KEPT, 0, False),
        ({"incomes": incomes("state_pension")}, KEPT, 1_000, True),
    ],
)
def test_what_was_set_by_hand_counts_or_says_that_it_does_not_and_why(
    facts: dict[str, object], of: OverrideOf, charge: int, counts: bool
) -> None:
    one = person(**facts, overrides=(override(of, 4_000),))
    made = assess(one, ON, POLICY)
    assert made.charge_pence == charge and made.council_pays_pence == 90_000 - charge
    [said] = [each for each in made.warnings if each.startswith("Override of")]
    assert ("It does not count" not in said) is counts
    columns = columns_on([one], ON, POLICY.on(ON), statutory_figures())
    assert assess_many(columns, ON, POLICY).charge.tolist() == [charge]


def test_an_override_never_raises_a_charge_above_the_cost() -> None:
    made = assess(person(assets=RICH, overrides=(override(MOST, 500_000),)), ON, POLICY)
    assert (made.charge_pence, made.outcome) == (90_000, Outcome.OVER_LIMIT)


@pytest.mark.parametrize(
    ("kind", "setting", "counted"),
    [
        ("constant_attendance_allowance", Setting.TEMPORARY, 0),
        ("constant_attendance_allowance", Setting.PERMANENT, 5_000),
        ("child_benefit", Setting.HOME, 0),
        ("child_benefit_same_accommodation", Setting.PERMANENT, 5_000),
        ("child_maintenance_same_accommodation", Setting.PERMANENT, 5_000),
        ("other_war_disablement_pension", Setting.HOME, 4_000),
        ("working_tax_credit", Setting.HOME, 0),
        ("armed_forces_independence_payment", Setting.HOME, 0),
        ("war_pensioners_mobility_supplement", Setting.HOME, 0),
        ("guardians_allowance", Setting.HOME, 0),
        ("education_grant_or_loan", Setting.HOME, 0),
        ("discretionary_trust_payment", Setting.HOME, 0),
        ("resettlement_benefit", Setting.HOME, 0),
        ("special_guardianship_payment", Setting.HOME, 0),
        ("adult_disability_daily_living", Setting.HOME, 5_000),
        ("adult_disability_daily_living", Setting.TEMPORARY, 0),
        ("adult_disability_mobility", Setting.HOME, 0),
        ("pension_age_disability_payment", Setting.TEMPORARY, 0),
    ],
)
def test_kinds_of_income_added(kind: str, setting: Setting, counted: int) -> None:
    made = assess(person(setting=setting, stay_first=dt.date(2026, 5, 1), incomes=incomes(kind)), ON, POLICY)
    assert made.value("counted_income") == counted
    status = next(each.status for each in kinds.incomes().kinds if each.name == kind)
    assert any("is remembered, not read" in each for each in made.warnings) is (status == "memory")


@pytest.mark.parametrize(
    "kind",
    [
        "grenfell_tower_payment",
        "child_abuse_payment",
        "windrush_payment",
        "post_office_compensation",
        "vaccine_damage_payment",
        "former_child_migrant_payment",
        "overseas_terrorism_payment",
        "emergency_fund_payment",
        "lgbt_financial_recognition",
        "thalidomide_trust",
        "cost_of_living_payment",
        "reversionary_interest",
        "infected_blood_payment",
    ],
)
def test_kinds_of_capital_added_are_left_out(kind: str) -> None:
    asset = Asset(kind=kind, value_pence=10_000_000)
    for setting in (Setting.HOME, Setting.PERMANENT):
        assert assess(person(setting=setting, stay_first=ON, assets=(asset,)), ON, POLICY).value("capital") == 0
