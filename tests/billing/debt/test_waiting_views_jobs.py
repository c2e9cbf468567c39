"""What waits of a payer’s debt is listed with who told it to, since when, and how much it keeps back."""

import datetime as dt

import pytest
from sqlalchemy import func, insert, select

from billing.debt.policy import ReminderPolicy
from billing.direct_debits.tables import mandate_event
from billing.waiting_views_jobs import DISPUTE, MANDATE, PLAN, SPACE, DebtWaits, debt_that_waits
from finance.facts.tables import change
from interfaces.database.connection import Database
from tests.billing.debt.council import Council
from tests.guards import guards_lifted

ISSUED, ON = dt.date(2026, 2, 15), dt.date(2026, 3, 15)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def waits(council: Council, on: dt.date = ON) -> dict[str, DebtWaits]:
    return {each.sort: each for each in debt_that_waits(council.database, on, ReminderPolicy())}


def test_a_dispute_keeps_back_its_part_of_its_own_bill(council: Council) -> None:
    ann = council.payer("ANN")
    bill = council.bill(ann, 200_00, ISSUED)
    council.bill(ann, 300_00, dt.date(2026, 3, 1))
    said = {"bill_payer": ann, "bill": bill, "reason": "No visits", "entered_by": "Income officer"}
    council.fact("dispute", "DIS-1", amount=40_00, starts=dt.date(2026, 3, 10), **said)
    found = waits(council)[DISPUTE]
    assert (found.ref, found.pence, found.by, found.since) == ("DIS-1", 40_00, "Income officer", dt.date(2026, 3, 10))
    assert "No visits" in found.reason and found.payer.ref == "ANN"
    assert waits(council, dt.date(2026, 3, 9)) == {}, "before its first day it keeps nothing back"


def test_a_breathing_space_keeps_back_all_that_was_owed_at_its_start(council: Council) -> None:
    bob = council.payer("BOB")
    council.bill(bob, 200_00, ISSUED)
    council.fact("breathing_space", "BS-1", bill_payer=bob, kind="standard", notice="N1", starts=dt.date(2026, 3, 1))
    found = waits(council)[SPACE]
    assert (found.pence, found.since) == (200_00, dt.date(2026, 3, 1))


def test_a_plan_keeps_back_the_bills_it_covers(council: Council) -> None:
    cat = council.payer("CAT")
    council.bill(cat, 200_00, ISSUED)
    council.bill(cat, 50_00, dt.date(2026, 3, 10))
    council.fact(
        "instalment_plan",
        "IP-1",
        bill_payer=cat,
        first_payment=dt.date(2026, 3, 20),
        every="monthly",
        amount=75_00,
        debt=200_00,
        bills_from=dt.date(2026, 1, 1),
        bills_until=dt.date(2026, 3, 1),
        direct_debit=False,
        agreed_by="Income officer",
        starts=dt.date(2026, 3, 1),
    )
    found = waits(council)[PLAN]
    assert (found.pence, found.by) == (200_00, "Income officer"), "a later bill is no part of the plan"


def test_nothing_waits_where_nobody_said_so(council: Council) -> None:
    council.bill(council.payer("DAN"), 200_00, ISSUED)
    assert MANDATE not in waits(council) and waits(council) == {}


def test_a_suspended_mandate_keeps_back_what_it_would_have_collected(council: Council) -> None:
    eve = council.payer("EVE")
    council.bill(eve, 200_00, ISSUED)
    nr = council.mandate("EVE-1", eve)
    with guards_lifted(council.database, "mandate_event") as connection:
        told = connection.execute(select(func.max(change.c.nr))).scalar_one()
        step = {"mandate": nr, "step": 1, "change": told, "status": "suspended", "on": dt.date(2026, 3, 2)}
        connection.execute(insert(mandate_event).values(**step, reason="ARUDD 1", note="came back twice"))
    found = waits(council)[MANDATE]
    assert (found.pence, found.reason, found.since) == (200_00, "came back twice", dt.date(2026, 3, 2))
