"""Balances on any day and as known at any moment: debits equal credits, and every figure checks by hand."""

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interfaces.database.connection import Database
from ledgers.coding.store import read_accounts
from ledgers.reports.balances import Balance, LedgerMovement, trial_balance
from ledgers.reports.store import account_entries, movements, payee_balances, suspense_entries
from tests.ledgers.reports.conftest import FIRST, SECOND


def by_subjective(ledger: Database, **asked: Any) -> dict[str, int]:
    with ledger.begin() as connection:
        found = trial_balance(movements(connection, **asked))
        names = {nr: each.subjective for nr, each in read_accounts(connection).items()}
    assert found.total.debits == found.total.credits
    return {names[nr]: balance.net for nr, balance in found.accounts().items() if balance.net}


def test_the_trial_balance_as_it_is(ledger: Database) -> None:
    assert by_subjective(ledger) == {
        "52030": 95_000,  # home care: 1,000.00 less 50.00
        "92010": -20_000,  # contributions
        "B2100": 4_700,  # the payee owes 50.00; 3.00 is owed to another
        "B1100": -80_000,  # paid
        "B9999": 300,  # nobody knows such a kind of service
    }


def test_as_at_a_day(ledger: Database) -> None:
    assert by_subjective(ledger, as_at=dt.date(2026, 4, 5)) == {"52030": -5_000, "B2100": 5_000}
    assert by_subjective(ledger, as_at=dt.date(2026, 4, 4)) == {}


def test_as_known_at_a_moment(ledger: Database) -> None:
    paid = {"52030": 100_000, "92010": -20_000, "B1100": -80_000}
    assert by_subjective(ledger, known_at=FIRST) == paid
    assert by_subjective(ledger, known_at=SECOND - dt.timedelta(seconds=1)) == paid
    assert by_subjective(ledger, known_at=FIRST - dt.timedelta(seconds=1)) == {}
    assert by_subjective(ledger, as_at=dt.date(2026, 4, 5), known_at=FIRST) == {}


def test_by_period_and_by_run(ledger: Database) -> None:
    with ledger.begin() as connection:
        found = trial_balance(movements(connection))
        second = trial_balance(movements(connection, run_nr=2))
    # March's period ends on 5 April, the first month of 2026-27; the pay period to 31 May ends in the second.
    assert {period for _, period in found.rows} == {(2026, 1), (2026, 2)}
    assert second.total == Balance(5_300, 5_300)
    assert found.balances == Balance(100_000, 100_000)


def test_what_each_payee_is_owed(ledger: Database) -> None:
    with ledger.begin() as connection:
        assert payee_balances(connection) == {1: -5_000, 2: 300}
        assert payee_balances(connection, before_run=2) == {}
        assert payee_balances(connection, run_nr=2) == {1: -5_000, 2: 300}


def test_the_entries_behind_a_balance(ledger: Database) -> None:
    with ledger.begin() as connection:
        bank = next(nr for nr, each in read_accounts(connection).items() if each.subjective == "B1100")
        control = next(nr for nr, each in read_accounts(connection).items() if each.subjective == "B2100")
        assert [(row.kind, row.side) for row in account_entries(connection, bank)] == [("settlement", -80_000)]
        sides = [row.side for row in account_entries(connection, control)]
    assert sides == [5_000, -100_000, 20_000, 80_000, -300]


def test_what_fell_into_suspense(ledger: Database) -> None:
    with ledger.begin() as connection:
        assert [(row.kind, row.party, row.amount) for row in suspense_entries(connection)] == [("block", 2, 300)]
        assert suspense_entries(connection, run_nr=1) == []


@given(
    st.lists(
        st.tuples(
            st.integers(1, 5),
            st.integers(6, 9),
            st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)),
            st.integers(0, 10**12),
            st.integers(0, 10**12),
        ),
        max_size=20,
    )
)
def test_debits_equal_credits_whatever_moved(rows: list[tuple[int, int, dt.date, int, int]]) -> None:
    found = trial_balance([LedgerMovement(*row) for row in rows])
    assert found.total.net == 0 and found.balances.net == 0
    assert found.total.debits == sum(row[3] + row[4] for row in rows)
    assert all(balance.debits >= 0 and balance.credits >= 0 for balance in found.rows.values())
