"""Receipts posted by the run machine: what an officer would expect to find in the ledger, on both databases."""

import datetime as dt

import pytest
from sqlalchemy import select

from billing.receipts import tables as t
from billing.receipts.facts import CANCELLED, CORRECTED, DAY_CAME, MOVED, NEW, UNSETTLED
from billing.receipts.jobs import approve_request
from billing.receipts.policy import ReceiptsPolicy
from finance.problems import Guarded, Refusal
from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import review_jobs
from ledgers import store as ledger
from ledgers import tables as ledgers
from ledgers.approvals.rules import OverTheTier, OwnWork
from ledgers.officers import jobs as officers
from ledgers.officers.authority import NoRight, NotAnOfficer
from tests.billing.receipts.cashbook import APPROVER, AT, PREPARER, CashBook, may


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def cause_of(book: CashBook, run: int) -> dict[tuple[str, int], int]:
    with book.database.begin() as connection:
        rows = machine.unparquet(ledger.read_blob(connection, run, 0)).to_pylist()
    return {(row["kind"], row["subject"]): row["cause"] for row in rows}


def test_a_receipt_lowers_what_is_owed(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 100_00, may(1), may(29))
    book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    assert book.entries() == [("receipt", ada, -60_00)]
    assert book.account("ADA").balance == 40_00


def test_the_bank_and_the_debtors_account_are_named(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R1", 60_00, may(5), ada)
    book.receipt("R2", 10_00, may(5))
    book.run(may(6))
    e, account = ledgers.entry.c, ledgers.account
    with book.database.begin() as connection:
        names = {row.nr: row.name for row in connection.execute(select(account))}
        found = {
            row.kind: (names[row.debit], names[row.credit])
            for row in connection.execute(select(e.kind, e.debit, e.credit))
        }
    bank = "Bank: payments account"
    assert found == {
        "receipt": ("Debtors: clients and funders billed", bank),
        "unidentified receipt": ("Suspense: receipts nobody has been found for", bank),
    }


def test_a_second_run_on_the_same_facts_posts_nothing(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    assert book.run(may(6)).lines == 0
    assert book.run(may(7)).lines == 0
    assert len(book.entries()) == 1


def test_a_receipt_identified_later_leaves_suspense_and_comes_to_its_payer(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5), reference="mum's care")
    book.run(may(6))
    assert book.entries() == [("unidentified receipt", 0, -60_00)]
    book.identify("R1", receipt, ada)
    run = book.run(may(9))
    assert book.entries() == [
        ("unidentified receipt", 0, -60_00),
        ("unidentified receipt", 0, 60_00),
        ("receipt", ada, -60_00),
    ]
    assert cause_of(book, run.nr) == {("unidentified receipt", receipt): MOVED, ("receipt", receipt): MOVED}
    assert run.pay_date == may(9) and run.total == 0


def test_a_file_sent_again_does_not_undo_an_identification(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5))
    book.identify("R1", receipt, ada)
    book.run(may(6))
    book.receipt("R1", 60_00, may(5), reference="a word added")
    assert book.run(may(7)).lines == 0
    assert book.account("ADA").balance == -60_00


def test_moved_to_another_payer_and_back_nets_to_nought_and_both_are_seen(book: CashBook) -> None:
    ada, ben = book.payer("ADA"), book.payer("BEN")
    receipt = book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    book.identify("R1", receipt, ben)
    moved = book.run(may(7))
    assert [each[0] for each in book.findings(moved)] == ["never billed", "over the balance", "taken off a payer"]
    assert (book.account("ADA").balance, book.account("BEN").balance) == (0, -60_00)
    book.cancel(t.receipt_identification, "R1")
    book.run(may(8))
    assert (book.account("ADA").balance, book.account("BEN").balance) == (-60_00, 0)
    assert [line.what for line in book.account("ADA").lines] == [
        "Received",
        "Put right: received on 5 May 2026",
        "Put right: received on 5 May 2026",
    ]
    assert [line.pence for line in book.account("BEN").lines] == [-60_00, 60_00]


