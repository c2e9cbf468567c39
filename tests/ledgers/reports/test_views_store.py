"""The ledger as it is shown: accounts by code, columns that foot, what is owed, and what no rule fitted."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import insert

from interfaces.database.connection import Database
from ledgers.reports.balances import Balance
from ledgers.reports.views_store import ReleaseOwing, read_owing, read_suspense, read_trial_balance
from ledgers.tables import chunk, owed, run
from tests.guards import guards_lifted
from tests.ledgers.reports.conftest import FIRST, MAY


def test_the_trial_balance_foots_and_is_in_order_of_code(ledger: Database) -> None:
    with ledger.read() as connection:
        found = read_trial_balance(connection, None, None)
    codes = [each.code for each in found.accounts]
    assert codes == sorted(codes) and len(codes) == 5
    nets = {each.code.split("-")[2]: each.balance.net for each in found.accounts}
    assert nets == {"52030": 95_000, "92010": -20_000, "B2100": 4_700, "B1100": -80_000, "B9999": 300}
    assert found.foot == Balance(100_000, 100_000), "95,000 + 4,700 + 300 against 20,000 + 80,000"
    assert found.total.debits == found.total.credits == 205_300


def test_the_trial_balance_as_at_a_day_and_as_known(ledger: Database) -> None:
    with ledger.read() as connection:
        april = read_trial_balance(connection, dt.date(2026, 4, 5), None)
        before = read_trial_balance(connection, dt.date(2026, 4, 5), FIRST)
    assert sorted(each.balance.net for each in april.accounts) == [-5_000, 5_000]
    assert (before.accounts, before.total) == ([], Balance())


def test_what_is_owed_is_the_rest_of_a_release_and_then_what_it_owes(ledger: Database) -> None:
    with ledger.read() as connection:
        assert read_owing(connection) == []
    with guards_lifted(ledger, "run", "run_chunk", "owed") as connection:
        connection.execute(run.update().where(run.c.nr == 2).values(status="releasing"))
        part = {"end_subject": 9, "lines": 1, "total": 0, "sha256": "0", "proposal": b"", "steps": b""}
        for number in (0, 1, 2):
            connection.execute(
                insert(chunk).values(run=2, number=number, first_subject=number, posted=number == 0, **part)
            )
        connection.execute(insert(owed).values(run=1, what="files", since=FIRST))
    with ledger.read() as connection:
        found = read_owing(connection)
    assert found == [ReleaseOwing(2, "payments", None, None, 1, 3), ReleaseOwing(1, "payments", "files", FIRST)]


def test_suspense_counts_all_and_lists_the_largest(ledger: Database) -> None:
    with ledger.read() as connection:
        every, none, first = (
            read_suspense(connection, None, limit=10),
            read_suspense(connection, None, limit=0),
            read_suspense(connection, 1, limit=10),
        )
    (each,) = every.entries
    assert (each.run, each.kind, each.party, each.amount, each.period_starts) == (2, "block", 2, 300, MAY[0])
    assert (each.stream, each.of_payee) == ("payments", True)
    assert not replace(each, stream="charges").of_payee  # a bill payer of that number is somebody else
    assert (every.count, every.pence) == (1, 300)
    assert (none.entries, none.count, none.pence) == ([], 1, 300)
    assert (first.count, first.pence) == (0, 0)
