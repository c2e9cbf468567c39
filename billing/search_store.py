"""SQL of searching money coming in: payers, receipts, mandates, deferred payments and numbered bills."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from billing.deferred_payments.tables import deferred_agreement
from billing.direct_debits.tables import mandate
from billing.naming_store import payers
from billing.receipts.tables import receipt
from billing.tables import bill, bill_payer, number_of
from finance.days import spoken
from finance.facts.search_store import Rows, Sought
from finance.facts.searching import SAME, AskedFor, Found
from finance.money import sterling
from finance.references import number_in


def _payers(_: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    return {each.nr: (each.kind, each.customer_number and f"customer {each.customer_number}") for each in rows}


def _of_payers(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    found = payers(connection, [each.bill_payer for each in rows])
    return {each.nr: (str(found[each.bill_payer]),) for each in rows}


def _receipts(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    found = payers(connection, [each.bill_payer for each in rows if each.bill_payer is not None])
    return {
        each.nr: (sterling(each.amount), spoken(each.on), str(found.get(each.bill_payer, "from nobody known yet")))
        for each in rows
    }


SOUGHT = (
    Sought("payer", bill_payer, _payers, numbers=("customer_number",)),
    Sought("receipt", receipt, _receipts, name=""),
    Sought("mandate", mandate, _of_payers, name=""),
    Sought("deferred payment agreement", deferred_agreement, _of_payers, name=""),
)
"""The facts about money coming in, in the order they are shown."""


def search_bills(connection: Connection, wanted: AskedFor) -> list[Found]:
    """The bill or credit note of this number, with or without its letter and noughts."""
    number = number_in(wanted.whole.removeprefix("b"))
    row = connection.execute(select(bill).where(bill.c.nr == number)).one_or_none() if number is not None else None
    if row is None:
        return []
    about = f"{sterling(row.amount)}, {payers(connection, [row.party]).get(row.party, '')}, {spoken(row.issued)}"
    return [Found(row.kind, row.nr, number_of(row.nr), "", SAME, about=about)]
