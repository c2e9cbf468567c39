"""Receipts as they are shown: how long each has waited, whose it is, and what all of them come to."""

import pytest

from billing.receipts import tables as t
from billing.receipts.views_store import read_receipts, read_waiting
from interfaces.database.connection import Database
from tests.billing.receipts.cashbook import PREPARER, CashBook, may


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def test_receipts_are_counted_whole_and_listed_to_a_limit(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R1", 60_00, may(3), ada)
    lost = book.receipt("R2", 25_00, may(5), reference="NO NAME")
    book.receipt("R3", 10_00, may(6), ada)
    book.tell(t.receipt_return, "X1", receipt=lost, on=may(9), reason="bounced", entered_by=PREPARER)
    with book.database.read() as connection:
        found = read_receipts(connection, may(15), limit=2)
        nobody = read_receipts(connection, may(15), unidentified=True, limit=10)
        hers = read_receipts(connection, may(15), payer="ADA", limit=10)
    assert [(each.ref, each.days, each.amount, each.returned) for each in found.receipts] == [
        ("R1", 12, 60_00, None),
        ("R2", 10, 25_00, may(9)),
    ]
    assert [str(each.payer) for each in found.receipts] == ["ADA Example (ADA)", "None"]
    assert (found.count, found.pence) == (3, 95_00)
    assert [each.payer_reference for each in nobody.receipts] == ["NO NAME"]
    assert ([each.ref for each in hers.receipts], hers.pence) == (["R1", "R3"], 70_00)


def test_requests_that_wait_name_their_payer(book: CashBook) -> None:
    ada = book.payer("ADA")
    for ref, table, pence in (("F1", t.refund, 40_00), ("W1", t.write_off, 5_00)):
        book.tell(table, ref, bill_payer=ada, on=may(6), amount=pence, reason="Paid twice", requested_by=PREPARER)
    with book.database.read() as connection:
        (refund,), (write_off,) = read_waiting(connection, "refund"), read_waiting(connection, "write-off")
    assert (refund.ref, refund.payer.ref, refund.payer.kind, refund.amount) == ("F1", "ADA", "client", 40_00)
    assert (write_off.ref, write_off.amount, write_off.requested_by) == ("W1", 5_00, PREPARER)
