"""The edges: each capital limit to the penny, each birthday, each April date, each length of stay."""

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    Frequency,
    Income,
    MissingFact,
    Nation,
    Nursing,
    Outcome,
    Setting,
    Stay,
    assess,
    assess_period,
    default_policy,
    load_policy,
    with_choices,
)
from finance.assessment.circumstances import BadFact
from finance.days import Span
from finance.money import read_pence
from finance.problems import NoValueOnDay

ON = dt.date(2024, 6, 3)
OLD = dt.date(1940, 1, 1)


def person(**facts: object) -> Circumstances:
    return Circumstances(**{"person": "A", "born": OLD, "cost_pence": 90_000} | facts)  # type: ignore[arg-type]


def savings(pounds: str, owners: int = 1) -> tuple[Asset, ...]:
    return (Asset(kind="savings", value_pence=read_pence(pounds), owners=owners),)


@pytest.mark.parametrize(
    ("capital", "tariff", "over"),
    [
        ("14249.99", 0, False),
        ("14250.00", 0, False),
        ("14250.01", 1, False),
        ("14500.00", 1, False),
        ("14500.01", 2, False),
        ("23000.00", 35, False),
        ("23000.01", 36, False),
        ("23249.99", 36, False),
        ("23250.00", 36, False),
        ("23250.01", 0, True),
    ],
)
def test_capital_limits_to_the_penny(capital: str, tariff: int, over: bool) -> None:
    for setting in (Setting.HOME, Setting.PERMANENT):
        answer = assess(person(assets=savings(capital), setting=setting), ON, default_policy())
        assert answer.value("tariff_income") == Fraction(tariff * 100)
        assert answer.value("over_limit") is over
        assert (answer.charge_pence == 90_000) is over


def test_a_council_may_treat_exactly_the_limit_as_over() -> None:
    policy = with_choices(default_policy(), {"limit_reached": "over"})
    assert assess(person(assets=savings("23249.99")), ON, policy).outcome is Outcome.ASSESSED
    assert assess(person(assets=savings("23250.00")), ON, policy).outcome is Outcome.OVER_LIMIT


def test_half_of_an_odd_penny_over_the_lower_limit_is_over_it() -> None:
    joint = assess(person(assets=savings("28500.01", owners=2)), ON, default_policy())
    assert joint.value("capital") == Fraction(2850001, 2)
    assert joint.value("tariff_income") == 100


def test_a_council_may_raise_the_limit_but_not_for_permanent_residents() -> None:
    policy = with_choices(default_policy(), {"upper_limit_outside_permanent_homes": 2_450_000})
    at_home = assess(person(assets=savings("24500.00")), ON, policy)
    assert at_home.outcome is Outcome.ASSESSED
    assert at_home.value("tariff_income") == 4100  # 10,250 over the lower limit is forty-one steps
    resident = assess(person(assets=savings("24500.00"), setting=Setting.PERMANENT), ON, policy)
    assert resident.outcome is Outcome.OVER_LIMIT


def test_selling_costs_and_debts_come_off_before_the_share() -> None:
    flat = Asset(kind="other_property", value_pence=20_000_00, owed_pence=3_000_00, sale_costs=True)
    assert assess(person(assets=(flat,)), ON, default_policy()).value("capital") == 15_000_00


def test_joint_land_is_refused_without_the_value_of_the_share() -> None:
    land = Asset(kind="other_property", value_pence=20_000_00, owners=2)
    with pytest.raises(MissingFact, match="A’s “other_property” has 2 owners.*in pounds .“share_value”"):
        assess(person(assets=(land,)), ON, default_policy())
    valued = Asset(kind="other_property", value_pence=20_000_00, owners=2, share_value_pence=4_000_00)
    assert assess(person(assets=(valued,)), ON, default_policy()).value("capital") == 3_600_00


def test_a_resident_whose_stay_nobody_gave_is_told_that_no_twelve_weeks_are_given() -> None:
    home = Asset(kind="home", value_pence=200_000_00)
    made = assess(person(assets=(home,), setting=Setting.PERMANENT), ON, default_policy())
    assert "The home counts as capital." in made.warnings
    assert any("no twelve weeks are given" in each and "supply the stay’s first day" in each for each in made.warnings)
    given = person(assets=(home,), setting=Setting.PERMANENT, stays=(Stay(first=ON - dt.timedelta(days=200)),))
    assert not any("twelve weeks" in each for each in assess(given, ON, default_policy()).warnings)


