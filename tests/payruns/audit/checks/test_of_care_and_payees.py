"""A new account that is paid, and a line with nothing to rest on, are noticed; and nothing is where all is well."""

import datetime as dt

import pytest
from sqlalchemy import Table, insert, update

from finance.facts import tables as f
from interfaces.database.connection import Database
from payruns.audit.checks import line_without, new_bank_paid
from tests.conftest import Grown
from tests.guards import guards_lifted
from tests.interfaces.files.outbound.conftest import Released, _released

DAY = dt.date(2026, 6, 30)


@pytest.fixture
def paid(grown: Grown) -> Database:
    """Sunnyside is paid £2,849.75 on 12 June, to the one account it ever had confirmed."""
    made: Released = grown(_released)
    return made.database


def test_another_account_told_of_before_a_payment(paid: Database) -> None:
    with paid.read() as connection:
        assert new_bank_paid.find(new_bank_paid.read(connection, DAY), DAY) == []
    with guards_lifted(paid, "bank_detail") as connection:
        connection.execute(update(f.bank_detail).where(f.bank_detail.c.nr == 2).values(learned=2))
    with paid.read() as connection:
        assert new_bank_paid.find(new_bank_paid.read(connection, DAY), DAY) == [], "it waits: nothing is paid to it"
    with guards_lifted(paid, "bank_confirmation") as connection:
        word = {"bank_detail": 2, "learned": 2, "proposed_by": "Officer", "confirmed_by": "Second", "change": 2}
        connection.execute(insert(f.bank_confirmation).values(**word, evidence="call back"))
    with paid.read() as connection:
        (found,) = new_bank_paid.find(new_bank_paid.read(connection, DAY), DAY)
        assert found.what == (
            "Sunnyside Care, Ltd (P1): another account, told by Officer, confirmed by Second; £2,849.75 paid within 30 "
            "days."
        )
        assert found.pence == 2_849_75
        assert new_bank_paid.find(new_bank_paid.read(connection, dt.date(2026, 6, 11)), dt.date(2026, 6, 11)) == [], (
            "nothing was paid to it yet"
        )
        assert new_bank_paid.find(new_bank_paid.read(connection, dt.date(2026, 12, 1)), dt.date(2026, 12, 1)) == [], (
            "long ago"
        )


def test_lines_with_nothing_to_rest_on(paid: Database) -> None:
    with paid.read() as connection:
        every = [each.key for each in line_without.find(line_without.read(connection, DAY), DAY)]
    assert every == ["L11 its contract", "L12 its contract", "L11 its payee", "L12 its payee"]
    common = {"learned": 1, "source_row": 2, "starts": dt.date(2025, 1, 1)}
    with guards_lifted(paid, "contract") as connection:
        for nr in (1, 2):
            kept = {each.name: 1 for each in f.contract.c if not each.nullable and each.name not in common}
            words = {"ref": f"K{nr}", "nr": nr, "payee": nr, **_words(f.contract)}
            connection.execute(insert(f.contract).values({**kept, **words, **common}))
    with paid.read() as connection:
        assert line_without.find(line_without.read(connection, DAY), DAY) == []
    with guards_lifted(paid, "contract") as connection:
        connection.execute(update(f.contract).where(f.contract.c.nr == 2).values(ends=DAY))
    with paid.read() as connection:
        assert [each.what for each in line_without.find(line_without.read(connection, DAY), DAY)] == [
            "L12 is in force, and its contract is not there on the day."
        ]


def _words(table: Table) -> dict[str, str]:
    return {each.name: "x" for each in table.c if not each.nullable and str(each.type) == "TEXT" and each.name != "ref"}
