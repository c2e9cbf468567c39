"""A ledger of two released runs, laid down by hand."""

import datetime as dt

import pytest
from sqlalchemy import insert

from interfaces.database.connection import Database
from ledgers.coding.store import load_current
from ledgers.tables import entry, run
from tests.guards import guards_lifted

MAY = (dt.date(2026, 5, 4), dt.date(2026, 6, 1))
MARCH = (dt.date(2026, 3, 9), dt.date(2026, 4, 6))
FIRST, SECOND = dt.datetime(2026, 6, 9, 10), dt.datetime(2026, 7, 7, 10)


@pytest.fixture
def ledger(database: Database) -> Database:
    """Two runs: £1,000.00 of care less £200.00 contribution, paid; then £50.00 of March taken back, and an odd line."""
    with guards_lifted(database, "run", "entry") as connection:
        coding = load_current(connection)
        for nr in (1, 2):
            connection.execute(
                insert(run).values(
                    nr=nr,
                    stream="payments",
                    calendar=1,
                    calendar_name="Weekly",
                    up_to=MAY[1],
                    window_starts=MAY[0],
                    pay_date=MAY[1],
                    status="released",
                    known=0,
                    known_before=0,
                    prepared_by="Preparer",
                    drafted_at=FIRST,
                    lines=0,
                    total=0,
                    policy="{}",
                )
            )

        def post(
            nr: int, kind: str, amount: int, service: str, period: tuple[dt.date, dt.date], party: int = 1
        ) -> None:
            debit, credit = coding.accounts(kind, service, None, None, None, period[0])
            connection.execute(
                insert(entry).values(
                    stream="payments",
                    period_starts=period[0],
                    period_ends=period[1],
                    subject=nr,
                    kind=kind,
                    funder=0,
                    party=party,
                    revision=nr,
                    run=nr,
                    chunk=0,
                    debit=debit,
                    credit=credit,
                    amount=amount,
                    effective=period[1] - dt.timedelta(days=1),
                    recorded=FIRST if nr == 1 else SECOND,
                )
            )

        post(1, "care", 100_000, "home care", MAY)
        post(1, "contribution", -20_000, "home care", MAY)
        post(1, "settlement", 80_000, "", MAY)
        post(2, "care", -5_000, "home care", MARCH)
        post(2, "block", 300, "no such kind", MAY, party=2)
    return database
