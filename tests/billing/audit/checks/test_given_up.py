"""What a pair wrote off is added up, whoever spells them how; of others and of long ago nothing is said."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Table, insert

from billing.audit.checks import given_up
from billing.audit.checks.given_up_store import DebtGivenUp
from billing.deferred_payments.tables import deferred_write_off
from billing.receipts.tables import write_off
from interfaces.database.connection import Database
from tests import builders
from tests.guards import guards_lifted

ON = dt.date(2026, 6, 30)


def test_a_pair_is_one_pair_however_it_is_spelled() -> None:
    seen = [
        DebtGivenUp("Ann Preparer", "Bo Approver", 3_000_00),
        DebtGivenUp("ann  preparer", "Bo Approver", 2_000_00),
        DebtGivenUp("Cy Other", "Bo Approver", 4_999_99),
    ]
    (found,) = given_up.find(seen, ON)
    assert found.pence == 5_000_00
    assert found.what == (
        "£5,000.00 written off in 92 days, 2 times, asked for by Ann Preparer and signed for by Bo Approver."
    )
    assert given_up.find(seen[1:], ON) == []


@pytest.mark.parametrize("table", [write_off, deferred_write_off], ids=lambda table: str(table.name))
def test_those_signed_for_of_the_days_looked_at_are_read(database: Database, table: Table) -> None:
    builders.officers(database, {"Ann": "clerk", "Bo": "manager"}, {"clerk": 1, "manager": 10**9})
    for ref in ("P1", "P2"):  # two changes
        builders.tell(database, {"people": [builders.person(ref)]}, dt.datetime(2026, 6, 1, 9))
    signed = {"requested_by": "Ann", "approved_by": "Bo", "amount": 6_000_00, "reason": "Nobody left to ask"}
    some: list[dict[str, Any]] = [
        {"on": dt.date(2026, 6, 1)},
        {"on": dt.date(2026, 2, 1)},
        {"on": dt.date(2026, 7, 1)},
        {"on": dt.date(2026, 6, 1), "superseded": 2},
    ]
    for nr, more in enumerate(some, 1):
        put_in(database, table, nr, {**signed, **more})
    if table is write_off:
        put_in(database, table, 9, {**signed, "on": ON, "approved_by": None})
    with database.read() as connection:
        assert given_up.read(connection, ON) == [DebtGivenUp("Ann", "Bo", 6_000_00)]


def put_in(database: Database, table: Table, nr: int, values: dict[str, Any]) -> None:
    """One row behind the guards, with 1 or a letter in what it does not say."""
    needed = {
        each.name: "x" if str(each.type) == "TEXT" else 1
        for each in table.c
        if not each.nullable and each.name not in values
    }
    row = {**needed, **values, "nr": nr, "ref": f"X{nr}"}
    if "approved_role" in table.c and values["approved_by"]:
        row |= {"approved_role": "manager", "approved_limit": 10**9}
    with guards_lifted(database, table.name) as connection:
        connection.execute(insert(table).values(row))
