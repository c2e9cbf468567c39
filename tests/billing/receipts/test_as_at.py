"""What is asked as at a day is that day’s answer, whenever it is asked: nothing that comes later changes it."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.debt.policy import ReminderPolicy
from billing.debt.views_jobs import aged_debt_shown, payer_debt
from billing.receipts import tables as t
from billing.receipts.jobs import aged_debt
from billing.receipts.views_store import read_receipts
from interfaces.database.connection import Database
from tests.billing.receipts.cashbook import PREPARER, CashBook, may
from tests.billing.receipts.test_balances import DEEDS, Lived

JUNE = 6


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def test_debt_on_a_past_day_is_that_days_though_it_has_been_paid_since(book: CashBook) -> None:
    """£110.00 owed on 5 June and paid on 10 June, asked for as at 5 June."""
    for ref, pence, nr in (("BP1", 10_00, 1), ("BP2", 100_00, 2)):
        payer = book.payer(ref)
        book.bill(payer, pence, may(5), may(2, JUNE), nr)
        book.receipt(f"R{nr}", pence, may(10, JUNE), payer)
    book.run(may(11, JUNE))
    policy = ReminderPolicy()
    for shown, owed in ((may(5, JUNE), 110_00), (may(10, JUNE), 110_00), (may(11, JUNE), 0)):
        assert aged_debt_shown(book.database, shown, policy).aged.owed == owed, shown
        assert payer_debt(book.database, "BP2", shown, policy).left == (100_00 if owed else 0), shown
        assert book.account("BP2", until=shown).balance == (100_00 if owed else 0), shown
    assert aged_debt_shown(book.database, may(5, JUNE), policy, until=may(11, JUNE)).aged.owed == 0


def test_receipts_on_a_past_day_are_those_that_had_come_and_not_gone_back(book: CashBook) -> None:
    ada = book.payer("ADA")
    first = book.receipt("R1", 10_00, may(5), ada)
    book.receipt("R2", 20_00, may(9), ada)
    book.tell(t.receipt_return, "X1", receipt=first, on=may(8), reason="bounced", entered_by=PREPARER)
    found = {}
    for day in (5, 8, 9):
        with book.database.read() as connection:
            shown = read_receipts(connection, may(day), until=may(day), limit=9)
        found[day] = [(each.ref, each.days, each.returned) for each in shown.receipts]
    assert found == {5: [("R1", 0, None)], 8: [("R1", 3, may(8))], 9: [("R1", 4, may(8)), ("R2", 0, None)]}


def test_what_is_told_of_a_bill_later_moves_no_earlier_debt(book: CashBook) -> None:
    ada = book.payer("ADA")
    old, new = (book.bill(ada, 50_00, may(1, month), may(29, month), nr) for nr, month in ((1, 3), (2, 4)))
    receipt = book.receipt("R1", 50_00, may(5), ada)
    book.run(may(6))
    book.AT = dt.datetime.combine(may(9), dt.time(9))
    book.tell(t.allocation, "A1", receipt=receipt, bill=new, amount=50_00, entered_by=PREPARER)
    left = {day: [row.bill for row in aged_debt(book.database, may(day)).rows] for day in (8, 9)}
    assert left == {8: [new], 9: [old]}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, max_size=10))
def test_asked_again_later_a_day_says_what_it_said_on_the_day(
    new_database: object, deeds: list[tuple[object, ...]]
) -> None:
    book = Watched(new_database())  # type: ignore[operator]
    if not book.database.sqlite:
        deeds = deeds[:4]
    book.said = {}
    book.live(deeds)
    for day, owed in book.said.items():
        assert book.answer(day) == owed, day


class Watched(Lived):
    """A cash book of which it is noted, at the end of each day on which anything was done, what is owed."""

    said: dict[dt.date, object]

    def do(self, what: object, *given: object) -> None:
        if what == "run" and may(int(given[0])) > self.today:  # type: ignore[call-overload]
            self.said[self.today] = self.answer(self.today)
        super().do(what, *given)

    def answer(self, day: dt.date) -> object:
        found = aged_debt(self.database, day)
        return found.rows, found.credit, found.fallen_away, found.suspense
