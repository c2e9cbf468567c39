"""Each kind of income, capital and expense is treated as its table says, in each setting."""

import datetime as dt
from fractions import Fraction

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Ground,
    GroundHeld,
    Income,
    Nursing,
    Outcome,
    Override,
    OverrideOf,
    Setting,
    UnknownKind,
    assess,
    default_policy,
    with_choices,
)
from finance.assessment import kinds as kind_tables
from finance.assessment.circumstances import BadFact
from finance.assessment.kinds import read_kinds
from finance.problems import BadParameters

ON = dt.date(2024, 6, 3)


def person(**facts: object) -> Circumstances:
    base = {"person": "A", "born": dt.date(1940, 1, 1), "cost_pence": 90_000}
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def counted(kind: str, pence: int = 5_000, setting: Setting = Setting.HOME, **facts: object) -> Fraction:
    """What counts of one income of 50.00 a week."""
    one = person(incomes=(Income(kind=kind, amount_pence=pence),), setting=setting, **facts)
    value = assess(one, ON, default_policy()).value("counted_income")
    assert isinstance(value, Fraction)
    return value


IGNORED = (
    "earnings",
    "pip_mobility",
    "dla_mobility",
    "child_benefit",
    "war_disablement_pension",
    "guaranteed_income_payment",
    "housing_benefit",
    "charitable_payment",
)


@pytest.mark.parametrize("kind", IGNORED)
def test_left_out_in_full(kind: str) -> None:
    assert counted(kind) == 0
    assert counted(kind, setting=Setting.PERMANENT) == 0


@pytest.mark.parametrize("kind", ["war_widows_pension", "nazi_victims_pension"])
def test_the_first_ten_pounds_of_a_war_widows_pension(kind: str) -> None:
    assert counted(kind) == 4_000
    assert counted(kind, 900) == 0


def test_the_first_ten_pounds_are_left_out_once_for_all_such_pensions() -> None:
    both = (
        Income(kind="war_widows_pension", amount_pence=5_000),
        Income(kind="nazi_victims_pension", amount_pence=5_000),
    )
    assert assess(person(incomes=both), ON, default_policy()).value("counted_income") == 9_000


def test_disability_benefits_count_at_home_and_for_permanent_residents_but_not_temporary_ones() -> None:
    for kind in ("attendance_allowance_lower", "dla_care_middle", "pip_daily_living_standard"):
        assert counted(kind, 7_265) == 7_265
        assert counted(kind, 7_265, Setting.PERMANENT) == 7_265
        assert counted(kind, 7_265, Setting.TEMPORARY) == 0


@pytest.mark.parametrize(
    ("choice", "with_night_care", "without"),
    [
        ("counted in full", 10_855, 10_855),
        ("left out when no night care", 10_855, 7_265),
        ("left out always", 7_265, 7_265),
    ],
)
@pytest.mark.parametrize("kind", ["attendance_allowance_higher", "dla_care_highest", "pip_daily_living_enhanced"])
def test_the_night_part_is_policy(kind: str, choice: str, with_night_care: int, without: int) -> None:
    policy = with_choices(default_policy(), {"night_care": choice})
    for night_care, wanted in ((True, with_night_care), (False, without)):
        one = person(incomes=(Income(kind=kind, amount_pence=10_855),), night_care=night_care)
        assert assess(one, ON, policy).value("counted_income") == wanted
        resident = person(incomes=one.incomes, night_care=night_care, setting=Setting.PERMANENT)
        assert assess(resident, ON, policy).value("counted_income") == 10_855


@pytest.mark.parametrize(("choice", "counts"), [("counted", 5_000), ("left out", 0)])
@pytest.mark.parametrize("kind", ["universal_credit_child_element", "universal_credit_childcare_element"])
def test_the_child_elements_of_universal_credit_are_policy(kind: str, choice: str, counts: int) -> None:
    policy = with_choices(default_policy(), {"universal_credit_children": choice})
    one = person(born=dt.date(1990, 1, 1), incomes=(Income(kind=kind, amount_pence=5_000),))
    assert assess(one, ON, policy).value("counted_income") == counts


def test_half_a_pension_passed_to_a_partner_at_home() -> None:
    """An odd penny halves exactly."""
    assert counted("occupational_pension", 20_001, Setting.PERMANENT, half_pension_passed=True) == Fraction(20_001, 2)
    assert counted("state_pension", 20_001, Setting.PERMANENT, half_pension_passed=True) == 20_001
    assert counted("occupational_pension", 20_001, Setting.HOME, half_pension_passed=True) == 20_001


