"""A made-up council's deferred payments in a test: agreements told, charges as the charges stream leaves them, runs."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, func, select

import billing.tables as b
from billing.deferred_payments import tables as t
from billing.deferred_payments.jobs import calculate_run, draft_run, release_run
from billing.deferred_payments.policy import DeferredPolicy
from billing.deferred_payments.stream import NAME
from finance.facts.tables import person
from ledgers.runs import Run
from ledgers.tables import entry
from tests.builders import Told, officers, post, sign
from tests.guards import guards_lifted

AT = dt.datetime(2025, 6, 1, 9)
PREPARER, APPROVER = "first officer", "second officer"
POLICY = DeferredPolicy.of(
    {"compounding": "monthly", "year_length": "365", "interest_charged": "the council's own rate", "own_rate": "3.65"},
    "test",
)
"""£10,000 bears £1.00 a day, added to the debt at the end of each month."""


@dataclass
class LoanBook(Told):
    """Tells facts and runs runs, all by hand. A home of £300,000, nothing before the council: a limit of £255,750."""

    policy: DeferredPolicy = field(default_factory=lambda: POLICY)
    runs: int = 0

    AT, BY = AT, PREPARER

    def __post_init__(self) -> None:
        officers(self.database, {PREPARER: "officer", APPROVER: "manager"}, {"officer": 1, "manager": 10**12})

    def agreement(self, ref: str = "DPA1", value: int = 300_000_00, **more: object) -> int:
        """An agreement signed and secured on 1 January 2025 by a payer of the same name."""
        who = self.tell(
            person,
            f"P-{ref}",
            name=f"Resident {ref}",
            born=dt.date(1940, 5, 1),
            died=more.pop("died", None),
            support_reason="memory and cognition",
        )
        payer = self.tell(b.bill_payer, f"C-{ref}", name=f"Resident {ref}", kind="client", person=who)
        day = dt.date(2025, 1, 1)
        told: dict[str, Any] = {
            "bill_payer": payer,
            "person": who,
            "style": "deferred charge",
            "starts": day,
            "signed": day,
            "security": "first charge",
            "secured": day,
            "top_up": False,
            **more,
        }
        nr = self.tell(t.deferred_agreement, ref, **told)
        self.valued(ref, day, value)
        return nr

    def valued(self, ref: str, on: dt.date, value: int, other: int = 0) -> None:
        self.tell(
            t.valuation,
            f"{ref}-V-{on}",
            agreement=self.nr(ref),
            on=on,
            value=value,
            other_charges=other,
            valued_by="a valuer",
        )

    def terms(
        self, ref: str = "DPA1", starts: dt.date = dt.date(2025, 1, 1), ends: dt.date | None = None, **how: int
    ) -> None:
        self.tell(t.deferral, f"{ref}-T-{starts}", agreement=self.nr(ref), starts=starts, ends=ends, **how)

    def paid(self, ref: str, on: dt.date, amount: int, name: str = "R1") -> None:
        self.tell(t.deferred_repayment, name, agreement=self.nr(ref), on=on, amount=amount, source="sale")

    def fee(self, ref: str, on: dt.date, amount: int, paid: str = "added to the debt") -> None:
        self.tell(
            t.deferred_fee, f"{ref}-F-{on}", agreement=self.nr(ref), on=on, kind="yearly", amount=amount, paid=paid
        )

    def nr(self, ref: str, table: Table = t.deferred_agreement) -> int:
        return self.number(table, ref)

    def charge(
        self, ref: str, starts: dt.date, ends: dt.date, pence: int, kind: str = "charge", subject: int = 1
    ) -> None:
        """An entry the charges stream has posted: another of the same key is its next revision."""
        party = self.nr(f"C-{ref}", b.bill_payer)
        with guards_lifted(self.database, "entry") as connection:
            last = ends - dt.timedelta(days=1)
            post(connection, "charges", kind, subject, party, (starts, ends), pence, run=0, at=AT, effective=last)

    def weeks(self, ref: str, first: dt.date, count: int, weekly: int, each: int = 4) -> None:
        """Bills of four weeks at so much a week."""
        for place in range(count // each):
            starts = first + dt.timedelta(weeks=each * place)
            self.charge(ref, starts, starts + dt.timedelta(weeks=each), weekly * each)

    def calculate(self, last_day: dt.date) -> Run:
        self.runs += 1
        draft = draft_run(self.database, by=PREPARER, at=AT, up_to=last_day + dt.timedelta(days=1), policy=self.policy)
        return calculate_run(self.database, draft.nr)

    def run(self, last_day: dt.date) -> Run:
        """A run for days up to and including one, approved and posted."""
        made = self.calculate(last_day)
        sign(self.database, made, PREPARER, APPROVER, lambda: AT)
        return release_run(self.database, made.nr, by=PREPARER, at=AT)

    def entries(self, run: int | None = None) -> dict[tuple[str, dt.date], int]:
        """What is posted (by one run), by kind and period."""
        query = select(entry.c.kind, entry.c.period_starts, func.sum(entry.c.amount)).where(entry.c.stream == NAME)
        if run is not None:
            query = query.where(entry.c.run == run)
        with self.database.begin() as connection:
            rows = connection.execute(query.group_by(entry.c.kind, entry.c.period_starts)).all()
        return {(kind, starts): int(pence) for kind, starts, pence in rows}
