"""An expense that takes nothing off is said so, with why, wherever the assessment is told."""

import datetime as dt
from dataclasses import replace

from finance.assessment import Circumstances, Expense, Income, Nation, Setting, assess, default_policy
from interfaces.documents.assessments.letters import Letterhead, as_html, letter
from interfaces.documents.assessments.not_counted import not_counted
from interfaces.documents.assessments.results_json import as_json
from interfaces.documents.assessments.story import tell
from interfaces.documents.assessments.text import as_text

ON = dt.date(2026, 6, 1)
MARY = Circumstances(
    person="Mary Example",
    born=dt.date(1939, 5, 1),
    cost_pence=287_50,
    incomes=(Income(kind="state_pension", amount_pence=300_00),),
    expenses=(Expense(kind="laundry", amount_pence=12_60), Expense(kind="rent", amount_pence=20_00)),
)


def test_laundry_without_a_disability_benefit_is_said_in_text_json_and_letter() -> None:
    made = assess(MARY, ON, default_policy())
    (left_out,) = not_counted(made)
    assert (left_out.label, int(left_out.weekly)) == ("Extra laundry and bedding", 12_60)
    sentence = "Extra laundry and bedding, £12.60 a week, is not counted: no disability benefit"
    assert sentence in " ".join(as_text(tell(made)).split())
    assert sentence in " ".join(as_html(letter(tell(made), ON, Letterhead(council="Anyshire"))).split())
    (told,) = as_json(made)["expenses_not_counted"]
    assert (told["weekly_exact"], told["label"]) == (12_60, "Extra laundry and bedding") and "para 4" in told[
        "authority"
    ]


def test_with_the_benefit_it_counts_and_nothing_is_said() -> None:
    incomes = (*MARY.incomes, Income(kind="attendance_allowance_lower", amount_pence=76_00))
    made = assess(replace(MARY, incomes=incomes), ON, default_policy())
    assert not_counted(made) == [] and "is not counted" not in as_text(tell(made))


def test_in_a_care_home_and_in_wales_the_reason_is_another() -> None:
    home = assess(replace(MARY, setting=Setting("care home, permanent")), ON, default_policy())
    assert [each.why.split()[0] for each in not_counted(home)] == ["expenses", "somebody"]
    wales = assess(replace(MARY, nation=Nation.WALES, basic_entitlement_pence=180_00), ON, default_policy())
    assert [each.why[:8] for each in not_counted(wales)] == ["in Wales"]
