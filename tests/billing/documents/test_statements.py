"""Statements: on the days and in the order of the account, never of days to come, and one number for one paper."""

import datetime as dt

import pytest

import billing.tables as b
from billing.documents import jobs, store
from billing.documents.content import Statement
from billing.documents.jobs import NotYetCome, bytes_of, issue_statement, make_statement, read_paper
from billing.documents.paper_json import unpacked
from billing.receipts.store import NotKnown
from interfaces.database.connection import Database
from interfaces.documents.press import Press
from interfaces.documents.rendering import for_screen
from interfaces.documents.statement import tell
from tests.billing.documents.billed_council import COUNCIL, OFFICER
from tests.billing.receipts.cashbook import AT, CashBook, may

MAY, JULY = may(1), may(1, 7)


class Accounted(CashBook):
    """A cash book whose payers can be written to, and their statements."""

    def payer(self, ref: str, died: dt.date | None = None, customer_number: str | None = None) -> int:
        nr = super().payer(ref, died, customer_number)
        self.tell(
            b.correspondent,
            f"W{ref}",
            bill_payer=nr,
            capacity="home",
            name=ref,
            address="1 Example Street",
            channel="post",
            language="English",
            print="standard",
            starts=may(1, 1),
        )
        return nr

    def statement(self, ref: str, starts: dt.date = MAY, ends: dt.date = JULY) -> Statement:
        return make_statement(self.database, ref, starts, ends, COUNCIL, on=ends)[0]

    def issue(self, ref: str, ends: dt.date = JULY, on: dt.date = JULY, form: str = "pdf") -> tuple[int, str]:
        row = issue_statement(
            self.database, ref, may(1), ends, COUNCIL, Press(1), by=OFFICER, at=AT, on=on, format_=form
        )
        return row.nr, row.name

    def agrees(self, ref: str) -> None:
        """The statement and the account have the same lines, in the same order, on the same days."""
        said, account = self.statement(ref, dt.date(2000, 1, 1), dt.date(2100, 1, 1)), self.account(ref)
        moved = [(each.on, each.amount, balance) for each, balance in zip(said.movements, said.balances, strict=True)]
        assert moved == [(each.on, each.pence, each.balance) for each in account.lines]
        assert said.closing == account.balance


def table_of(said: Statement) -> list[tuple[str, ...]]:
    section = next(each for each in for_screen(tell(said)) if each.title == "What happened, day by day")
    return [tuple(cell.replace("\xa0", " ") for cell in row) for row in section.rows]


def summary_of(said: Statement) -> dict[str, str]:
    section = next(each for each in for_screen(tell(said)) if each.title == "The account")
    return {row[0].replace("\xa0", " "): row[1] for row in section.rows}


def test_a_movement_stands_on_its_own_day_in_the_order_of_the_account(database: Database) -> None:
    book = Accounted(database)
    ada = book.payer("P1")
    book.bill(ada, 50_000, may(2), may(30))
    book.receipt("R1", 20_000, may(30), ada)
    book.receipt("R2", 5_000, may(2, 6), ada)
    book.bill(ada, 30_000, may(2, 6), may(30, 6), subject=2)
    book.run(may(5, 6))  # posted long after: the clock's moment of posting is nobody's day
    book.agrees("P1")
    said = book.statement("P1")
    assert [(each.on, each.kind, each.amount) for each in said.movements] == [
        (may(2), "bill", 50_000),
        (may(30), "receipt", -20_000),
        (may(2, 6), "bill", 30_000),
        (may(2, 6), "receipt", -5_000),
    ]
    assert (book.statement("P1", ends=may(31)).closing, book.statement("P1", may(31)).opening) == (30_000, 30_000)


def test_a_payment_put_right_is_said_so_on_the_side_of_payments(database: Database) -> None:
    book = Accounted(database)
    ada, bea = book.payer("P1"), book.payer("P2")
    book.bill(ada, 50_000, may(2), may(30))
    book.bill(bea, 50_000, may(2), may(30))
    receipt = book.receipt("R1", 20_000, may(5), ada)
    book.run(may(6))
    book.identify("I1", receipt, bea)
    book.run(may(12))
    book.agrees("P1")
    book.agrees("P2")
    said = book.statement("P1")
    assert table_of(said)[1:] == [
        ("5 May 2026", "Payment received by bank transfer", "", "£200.00", "£300.00"),
        ("12 May 2026", "Payment put right: received on 5 May 2026", "", "−£200.00", "£500.00"),
    ]
    assert (summary_of(said)["Payments"], summary_of(said)["Payments put right"]) == ("−£200.00", "£200.00")
    assert [(each.on, each.amount, each.put_right) for each in book.statement("P2").movements][1:] == [
        (may(5), -20_000, False)
    ]


def test_the_same_again_is_the_same_paper_and_other_content_another_that_can_be_found(database: Database) -> None:
    book = Accounted(database)
    ada = book.payer("P1", customer_number="9000016")
    book.bill(ada, 50_000, may(2), may(30))
    first = book.issue("P1")
    assert first[1] == "9000016-20260501-20260630"
    assert book.issue("9000016") == book.issue("P1", on=may(8, 7)) == first  # on another day it says the same
    page = book.issue("P1", form="html")
    assert page[1] == first[1] and page[0] != first[0]
    book.receipt("R1", 20_000, may(5), ada)
    book.run(may(6))
    page_first = book.issue("P1", form="html")
    second = book.issue("P1")
    assert page_first[1] == second[1] == "9000016-20260501-20260630-2" and book.issue("P1") == second
    with database.begin() as connection:
        papers = {name: read_paper(connection, name) for name in (first[1], second[1])}
        statements = {name: unpacked(row.kind, row.record) for name, row in papers.items()}
        assert len(store.papers_of_payer(connection, ada)) == 4
    closings = {name: each.closing for name, each in statements.items() if isinstance(each, Statement)}
    assert closings == {first[1]: 50_000, second[1]: 30_000}
    assert bytes_of(papers[first[1]]) != bytes_of(papers[second[1]])


def test_days_to_come_are_not_issued(database: Database) -> None:
    book = Accounted(database)
    book.bill(book.payer("P1"), 50_000, may(2), may(30))
    with pytest.raises(NotYetCome, match="up to 30 June 2026 cannot be issued on 29 June 2026"):
        book.issue("P1", on=may(29, 6))
    assert book.issue("P1", on=may(30, 6))[1] == "P1-20260501-20260630"


def test_a_number_two_payers_have_is_nobodys(database: Database) -> None:
    book = Accounted(database)
    book.payer("P1", customer_number="9")
    book.payer("P2", customer_number="9")
    with pytest.raises(NotKnown, match="2 bill payers have the customer number 9"):
        book.statement("9")
    assert jobs.make_statement(database, "P2", may(1), JULY, COUNCIL, on=JULY)[1] == 2
