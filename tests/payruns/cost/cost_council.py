"""A made-up council for the tests of costing: a rate card each for home care, a care home and day care."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import record_facts
from payruns.cost import Costing, LineAsked, Option, cost_package

AT = dt.datetime(2026, 4, 1, 9)
ON = dt.date(2026, 5, 20)


def _calendar(ref: str, cycle: str) -> dict[str, object]:
    return {
        "calendar_ref": ref,
        "name": ref,
        "cycle": cycle,
        "first_day": "2026-04-06",
        "timing": "arrears",
        "cut_off_days": "1",
        "pay_working_days": "3",
        "go_live": "2026-04-06",
    }


def contract(ref: str, calendar: str, **more: str) -> dict[str, object]:
    rest = {
        "payee_ref": "V1",
        "name": ref,
        "start_date": "2024-04-01",
        "payment": "net",
        "days_after_death": "0",
        "retainer": "0",
        "bank_holidays": "paid",
    }
    return {"contract_ref": ref, "calendar_ref": calendar, **rest, **more}


def rate(ref: str, contract: str, service: str, unit: str, pounds: str, **more: str) -> dict[str, object]:
    return {
        "rate_ref": ref,
        "contract_ref": contract,
        "service_ref": service,
        "unit": unit,
        "rate": pounds,
        "start_date": "2024-04-01",
        "day_category": "any",
        **more,
    }


FACTS: dict[str, list[dict[str, object]]] = {
    "people": [{"person_ref": "P1", "name": "Ada Example", "date_of_birth": "1941-02-28",
                "primary_support_reason": "physical support: personal care"}],
    "payees": [{"payee_ref": "V1", "name": "Example House Limited", "kind": "provider"}],
    "services": [
        {"service_ref": ref, "name": name, "kind": kind, "term": "long"}
        for ref, name, kind in (("HC", "Home care", "home care"), ("RES", "Residential care", "residential"),
                                ("DAY", "Day care", "day care"))
    ],
    "pay_calendars": [_calendar("W", "weekly"), _calendar("4W", "four-weekly")],
    "contracts": [contract("K1", "4W"), contract("K2", "W"), contract("K3", "W", bank_holidays="closed")],
    "rates": [
        rate("R1", "K1", "RES", "week", "1002.75"),
        rate("R2", "K2", "HC", "hour", "25.05"),
        rate("R3", "K3", "DAY", "day", "60.00", end_date="2027-03-31"),
        rate("R4", "K2", "HC", "visit", "10.00", day_category="weekday"),
        rate("R5", "K2", "HC", "visit", "13.00", day_category="weekend"),
        rate("R6", "K2", "HC", "visit", "20.00", day_category="bank holiday"),
    ],
    "funders": [{"funder_ref": "ICB", "name": "Example Care Board", "kind": "nhs"},
                {"funder_ref": "FAM", "name": "Family of Ada Example", "kind": "third party"}],
    "nursing_rates": [{"rate_ref": "NR1", "band": "standard", "rate": "100.03", "start_date": "2026-04-01",
                       "status": "confirmed", "announced": "a made-up figure"}],
}  # fmt: skip


def record(database: Database, **facts: Any) -> None:
    record_facts(database, facts, by="loader", at=AT, source="april.csv")


def council(database: Database, **more: list[dict[str, object]]) -> Database:
    record(database, **{name: [*rows, *more.pop(name, [])] for name, rows in FACTS.items()}, **more)
    return database


def package(lines: Sequence[Mapping[str, object]], **more: Any) -> dict[str, list[dict[str, object]]]:
    """Ada's package, of these lines."""
    whole = {
        "package_ref": "PK1",
        "person_ref": "P1",
        "start_date": "2026-04-06",
        "weekly_budget": "900.00",
        "approved_by": "Funding panel",
    }
    return {
        "packages": [whole],
        "service_lines": [{"package_ref": "PK1", "start_date": "2026-04-06", **line} for line in lines],
        **more,
    }


def one(database: Database, line: LineAsked, **how: Any) -> Costing:
    return cost_package(database, [Option("One", (line,))], **{"on": ON, **how})
