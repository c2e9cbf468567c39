"""An overpayment that nobody looks after is noticed once it is four weeks old; one that comes back is not."""

import datetime as dt

import pytest
from sqlalchemy import insert

from finance.facts import tables as f
from interfaces.database.connection import Database
from ledgers import tables as t
from ledgers.overpayments.jobs import give_owner
from payruns.audit.checks import overpaid_and_left
from tests.guards import guards_lifted
from tests.ledgers.overpayments.test_store import ACME, AT, ZEST, owing

__all__ = ["owing"]
DUE = dt.date(2026, 6, 1)  # four weeks after run 1


def noticed(database: Database, on: dt.date = DUE) -> list[str]:
    with database.read() as connection:
        return [each.what for each in overpaid_and_left.find(overpaid_and_left.read(connection, on), on)]


@pytest.fixture(autouse=True)
def called(owing: Database) -> None:
    with guards_lifted(owing, "payee", "change") as connection:
        told = {"nr": 1, "moment": AT, "by": "Officer", "what": "payees extract", "source": "payees.csv"}
        connection.execute(insert(f.change).values(told))
        for nr, name in ((ACME, "Acme"), (ZEST, "Zest")):
            kept = {"nr": nr, "ref": f"V{nr}", "name": name, "kind": "provider", "learned": 1, "source_row": 2}
            connection.execute(insert(f.payee).values(kept))


def test_nobody_looks_after_it_and_nothing_came_back(owing: Database) -> None:
    left = "Zest (V8) owes £300.00 after run 1, and there is no case of it."
    assert noticed(owing, DUE - dt.timedelta(days=1)) == [left]
    both = "nobody looks after it and nothing of it has come back."
    assert noticed(owing) == [f"Overpayment 1, £300.00 owed by Acme (V7) for 28 days: {both}", left]


def test_all_is_well_where_somebody_sees_it_come_back(owing: Database) -> None:
    give_owner(owing, 1, "Preparer", reason="", by="Approver", at=AT)
    with guards_lifted(owing, "run", "run_party") as connection:
        connection.execute(t.run.update().where(t.run.c.nr == 2).values(status="released"))
        for party, before in ((ACME, -300_00), (ZEST, 0)):
            row = {"run": 2, "party": party, "lines": 1, "total": 100_00, "held": 0, "brought_forward": before}
            after = {"paid": 0 if before else 100_00, "carried_forward": min(before + 100_00, 0)}
            connection.execute(insert(t.run_party).values(**row, **after))
    assert noticed(owing) == []