def test_a_day_or_an_amount_put_right_posts_the_difference(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    book.receipt("R1", 65_00, may(5), ada)
    run = book.run(may(6))
    assert book.entries() == [("receipt", ada, -60_00), ("receipt", ada, -5_00)]
    assert cause_of(book, run.nr) == {("receipt", receipt): CORRECTED}
    book.receipt("R1", 65_00, may(4), ada)
    assert book.run(may(6)).total == 0
    assert book.account("ADA").balance == -65_00
    book.cancel(t.receipt, "R1")
    run = book.run(may(6))
    assert (run.total, cause_of(book, run.nr)) == (65_00, {("receipt", receipt): CANCELLED})
    assert book.account("ADA").balance == 0


def test_money_dated_ahead_waits_for_its_day(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(20), ada)
    assert book.run(may(6)).lines == 0
    run = book.run(may(20))
    assert (run.lines, cause_of(book, run.nr)) == (1, {("receipt", receipt): DAY_CAME})


def test_a_returned_receipt_is_owed_again_and_moves_with_its_receipt(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5))
    back = book.tell(t.receipt_return, "X1", receipt=receipt, on=may(8), reason="refer to drawer", entered_by=PREPARER)
    book.tell(t.receipt_return, "X2", receipt=receipt, on=may(9), reason="told twice", entered_by=PREPARER)
    book.run(may(9))
    assert book.entries() == [("unidentified receipt", 0, -60_00), ("returned unidentified receipt", 0, 60_00)]
    book.identify("R1", receipt, ada)
    run = book.run(may(10))
    assert book.account("ADA").balance == 0
    assert cause_of(book, run.nr)["returned receipt", back] == MOVED
    assert sum(pence for _, party, pence in book.entries() if party == 0) == 0


def test_a_held_payers_money_waits_and_is_proposed_again(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5), ada)
    hold = review_jobs.hold(
        book.database, "receipts", "payee", ada, reason="in dispute with the bank", by=PREPARER, at=AT
    )
    book.run(may(6))
    assert book.entries() == []
    review_jobs.let_go(book.database, hold, by=PREPARER, at=AT)
    run = book.run(may(7))
    assert book.entries() == [("receipt", ada, -60_00)]
    assert cause_of(book, run.nr) == {("receipt", receipt): UNSETTLED}


def test_an_abandoned_run_leaves_nothing_and_the_next_proposes_the_same(book: CashBook) -> None:
    ada = book.payer("ADA")
    receipt = book.receipt("R1", 60_00, may(5), ada)
    first = book.calculate(may(6))
    machine.abandon_run(book.database, first.nr, by=PREPARER, at=AT, note="too early")
    run = book.run(may(6))
    assert (run.total, cause_of(book, run.nr)) == (-60_00, {("receipt", receipt): NEW})


def test_numbers_that_receipts_and_refunds_share_do_not_meet(book: CashBook) -> None:
    ada, ben = book.payer("ADA"), book.payer("BEN")
    receipt = book.receipt("R1", 60_00, may(5), ada)
    book.receipt("R2", 20_00, may(4), ben)
    refund = book.tell(
        t.refund, "F1", bill_payer=ben, on=may(5), amount=20_00, reason="overpaid", requested_by=PREPARER
    )
    assert receipt == refund == 1
    approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)
    book.run(may(6))
    book.receipt("R1", 61_00, may(5), ada)
    book.run(may(7))
    assert book.entries() == [
        ("receipt", ada, -60_00),
        ("receipt", ben, -20_00),
        ("refund", ben, 20_00),
        ("receipt", ada, -1_00),
    ]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_chunks_make_no_difference(database: Database, size: int) -> None:
    book = CashBook(database, ReceiptsPolicy(lines_a_chunk=size))
    ada = book.payer("ADA")
    for place in range(5):
        book.receipt(f"R{place}", 10_00 + place, may(5), ada)
    book.tell(t.receipt_return, "X1", receipt=2, on=may(6), reason="bounced", entered_by=PREPARER)
    run = book.run(may(6))
    assert (run.lines, run.total) == (6, -50_10 + 10_01)
    assert book.run(may(6)).lines == 0


