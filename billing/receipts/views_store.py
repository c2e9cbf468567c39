"""What a reader of receipts is shown, read from a connection: receipts and how long they wait, requests unsigned."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from billing.receipts import store
from billing.receipts.account import BillPayer
from billing.receipts.jobs import REQUESTS


@dataclass(frozen=True, slots=True)
class ReceiptShown:
    """A receipt. ``days``: since it came; ``payer`` None: nobody has been found for it yet."""

    ref: str
    on: dt.date
    days: int
    amount: int
    payer: BillPayer | None
    method: str
    payer_reference: str | None
    returned: dt.date | None


@dataclass(frozen=True, slots=True)
class ReceiptsShown:
    """The oldest receipts asked for; how many there are in all, and their pence."""

    receipts: Sequence[ReceiptShown]
    count: int
    pence: int


def read_receipts(
    connection: Connection,
    on: dt.date,
    *,
    payer: str | None = None,
    unidentified: bool = False,
    limit: int,
    until: dt.date | None = None,
) -> ReceiptsShown:
    """Receipts of one payer (by reference or customer number) or all, with their days on a day; ``until``: those that
    had come by the end of a day, as they stood then. Raises NotKnown."""
    who = store.payer_of(connection, payer).nr if payer else None
    rows = store.list_receipts(connection, unidentified=unidentified, payer=who, until=until)
    names = store.names_of(connection, {row.payer for row in rows[:limit] if row.payer})
    shown = [
        ReceiptShown(
            row.ref,
            row.on,
            (on - row.on).days,
            row.amount,
            names[row.payer] if row.payer else None,
            row.method,
            row.payer_reference,
            row.returned,
        )
        for row in rows[:limit]
    ]
    return ReceiptsShown(shown, len(rows), sum(row.amount for row in rows))


@dataclass(frozen=True, slots=True)
class RequestShown:
    """A refund or a write-off nobody has signed for. ``interest``: paid with a refund besides."""

    ref: str
    payer: BillPayer
    on: dt.date
    amount: int
    interest: int
    reason: str
    requested_by: str


def read_waiting(connection: Connection, kind: str) -> list[RequestShown]:
    """Refunds, or write-offs (``kind``), that wait for a second person, oldest first."""
    rows = store.waiting(connection, REQUESTS[kind][0])
    names = store.names_of(connection, {row.bill_payer for row in rows})
    return [
        RequestShown(
            row.ref,
            names[row.bill_payer],
            row.on,
            row.amount,
            row.interest or 0 if kind == "refund" else 0,
            row.reason,
            row.requested_by,
        )
        for row in rows
    ]
