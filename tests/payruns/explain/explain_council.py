"""A made-up council for the tests of explaining: home care by the week, a care home by the month, a block, an
adjustment.
"""

import datetime as dt
from typing import Any

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers.runs import Run
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun

AT = dt.datetime(2026, 4, 1, 9)

FACTS: dict[str, list[dict[str, object]]] = {
    "people": [
        {
            "person_ref": "P1",
            "name": "Ada Example",
            "date_of_birth": "1941-02-28",
            "primary_support_reason": "physical support: personal care",
        },
        {
            "person_ref": "P2",
            "name": "Noor Beck",
            "date_of_birth": "1950-01-01",
            "primary_support_reason": "memory and cognition",
        },
    ],
    "payees": [
        {"payee_ref": "V1", "name": "Example House Limited", "kind": "provider"},
        {"payee_ref": "V2", "name": "Made-up Home Care", "kind": "provider"},
    ],
    "services": [
        {"service_ref": "RES", "name": "Residential care", "kind": "residential", "term": "long"},
        {"service_ref": "HC", "name": "Home care", "kind": "home care", "term": "long"},
    ],
    "pay_calendars": [
        {
            "calendar_ref": "4W",
            "name": "Care homes",
            "cycle": "four-weekly",
            "first_day": "2026-04-06",
            "timing": "arrears",
            "cut_off_days": "1",
            "pay_working_days": "3",
            "go_live": "2026-04-06",
        },
        {
            "calendar_ref": "W",
            "name": "Home care weekly",
            "cycle": "weekly",
            "first_day": "2026-04-06",
            "timing": "arrears",
            "cut_off_days": "1",
            "pay_working_days": "3",
            "go_live": "2026-04-06",
        },
    ],
    "contracts": [
        {
            "contract_ref": "K1",
            "payee_ref": "V1",
            "calendar_ref": "4W",
            "name": "Example House",
            "start_date": "2024-04-01",
            "payment": "net",
            "days_after_death": "7",
            "retainer": "100:7,80:14,0",
            "bank_holidays": "paid",
        },
        {
            "contract_ref": "K2",
            "payee_ref": "V2",
            "calendar_ref": "W",
            "name": "Home care",
            "start_date": "2024-04-01",
            "payment": "gross",
            "days_after_death": "0",
            "retainer": "0",
            "bank_holidays": "paid",
        },
    ],
    "rates": [
        {
            "rate_ref": "R1",
            "contract_ref": "K1",
            "service_ref": "RES",
            "unit": "week",
            "rate": "1002.75",
            "start_date": "2026-04-01",
            "day_category": "any",
        },
        {
            "rate_ref": "R2",
            "contract_ref": "K2",
            "service_ref": "HC",
            "unit": "hour",
            "rate": "25.05",
            "start_date": "2024-04-01",
            "day_category": "any",
        },
        {
            "rate_ref": "R3",
            "contract_ref": "K2",
            "service_ref": "HC",
            "unit": "visit",
            "rate": "15.00",
            "start_date": "2024-04-01",
            "day_category": "any",
        },
    ],
    "packages": [
        {
            "package_ref": "PK1",
            "person_ref": "P1",
            "start_date": "2024-06-03",
            "approved_by": "Funding panel",
            "weekly_budget": "1100.00",
        },
        {"package_ref": "PK2", "person_ref": "P2", "start_date": "2024-06-03"},
    ],
    "service_lines": [
        {
            "line_ref": "L1",
            "package_ref": "PK1",
            "contract_ref": "K1",
            "service_ref": "RES",
            "unit": "week",
            "quantity": "1",
            "start_date": "2026-04-06",
        },
        {
            "line_ref": "L2",
            "package_ref": "PK2",
            "contract_ref": "K2",
            "service_ref": "HC",
            "unit": "hour",
            "quantity": "10.5",
            "start_date": "2024-06-03",
        },
    ],
    "funders": [{"funder_ref": "ICB", "name": "Example Care Board", "kind": "nhs"}],
    "funding_shares": [
        {"share_ref": "F1", "line_ref": "L2", "funder_ref": "ICB", "percent": "40", "start_date": "2024-06-03"}
    ],
    "contributions": [
        {
            "contribution_ref": "C1",
            "line_ref": "L1",
            "kind": "client",
            "weekly_amount": "187.40",
            "collector": "provider",
            "start_date": "2024-06-03",
        }
    ],
    "suspensions": [
        {
            "suspension_ref": "S1",
            "line_ref": "L1",
            "start_date": "2026-04-20",
            "end_date": "2026-05-03",
            "reason": "hospital",
        }
    ],
    "adjustments": [
        {
            "adjustment_ref": "A1",
            "payee_ref": "V2",
            "calendar_ref": "W",
            "service_ref": "HC",
            "person_ref": "P2",
            "date": "2026-04-08",
            "amount": "150.00",
            "reason": "Taxi home",
            "entered_by": "brokerage",
        }
    ],
}


def council(database: Database, **more: list[dict[str, object]]) -> Database:
    """The council's facts, and more rows of any extract."""
    facts: Any = {name: [*rows, *more.pop(name, [])] for name, rows in FACTS.items()}
    record(database, AT, "april.csv", **facts, **more)
    with database.begin() as connection:
        ledger.add_officers(connection, {"Grace": "manager", "Pat": "clerk"}, {"manager": 10**9})
    return database


def record(database: Database, at: dt.datetime = AT, source: str = "april.csv", **facts: Any) -> None:
    record_facts(database, facts, by="loader", at=at, source=source)


def calculated(database: Database, calendar: str, up_to: str) -> Run:
    on = dt.datetime.fromisoformat(up_to) + dt.timedelta(hours=9)
    run = draft_payrun(database, calendar, by="Pat", at=on, up_to=on.date())
    return calculate_payrun(database, run.nr)


def paid(database: Database, calendar: str, up_to: str) -> Run:
    """A run of a calendar for days before ``up_to``, released."""
    on = dt.datetime.fromisoformat(up_to) + dt.timedelta(hours=10)
    run = calculated(database, calendar, up_to)
    machine.submit_run(database, run.nr, by="Pat", at=on)
    with database.begin() as connection:
        stops = ledger.open_stops(connection, run.nr)
    for finding in stops:
        review_jobs.accept_finding(database, run.nr, finding.nr, by="Grace", at=on, reason="Seen with the case record")
    machine.approve_run(database, run.nr, by="Grace", at=on)
    return release_payrun(database, run.nr, by="Grace", at=on)