@pytest.mark.parametrize(
    ("choice", "pension", "award", "left_out"),
    [
        ("left out in full", 20_000, 900, 900),
        ("award up to the maximum", 20_000, 900, 695),
        ("award up to the maximum", 20_000, 300, 300),
        ("by bands", 20_000, 300, 300),  # under the standard minimum guarantee of 218.15
        ("by bands", 20_000, 900, 695),
        ("by bands", 21_815, 300, 300),  # exactly at it
        ("by bands", 21_816, 300, 695),  # above it: the maximum whatever the award
        ("by bands", 21_816, 0, 695),
    ],
)
def test_savings_credit(choice: str, pension: int, award: int, left_out: int) -> None:
    policy = with_choices(default_policy(), {"savings_credit_in_care_homes": choice})
    one = person(
        setting=Setting.PERMANENT,
        incomes=(Income(kind="state_pension", amount_pence=pension), Income(kind="savings_credit", amount_pence=award)),
    )
    assert assess(one, ON, policy).value("savings_credit_left_out") == left_out
    younger = person(born=dt.date(1980, 1, 1), setting=Setting.PERMANENT, incomes=one.incomes[:1])
    assert assess(younger, ON, policy).value("savings_credit_left_out") == 0


def test_savings_credit_in_homes_is_left_out_by_bands_and_the_old_choice_warns() -> None:
    """State Pension of 300.00 is above the guarantee of 218.15: 6.95 is left out though there is no award."""
    facts: dict[str, object] = {
        "setting": Setting.PERMANENT,
        "incomes": (Income(kind="state_pension", amount_pence=30_000),),
    }
    assert assess(person(**facts), ON, default_policy()).charge_pence == 30_000 - 3_015 - 695
    old = with_choices(default_policy(), {"savings_credit_in_care_homes": "award up to the maximum"})
    made = assess(person(**facts), ON, old)
    assert made.charge_pence == 30_000 - 3_015
    assert sum("may be less than the law requires" in each for each in made.warnings) == 1
    assert assess(person(**facts), ON, default_policy(), known_by=dt.date(2026, 11, 28)).charge_pence == 30_000 - 3_015


@pytest.mark.parametrize(
    ("born", "given", "left_out"),
    [
        (dt.date(1953, 4, 5), None, 695),
        (dt.date(1953, 4, 6), None, 0),  # savings credit had closed before anybody born then reached pension age
        (dt.date(1952, 1, 1), dt.date(2016, 4, 5), 695),
        (dt.date(1952, 1, 1), dt.date(2016, 4, 6), 0),
    ],
)
def test_the_flat_sum_is_for_those_of_pension_age_before_savings_credit_closed(
    born: dt.date, given: dt.date | None, left_out: int
) -> None:
    one = person(
        born=born,
        pension_age_from=given,
        setting=Setting.PERMANENT,
        incomes=(Income(kind="state_pension", amount_pence=30_000),),
    )
    assert assess(one, ON, default_policy()).value("savings_credit_left_out") == left_out


def test_one_of_a_couple_has_the_couples_maximum() -> None:
    """But a permanent resident is of no household with a partner at home, and has a single person's (SI 2002/1792
    reg 5)."""
    for setting, most in ((Setting.TEMPORARY, 1_040), (Setting.PERMANENT, 695)):
        one = person(couple=True, setting=setting, incomes=(Income(kind="savings_credit", amount_pence=2_000),))
        assert assess(one, ON, default_policy()).value("savings_credit_left_out") == most


def test_the_guarantee_is_built_from_the_persons_facts() -> None:
    young: dict[str, object] = {"born": dt.date(1985, 1, 1)}
    pair: dict[str, object] = {"couple": True, "partner_born": dt.date(1985, 1, 1)}
    flags: dict[str, object] = {"disability_premium": True, "enhanced_disability_premium": True, "carer_premium": True}
    wanted: list[tuple[dict[str, object], int]] = [
        (young, 11_060),
        (young | {"children": 2}, 11_060 + 2 * 10_125),  # a lone parent
        (young | pair, 8_685),
        (young | flags, 11_060 + 4_880 + 2_385 + 5_235),
        (young | flags | pair, 8_685 + 3_480 + 1_715 + 5_235),
        ({}, 22_870),
        ({"couple": True}, 17_460),
        (flags, 22_870 + 5_235),  # disability premiums stop at pension age
    ]
    for facts, guarantee in wanted:
        assert assess(person(**facts), ON, default_policy()).value("guarantee") == guarantee


