"""A council's database with people in it, and short makers of circumstances."""

import pytest

from interfaces.database.connection import Database
from ledgers.officers.jobs import add_officers
from tests.conftest import AT as AT
from tests.conftest import Tell as Tell


@pytest.fixture
def council(database: Database) -> Database:
    """A council of which nothing is known but three officers."""
    with database.begin() as connection:
        add_officers(connection, {f"{each} officer": "manager" for each in ("first", "second", "third")}, {})
    return database


def someone(ref: str = "P1", born: str = "1939-05-01") -> dict[str, object]:
    return {
        "person_ref": ref,
        "name": f"Person {ref}",
        "date_of_birth": born,
        "primary_support_reason": "physical support: personal care",
    }


def care(ref: str = "P1", start: str = "2026-04-06", cost: str = "287.50", **more: object) -> dict[str, object]:
    return {
        "circumstances_ref": f"C-{ref}-{start}",
        "person_ref": ref,
        "start_date": start,
        "weekly_cost": cost,
        **more,
    }


def money(ref: str = "P1", amount: str = "300.00", kind: str = "state_pension", **more: object) -> dict[str, object]:
    return {"income_ref": f"I-{ref}-{kind}", "person_ref": ref, "kind": kind, "amount": amount, **more}
