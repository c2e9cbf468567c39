"""Circumstances come in from files: every fault named, nothing half-loaded, the same file twice harmless."""

import datetime as dt
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from billing.assessments import decisions, jobs
from billing.assessments.decisions import Decision
from finance.assessment import Frequency, Ground, Setting, default_policy
from interfaces.database.connection import Database
from interfaces.files.inbound.circumstances_json import CircumstancesRefused, read_text
from interfaces.files.inbound.circumstances_schema import schema, schema_text
from interfaces.files.inbound.describing import write_templates
from interfaces.files.inbound.describing_circumstances import PAGES
from interfaces.files.inbound.door.loading_circumstances import load_circumstances
from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES
from tests.billing.assessments.conftest import AT, Tell, someone

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_templates_load_and_load_again_without_change(
    database: Database, tell: Tell, tmp_path: Path, ending: str
) -> None:
    tell(people=[someone("P000123")])
    for path in write_templates(CIRCUMSTANCES, tmp_path, ("csv", "xlsx")):
        if path.suffix != f".{ending}":
            path.unlink()
    first = load_circumstances(database, [tmp_path], by="A", at=AT)
    assert [each.extract for each in first] == list(CIRCUMSTANCES)
    assert all(each.loaded and each.new == 1 for each in first), [str(p) for each in first for p in each.problems]
    again = load_circumstances(database, [tmp_path], by="A", at=AT)
    assert all(each.change is None and each.unchanged == 1 for each in again)
    who, _ = jobs.history(database, "P000123")
    one = who.on(dt.date(2026, 5, 4))
    assert one is not None and one.cost_pence == 287_50 and one.incomes[0].amount_pence == 169_50


FAULTY = """income_ref,person_ref,kind,amount,frequency,follows_rate,start_date,end_date
I1,P1,state_pension,169.50,weekly,,2026-04-06,
I2,P1,state_pensoin,10.00,weekly,,,
I3,P1,earnings,ten pounds,weekly,,,
I4,P1,earnings,10.00,hourly,,,
I5,P9,earnings,10.00,weekly,,,
I6,P1,earnings,10.00,weekly,,2026-05-01,2026-04-01
I7,P1,attendance_allowance_lower,10.00,weekly,attendance_allowance_lower,,
I8,P1,attendance_allowance_lower,,weekly,attendance_alowance_lower,,
"""


def test_every_fault_is_told_with_its_line_and_remedy(database: Database, tell: Tell, tmp_path: Path) -> None:
    tell(people=[someone()])
    path = tmp_path / "incomes.csv"
    path.write_text(FAULTY, encoding="utf-8")
    (refused,) = load_circumstances(database, [path], by="A", at=AT)
    assert not refused.loaded and refused.change is None
    said = {each.where: f"{each.what} {each.what_to_do}" for each in refused.problems}
    expected = {
        "incomes.csv line 3, column kind": "Did you mean state_pension?",
        "incomes.csv line 4, column amount": "not an amount",
        "incomes.csv line 5, column frequency": "Use one of: weekly, fortnightly",
        "incomes.csv line 6, column person_ref": "not a person we know",
        "incomes.csv line 7, column end_date": "before the start date",
        "incomes.csv line 8, column follows_rate": "not both",
        "incomes.csv line 9, column follows_rate": "Did you mean attendance_allowance_lower?",
    }
    assert set(said) == set(expected)
    for where, words in expected.items():
        assert words in said[where], said[where]
    (aside,) = load_circumstances(database, [path], by="A", at=AT, quarantine=True)
    assert aside.loaded and (aside.new, aside.quarantined) == (1, 7)


