"""Credit is backed by money: nothing is given back, and no bill is paid, with what was never received."""

import datetime as dt

import pytest
from sqlalchemy import select

from billing.receipts import tables as t
from billing.receipts.facts import OWED
from billing.receipts.jobs import approve_request, position_of, release_receipts_run
from billing.receipts.requests_jobs import asked_of
from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from ledgers import review_jobs
from ledgers import tables as ledgers
from ledgers.runs import Run
from tests.billing.receipts.cashbook import APPROVER, AT, PREPARER, CashBook, may
from tests.billing.receipts.test_balances import ask, left
from tests.billing.receipts.test_stream import cause_of
from tests.builders import sign
from tests.guards import guards_lifted

JULY, AUGUST = 7, 8


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def waiting(book: CashBook, run: Run) -> list[str]:
    with book.database.begin() as connection:
        return list(connection.execute(select(ledgers.parked.c.what).where(ledgers.parked.c.run == run.nr)).scalars())


def written_off(book: CashBook) -> int:
    """£600.00 billed on 5 May, never paid, written off on 1 July; on 28 July the charge falls to £200.00."""
    ada = book.payer("ADA")
    bill = book.bill(ada, 600_00, may(5), may(2, 6), 1, may(6, 4))
    ask(book, "write-off", "W1", ada, 600_00, may(1, JULY), bill)
    book.run(may(1, JULY))
    book.bill(ada, -400_00, may(28, JULY), may(25, AUGUST), 1, may(6, 4))
    return ada


def test_a_write_off_falls_away_as_far_as_the_debt_does(book: CashBook) -> None:
    ada = written_off(book)
    now = position_of(book.database)
    assert (now.refundable(), now.unallocated(), now.fallen_away()) == ({}, {}, {ada: 400_00})
    assert book.account("ADA").balance == -400_00, "by the ledger, until the next run of receipts"
    ask(book, "refund", "F1", ada, 400_00, may(29, JULY))
    assert asked_of(book.database, "refund", ada).over == 400_00
    run = book.run(may(29, JULY))
    assert book.entries() == [("write-off", ada, -600_00), ("write-off", ada, 400_00)]
    assert cause_of(book, run.nr) == {("write-off", 1): OWED}
    found = [what for check, _, what, _ in book.findings(run) if check == "write-off falls away"]
    assert found == ["W1 gives up £600.00, and £200.00 is owed without it: £400.00 of it falls away."]
    assert waiting(book, run) == ["A refund of £400.00 is more than was received and not used: £0.00."]
    account = book.account("ADA")
    assert (account.balance, account.unallocated, account.refundable) == (0, 0, 0)
    assert account.apart == {"charged": 600_00, "credited": -400_00, "written off": -200_00}
    assert [(each.what, each.pence) for each in account.lines][-1] == ("Put right: written off on 1 July 2026", 400_00)
    assert book.run(may(30, JULY)).lines == 0, "a second run posts nothing"


def test_no_later_bill_is_paid_by_what_was_given_up(book: CashBook) -> None:
    ada = written_off(book)
    later = book.bill(ada, 300_00, may(1, AUGUST), may(29, AUGUST), 2)
    assert left(book, "ADA")[later] == 300_00
    book.run(may(2, AUGUST))
    assert (left(book, "ADA")[later], book.account("ADA").balance) == (300_00, 300_00)


def test_a_debt_that_rises_again_is_given_up_again_and_both_are_seen(book: CashBook) -> None:
    ada = written_off(book)
    book.run(may(29, JULY))
    book.bill(ada, 400_00, may(1, AUGUST), may(29, AUGUST), 1, may(6, 4))
    book.run(may(2, AUGUST))
    assert [pence for _, _, pence in book.entries()] == [-600_00, 400_00]
    assert book.account("ADA").balance == 400_00, "a bill of August is no debt that was given up in July"


def test_money_that_comes_for_a_debt_given_up_takes_its_place(book: CashBook) -> None:
    ada = book.payer("ADA")
    bill = book.bill(ada, 600_00, may(5), may(2, 6), 1)
    ask(book, "write-off", "W1", ada, 600_00, may(1, JULY), bill)
    book.run(may(1, JULY))
    book.receipt("R1", 250_00, may(3, JULY), ada)
    book.run(may(4, JULY))
    assert book.entries()[1:] == [("receipt", ada, -250_00), ("write-off", ada, 250_00)]
    assert (book.account("ADA").balance, position_of(book.database).refundable()) == (0, {})