def test_a_councils_buffer_stands_on_top_of_the_guarantee() -> None:
    policy = with_choices(default_policy(), {"guarantee_buffer": 500, "guarantee_buffer_percent": 25})
    assert assess(person(), ON, policy).value("allowance") == Fraction(22_870 * 125, 100) + 500


@pytest.mark.parametrize(
    ("choice", "claimed", "allowed"),
    [("itemised", 400, 400), ("standard", 400, 1_085), ("the greater", 400, 1_085), ("the greater", 1_200, 1_200)],
)
def test_disability_related_expenses(choice: str, claimed: int, allowed: int) -> None:
    policy = with_choices(default_policy(), {"disability_expenses": choice, "standard_disability_expense": 1_085})
    expenses = (Expense(kind="heating", amount_pence=claimed),)
    without = person(expenses=expenses)
    assert assess(without, ON, policy).value("disability_expenses_allowed") == 0
    benefit = (Income(kind="attendance_allowance_lower", amount_pence=7_265),)
    assert (
        assess(person(expenses=expenses, incomes=benefit), ON, policy).value("disability_expenses_allowed") == allowed
    )


def test_housing_costs_are_for_people_with_a_home_to_keep() -> None:
    expenses = (Expense(kind="rent", amount_pence=4_000), Expense(kind="other_allowance", amount_pence=300))
    for setting, taken_off in ((Setting.HOME, 4_300), (Setting.TEMPORARY, 4_300), (Setting.PERMANENT, 300)):
        assert assess(person(expenses=expenses, setting=setting), ON, default_policy()).value("deductions") == taken_off


def test_nursing_comes_off_the_cost_first() -> None:
    facts: dict[str, object] = {"setting": Setting.PERMANENT, "cost_includes_nursing": True, "cost_pence": 60_000}
    rich = (Income(kind="state_pension", amount_pence=100_000),)
    assert assess(person(incomes=rich, nursing=Nursing.STANDARD, **facts), ON, default_policy()).charge_pence == 36_412
    assert assess(person(incomes=rich, nursing=Nursing.HIGHER, **facts), ON, default_policy()).charge_pence == 27_550
    outside = facts | {"cost_includes_nursing": False}
    assert assess(person(incomes=rich, nursing=Nursing.HIGHER, **outside), ON, default_policy()).charge_pence == 60_000


def test_a_rise_may_be_limited() -> None:
    policy = with_choices(default_policy(), {"increase_limit_applies": True, "increase_limit": 2_500})
    facts = {"incomes": (Income(kind="state_pension", amount_pence=22_870 + 9_000),)}
    assert assess(person(previous_charge_pence=5_000, **facts), ON, policy).charge_pence == 7_500
    assert assess(person(previous_charge_pence=8_000, **facts), ON, policy).charge_pence == 9_000
    assert assess(person(**facts), ON, policy).charge_pence == 9_000


@pytest.mark.parametrize("ground", [Ground.AFTERCARE, Ground.CJD, Ground.NHS, Ground.EQUIPMENT])
def test_nothing_is_charged_where_the_law_forbids_it(ground: Ground) -> None:
    rich = person(assets=(Asset(kind="savings", value_pence=10_000_000),), standings=(GroundHeld(ground=ground),))
    answer = assess(rich, ON, default_policy())
    assert (answer.charge_pence, answer.outcome, answer.because) == (0, Outcome.NIL_BY_LAW, str(ground))


def test_reablement_is_free_for_six_weeks_and_then_charged() -> None:
    facts = {"incomes": (Income(kind="state_pension", amount_pence=32_870),)}
    for days, charge in ((0, 0), (41, 0), (42, 10_000)):
        standing = GroundHeld(ground=Ground.REABLEMENT, first=ON - dt.timedelta(days=days))
        assert assess(person(standings=(standing,), **facts), ON, default_policy()).charge_pence == charge
    longer = with_choices(default_policy(), {"reablement_days": 56})
    started = GroundHeld(ground=Ground.REABLEMENT, first=ON - dt.timedelta(days=55))
    assert assess(person(standings=(started,), **facts), ON, longer).charge_pence == 0


