"""A council with bill payers, bills and money in its ledger: laid down as the runs that post them would leave them."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from billing import tables as b
from billing.debt import tables as d
from billing.direct_debits import tables as dd
from billing.receipts import tables as r
from finance.facts import tables as f
from ledgers import tables as l
from tests.builders import Told, number_bill, post
from tests.guards import guards_lifted

AT = dt.datetime(2026, 5, 1, 9)
CONTROL, INCOME, BANK = 1, 2, 3


@dataclass
class Council(Told):
    def fact(self, table: str, ref: str, **values: object) -> int:
        """A fact, or what is new of one that is believed; gives its number."""
        found = {**b.FACTS, **d.FACTS, **dd.FACTS, **r.FACTS, **f.FACTS}[table]
        return self.tell(found, ref, **{**self.believed(found, ref), **values})

    def payer(self, ref: str, kind: str = "client") -> int:
        """A payer, who where a client is a person of the same reference."""
        person = None
        if kind == "client":
            person = self.fact("person", ref, name=f"Person {ref}", support_reason="social support")
        return self.fact("bill_payer", ref, name=f"Payer {ref}", kind=kind, person=person)

    def dies(self, ref: str, on: dt.date) -> None:
        self.fact("person", ref, died=on)

    def bill(
        self, payer: int, amount: int, issued: dt.date, due: dt.date | None = None, starts: dt.date | None = None
    ) -> int:
        """A bill (or, below nought, a credit note), posted to the ledger; gives its number."""
        starts = starts or issued - dt.timedelta(days=28)
        with guards_lifted(self.database, "run", "bill", "entry") as connection:
            run = 1001 + (connection.execute(select(func.max(b.bill.c.nr))).scalar_one() or 0)
            due = due or issued + dt.timedelta(days=14)
            nr = number_bill(connection, run, payer, amount, (starts, issued), due)
            self._post(connection, "charges", "charge", nr, payer, starts, amount, run)
        return nr

    def receipt(self, ref: str, payer: int, amount: int, on: dt.date, method: str = "card") -> int:
        nr = self.fact("receipt", ref, bill_payer=payer, on=on, amount=amount, method=method, entered_by="Cashier")
        self.post()
        return nr

    def post(self) -> None:
        """Post every receipt and return not posted yet, as the run of receipts does."""
        with guards_lifted(self.database, "run", "entry") as connection:
            e = l.entry.c
            posted = {
                (row.kind, row.subject)
                for row in connection.execute(select(e.kind, e.subject).where(e.stream == "receipts"))
            }
            receipts = connection.execute(select(r.receipt).where(r.receipt.c.superseded.is_(None))).all()
            by_nr = {row.nr: row for row in receipts}
            for row in receipts:
                if ("receipt", row.nr) not in posted:
                    self._post(
                        connection, "receipts", "receipt", row.nr, row.bill_payer, row.on, -row.amount, 5000 + row.nr
                    )
            for row in connection.execute(
                select(r.receipt_return).where(r.receipt_return.c.superseded.is_(None))
            ).all():
                if ("returned receipt", row.nr) not in posted:
                    of = by_nr[row.receipt]
                    self._post(
                        connection,
                        "receipts",
                        "returned receipt",
                        row.nr,
                        of.bill_payer,
                        row.on,
                        of.amount,
                        7000 + row.nr,
                    )

    @staticmethod
    def _post(
        connection: Connection, stream: str, kind: str, subject: int, payer: int, on: dt.date, amount: int, run: int
    ) -> None:
        accounts = CONTROL, INCOME if stream == "charges" else BANK
        day = on, on + dt.timedelta(days=1)
        post(connection, stream, kind, subject, payer, day, amount, run=run, at=AT, accounts=accounts, effective=on)

    def mandate(
        self, ref: str, payer: int, lodged: dt.date | None = dt.date(2026, 1, 5), account: str = "12345678"
    ) -> int:
        return self.fact(
            "mandate",
            ref,
            bill_payer=payer,
            account_name="A EXAMPLE",
            sort_code="000099",
            account_number=account,
            signed=dt.date(2026, 1, 2),
            lodged=lodged,
        )