def test_a_bill_paid_meanwhile_is_paid_before_what_was_given_up(book: CashBook) -> None:
    ada = book.payer("ADA")
    old = book.bill(ada, 600_00, may(5), may(2, 6), 1)
    ask(book, "write-off", "W1", ada, 600_00, may(1, JULY))
    book.run(may(1, JULY))
    new = book.bill(ada, 300_00, may(5, JULY), may(2, AUGUST), 2)
    book.receipt("R1", 300_00, may(6, JULY), ada)
    book.run(may(7, JULY))
    assert (left(book, "ADA"), book.account("ADA").balance) == ({old: 0, new: 0}, 0)
    assert [kind for kind, _, _ in book.entries()] == ["write-off", "receipt"], "the write-off stands"


def test_a_write_off_of_more_than_is_owed_gives_up_what_is_owed(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 50_00, may(5), may(2, 6), 1)
    ask(book, "write-off", "W1", ada, 70_00, may(1, JULY))
    run = book.run(may(1, JULY))
    assert [what for check, _, what, _ in book.findings(run) if check == "write-off over balance"] == [
        "W1 gives up £70.00, and £50.00 is owed without it: no more than that is given up."
    ]
    assert (book.entries(), book.account("ADA").balance) == ([("write-off", ada, -50_00)], 0)
    book.bill(ada, 30_00, may(3, JULY), may(30, JULY), 2)
    book.run(may(4, JULY))
    assert book.account("ADA").balance == 30_00


@pytest.mark.parametrize(
    "credit", ["charge below nought", "disputed and credited", "allocated twice", "taken back", "another payer’s"]
)
def test_no_other_credit_without_money_can_be_given_back(book: CashBook, credit: str) -> None:
    ada, ben = book.payer("ADA"), book.payer("BEN")
    first = book.bill(ada, 100_00, may(5), may(2, 6), 1, may(1, 4))
    match credit:
        case "charge below nought":
            book.bill(ada, -130_00, may(6), may(3, 6), 9)
        case "disputed and credited":
            book.bill(ada, -100_00, may(6), may(3, 6), 1, may(1, 4))
            book.bill(ada, -30_00, may(7), may(3, 6), 9)
        case "allocated twice":
            receipt = book.receipt("R1", 60_00, may(6), ada)
            book.tell(t.allocation, "A1", receipt=receipt, bill=first, amount=60_00, entered_by=PREPARER)
            with pytest.raises(Guarded, match="more than was received"):
                book.tell(t.allocation, "A2", receipt=receipt, bill=first, amount=60_00, entered_by=PREPARER)
        case "taken back":
            receipt = book.receipt("R1", 130_00, may(6), ada)
            book.tell(t.receipt_return, "X1", receipt=receipt, on=may(8), reason="bounced", entered_by=PREPARER)
        case _:
            receipt = book.receipt("R1", 130_00, may(6), ada)
            book.run(may(7))
            book.identify("R1", receipt, ben)
    ask(book, "refund", "F1", ada, 30_00, may(9))
    run = book.run(may(9))
    assert waiting(book, run) == ["A refund of £30.00 is more than was received and not used: £0.00."]
    assert "refund" not in [kind for kind, _, _ in book.entries()]
    assert ada not in position_of(book.database).refundable()


def test_a_refund_waits_for_its_money_and_goes_with_it(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 100_00, may(5), may(2, 6), 1, may(1, 4))
    book.receipt("R1", 100_00, may(6), ada)
    ask(book, "refund", "F1", ada, 25_00, may(7))
    ask(book, "refund", "F2", ada, 10_00, may(7))
    assert len(waiting(book, book.run(may(7)))) == 2
    book.bill(ada, -30_00, may(8), may(2, 6), 1, may(1, 4))
    run = book.run(may(9))
    assert [kind_pence[::2] for kind_pence in book.entries()] == [("receipt", -100_00), ("refund", 25_00)]
    assert waiting(book, run) == ["A refund of £10.00 is more than was received and not used: £5.00."]


