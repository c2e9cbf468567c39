"""A council's database with people in it, and short makers of circumstances."""

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from interfaces.files.inbound.layouts import circumstances as circumstances_layouts

AT = dt.datetime(2026, 4, 20, 9, 0)
Tell = Callable[..., int]
assert circumstances_layouts.CIRCUMSTANCES  # the inbound door knows circumstances once this module is imported


@pytest.fixture
def council(database: Database) -> Database:
    """An empty council."""
    return database


@pytest.fixture
def tell(council: Database) -> Tell:
    """Record facts in the words of the files: ``tell(people=[...], incomes=[...])``. Gives the change."""

    def record(
        *, by: str = "Intake team", at: dt.datetime = AT, source: str = "letter", **facts: list[dict[str, object]]
    ) -> int:
        done = record_facts(council, facts, by=by, at=at, source=source)
        return max(each.change or 0 for each in done.values())

    return record


def anybody(connection: Connection, by: str) -> None:
    """Whoever asks may sign: who may is tested where officers are listed."""


def someone(ref: str = "P1", born: str = "1939-05-01") -> dict[str, object]:
    return {"person_ref": ref, "name": f"Person {ref}", "date_of_birth": born,
            "primary_support_reason": "physical support: personal care"}  # fmt: skip


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
