"""Money goes to details a second person confirmed, in force on the pay date, as the run knew them."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import insert

from finance.facts.tables import bank_confirmation, bank_detail, change
from interfaces.database.connection import Database
from interfaces.files.outbound.store import read_bank_details
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 1)
JUNE = dt.date(2026, 6, 12)


def add(database: Database, nr: int, account: str, **facts: Any) -> None:
    """Bank details of payee 1. ``confirmed``: the change in which a second person confirmed this version."""
    confirmed = facts.pop("confirmed", None)
    detail = {
        "nr": nr,
        "learned": 1,
        "ref": f"B{nr}",
        "payee": 1,
        "sort_code": "089999",
        "account_number": account,
        "account_name": "SUNNYSIDE",
        "starts": dt.date(2026, 1, 1),
        "proposed_by": "Officer",
        **facts,
    }
    with guards_lifted(database, "bank_detail") as connection:
        connection.execute(insert(bank_detail).values(detail))
        if confirmed:
            connection.execute(
                insert(bank_confirmation).values(
                    bank_detail=nr,
                    learned=detail["learned"],
                    proposed_by="Officer",
                    confirmed_by="Second",
                    change=confirmed,
                    evidence="call back",
                )
            )


@pytest.fixture
def changes(database: Database) -> Database:
    with database.begin() as connection:
        rows = [{"nr": nr, "moment": AT, "by": "Officer", "what": "bank", "source": "screen"} for nr in (1, 2, 3, 4)]
        connection.execute(insert(change), rows)
    return database


def paid_to(database: Database, known: int) -> str | None:
    with database.bulk() as bulk:
        found = read_bank_details(bulk, known, JUNE).get(1)
    return found.account_number if found else None


def test_details_not_confirmed_are_not_used(changes: Database) -> None:
    add(changes, 1, "11111111")
    assert paid_to(changes, 4) is None


def test_a_change_nobody_has_confirmed_does_not_displace_what_was(changes: Database) -> None:
    add(changes, 1, "11111111", superseded=3, confirmed=2)
    add(changes, 1, "22222222", learned=3)
    assert paid_to(changes, 2) == "11111111"
    assert paid_to(changes, 4) == "11111111"


def test_cancelled_details_are_not_used(changes: Database) -> None:
    add(changes, 1, "11111111", superseded=3, confirmed=2)
    assert paid_to(changes, 2) == "11111111"
    assert paid_to(changes, 4) is None


def test_what_was_confirmed_after_the_run_knew_is_not_used(changes: Database) -> None:
    add(changes, 1, "11111111", confirmed=3)
    assert paid_to(changes, 2) is None
    assert paid_to(changes, 3) == "11111111"


def test_the_newest_in_force_on_the_pay_date(changes: Database) -> None:
    add(changes, 1, "33333333", starts=JUNE + dt.timedelta(days=1), confirmed=2)
    add(changes, 2, "22222222", starts=JUNE, confirmed=2)
    add(changes, 3, "11111111", confirmed=2)
    assert paid_to(changes, 4) == "22222222"