# Signatures -----------------------------------------------------------------------------------------------------------


def refund(book: CashBook, pence: int, by: str = PREPARER) -> int:
    payer = book.payer("ADA")
    return book.tell(t.refund, "F1", bill_payer=payer, on=may(5), amount=pence, reason="paid twice", requested_by=by)


def test_a_refund_waits_for_a_second_person_and_a_changed_one_waits_again(book: CashBook) -> None:
    refund(book, 20_00)
    book.receipt("R1", 25_00, may(4), book.payer("ADA"))
    assert book.run(may(5)).total == -25_00
    for same in (PREPARER, PREPARER.upper(), f" {PREPARER}"):
        with pytest.raises(OwnWork, match="asked for F1"):
            approve_request(book.database, "refund", "F1", by=same, at=AT)
    assert approve_request(book.database, "refund", "F1", by=APPROVER, at=AT).approved_by == APPROVER
    assert book.run(may(5)).total == 20_00
    refund(book, 25_00)
    assert book.run(may(5)).total == -20_00, "the new amount has not been signed for"
    approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)
    assert book.run(may(5)).total == 25_00
    with pytest.raises(Refusal, match="signed for already"):
        approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)


def test_whoever_told_us_of_a_refund_does_not_sign_for_it_under_whatever_name_it_was_asked(book: CashBook) -> None:
    payer = book.payer("ADA")
    book.receipt("R1", 9_00, may(4), payer)
    book.BY = APPROVER.lower()
    book.tell(t.refund, "F1", bill_payer=payer, on=may(5), amount=9_00, reason="paid twice", requested_by="income team")
    with pytest.raises(OwnWork, match="asked for F1"):
        approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)
    with book.database.begin() as connection:
        ledger.add_officers(connection, {"Other": "finance manager"}, {"finance manager": 10**8})
    approve_request(book.database, "refund", "F1", by="Other", at=AT)
    run = book.calculate(may(5))
    machine.submit_run(book.database, run.nr, by=PREPARER, at=AT)
    with pytest.raises(Refusal, match="a refund"):
        machine.approve_run(book.database, run.nr, by=APPROVER, at=AT)


def test_a_refund_above_ones_tier_is_refused(book: CashBook) -> None:
    refund(book, 1_000_000_01)
    with pytest.raises(OverTheTier, match="may sign for up to £1,000,000.00"):
        approve_request(book.database, "refund", "F1", by=APPROVER, at=AT)
    with pytest.raises(NotAnOfficer):
        approve_request(book.database, "refund", "F1", by="somebody else", at=AT)
    with pytest.raises(Refusal, match="No refund is known as F9"):
        approve_request(book.database, "refund", "F9", by=APPROVER, at=AT)


def test_a_request_is_signed_for_by_a_role_with_the_right_and_in_the_name_on_the_list(book: CashBook) -> None:
    payer = book.payer("C1")
    for ref in ("F1", "F2"):
        book.tell(t.refund, ref, bill_payer=payer, on=may(5), amount=1_00, reason="x", requested_by="Somebody")
    with book.database.begin() as connection:
        ledger.add_officers(connection, {"Clerk": "clerk"}, {"clerk": 10**6})
        asked = officers.set_rights(connection, "clerk", ["prepare"], reason="Scheme of 2026", by=APPROVER, at=AT)
        assert asked is not None
        officers.confirm_change(connection, asked.nr, by=PREPARER, at=AT)
    with pytest.raises(NoRight, match="As clerk, Clerk may not sign for a refund"):
        approve_request(book.database, "refund", "F1", by="Clerk", at=AT)
    assert approve_request(book.database, "refund", "F2", by=f"  {APPROVER.upper()} ", at=AT).approved_by == APPROVER


