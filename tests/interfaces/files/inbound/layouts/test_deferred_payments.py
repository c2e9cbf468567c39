"""Deferred payments as files: the templates load, faults are named."""

import datetime as dt
from pathlib import Path

import pytest

from billing.deferred_payments.jobs import show
from billing.deferred_payments.policy import DeferredPolicy
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_file, load_folder
from interfaces.files.inbound.layouts.deferred_payments import DEFERRED
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.writing import write_extract

DOCS = Path(__file__).parents[5] / "docs"
TEMPLATES = DOCS / "templates" / "deferred"
AT = dt.datetime(2026, 5, 1)


@pytest.fixture
def council(database: Database, tmp_path: Path) -> Database:
    """People and bill payers are there."""
    load_folder(database, DOCS / "templates", by="loader", at=AT)
    for name in ("bill_calendars", "bill_payers"):
        row = {field.name: field.example for field in EXTRACTS[name].fields}
        write_extract(name, [row], tmp_path / f"{name}.csv")
        assert load_file(database, tmp_path / f"{name}.csv", by="loader", at=AT).new == 1
    return database


def test_every_template_loads_and_again_without_change(council: Database) -> None:
    first = load_folder(council, TEMPLATES, by="loader", at=AT)
    assert {(each.extract, each.new, each.problems) for each in first} == {(name, 1, ()) for name in DEFERRED}
    again = load_folder(council, TEMPLATES, by="loader", at=AT)
    assert {(each.extract, each.new, each.changed, each.unchanged) for each in again} == {
        (name, 0, 0, 1) for name in DEFERRED
    }
    free = DeferredPolicy.of({"interest_charged": "none"}, "test")
    # The £670 set-up fee, less £400 repaid and £50 written off, all on 20 April: no charge has been posted.
    assert show(council, "DPA0012", dt.date(2026, 4, 30), free).loan.owed == 670_00 - 400_00 - 50_00


FAULTS: list[tuple[str, dict[str, str], str, str]] = [
    ("deferred_agreements", {"ended_date": "2026-05-01"}, "ended_date", "has one of ended date and ended why."),
    ("deferred_agreements", {"brought_in": "100.00"}, "brought_in", "has one of brought in and brought in date."),
    ("deferred_agreements", {"security": "a promise"}, "security", "is not a word this column knows."),
    ("deferred_agreements", {"payer_ref": "BP9"}, "payer_ref", "BP9"),
    ("deferrals", {"percent_deferred": "40"}, "client_pays_weekly", "says in more than one way how much is deferred."),
    ("deferrals", {"weekly_deferred": "40"}, "client_pays_weekly", "says in more than one way how much is deferred."),
    ("deferrals", {"end_date": "2026-04-01"}, "end_date", "is before the start date."),
    ("valuations", {"value": "-1"}, "value", "is below nought."),
    ("deferred_fees", {"amount": "0"}, "amount", "is nought."),
    ("deferred_repayments", {"amount": "5000.001"}, "amount", "too many decimal places"),
    ("deferred_write_offs", {"approved_by": "Income Team"}, "approved_by", "is who asked for it."),
    ("deferred_requests", {"outcome": ""}, "decided_date", "has one of decided date and outcome."),
]


def test_each_fault_is_named_by_line_and_column(council: Database, tmp_path: Path) -> None:
    for place, (extract, wrong, column, what) in enumerate(FAULTS):
        row = {field.name: field.example for field in DEFERRED[extract].fields} | wrong
        path = tmp_path / str(place) / f"{extract}.csv"
        write_extract(extract, [row], path)
        result = load_file(council, path, by="loader", at=AT)
        assert not result.loaded and len(result.problems) == 1, (extract, wrong)
        told = str(result.problems[0])
        assert f"line 2, column {column}" in told and what in told
        if place == LAST_OF_AGREEMENTS:
            assert load_file(council, TEMPLATES / "deferred_agreements.csv", by="loader", at=AT).new == 1


LAST_OF_AGREEMENTS = max(place for place, (extract, *_) in enumerate(FAULTS) if extract == "deferred_agreements")
