"""Facts about care accounts as files: the templates load, faults are named."""

import datetime as dt
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_file, load_folder
from interfaces.files.inbound.layouts.care_accounts import CARE_ACCOUNTS
from interfaces.files.inbound.writing import write_extract
from tests.conftest import Grown

DOCS = Path(__file__).parents[5] / "docs"
TEMPLATES = DOCS / "templates" / "care_accounts"
AT = dt.datetime(2028, 10, 1)


@pytest.fixture
def council(grown: Grown) -> Database:
    return grown(_council)


def _council(database: Database) -> Database:
    load_folder(database, DOCS / "templates", by="loader", at=AT)
    return database


def test_every_template_loads_and_again_without_change(council: Database) -> None:
    first = load_folder(council, TEMPLATES, by="loader", at=AT)
    assert {(each.extract, each.new, each.problems) for each in first} == {(name, 1, ()) for name in CARE_ACCOUNTS}
    again = load_folder(council, TEMPLATES, by="loader", at=AT)
    assert {(each.extract, each.new, each.changed, each.unchanged) for each in again} == {
        (name, 0, 0, 1) for name in CARE_ACCOUNTS
    }


@pytest.mark.parametrize(
    "extract, wrong, column, what",
    [
        ("care_account_transfers", {"accrued_amount": ""}, "direction", "has no accrued amount beside it."),
        ("care_account_transfers", {"direction": "across"}, "direction", "is neither in nor out."),
        ("care_account_transfers", {"accrued_amount": "-1.00"}, "accrued_amount", "is below nought."),
        ("care_account_transfers", {"person_ref": "P9"}, "person_ref", "P9 is not a person we know"),
        ("care_account_transfers", {"first_day": "31/02/2029"}, "first_day", "does not exist."),
        ("independent_budgets", {"weekly_amount": "612.505"}, "weekly_amount", "too many decimal places"),
        ("independent_budgets", {"required_from": ""}, "required_from", "is missing"),
        ("independent_budgets", {"end_date": "2026-04-05"}, "end_date", "is before the start date."),
        ("independent_budgets", {"in_a_care_home": "perhaps"}, "in_a_care_home", "is neither yes nor no."),
    ],
)
def test_a_fault_is_named_by_line_and_column(
    council: Database, tmp_path: Path, extract: str, wrong: dict[str, str], column: str, what: str
) -> None:
    row = {field.name: field.example for field in CARE_ACCOUNTS[extract].fields} | wrong
    write_extract(extract, [row], tmp_path / f"{extract}.csv")
    result = load_file(council, tmp_path / f"{extract}.csv", by="loader", at=AT)
    assert not result.loaded and len(result.problems) == 1
    told = str(result.problems[0])
    assert f"line 2, column {column}" in told and what in told, told


def test_a_person_has_one_independent_budget_at_a_time(council: Database, tmp_path: Path) -> None:
    row = {field.name: field.example for field in CARE_ACCOUNTS["independent_budgets"].fields}
    write_extract(
        "independent_budgets", [row, row | {"budget_ref": "IPB000123-2"}], tmp_path / "independent_budgets.csv"
    )
    result = load_file(council, tmp_path / "independent_budgets.csv", by="loader", at=AT)
    assert not result.loaded and "for the same person" in str(result.problems[0])
