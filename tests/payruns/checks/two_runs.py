"""A council that has released one pay run, is told of something, and has the next run worked out."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from interfaces.database.connection import Database
from ledgers.store import read_findings
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from tests import builders

NO_BANKS = PaymentPolicy(needs_bank_details=False)
ROLES = {"first officer": "officer", "second officer": "finance manager"}


def at(day: int, month: int = 5) -> dt.datetime:
    return dt.datetime(2026, month, day, 9)


def nothing(_: Database) -> None:
    """Nothing else happens."""


def findings_of_second_run(
    database: Database,
    facts: builders.Facts,
    news: builders.Facts,
    also: Callable[[Database], object] = nothing,
    policy: PaymentPolicy = NO_BANKS,
) -> list[Any]:
    """What is found on the run of May, after that of April was released and ``news`` came."""
    builders.tell(database, facts, at(2))
    builders.officers(database, ROLES, {"finance manager": 10**9})
    run = draft_payrun(database, "4W", by="first officer", at=at(4), up_to=dt.date(2026, 5, 4), policy=policy)
    run = calculate_payrun(database, run.nr)
    builders.sign(database, run, "first officer", "second officer", lambda: at(4), accepting="seen the agreement")
    release_payrun(database, run.nr, by="second officer", at=at(4))
    if news:
        builders.tell(database, news, at(20))
    also(database)
    run = draft_payrun(database, "4W", by="first officer", at=at(1, 6), up_to=dt.date(2026, 6, 1), policy=policy)
    calculate_payrun(database, run.nr)
    with database.read() as connection:
        return read_findings(connection, run.nr)