def test_the_published_schema_is_the_one_used() -> None:
    """Refresh with: python -m interfaces.files.inbound.circumstances_schema > docs/schemas/circumstances.schema.json"""
    published = (ROOT / "docs" / "schemas" / "circumstances.schema.json").read_text(encoding="utf-8")
    assert published == schema_text()
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        ({"weekly_cost": None}, "case.json", "has no “weekly_cost”"),
        ({"weekly_cots": "1.00"}, "case.json", "Did you mean “weekly_cost”?"),
        ({"date_of_birth": "1939-02-30"}, "case.json, date_of_birth", "does not exist"),
        ({"weekly_cost": "12.345"}, "case.json, weekly_cost", "cannot be read"),
        ({"incomes": [{"kind": "earnings"}]}, "case.json, incomes 1", "has no amount"),
        ({"assets": [{"kind": "savings", "value": -1}]}, "case.json, assets 1, value", "below 0"),
        ({"couple": "yes"}, "case.json, couple", "not true or false"),
        ({"overrides": [{"of": "x"}]}, "case.json, overrides 1", "has no “amount”"),
        (
            {"expenses": [{"kind": "rent", "amount": 1, "first_day": "2026-05-02", "last_day": "2026-05-01"}]},
            "case.json, expenses 1, last_day",
            "before the first day",
        ),
    ],
)
def test_a_fault_in_json_says_where_what_and_what_to_do(change: dict[str, object], where: str, words: str) -> None:
    base: dict[str, object] = {"person": "P", "date_of_birth": "1950-01-01", "weekly_cost": "10.00"}
    content = {key: value for key, value in (base | change).items() if value is not None}
    with pytest.raises(CircumstancesRefused) as refused:
        read_text(json.dumps(content), "case.json")
    said = [(each.where, f"{each.what} {each.what_to_do}") for each in refused.value.problems]
    assert any(place == where and words in each for place, each in said), said


def test_a_day_that_does_not_exist_is_told_beside_every_other_fault() -> None:
    row = {
        "person": "P",
        "date_of_birth": "1939-02-30",
        "weekly_cost": "10.00",
        "expenses": [{"kind": "laundri", "amount": "1.00", "first_day": "2026-04-31"}],
    }
    with pytest.raises(CircumstancesRefused) as refused:
        read_text(json.dumps(row), "case.json")
    assert [each.where.removeprefix("case.json, ") for each in refused.value.problems] == [
        "expenses 1, kind",
        "date_of_birth",
        "expenses 1, first_day",
    ]


def test_json_that_is_no_json_or_says_a_thing_twice() -> None:
    with pytest.raises(CircumstancesRefused, match="line 1, column 2"):
        read_text("{", "case.json")
    with pytest.raises(CircumstancesRefused, match="says “person” twice"):
        read_text('{"person": "A", "person": "B"}', "case.json")


def test_every_word_the_rules_know_can_be_given() -> None:
    one = {"person": "P", "date_of_birth": "1950-01-01", "weekly_cost": 10}
    for setting in Setting:
        assert read_text(json.dumps(one | {"setting": setting}), "x")[0].circumstances.setting is setting
    for ground in Ground:
        made = read_text(json.dumps(one | {"grounds": [{"ground": ground}]}), "x")[0].circumstances
        assert made.standings[0].ground is ground
    for often in Frequency:
        income = {"kind": "earnings", "amount": "12.34", "frequency": often}
        assert read_text(json.dumps(one | {"incomes": [income]}), "x")[0].circumstances.incomes[0].frequency is often


DAY = dt.date(2026, 1, 1)


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20) | st.none(), st.integers(0, 9) | st.none()), max_size=8)
)
def test_what_stands_is_the_latest_word_on_every_day(said: list[tuple[int, int | None, int | None]]) -> None:
    words = [
        Decision(
            DAY + dt.timedelta(start),
            None if length is None else DAY + dt.timedelta(start + length),
            charge,
            0,
            0,
            learned,
        )
        for learned, (start, length, charge) in enumerate(said, 1)
    ]
    line = decisions.line(words)
    for before, after in itertools.pairwise(line):
        assert before.ends is not None and before.ends <= after.starts
    for offset in range(70):
        day = DAY + dt.timedelta(offset)
        last = max((each for each in words if each.holds(day)), key=lambda each: each.learned, default=None)
        laid = next((each for each in line if each.holds(day)), None)
        assert (laid.charge if laid else None) == (last.charge if last else None)


def test_rates_kept_as_text_come_back_the_same() -> None:
    from billing.assessments.rates import Rates
    from finance.assessment import confirm, statutory_figures

    said = confirm(
        statutory_figures(), dt.date(2026, 4, 6), confirmed_by="A", confirmed_on=dt.date(2026, 4, 7), source="C"
    )
    kept = Rates(default_policy(), statutory_figures(), (said,))
    back = Rates.read(kept.text())
    assert back.sha256 == kept.sha256 and back.policy == kept.policy
    assert {each.name: each for each in back.figures} == {each.name: each for each in kept.figures}
    assert dict(back.confirmations[0].values) == dict(said.values)


@pytest.mark.parametrize("name", list(PAGES))
def test_the_documents_are_the_lists_the_product_uses(name: str) -> None:
    """Refresh with: python -m interfaces.files.inbound.describing docs"""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()
