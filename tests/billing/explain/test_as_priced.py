"""What somebody pays is one figure: in the assessment, its letter, its explanation and on the bill."""

import datetime as dt

import pytest

from billing.assessments.jobs import assess_person, record_assessment
from billing.explain import explain_charges
from billing.explain.as_priced_jobs import as_priced
from finance.assessment import default_policy
from interfaces.cli import run
from interfaces.database.connection import Database
from interfaces.documents.assessments.story import tell as story_of
from ledgers import store as ledger
from tests.billing.charges.charged_council import AT, bill, make, tell

ON = dt.date(2026, 4, 20)
WEEK = 13_778 + 4_110  # 5.5 hours of home care at £25.05, and a day at £41.10


def council(database: Database, savings: str, cost: str = "1.00") -> None:
    make(database)
    told: dict[str, object] = {
        "circumstances_ref": "C1",
        "person_ref": "P2",
        "start_date": "2026-04-06",
        "weekly_cost": cost,
    }
    tell(
        database,
        circumstances=[told],
        incomes=[{"income_ref": "I1", "person_ref": "P2", "kind": "state_pension", "amount": "300.00"}],
        assets=[{"asset_ref": "A1", "person_ref": "P2", "kind": "savings", "value": savings}],
    )
    record_assessment(database, "P2", dt.date(2026, 4, 6), default_policy(), by="assessor", at=AT)


def said(database: Database) -> tuple[int, str]:
    _, made = assess_person(database, "P2", ON, default_policy())
    priced = as_priced(database, "P2", ON)
    assert priced is not None and priced.week.first == ON
    return priced.pays(made), story_of(made, "Noor Beck", priced).headline


def test_a_full_payer_pays_what_the_care_is_priced_at(database: Database) -> None:
    council(database, "90000.00")
    run_nr = bill(database).nr
    assert said(database) == (WEEK, "Noor Beck pays £178.88 a week from 20 April 2026.")
    (stood,) = explain_charges(database, "L2").rested
    assert stood.priced.cost == 13_778  # the first week: day care begins in the second
    last = [each for each in explain_charges(database, "L3").figures["stretches"] if each["charge_pence"]]  # type: ignore[attr-defined]
    assert [(each["cost_pence"], each["charge_pence"]) for each in last] == [(4_110, 4_110)]
    with database.read() as connection:
        (found,) = (row for row in ledger.read_findings(connection, run_nr) if row.check_name == "cost told differs")
    assert found.what.endswith("furthest apart P2, told as £1.00 and priced at £178.88. Correct whichever is wrong.")
    assert (found.severity, found.amount) == ("note", WEEK - 100)


def test_nothing_is_found_where_the_cost_told_is_the_cost(database: Database) -> None:
    council(database, "90000.00", cost="178.88")
    run_nr = bill(database).nr
    with database.read() as connection:
        assert [row for row in ledger.read_findings(connection, run_nr) if row.check_name == "cost told differs"] == []


def test_whoever_is_assessed_pays_the_lower_of_means_and_price(database: Database) -> None:
    council(database, "0.00")
    pays, headline = said(database)
    assert 100 < pays < WEEK  # not held at the pound that was typed
    bill(database)
    weeks = [each for ref in ("L2", "L3") for each in explain_charges(database, ref).figures["stretches"]]  # type: ignore[attr-defined]
    charged = {each["first_day"]: 0 for each in weeks}
    for each in weeks:
        charged[each["first_day"]] += each["charge_pence"]
    assert pays in charged.values() or pays == sum(charged.values())
    assert headline.startswith(f"Noor Beck pays £{pays / 100:.2f} a week")


def test_nobody_without_care_is_given_a_price(database: Database) -> None:
    council(database, "0.00")
    assert as_priced(database, "P9", ON) is None
    assert as_priced(database, "P2", dt.date(2023, 1, 2)) is None


def test_the_officer_is_told_that_the_two_part(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    council(database, "90000.00")
    at = ("--database", database.url.render_as_string(hide_password=False), "--on", ON.isoformat(), "--as", "assessor")
    assert run(["assess", "--person", "P2", *at]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "The care costs £178.88 a week, by the prices agreed for it. The council pays £0.00." in out
    assert "The circumstances say that the care costs £1.00 a week; its packages come to £178.88" in out
