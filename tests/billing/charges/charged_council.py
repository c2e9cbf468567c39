"""A made-up council that charges: a home, home care by the hour and day care, two clients, and short makers of
facts.
"""

import datetime as dt
from typing import Any

from sqlalchemy import insert, select

from billing.assessments.tables import assessment
from billing.charges.jobs import calculate_billrun, draft_billrun, release_billrun
from billing.charges.policy import Charging
from finance.assessment import BASES, OUTCOMES, Outcome
from finance.facts.store import Change, record_change_here
from finance.facts.tables import person
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run

AT = dt.datetime(2026, 4, 1, 9)
HOME, RESIDENT = 0, 1  # places in BASES: England, at home and permanent

FACTS: dict[str, list[dict[str, object]]] = {
    "people": [
        {"person_ref": "P1", "name": "Ada Example", "date_of_birth": "1941-02-28",
         "primary_support_reason": "physical support: personal care"},
        {"person_ref": "P2", "name": "Noor Beck", "date_of_birth": "1950-01-01",
         "primary_support_reason": "memory and cognition"},
    ],
    "payees": [{"payee_ref": "V1", "name": "Example House Limited", "kind": "provider"}],
    "services": [
        {"service_ref": "RES", "name": "Residential care", "kind": "residential", "term": "long"},
        {"service_ref": "HC", "name": "Home care", "kind": "home care", "term": "long"},
        {"service_ref": "DAY", "name": "Day care", "kind": "day care", "term": "long"},
    ],
    "pay_calendars": [
        {"calendar_ref": "4W", "name": "Care homes", "cycle": "four-weekly", "first_day": "2026-04-06",
         "timing": "arrears", "cut_off_days": "1", "pay_working_days": "3", "go_live": "2026-04-06"},
    ],
    "contracts": [
        {"contract_ref": "K1", "payee_ref": "V1", "calendar_ref": "4W", "name": "Example House",
         "start_date": "2024-04-01", "payment": "net", "days_after_death": "7", "retainer": "100:7,80:14,0",
         "bank_holidays": "paid"},
    ],
    "rates": [
        {"rate_ref": "R1", "contract_ref": "K1", "service_ref": "RES", "unit": "week", "rate": "1002.75",
         "start_date": "2024-04-01", "day_category": "any"},
        {"rate_ref": "R2", "contract_ref": "K1", "service_ref": "HC", "unit": "hour", "rate": "25.05",
         "start_date": "2024-04-01", "day_category": "any"},
        {"rate_ref": "R3", "contract_ref": "K1", "service_ref": "DAY", "unit": "day", "rate": "41.10",
         "start_date": "2024-04-01", "day_category": "any"},
    ],
    "packages": [
        {"package_ref": "PK1", "person_ref": "P1", "start_date": "2024-06-03"},
        {"package_ref": "PK2", "person_ref": "P2", "start_date": "2024-06-03"},
    ],
    "service_lines": [
        {"line_ref": "L1", "package_ref": "PK1", "contract_ref": "K1", "service_ref": "RES", "unit": "week",
         "quantity": "1", "start_date": "2026-04-06"},
        {"line_ref": "L2", "package_ref": "PK2", "contract_ref": "K1", "service_ref": "HC", "unit": "hour",
         "quantity": "5.5", "start_date": "2024-06-03"},
        {"line_ref": "L3", "package_ref": "PK2", "contract_ref": "K1", "service_ref": "DAY", "unit": "day",
         "quantity": "1", "days": "Tue", "start_date": "2026-04-13"},
    ],
    "bill_calendars": [
        {"calendar_ref": "B4", "name": "Clients", "weeks": "4", "first_day": "2026-04-06", "cut_off_days": "1",
         "due_days": "28", "go_live": "2026-04-06"},
    ],
    "bill_payers": [
        {"payer_ref": "BP1", "name": "Ada Example", "kind": "client", "person_ref": "P1", "calendar_ref": "B4"},
        {"payer_ref": "BP2", "name": "Noor Beck", "kind": "client", "person_ref": "P2", "calendar_ref": "B4"},
    ],
}  # fmt: skip

OFFICERS = {"first officer": "officer", "second officer": "manager"}


def make(database: Database, **more: list[dict[str, object]]) -> None:
    """Load the council, with any more facts, and its officers."""
    tell(database, **FACTS)
    if more:
        tell(database, **more)
    with database.begin() as connection:
        ledger.add_officers(connection, OFFICERS, {"officer": 10**7, "manager": 10**12})


def tell(database: Database, **facts: list[dict[str, object]]) -> None:
    """Record facts in the words of the files."""
    record_facts(database, facts, by="Intake team", at=AT, source="letter")


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
) -> None:
    """Say what a person is to pay a week, as an assessment would."""
    assert BASES
    with database.begin() as connection:
        learned = record_change_here(connection, Change(AT, "assessor", "assessed", "test"))
        who = connection.execute(
            select(person.c.nr).where(person.c.ref == ref, person.c.superseded.is_(None))
        ).scalar_one()
        connection.execute(
            insert(assessment).values(
                person=who,
                starts=dt.date.fromisoformat(starts),
                ends=dt.date.fromisoformat(ends) if ends else None,
                learned=learned,
                charge=charge,
                council_pays=0,
                how=basis + 8 * OUTCOMES.index(outcome) + flags,
            )
        )


def bill(database: Database, up_to: str = "2026-05-04", policy: Charging | None = None, calendar: str = "B4") -> Run:
    """One charge run from draft to numbered bills."""
    at = dt.datetime.combine(dt.date.fromisoformat(up_to), dt.time(9))
    run = draft_billrun(
        database, calendar, by="first officer", at=at, up_to=dt.date.fromisoformat(up_to), policy=policy
    )
    run = calculate_billrun(database, run.nr)
    machine.submit_run(database, run.nr, by="first officer", at=at)
    with database.begin() as connection:
        stops = [each.nr for each in ledger.open_stops(connection, run.nr)]
    for nr in stops:
        machine.accept_finding(database, run.nr, nr, by="second officer", at=at, reason="looked at by hand")
    machine.approve_run(database, run.nr, by="second officer", at=at)
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
