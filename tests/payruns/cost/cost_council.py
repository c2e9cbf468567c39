"""A made-up council for the tests of costing: a rate card each for home care, a care home and day care."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from interfaces.database.connection import Database
from payruns.cost import Costing, LineAsked, Option, cost_package
from tests import builders
from tests.builders import contract as contract
from tests.builders import rate as rate

AT = dt.datetime(2026, 4, 1, 9)
ON = dt.date(2026, 5, 20)


FACTS: dict[str, list[dict[str, object]]] = {
    "people": [builders.ADA],
    "payees": [builders.payee()],
    "services": [builders.HOME_CARE, builders.RESIDENTIAL, builders.DAY_CARE],
    "pay_calendars": [builders.pay_calendar("W", "weekly"), builders.pay_calendar("4W", "four-weekly")],
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
    builders.tell(database, facts, AT, by="loader", source="april.csv")


def council(database: Database, **more: list[dict[str, object]]) -> Database:
    record(database, **{name: [*rows, *more.pop(name, [])] for name, rows in FACTS.items()}, **more)
    return database


def package(lines: Sequence[Mapping[str, object]], **more: Any) -> dict[str, list[dict[str, object]]]:
    """Ada's package, of these lines."""
    whole = builders.package(
        "PK1", "P1", start_date=builders.OPENS, weekly_budget="900.00", approved_by="Funding panel"
    )
    return {
        "packages": [whole],
        "service_lines": [{"package_ref": "PK1", "start_date": builders.OPENS, **line} for line in lines],
        **more,
    }


def one(database: Database, line: LineAsked, **how: Any) -> Costing:
    return cost_package(database, [Option("One", (line,))], **{"on": ON, **how})
