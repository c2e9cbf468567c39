"""Every line of a small made-up county explained, over two runs with late news between: each ties, and all come
to the run.
"""

import datetime as dt
from typing import Any

from sqlalchemy import select

from finance.facts.tables import service_line
from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers.runs import Run
from payruns.explain import explain_line
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.store import read_calendars
from tests.bench.county import PERIOD, fill, learn_news

LINES = 60


def _paid(database: Database, up_to: dt.date) -> Run:
    at = dt.datetime.combine(up_to, dt.time(9))
    with database.begin() as connection:
        ledger.add_officers(connection, {"Grace": "manager", "Pat": "clerk"}, {"manager": 10**12})
        calendar = read_calendars(connection)[0].ref
    run = calculate_payrun(database, draft_payrun(database, calendar, by="Pat", at=at, up_to=up_to).nr)
    machine.submit_run(database, run.nr, by="Pat", at=at)
    with database.begin() as connection:
        stops = ledger.open_stops(connection, run.nr)
    for stop in stops:
        review_jobs.accept_finding(database, run.nr, stop.nr, by="Grace", at=at, reason="Seen with the case record")
    machine.approve_run(database, run.nr, by="Grace", at=at)
    return release_payrun(database, run.nr, by="Grace", at=at)


def test_the_explanations_of_a_run_come_to_the_run(database: Database) -> None:
    fill(database, LINES, periods_of_history=2)
    first = _paid(database, PERIOD[0])
    learn_news(database, 0.5, periods_back=3)
    second = _paid(database, PERIOD[1])
    with database.begin() as connection:
        refs = list(connection.execute(select(service_line.c.ref).distinct()).scalars())
    for run in (first, second):
        told: list[Any] = [explain_line(database, ref, run=run.nr).figures for ref in refs]
        assert sum(each.get("proposed", 0) for each in told) == run.total
        assert sum(each.get("posted_by_run", 0) for each in told) == run.total
        assert all(each["same_again"] for each in told)
    assert any(period["late"] and period["proposed"] < 0 for each in told for period in each["periods"])
