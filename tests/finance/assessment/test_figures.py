"""What an assessment rests on: figures nobody has read warn and may not be billed until the council confirms them."""

import datetime as dt

import pytest

from finance.assessment import (
    BelowStatute,
    Circumstances,
    Confirmation,
    ConfirmationDisagrees,
    Expense,
    Income,
    Nation,
    NotBillable,
    Nursing,
    Override,
    OverrideOf,
    Setting,
    assess,
    assess_many,
    columns_on,
    confirm,
    default_policy,
    statutory_figures,
    with_choices,
)
from finance.assessment.bases import BASES
from finance.assessment.circumstances import BadFact
from finance.assessment.dataflow import dataflow
from finance.assessment.figures import figures_on
from finance.assessment.policy import default_over
from finance.parameters import read_parameters
from finance.problems import BadParameters, NoValueOnDay

ON = dt.date(2026, 6, 1)
CIRCULAR = "the 2026/27 circular, annex A"


def person(**facts: object) -> Circumstances:
    base = {
        "person": "A",
        "born": dt.date(1985, 1, 1),
        "partner_born": dt.date(1985, 1, 1),
        "cost_pence": 90_000,
        "incomes": (Income(kind="universal_credit", amount_pence=30_000),),
    }
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def confirmed(**values: object) -> Confirmation:
    return Confirmation(ON, values, "A. Officer", dt.date(2026, 3, 2), CIRCULAR)


def test_a_figure_that_was_read_may_be_billed() -> None:
    answer = assess(person(), ON, default_policy())  # 120.40 was read in two places
    assert answer.billable and not answer.warnings
    answer.require_billable()
    assert "guarantee_single_25" in {figure.name for figure in answer.figures}


def test_an_inferred_premium_warns_by_name_and_amount_and_stops_the_bill() -> None:
    answer = assess(person(disability_premium=True), ON, default_policy())
    [reason] = answer.not_billable
    assert "“Disability premium, single” of £51.55 from 6 April 2026 was worked out from the year before" in reason
    assert reason in answer.warnings
    with pytest.raises(NotBillable, match="Disability premium"):
        answer.require_billable()


def test_only_the_people_a_figure_touches_are_stopped() -> None:
    """A couple's inferred row does not stop a single person's bill; an override takes the guarantee's place."""
    assert not assess(person(couple=True), ON, default_policy()).billable
    assert assess(person(couple=False), ON, default_policy()).billable
    override = Override(of=OverrideOf.ALLOWANCE, amount_pence=1, reason="r", approver="a", end=dt.date(2027, 1, 1))
    assert assess(person(couple=True, overrides=(override,)), ON, default_policy()).billable


def test_confirming_the_figure_lets_it_be_billed_and_is_kept_with_the_answer() -> None:
    held = (confirmed(guarantee_disability_single=5_155),)
    answer = assess(person(disability_premium=True), ON, default_policy(), confirmations=held)
    assert answer.billable
    [figure] = [each for each in answer.figures if each.name == "guarantee_disability_single"]
    assert figure.confirmed is not None
    assert (figure.confirmed.confirmed_by, figure.confirmed.source) == ("A. Officer", CIRCULAR)


def test_confirming_one_year_does_not_confirm_the_next() -> None:
    earlier = Confirmation(dt.date(2025, 6, 1), {"guarantee_disability_single": 4_965}, "A", dt.date(2025, 3, 1), "c")
    assert not assess(person(disability_premium=True), ON, default_policy(), confirmations=(earlier,)).billable


def test_a_confirmation_that_disagrees_is_refused() -> None:
    held = (confirmed(guarantee_disability_single=5_220),)
    with pytest.raises(ConfirmationDisagrees, match=r"A\. Officer read .*Disability premium.* as 5220"):
        assess(person(disability_premium=True), ON, default_policy(), confirmations=held)


def test_confirming_a_year_confirms_everything_loaded_for_it() -> None:
    whole = confirm(
        statutory_figures(), ON, confirmed_by="A. Officer", confirmed_on=dt.date(2026, 3, 2), source=CIRCULAR
    )
    facts = {"couple": True, "disability_premium": True, "enhanced_disability_premium": True, "children": 2}
    assert not assess(person(**facts), ON, default_policy()).billable
    assert assess(person(**facts), ON, default_policy(), confirmations=(whole,)).billable


def test_in_columns_the_same_people_are_stopped() -> None:
    people = [
        person(),
        person(disability_premium=True),
        person(couple=True),
        person(carer_premium=True),
        person(
            born=dt.date(1940, 1, 1),
            setting=Setting.PERMANENT,
            incomes=(Income(kind="savings_credit", amount_pence=500),),
        ),
        person(nation=Nation.WALES),
        person(expenses=(Expense(kind="rent", amount_pence=100),)),
    ]
    choices = default_policy().on(ON)
    many = assess_many(columns_on(people, ON, choices, statutory_figures()), ON, default_policy())
    alone = [assess(one, ON, default_policy()).billable for one in people]
    assert many.billable.tolist() == alone == [True, False, False, False, False, False, True]
    whole = confirm(statutory_figures(), ON, confirmed_by="A", confirmed_on=ON, source=CIRCULAR)
    columns = columns_on(people, ON, choices, statutory_figures())
    assert assess_many(columns, ON, default_policy(), confirmations=(whole,)).billable.all()


