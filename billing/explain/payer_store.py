"""The SQL of explaining an account: a receipt in every version, and what a bill to another funder is made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from billing import tables as b
from billing.receipts import tables as r
from billing.recharges.store import NAME, source_of
from finance.facts import tables as f
from finance.facts.names_store import newest
from finance.facts.versions import Row, Versions
from finance.facts.versions_store import Reading, find, rows_of
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run

RECEIPT_KINDS = ("receipt", "unidentified receipt", "returned receipt", "returned unidentified receipt")


@dataclass(frozen=True)
class ReceiptTold:
    """A receipt and everything told of it, in every version. ``row``: as last believed; ``payer``: whose it is."""

    nr: int
    row: Row
    facts: Versions
    payer: Row | None


def read_receipt(connection: Connection, ref: str) -> ReceiptTold | None:
    row = find(connection, r.receipt, ref)
    if row is None:
        return None
    reading = Reading(connection)
    reading.read(r.receipt, "nr", [row["nr"]])
    found = reading.read(r.receipt_identification, "receipt", [row["nr"]])
    reading.read(r.receipt_return, "receipt", [row["nr"]])
    whose = [each["bill_payer"] for each in found if each["superseded"] is None] or [row["bill_payer"]]
    payer = payer_named(connection, whose[-1]) if whose[-1] else None
    return ReceiptTold(row["nr"], row, reading.versions(), payer)


def read_entries_of_receipt(connection: Connection, nr: int) -> list[Row]:
    e = books.entry.c
    query = select(books.entry).where(e.subject == nr, e.kind.in_(RECEIPT_KINDS))
    return rows_of(connection, query.order_by(e.run, e.period_starts, e.kind, e.revision))


def payer_named(connection: Connection, nr: int) -> Row:
    """A bill payer by number, as last believed."""
    table = b.bill_payer
    return rows_of(connection, select(table).where(table.c.nr == nr).order_by(table.c.learned.desc()))[0]


def read_recharge(connection: Connection, bill: Any) -> tuple[Run, int]:
    """The run a bill to another funder is of, and the pay run it was raised with."""
    assert bill.stream == NAME
    run = ledger.read_run(connection, bill.run)
    return run, source_of(run.policy)


def read_recharged_lines(connection: Connection, bill: Any) -> list[Row]:
    """What a bill is made of, in order of line and period."""
    e = books.entry.c
    query = select(books.entry).where(e.run == bill.run, e.stream == bill.stream, e.party == bill.party)
    return rows_of(connection, query.order_by(e.subject, e.period_starts, e.kind, e.revision))


def lines_named(connection: Connection, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(reference, reference with service and person) of service lines by number."""
    lines = newest(connection, f.service_line, numbers)
    services = newest(connection, f.service, {row.service for row in lines.values()})
    people = newest(connection, f.person, {row.person for row in lines.values()})
    return {
        nr: (
            row.ref,
            f"{row.ref} {services[row.service].name}, for {people[row.person].name} ({people[row.person].ref})",
        )
        for nr, row in lines.items()
    }
