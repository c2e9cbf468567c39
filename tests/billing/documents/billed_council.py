"""A made-up council that bills and sends its bills: correspondents of every sort, on top of the council that
charges.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from billing.documents.content import Bill, CouncilOnPaper
from billing.documents.jobs import Issued, issue_documents
from billing.documents.paper_json import unpacked
from billing.documents.tables import document
from interfaces.database.connection import Database
from interfaces.documents.press import Press
from interfaces.files.inbound.door.loading import record_facts
from ledgers.runs import Run
from tests.billing.charges import charged_council

COUNCIL = CouncilOnPaper(
    "Ambermere County Council",
    "Adult social care billing",
    ("County Hall", "1 High Street", "Ambermere", "AM1 1AA"),
    "01234 567890",
    "Monday to Friday, 9am to 5pm",
    "care.bills@ambermere.example",
    "www.ambermere.example/bills",
    "Ambermere County Council",
    "00-00-00",
    "00000000",
    "www.ambermere.example/pay",
    "01234 567891",
    made_up=True,
)
AT = dt.datetime(2026, 5, 5, 8)
ON = AT.date()
OFFICER = "first officer"


def correspondent(ref: str, payer: str, name: str, **more: object) -> dict[str, object]:
    return {
        "correspondent_ref": ref,
        "payer_ref": payer,
        "capacity": "home",
        "name": name,
        "address": "1 Example Street; Ambermere",
        "postcode": "AM1 2AB",
        "channel": "post",
        "language": "English",
        "print": "standard",
        "start_date": "2024-01-01",
    } | more


ADA, NOOR = correspondent("W1", "BP1", "Ada Example"), correspondent("W2", "BP2", "Noor Beck")


@dataclass
class Billed:
    """A council with two clients billed for four weeks, ready to have its papers issued."""

    database: Database
    facts: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    press: Press = field(default_factory=lambda: Press(1))

    def open(self, correspondents: tuple[dict[str, object], ...] = (ADA, NOOR)) -> "Billed":
        charged_council.make(self.database, correspondents=list(correspondents), **self.facts)
        charged_council.assess(self.database, "P1", 15_000, basis=charged_council.RESIDENT)
        charged_council.assess(self.database, "P2", 16_000)
        return self

    def tell(self, **facts: list[dict[str, object]]) -> None:
        """Record facts on the morning of the day papers are made: a death is never told before it."""
        record_facts(self.database, facts, by="Intake team", at=AT.replace(hour=7), source="letter")

    def bill(self, up_to: str = "2026-05-04") -> Run:
        return charged_council.bill(self.database, up_to)

    def issue(self, run: Run, on: dt.date = ON, **how: Any) -> Issued:
        return issue_documents(self.database, run.nr, COUNCIL, self.press, by=OFFICER, at=AT, on=on, **how)

    def records(self) -> dict[int, Bill]:
        """What each bill's paper says, by the number of the bill."""
        with self.database.begin() as connection:
            rows = connection.execute(select(document).where(document.c.bill.is_not(None)).order_by(document.c.nr))
            found = {row.bill: unpacked(row.kind, row.record) for row in rows}
        return {nr: paper for nr, paper in found.items() if isinstance(paper, Bill)}
