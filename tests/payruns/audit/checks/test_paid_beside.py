"""An adjustment to the penny of a line of the same person, payee and days is noticed; any other sum is not."""

import datetime as dt

import pytest
from sqlalchemy import update

from finance.facts import tables as f
from interfaces.database.connection import Database
from ledgers.tables import entry
from payruns.audit.checks import paid_beside
from tests.conftest import Grown
from tests.guards import guards_lifted
from tests.interfaces.files.outbound.conftest import Released, _released

ON = dt.date(2026, 6, 30)


@pytest.fixture
def paid(grown: Grown) -> Database:
    """Line L12 came to £120.00 for Acme Homecare, and an adjustment of the same person’s days to £12.34."""
    made: Released = grown(_released)
    return made.database


def test_the_same_sum_is_noticed_and_another_is_not(paid: Database) -> None:
    with paid.read() as connection:
        assert paid_beside.read(connection, ON) == []
    adjusted = entry.c.kind == "adjustment"
    with guards_lifted(paid, "entry") as connection:
        connection.execute(update(entry).where(adjusted).values(amount=12_000))
    with paid.read() as connection:
        (seen,) = paid_beside.read(connection, ON)
        assert paid_beside.read(connection, dt.date(2027, 1, 1)) == [], "long ago"
    (found,) = paid_beside.find([seen], ON)
    assert found.pence == 120_00
    assert "£120.00 in run 2, and line L12 as much in run 2" in found.what
    line_11 = {"person": 21, "amount": 1_000_00}  # £700.00 of it the council’s, £300.00 the NHS’s
    with guards_lifted(paid, "entry", "adjustment") as connection:
        connection.execute(update(f.adjustment).values(person=line_11["person"]))
        connection.execute(update(entry).where(adjusted).values(party=1, amount=line_11["amount"]))
    with paid.read() as connection:
        (seen,) = paid_beside.read(connection, ON)
    assert (seen.line, seen.pence) == ("L11", 1_000_00)
    with guards_lifted(paid, "entry") as connection:
        connection.execute(update(entry).where(adjusted).values(party=2))
    with paid.read() as connection:
        assert paid_beside.read(connection, ON) == []