def test_a_figure_with_no_value_refuses_only_those_it_touches() -> None:
    """ESA for couples in 2026/27 was not found: a Welsh couple of working age cannot be worked out, others can."""
    couple, single = person(nation=Nation.WALES, couple=True), person(nation=Nation.WALES)
    with pytest.raises(NoValueOnDay, match="ESA allowance, couple"):
        assess(couple, ON, default_policy())
    assert assess(single, ON, default_policy()).charge_pence > 0
    given = person(nation=Nation.WALES, couple=True, basic_entitlement_pence=15_000)
    assert assess(given, ON, default_policy()).charge_pence > 0
    columns = columns_on([couple, single, given], ON, default_policy().on(ON), statutory_figures())
    many = assess_many(columns, ON, default_policy())
    assert many.refused.tolist() == [True, False, False]
    assert many.charge.tolist()[0] == -1
    assert "ESA allowance, couple" in many.reasons[int(many.reason[0])]


def test_an_income_that_follows_an_unread_rate_is_not_billed_until_it_is_confirmed() -> None:
    one = person(incomes=(Income(kind="savings_credit", rate="savings_credit_most_single"),))
    held = (confirmed(savings_credit_most_single=1_796),)
    assert (
        "was seen in one source at second hand: confirm it first" in assess(one, ON, default_policy()).not_billable[0]
    )
    assert assess(one, ON, default_policy(), confirmations=held).billable
    for confirmations, billable in (((), False), (held, True)):
        columns = columns_on([one], ON, default_policy().on(ON), statutory_figures(), confirmations=confirmations)
        assert assess_many(columns, ON, default_policy()).billable.tolist() == [billable]


def test_an_income_may_follow_only_a_benefit_rate() -> None:
    one = person(incomes=(Income(kind="guarantee_credit", rate="wales_buffer_percent"),))
    with pytest.raises(BadFact, match="is not a rate of it"):
        assess(one, ON, default_policy())


def test_both_rates_of_a_benefit_missing_is_not_a_difference_of_nothing() -> None:
    """Benefit rates here begin in April 2023: before that the night part cannot be worked out, and says so."""
    on = dt.date(2022, 6, 1)
    one = person(incomes=(Income(kind="pip_daily_living_enhanced", amount_pence=9_245),))
    with pytest.raises(NoValueOnDay, match="PIP daily living"):
        assess(one, on, default_policy())
    assert assess(person(incomes=one.incomes, night_care=True), on, default_policy()).value("counted_income") == 9_245


def test_next_april_is_refused_until_the_circular_is_loaded() -> None:
    with pytest.raises(NoValueOnDay, match="6 April 2027"):
        assess(person(), dt.date(2027, 4, 6), default_policy())


def test_as_it_was_known_on_a_day() -> None:
    """Nursing for 2019/20 was announced at 165.56 and restated to 180.31 on 30 April 2020."""
    nursing = statutory_figures()["nursing_standard"]
    day = dt.date(2019, 10, 1)
    assert nursing.on(day, known_by=dt.date(2020, 4, 29)).value == 16_556
    assert nursing.on(day, known_by=dt.date(2020, 4, 30)).value == 18_031
    assert nursing.on(day).value == 18_031


@pytest.mark.parametrize(
    ("name", "day", "pence"),
    [
        ("personal_expenses_allowance", dt.date(2015, 4, 5), 2_440),
        ("personal_expenses_allowance", dt.date(2015, 4, 6), 2_490),
        ("personal_expenses_allowance", dt.date(2022, 4, 5), 2_490),
        ("personal_expenses_allowance", dt.date(2026, 4, 6), 3_180),
        ("guarantee_single_25", dt.date(2026, 4, 6), 12_040),
        ("nursing_standard", dt.date(2026, 3, 31), 25_406),
        ("nursing_standard", dt.date(2026, 4, 1), 26_768),
        ("wales_weekly_maximum", dt.date(2020, 4, 5), 9_000),
        ("wales_weekly_maximum", dt.date(2020, 4, 6), 10_000),
        ("wales_capital_limit_care_home", dt.date(2018, 4, 8), 3_000_000),
        ("wales_capital_limit_care_home", dt.date(2018, 4, 9), 4_000_000),
        ("attendance_allowance_higher", dt.date(2025, 4, 6), 10_855),
        ("attendance_allowance_higher", dt.date(2025, 4, 7), 11_040),
    ],
)
def test_figures_on_their_days(name: str, day: dt.date, pence: int) -> None:
    assert statutory_figures().pence(name, day) == pence


OWN = """
[guarantee_single_pension_age]
label = "Own guarantee, single over pension age"
unit = "pence a week"
reference = "Council policy, appendix B"
[[guarantee_single_pension_age.values]]
from = 2024-04-08
until = 2025-04-06
value = {value}
status = "confirmed"
source = "Cabinet, February 2024"
"""


