"""A made-up council's cash book in a test: payers, bills as the charges stream would leave them, receipts, runs."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import select

import billing.tables as b
from billing.receipts import tables as t
from billing.receipts.jobs import (
    PayerAccount,
    account_of,
    calculate_receipts_run,
    draft_receipts_run,
    release_receipts_run,
)
from billing.receipts.policy import ReceiptsPolicy
from finance.facts.tables import person
from ledgers import store as ledger
from ledgers import tables as ledgers
from ledgers.runs import Run, Status
from tests.builders import Told, number_bill, officers, post, sign
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 1, 9)
PREPARER, APPROVER = "Ann Preparer", "Bo Approver"
TIER = 100_000_000


def may(day: int, month: int = 5) -> dt.date:
    return dt.date(2026, month, day)


@dataclass
class CashBook(Told):
    """Tells facts and runs runs, all by hand."""

    policy: ReceiptsPolicy = field(default_factory=ReceiptsPolicy)

    BY = PREPARER

    def __post_init__(self) -> None:
        officers(self.database, {APPROVER: "manager", PREPARER: "manager"}, {"manager": TIER})

    def payer(self, ref: str, died: dt.date | None = None, customer_number: str | None = None) -> int:
        who = self.tell(person, f"person of {ref}", name=ref, support_reason="social support", died=died)
        return self.tell(
            b.bill_payer, ref, name=f"{ref} Example", kind="client", person=who, customer_number=customer_number
        )

    def receipt(self, ref: str, pence: int, on: dt.date, payer: int | None = None, reference: str | None = None) -> int:
        return self.tell(
            t.receipt,
            ref,
            bill_payer=payer,
            on=on,
            amount=pence,
            method="bank transfer",
            payer_reference=reference,
            entered_by=PREPARER,
        )

    def identify(self, ref: str, receipt: int, payer: int) -> None:
        self.tell(
            t.receipt_identification, ref, receipt=receipt, bill_payer=payer, reason="asked", identified_by=PREPARER
        )

    def bill(
        self, payer: int, pence: int, issued: dt.date, due: dt.date, subject: int = 1, period: dt.date | None = None
    ) -> int:
        """A bill of one entry, as the charges stream leaves it; of the same subject and period as another, its
        correction.
        """
        starts = period or issued - dt.timedelta(days=28)
        with guards_lifted(self.database, "run", "entry", "bill") as connection:
            run = ledger.add_run(
                connection,
                stream="charges",
                calendar=1,
                calendar_name="four-weekly",
                up_to=issued,
                window_starts=starts,
                pay_date=due,
                status=Status.RELEASED,
                known=1,
                known_before=0,
                prepared_by=PREPARER,
                drafted_at=AT,
                released_at=dt.datetime.combine(issued, dt.time(9)),
                lines=1,
                total=pence,
                policy="{}",
            )
            post(connection, "charges", "charge", subject, payer, (starts, issued), pence, run=run, at=AT)
            return number_bill(connection, run, payer, pence, (starts, issued), due)

    def calculate(self, on: dt.date) -> Run:
        run = draft_receipts_run(self.database, by=PREPARER, at=AT, on=on, policy=self.policy)
        return calculate_receipts_run(self.database, run.nr)

    def run(self, on: dt.date, at: dt.datetime | None = None) -> Run:
        """A run of receipts, signed for and posted; what stops it is accepted. ``at``: the moment recorded,
        where another.
        """
        run = self.calculate(on)
        why = "bank line and letter both looked at"
        sign(self.database, run, PREPARER, APPROVER, lambda: AT, accepting=why)
        return release_receipts_run(self.database, run.nr, by=PREPARER, at=at or dt.datetime.combine(on, dt.time(17)))

    def findings(self, run: Run) -> list[tuple[str, str, str, int]]:
        with self.database.begin() as connection:
            return [
                (row.check_name, row.severity, row.what, row.nr) for row in ledger.read_findings(connection, run.nr)
            ]

    def entries(self) -> list[tuple[str, int, int]]:
        """(kind, party, pence) of the receipts stream, as posted."""
        e = ledgers.entry.c
        with self.database.begin() as connection:
            rows = connection.execute(
                select(e.kind, e.party, e.amount).where(e.stream == "receipts").order_by(e.run, e.party, e.revision)
            )
            return [(row.kind, row.party, row.amount) for row in rows]

    def account(self, ref: str, until: dt.date | None = None) -> PayerAccount:
        return account_of(self.database, ref, until=until)
