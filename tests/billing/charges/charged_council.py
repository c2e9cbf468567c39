"""A made-up council that charges: a home, home care by the hour and day care, two clients, and short makers of
facts.
"""

import datetime as dt
from typing import Any

from sqlalchemy import select

from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.policy import ChargingPolicy
from finance.assessment import Outcome
from interfaces.database.connection import Database
from ledgers import tables as books
from ledgers.runs import Run
from tests import builders

AT = dt.datetime(2026, 4, 1, 9)
HOME, RESIDENT = 0, 1  # places in BASES: England, at home and permanent

PERSONS, PAYERS = (builders.ADA, builders.NOOR), (("BP1", "P1", "Ada Example"), ("BP2", "P2", "Noor Beck"))

FACTS: dict[str, list[builders.Row]] = {
    "people": list(PERSONS),
    "payees": [builders.payee()],
    "services": [builders.RESIDENTIAL, builders.HOME_CARE, builders.DAY_CARE],
    "pay_calendars": [builders.pay_calendar("4W", "four-weekly", "Care homes")],
    "contracts": [
        builders.contract("K1", "4W", name="Example House", days_after_death="7", retainer="100:7,80:14,0")
    ],
    "rates": [
        builders.rate("R1", "K1", "RES", "week", "1002.75"),
        builders.rate("R2", "K1", "HC", "hour", "25.05"),
        builders.rate("R3", "K1", "DAY", "day", "41.10"),
    ],
    "packages": [builders.package("PK1", "P1"), builders.package("PK2", "P2")],
    "service_lines": [
        builders.line("L1", "PK1", "K1", "RES", "week"),
        builders.line("L2", "PK2", "K1", "HC", "hour", "5.5", start_date="2024-06-03"),
        builders.line("L3", "PK2", "K1", "DAY", "day", days="Tue", start_date="2026-04-13"),
    ],
    "bill_calendars": [
        {"calendar_ref": "B4", "name": "Clients", "weeks": "4", "first_day": "2026-04-06", "cut_off_days": "1",
         "due_days": "28", "go_live": "2026-04-06"},
    ],
    "bill_payers": [builders.bill_payer(*each) for each in PAYERS],
}  # fmt: skip

OFFICERS = {"first officer": "officer", "second officer": "manager"}


def make(database: Database, **more: list[dict[str, object]]) -> None:
    """Load the council, with any more facts, and its officers."""
    tell(database, **FACTS)
    if more:
        tell(database, **more)
    builders.officers(database, OFFICERS, {"officer": 10**7, "manager": 10**12})


def tell(database: Database, **facts: list[dict[str, object]]) -> None:
    """Record facts in the words of the files."""
    builders.tell(database, facts, AT)


def assess(
    database: Database,
    ref: str,
    charge: int | None,
    *,
    starts: str = "2024-06-03",
    ends: str | None = None,
    basis: int = HOME,
    outcome: Outcome = Outcome.ASSESSED,
    flags: int = 0,
    can_pay: int | None = None,
) -> None:
    """Say what a person is to pay a week, as an assessment would."""
    how = builders.how_assessed(basis, outcome, flags)
    first, last = dt.date.fromisoformat(starts), dt.date.fromisoformat(ends) if ends else None
    builders.assess(database, ref, charge, at=AT, starts=first, ends=last, how=how, can_pay=can_pay)


def bill(
    database: Database, up_to: str = "2026-05-04", policy: ChargingPolicy | None = None, calendar: str = "B4"
) -> Run:
    """One charge run from draft to numbered bills."""
    at = dt.datetime.combine(dt.date.fromisoformat(up_to), dt.time(9))
    run = draft_billrun(
        database, calendar, by="first officer", at=at, up_to=dt.date.fromisoformat(up_to), policy=policy
    )
    run = calculate_billrun(database, run.nr)
    builders.sign(database, run, "first officer", "second officer", lambda: at, accepting="looked at by hand")
    return release_billrun(database, run.nr, by="first officer", at=at)


def entries(database: Database, run: Run | None = None) -> list[tuple[Any, ...]]:
    """(subject, kind, party, first day of the period, pence) of the charges posted, in order."""
    e = books.entry.c
    query = select(e.subject, e.kind, e.party, e.period_starts, e.amount).where(e.stream == "charges")
    if run:
        query = query.where(e.run == run.nr)
    with database.begin() as connection:
        rows = connection.execute(query.order_by(e.period_starts, e.subject, e.kind, e.revision))
        return [(row.subject, row.kind, row.party, row.period_starts.isoformat(), row.amount) for row in rows]
