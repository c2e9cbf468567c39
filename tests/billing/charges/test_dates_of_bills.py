"""A bill is dated the day its run is released for, whatever the clock says."""

import datetime as dt

from sqlalchemy import select

from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.tables import bill
from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from tests.billing.charges.charged_council import assess, make


def test_bills_are_dated_the_day_acted_on(database: Database) -> None:
    make(database)
    assess(database, "P1", 20_000)
    late = dt.datetime(2026, 11, 22, 17)
    run = draft_billrun(database, "B4", by="first officer", at=late, up_to=dt.date(2026, 5, 4))
    calculate_billrun(database, run.nr)
    machine.submit_run(database, run.nr, by="first officer", at=late)
    with database.begin() as connection:
        stops = [each.nr for each in ledger.open_stops(connection, run.nr)]
    if stops:
        review_jobs.accept_findings(
            database, run.nr, stops, by="second officer", at=late, reason="agreed with the family"
        )
    machine.approve_run(database, run.nr, by="second officer", at=late)
    release_billrun(database, run.nr, by="first officer", at=late, on=dt.date(2026, 5, 6))
    with database.begin() as connection:
        rows = connection.execute(select(bill.c.issued, bill.c.due)).all()
    assert set(map(tuple, rows)) == {(dt.date(2026, 5, 6), dt.date(2026, 6, 3))}