@pytest.mark.parametrize("table", [t.refund, t.write_off], ids=lambda table: table.name)
@pytest.mark.parametrize(
    "signature",
    [
        {"approved_by": PREPARER, "approved_role": "manager", "approved_limit": 100_000_000},
        {"approved_by": APPROVER, "approved_role": "director", "approved_limit": 100_000_000},
        {"approved_by": APPROVER, "approved_role": "manager", "approved_limit": 5},
        {"approved_by": APPROVER},
        {"approved_role": "manager"},
    ],
)
def test_the_database_itself_refuses_a_wrong_signature(
    book: CashBook, table: object, signature: dict[str, object]
) -> None:
    made = {"bill_payer": 1, "on": may(5), "amount": 10_00, "reason": "x", "requested_by": PREPARER}
    with book.database.begin() as connection:
        ledger.add_officers(connection, {}, {"manager": 5})
    with pytest.raises(Guarded):
        book.tell(table, "F1", **made, **signature)  # type: ignore[arg-type]
    book.tell(table, "F1", **made, approved_by=APPROVER, approved_role="manager", approved_limit=100_000_000)  # type: ignore[arg-type]


def test_facts_are_never_rewritten(book: CashBook) -> None:
    receipt = book.receipt("R1", 60_00, may(5))
    with pytest.raises(Exception, match="never changed or deleted"), book.database.begin() as connection:
        connection.execute(t.receipt.update().where(t.receipt.c.nr == receipt).values(amount=1))
    with pytest.raises(Guarded):
        book.receipt("R2", 0, may(5))


# What a reviewer sees -------------------------------------------------------------------------------------------------


def checks(book: CashBook, on: dt.date) -> dict[str, str]:
    run = book.calculate(on)
    found = {check: severity for check, severity, _, _ in book.findings(run)}
    machine.abandon_run(book.database, run.nr, by=PREPARER, at=AT, note="only looking")
    return found


def test_the_same_money_told_twice_stops_the_run(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 500_00, may(1), may(29))
    book.receipt("R1", 60_00, may(5), ada, "SMITH 123")
    book.run(may(5))
    book.receipt("R2", 60_00, may(5), ada, "SMITH 123")
    assert checks(book, may(6)) == {"doubled receipt": "stop"}
    book.receipt("R2", 60_00, may(5), ada, "SMITH 124")
    assert checks(book, may(6)) == {}


def test_two_unknown_receipts_with_no_reference_are_not_taken_for_one(book: CashBook) -> None:
    book.receipt("R1", 60_00, may(5))
    book.receipt("R2", 60_00, may(5))
    assert checks(book, may(6)) == {}


def test_what_a_reviewer_is_shown(book: CashBook) -> None:
    ada, ben = book.payer("ADA", died=may(3)), book.payer("BEN")
    book.bill(ada, 50_00, may(1), may(29))
    book.receipt("R1", 60_00, may(5), ada)
    book.receipt("R2", 10_00, may(5), ben)
    book.receipt("R3", 10_00, may(1, 4))
    book.tell(t.allocation, "A1", receipt=1, bill=9, amount=5_00, entered_by=PREPARER)
    assert checks(book, may(6)) == {
        "after death": "look",
        "never billed": "look",
        "over the balance": "look",
        "unidentified too long": "look",
        "allocation not done": "look",
    }


def test_money_that_could_be_lost_stops_the_run(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 50_00, may(1), may(29))
    book.receipt("R1", 1_550_00, may(4), book.payer("BEN"))
    for kind, table, ref, payer, pence in (
        ("refund", t.refund, "F1", book.payer("BEN"), 1_500_00),
        ("write-off", t.write_off, "W1", ada, 1_600_00),
    ):
        book.tell(table, ref, bill_payer=payer, on=may(5), amount=pence, reason="x", requested_by=PREPARER)
        approve_request(book.database, kind, ref, by=APPROVER, at=AT)
    found = checks(book, may(6))
    assert found == {
        "refund over tolerance": "stop",
        "write-off over balance": "stop",
        "never billed": "look",
        "over the balance": "look",
    }
