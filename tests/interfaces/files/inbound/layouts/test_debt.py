"""Mandates, disputes, plans and breathing spaces as files: what they hold, what is refused, and that the pages
say so.
"""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from billing.debt import tables as d
from billing.direct_debits import tables as dd
from interfaces.database.connection import Database
from interfaces.files.inbound.describing import write_templates
from interfaces.files.inbound.door.arriving import FactsRefused
from interfaces.files.inbound.door.loading import load_file, record_facts
from interfaces.files.inbound.layouts.debt import DEBT
from tests.billing.debt.council import AT, Council


@pytest.fixture
def council(database: Database) -> Council:
    made = Council(database)
    made.payer("BP000123")
    return made


def told(council: Council, extract: str, **row: object) -> None:
    record_facts(council.database, {extract: [{"payer_ref": "BP000123", **row}]}, by="Intake", at=AT, source="letter")


def refused(council: Council, extract: str, **row: object) -> str:
    with pytest.raises(FactsRefused) as error:
        told(council, extract, **row)
    return " ".join(map(str, error.value.problems))


MANDATE = {
    "mandate_ref": "care-0001",
    "account_name": "A EXAMPLE",
    "sort_code": "00-00-99",
    "account_number": "12345678",
    "signed_date": "2026-04-06",
}
PLAN = {
    "plan_ref": "IP1",
    "first_payment_date": "2026-05-15",
    "every": "monthly",
    "amount": "50.00",
    "debt": "170.00",
    "bills_from_date": "2026-01-01",
    "bills_to_date": "2026-04-30",
    "agreed_by": "Debt officer",
    "start_date": "2026-05-01",
}
SPACE = {"space_ref": "BS1", "kind": "standard", "notice": "BSN-1", "start_date": "2026-05-08"}
DISPUTE = {
    "dispute_ref": "D1",
    "bill": "B0000017",
    "amount": "40",
    "reason": "No visits",
    "entered_by": "Desk",
    "start_date": "2026-05-08",
    "end_date": "2026-05-31",
}


def test_each_becomes_a_fact(council: Council) -> None:
    told(council, "mandates", **MANDATE)
    told(council, "disputes", **DISPUTE)
    told(council, "instalment_plans", **PLAN, direct_debit="yes")
    told(council, "breathing_spaces", **SPACE)
    with council.database.begin() as connection:
        mandate = connection.execute(select(dd.mandate)).one()
        dispute = connection.execute(select(d.dispute)).one()
        plan = connection.execute(select(d.instalment_plan)).one()
        space = connection.execute(select(d.breathing_space)).one()
    assert (mandate.ref, mandate.sort_code, mandate.account_number, mandate.lodged) == (
        "CARE-0001",
        "000099",
        "12345678",
        None,
    )
    assert (dispute.bill, dispute.amount, dispute.ends) == (17, 40_00, dt.date(2026, 6, 1))
    assert (plan.amount, plan.debt, plan.bills_until, bool(plan.direct_debit)) == (
        50_00,
        170_00,
        dt.date(2026, 5, 1),
        True,
    )
    assert (space.kind, space.starts, space.ends, space.treatment_ended) == (
        "standard",
        dt.date(2026, 5, 8),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("extract", "row", "words"),
    [
        ("mandates", {**MANDATE, "mandate_ref": "DDIC0001"}, "begins with DDIC"),
        ("mandates", {**MANDATE, "mandate_ref": "000000"}, "is one character repeated"),
        ("mandates", {**MANDATE, "account_number": "1234567"}, "has 7 digits, not 8"),
        ("disputes", {**DISPUTE, "amount": "0"}, "is nought"),
        ("disputes", {**DISPUTE, "bill": "17th"}, "is not a bill number"),
        ("disputes", {**DISPUTE, "end_date": "2026-05-01"}, "is before the start date"),
        ("instalment_plans", {**PLAN, "every": "daily"}, "Use one of: weekly, fortnightly, four-weekly, monthly"),
        ("instalment_plans", {**PLAN, "bills_to_date": "2025-12-31"}, "is before bills from date"),
        ("instalment_plans", {**PLAN, "amount": "0.10"}, "would take more than 600 instalments"),
        (
            "breathing_spaces",
            {**SPACE, "treatment_ended_date": "2026-05-20"},
            "is given for a standard breathing space",
        ),
        (
            "breathing_spaces",
            {**SPACE, "kind": "mental health crisis", "treatment_ended_date": "2026-05-01"},
            "is before the start date",
        ),
    ],
)
def test_what_is_refused_and_why(council: Council, extract: str, row: dict[str, object], words: str) -> None:
    assert words in refused(council, extract, **row)


def test_one_payer_has_one_plan_at_a_time(council: Council) -> None:
    told(council, "instalment_plans", **PLAN)
    assert "the same payer" in refused(
        council, "instalment_plans", **{**PLAN, "plan_ref": "IP2", "start_date": "2026-06-01"}
    )


def test_the_templates_load(council: Council, tmp_path: Path) -> None:
    for path in write_templates(DEBT, tmp_path):
        done = load_file(council.database, path, by="Intake", at=AT)
        assert done.loaded and done.new == 1, done.problems