@pytest.mark.parametrize(
    ("born", "on", "row"),
    [
        (dt.date(2006, 6, 3), ON, "allowance_single_18_24"),  # eighteen today
        (dt.date(1999, 6, 4), ON, "allowance_single_18_24"),  # twenty-five tomorrow
        (dt.date(1999, 6, 3), ON, "allowance_single_25"),  # twenty-five today
        (dt.date(1958, 6, 4), ON, "allowance_single_25"),  # sixty-six tomorrow
        (dt.date(1958, 6, 3), ON, "allowance_single_pension_age"),  # sixty-six today
        (dt.date(1960, 2, 29), dt.date(2026, 2, 28), "allowance_single_25"),  # a birthday on 1 March
        (dt.date(1960, 2, 29), dt.date(2026, 3, 1), "allowance_single_pension_age"),
        (dt.date(1960, 4, 6), dt.date(2026, 5, 5), "allowance_single_25"),  # sixty-six and one month
        (dt.date(1960, 4, 6), dt.date(2026, 5, 6), "allowance_single_pension_age"),
        (dt.date(1960, 7, 31), dt.date(2026, 11, 29), "allowance_single_25"),  # and four: November has no 31st
        (dt.date(1960, 7, 31), dt.date(2026, 11, 30), "allowance_single_pension_age"),
    ],
)
def test_birthdays(born: dt.date, on: dt.date, row: str) -> None:
    answer = assess(person(born=born), on, default_policy())
    rows = {step.name: step.value for step in answer.steps if step.name.startswith("allowance_single")}
    assert {name for name, value in rows.items() if value} == {row}


def test_under_eighteen_is_refused() -> None:
    with pytest.raises(BadFact, match="under 18"):
        assess(person(born=dt.date(2006, 6, 4)), ON, default_policy())


def test_no_date_of_birth_is_refused() -> None:
    with pytest.raises(MissingFact, match="Supply the date of birth"):
        assess(person(born=None), ON, default_policy())


def test_moving_pension_age_before_october_2020_must_be_supplied() -> None:
    born, on = dt.date(1953, 1, 1), dt.date(2016, 6, 1)
    with pytest.raises(MissingFact, match="pension_age_from"):
        assess(person(born=born), on, default_policy())
    given = person(born=born, pension_age_from=dt.date(2015, 9, 6))
    assert assess(given, on, default_policy()).value("guarantee") == 18_900


def test_a_birthday_on_the_way_up_to_sixty_seven_rests_on_the_timetable_which_was_read() -> None:
    for facts in (
        {"born": dt.date(1960, 4, 6)},
        {"born": dt.date(1970, 4, 6), "couple": True, "partner_born": dt.date(1960, 4, 6)},
    ):
        answer = assess(person(**facts), dt.date(2026, 4, 20), default_policy())
        [figure] = [each for each in answer.figures if each.name == "pension_age_timetable"]
        assert figure.sure and not any("rising from 66 to 67" in warning for warning in answer.warnings)
    given = person(born=dt.date(1960, 4, 6), pension_age_from=dt.date(2026, 5, 6))
    named = [each.name for each in assess(given, dt.date(2026, 4, 20), default_policy()).figures]
    assert "pension_age_timetable" not in named


@pytest.mark.parametrize(
    ("year", "monday"),
    [
        (2023, dt.date(2023, 4, 10)),
        (2024, dt.date(2024, 4, 8)),
        (2025, dt.date(2025, 4, 7)),
        (2026, dt.date(2026, 4, 6)),
    ],
)
def test_benefits_change_on_the_first_monday(year: int, monday: dt.date) -> None:
    one = person(
        incomes=(Income(kind="new_state_pension", rate="new_state_pension_full"),),
        assets=(Asset(kind="life_policy", value_pence=1),),
    )
    assert monday.weekday() == 0
    if year > 2023:  # the rates here begin in April 2023
        before = assess(one, monday - dt.timedelta(days=1), default_policy()).value("income_total")
        assert before != assess(one, monday, default_policy()).value("income_total")


def test_the_three_april_dates_cut_a_period() -> None:
    resident = person(
        setting=Setting.PERMANENT,
        stay_first=dt.date(2023, 1, 1),
        cost_pence=120_000,
        nursing=Nursing.STANDARD,
        cost_includes_nursing=True,
        incomes=(Income(kind="new_state_pension", rate="new_state_pension_full"),),
    )
    segments = assess_period(resident, Span(dt.date(2025, 3, 24), dt.date(2025, 4, 21)), default_policy())
    found = [(each.span.first, each.assessment.nursing_pence, each.assessment.charge_pence) for each in segments]
    assert found == [
        (
            dt.date(2025, 3, 24),
            23_588,
            22_120 - 3_015 - 695,
        ),  # savings credit's maximum is left out above the guarantee
        (dt.date(2025, 4, 1), 25_406, 22_120 - 3_015 - 695),
        (dt.date(2025, 4, 6), 25_406, 22_120 - 3_065 - 705),
        (dt.date(2025, 4, 7), 25_406, 23_025 - 3_065 - 705),
    ]
    assert sum((each.total_exact for each in segments), Fraction(0)) == Fraction(
        8 * 18_410 + 5 * 18_410 + 1 * 18_350 + 14 * 19_255, 7
    )