@pytest.mark.parametrize(
    "ground", [Ground.FULL_COST_BY_CHOICE, Ground.REFUSED_TO_DISCLOSE, Ground.LIGHT_TOUCH_OVER_LIMIT]
)
def test_full_cost_by_choice_refusal_or_light_touch(ground: Ground) -> None:
    answer = assess(person(standings=(GroundHeld(ground=ground),)), ON, default_policy())
    assert (answer.charge_pence, answer.outcome, answer.because) == (90_000, Outcome.FULL_COST, str(ground))
    told = any("ask for a full assessment" in warning for warning in answer.warnings)
    assert told is (ground is not Ground.FULL_COST_BY_CHOICE)


@pytest.mark.parametrize(("choice", "charge"), [("on the facts given", 10_000), ("full cost", 90_000), ("nil", 0)])
def test_a_provisional_assessment_is_charged_as_policy_says(choice: str, charge: int) -> None:
    policy = with_choices(default_policy(), {"provisional_charge": choice})
    one = person(provisional=True, incomes=(Income(kind="state_pension", amount_pence=32_870),))
    answer = assess(one, ON, policy)
    assert answer.charge_pence == charge
    assert answer.provisional and any("Provisional" in warning for warning in answer.warnings)


def test_an_override_is_used_said_and_stops_on_its_day() -> None:
    override = Override(of=OverrideOf.ALLOWANCE, amount_pence=30_000, reason="hardship", approver="A. Manager", end=ON)
    one = person(overrides=(override,), incomes=(Income(kind="state_pension", amount_pence=32_870),))
    the_day_before = assess(one, ON - dt.timedelta(days=1), default_policy())
    assert the_day_before.charge_pence == 2_870
    assert any("hardship" in warning and "A. Manager" in warning for warning in the_day_before.warnings)
    assert assess(one, ON, default_policy()).charge_pence == 10_000


def test_an_override_nobody_approved_is_refused() -> None:
    override = Override(of=OverrideOf.ALLOWANCE, amount_pence=30_000, reason="hardship", approver="", end=ON)
    with pytest.raises(BadFact, match="approver"):
        assess(person(overrides=(override,)), ON, default_policy())


def test_a_kind_nobody_treats_is_refused_by_name() -> None:
    with pytest.raises(UnknownKind, match=r"lottery.*Use one of: new_state_pension"):
        assess(person(incomes=(Income(kind="lottery", amount_pence=1),)), ON, default_policy())


def test_an_amount_below_nought_is_refused() -> None:
    with pytest.raises(BadFact, match="nought or more"):
        assess(person(incomes=(Income(kind="state_pension", amount_pence=-1),)), ON, default_policy())


KIND = '[income.{name}]\nlabel = "L"\ntreatment = "{treatment}"\ncitation = "C"\nstatus = "{status}"\n{more}\n'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"treatment": "halved"}, "income.gift: “halved” is not a treatment"),
        ({"status": "sure"}, "income.gift: its status is “sure”"),
        ({"more": 'night_over = "nothing"'}, "no kind “nothing”"),
        ({"more": "taxed = true"}, "“taxed” is not understood"),
        ({"more": 'temporary = "doubled"'}, "“doubled” is not a treatment"),
        ({"treatment": ""}, "“treatment” is missing"),
    ],
)
def test_a_table_of_kinds_with_one_fault_is_refused(change: dict[str, str], words: str) -> None:
    good = {"name": "gift", "treatment": "counted", "status": "confirmed", "more": ""}
    read_kinds(KIND.format(**good), "kinds.toml")
    with pytest.raises(BadParameters, match=words):
        read_kinds(KIND.format(**good | change), "kinds.toml")


def test_every_kind_has_words_and_authority() -> None:
    for table in (kind_tables.incomes(), kind_tables.assets(), kind_tables.expenses()):
        assert all(kind.label and kind.citation for kind in table.kinds)


def test_what_a_person_over_the_limit_is_held_to_is_what_they_can_pay() -> None:
    override = Override(
        of=OverrideOf.ASSESSED_MAXIMUM,
        amount_pence=4_000,
        reason="hardship",
        approver="A. Manager",
        end=ON + dt.timedelta(days=1),
    )
    savings = (Asset(kind="savings", value_pence=90_000_00),)
    rich = person(assets=savings, overrides=(override,))
    made = assess(rich, ON, default_policy())
    assert (made.outcome, made.charge_pence, made.can_pay_pence) == (Outcome.OVER_LIMIT, 4_000, 4_000)
    assert assess(person(assets=savings), ON, default_policy()).can_pay_pence is None