def test_interest_goes_with_its_refund_is_a_cost_and_is_no_money_received(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 600_00, may(5), may(2, 6), 1, may(1, 4))
    book.receipt("R1", 600_00, may(6), ada)
    ask(book, "refund", "F1", ada, 600_00, may(7), interest=12_50)
    run = book.run(may(7))
    assert waiting(book, run) == ["A refund of £600.00 is more than was received and not used: £0.00."]
    assert book.entries() == [("receipt", ada, -600_00)], "interest waits with what it is for"
    book.bill(ada, -600_00, may(8), may(2, 6), 1, may(1, 4))
    run = book.run(may(9))
    assert book.entries()[1:] == [("refund", ada, 612_50), ("refund interest", ada, -12_50)]
    said = [what for check, _, what, _ in book.findings(run) if check == "interest over tolerance"]
    with book.database.read() as connection:
        accounts = {row.nr: row.name for row in connection.execute(select(ledgers.account))}
        (interest,) = connection.execute(select(ledgers.entry).where(ledgers.entry.c.kind == "refund interest"))
    assert said == ["Interest on a refund of £12.50 is more than £0.00."]
    assert accounts[interest.credit] == "Interest paid on refunds"
    account = book.account("ADA")
    assert (account.balance, account.refundable) == (0, 0)
    assert dict(account.apart) == {
        "charged": 600_00,
        "credited": -600_00,
        "received": -600_00,
        "given back": 612_50,
        "interest granted": -12_50,
    }
    assert {"Refunded", "Interest on a refund"} <= {line.what for line in account.lines}


def test_a_refund_is_signed_for_with_its_interest(book: CashBook) -> None:
    ada = book.payer("ADA")
    most = 1_000_000_00
    asked = {"bill_payer": ada, "on": may(6), "reason": "x", "requested_by": PREPARER}
    book.tell(t.refund, "F1", amount=most - 1, interest=2, **asked)
    with pytest.raises(Refusal, match="comes to £1,000,000.01"):
        approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)
    with pytest.raises(Guarded, match="with its interest"):
        book.tell(t.refund, "F2", amount=1_00, interest=0, **asked)


def test_a_refund_is_not_released_while_the_money_it_gives_back_is_held(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R0", 10_00, may(5), book.payer("BEN"))
    receipt = book.receipt("R1", 60_00, may(5), ada)
    ask(book, "refund", "F1", ada, 60_00, may(5))
    run = book.calculate(may(6))
    review_jobs.hold(book.database, "receipts", "line", receipt, reason="the bank is asked", by=PREPARER, at=AT)
    sign(book.database, run, PREPARER, APPROVER, lambda: AT, accepting="letter of the bank looked at")
    with pytest.raises(Refusal, match="held"):
        release_receipts_run(book.database, run.nr, by=PREPARER, at=AT)
    assert book.entries() == []


def test_the_database_itself_releases_no_refund_above_what_was_received(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    ask(book, "refund", "F1", ada, 60_00, may(7))
    run = book.calculate(may(7))
    sign(book.database, run, PREPARER, APPROVER, lambda: AT, accepting="letter of the bank looked at")
    with guards_lifted(book.database, "entry") as connection:
        receipts = ledgers.entry.c.kind == "receipt"
        connection.execute(ledgers.entry.update().where(receipts).values(amount=-59_99))
    with pytest.raises(Guarded, match="more than was received"):
        release_receipts_run(book.database, run.nr, by=PREPARER, at=dt.datetime(2026, 5, 7, 17))


def test_a_request_signed_for_twice_over_is_withdrawn_by_name_and_leaves_nothing(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R1", 60_00, may(5), ada)
    book.run(may(5))
    for ref in ("F1", "F2"):
        book.tell(t.refund, ref, bill_payer=ada, on=may(6), amount=60_00, reason="paid twice", requested_by=PREPARER)
        approve_request(book.database, "refund", ref, by=APPROVER, at=AT)
    run = book.run(may(6))
    assert waiting(book, run) == ["A refund of £60.00 is more than was received and not used: £0.00."]
    book.cancel(t.refund, "F2")
    assert book.run(may(7)).lines == 0
    assert book.account("ADA").balance == 0