def test_a_birthday_and_a_new_income_cut_a_period() -> None:
    one = person(
        born=dt.date(1999, 6, 10),
        incomes=(
            Income(kind="universal_credit", amount_pence=20_000),
            Income(kind="other_counted", amount_pence=1_000, first=dt.date(2024, 6, 20), end=dt.date(2024, 6, 25)),
        ),
    )
    segments = assess_period(one, Span(dt.date(2024, 6, 3), dt.date(2024, 7, 1)), default_policy())
    assert [(each.span.first.day, each.assessment.charge_pence) for each in segments] == [
        (3, 20_000 - 8_765),
        (10, 20_000 - 11_060),
        (20, 21_000 - 11_060),
        (25, 20_000 - 11_060),
    ]


OWN_POLICY = """
[minimum_charge]
label = "A weekly charge below this is waived"
unit = "pence a week"
reference = "Policy, section 4"
[[minimum_charge.values]]
from = 2023-04-01
value = 1.25
status = "confirmed"
source = "Cabinet"
[[minimum_charge.values]]
from = 2024-06-17
value = 5.00
status = "confirmed"
source = "Cabinet"
"""


def test_a_change_of_policy_cuts_a_period(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(OWN_POLICY)
    policy = load_policy(tmp_path / "policy.toml", "Somewhere")
    one = person(incomes=(Income(kind="state_pension", amount_pence=22_870 + 300),))
    segments = assess_period(one, Span(ON, dt.date(2024, 7, 1)), policy)
    assert [(each.span.first.day, each.assessment.charge_pence) for each in segments] == [(3, 300), (17, 0)]
    with pytest.raises(NoValueOnDay, match="waived"):
        assess(one, dt.date(2022, 6, 1), policy)


def test_a_version_of_the_circumstances_stands_from_its_day() -> None:
    before = person(first=dt.date(2024, 1, 1), incomes=(Income(kind="state_pension", amount_pence=30_000),))
    after = person(
        first=dt.date(2024, 6, 12), setting=Setting.PERMANENT, stay_first=dt.date(2024, 6, 12), incomes=before.incomes
    )
    segments = assess_period([after, before], Span(ON, dt.date(2024, 7, 1)), default_policy())
    assert [(each.span.first.day, each.assessment.basis.name, each.assessment.charge_pence) for each in segments] == [
        (3, "home", 30_000 - 22_870),
        (12, "permanent", 30_000 - 3_015 - 695),
    ]


@pytest.mark.parametrize(("nights", "basis"), [(0, "home"), (55, "home"), (56, "temporary")])
def test_a_short_stay_is_charged_as_at_home_for_eight_weeks(nights: int, basis: str) -> None:
    for nation in Nation:
        stay = person(
            nation=nation,
            setting=Setting.SHORT_TERM,
            stay_first=ON - dt.timedelta(days=nights),
            basic_entitlement_pence=20_000,
        )
        assert assess(stay, ON, default_policy()).basis.name == basis


@pytest.mark.parametrize(
    ("frequency", "amount", "week"),
    [
        (Frequency.WEEKLY, 10_000, Fraction(10_000)),
        (Frequency.FORTNIGHTLY, 10_001, Fraction(10_001, 2)),
        (Frequency.FOUR_WEEKLY, 10_001, Fraction(10_001, 4)),
        (Frequency.MONTHLY, 31_168, Fraction(31_168 * 12, 52)),
        (Frequency.QUARTERLY, 31_168, Fraction(31_168 * 4, 52)),
        (Frequency.YEARLY, 1_000_001, Fraction(1_000_001, 52)),
    ],
)
def test_every_frequency_is_exact(frequency: Frequency, amount: int, week: Fraction) -> None:
    one = person(incomes=(Income(kind="state_pension", amount_pence=amount, frequency=frequency),))
    assert assess(one, ON, default_policy()).value("income_total") == week


@pytest.mark.parametrize(
    ("rounding", "charge"), [("in the person's favour", 1_000), ("half up", 1_001), ("half even", 1_000)]
)
def test_half_a_penny_is_rounded_once_as_policy_says(rounding: str, charge: int) -> None:
    policy = with_choices(default_policy(), {"charge_rounding": rounding})
    one = person(
        incomes=(Income(kind="state_pension", amount_pence=(22_870 + 1_000) * 2 + 1, frequency=Frequency.FORTNIGHTLY),)
    )
    answer = assess(one, ON, policy)
    assert answer.charge_exact == Fraction(2001, 2)
    assert answer.charge_pence == charge


def test_a_charge_below_the_minimum_is_waived() -> None:
    policy = with_choices(default_policy(), {"minimum_charge": 125})
    for over, charge in ((124, 0), (125, 125)):
        one = person(incomes=(Income(kind="state_pension", amount_pence=22_870 + over),))
        assert assess(one, ON, policy).charge_pence == charge