def test_a_councils_own_higher_figure_stands_for_the_statutory_one() -> None:
    policy = default_over("Reading", read_parameters(OWN.format(value="235.65"), "own.toml"))
    pensioner = person(born=dt.date(1940, 1, 1))
    assert assess(pensioner, dt.date(2024, 6, 3), policy).value("guarantee") == 23_565


def test_a_councils_own_lower_figure_is_refused() -> None:
    policy = default_over("Meanshire", read_parameters(OWN.format(value="228.69"), "own.toml"))
    with pytest.raises(BelowStatute, match="below the statutory figure"):
        assess(person(born=dt.date(1940, 1, 1)), dt.date(2024, 6, 3), policy)


@pytest.mark.parametrize(
    ("value", "day", "guarantee", "said"),
    [
        ("229.00", dt.date(2025, 4, 5), 22_900, ""),
        (
            "235.65",
            dt.date(2025, 6, 2),
            23_260,
            "Meanshire’s own “Guarantee, single over pension age” ended on 5 April 2025",
        ),
        ("235.65", dt.date(2024, 4, 7), 22_870, ""),  # the council's own had not begun
    ],
)
def test_where_a_councils_own_row_has_ended_the_laws_stands_and_is_said(
    value: str, day: dt.date, guarantee: int, said: str
) -> None:
    policy = default_over("Meanshire", read_parameters(OWN.format(value=value), "own.toml"))
    made = assess(person(born=dt.date(1940, 1, 1)), day, policy)
    assert made.value("guarantee") == guarantee
    assert [each for each in made.warnings if "own “" in each] == [
        each for each in made.warnings if said and said in each
    ]
    younger = assess(person(), day, policy)
    assert not any("own “" in each for each in younger.warnings), "only those it is for are told"
    columns = columns_on([person(born=dt.date(1940, 1, 1))], day, policy.on(day), statutory_figures())
    assert assess_many(columns, day, policy).charge.tolist() == [made.charge_pence]


def test_where_the_law_has_overtaken_a_councils_own_row_the_laws_stands_and_is_said() -> None:
    text = OWN.format(value="231.00").replace("until = 2025-04-06\n", "")
    policy = default_over("Meanshire", read_parameters(text, "own.toml"))
    old = person(born=dt.date(1940, 1, 1))
    assert assess(old, dt.date(2025, 4, 5), policy).value("guarantee") == 23_100
    made = assess(old, dt.date(2025, 4, 6), policy)
    assert made.value("guarantee") == 23_260
    assert any("of £231.00 has been overtaken by the law’s £232.60 from 6 April 2025" in each for each in made.warnings)


def test_no_english_figure_serves_in_wales_unsaid() -> None:
    """Nursing is refused by name; other figures of England's regulations are said; those of Wales or of both say
    nothing."""
    resident = {"nation": Nation.WALES, "setting": Setting.PERMANENT, "born": dt.date(1940, 1, 1)}
    with_nursing = person(**resident, cost_includes_nursing=True, nursing=Nursing.STANDARD)
    with pytest.raises(NoValueOnDay, match="NHS-funded nursing care in Wales"):
        assess(with_nursing, ON, default_policy())
    columns = columns_on([with_nursing, person(**resident)], ON, default_policy().on(ON), statutory_figures())
    assert assess_many(columns, ON, default_policy()).refused.tolist() == [True, False]
    incomes = (Income(kind="state_pension", amount_pence=30_000), Income(kind="war_widows_pension", amount_pence=5_000))
    made = assess(person(**resident, incomes=incomes), ON, default_policy())
    english = [each.parameter.label for each in made.figures if each.parameter.reference.startswith("SI 2014/2672")]
    assert len(english) == 2 and all(
        any(f"“{each}” is England’s figure" in said for said in made.warnings) for each in english
    )
    in_england = assess(person(**resident | {"nation": Nation.ENGLAND}, incomes=incomes), ON, default_policy())
    assert not any("England’s figure" in each for each in in_england.warnings)


def test_a_policy_may_not_carry_a_figure_only_the_law_sets() -> None:
    own = OWN.replace("guarantee_single_pension_age", "capital_lower_limit").format(value="20000.00")
    with pytest.raises(BadParameters, match="neither a choice nor a figure a council may raise"):
        default_over("Boldshire", read_parameters(own, "own.toml"))


def test_a_choice_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadParameters, match="“generosity” is not a choice"):
        with_choices(default_policy(), {"generosity": 100})


def test_every_figure_reaches_a_step_that_says_whom_it_touches() -> None:
    choices = default_policy().on(ON)
    for basis in BASES:
        flow = dataflow(basis, choices)
        assert all(flow.touched[name] for name in flow.figures), basis
        assert all(
            rule.unit != "table" or rule.rests == "through" or rule.name == "age_by_timetable" for rule in flow.rules
        )
        figures_on(flow.figures, statutory_figures(), default_policy(), ON)
