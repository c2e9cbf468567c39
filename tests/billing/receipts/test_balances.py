"""Accounts, what is left of each bill, and how old it is: from the ledger, and back to it to the penny."""

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from billing.receipts import tables as t
from billing.receipts.balances import BUCKETS, Paused
from billing.receipts.jobs import BillLeft, aged_debt, approve_request, position_of, small_balances
from billing.receipts.policy import ReceiptsPolicy
from interfaces.database.connection import Database
from ledgers import tables as ledgers
from tests.billing.receipts.cashbook import APPROVER, AT, PREPARER, CashBook, may


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def left(book: CashBook, ref: str) -> dict[int, int]:
    return {each.nr: each.left for each in book.account(ref).bills}


def ask(
    book: CashBook,
    kind: str,
    ref: str,
    payer: int,
    pence: int,
    on: dt.date,
    bill: int | None = None,
    interest: int | None = None,
) -> None:
    """A refund or write-off, signed for."""
    table = {"refund": t.refund, "write-off": t.write_off}[kind]
    more = {"bill": bill} if kind == "write-off" else {"interest": interest}
    book.tell(table, ref, bill_payer=payer, on=on, amount=pence, reason="agreed", requested_by=PREPARER, **more)
    approve_request(book.database, kind, ref, by=APPROVER, at=AT)


def ledger_balance(book: CashBook, payer: int) -> int:
    with book.database.begin() as connection:
        e = ledgers.entry.c
        return int(connection.execute(select(func.sum(e.amount)).where(e.party == payer)).scalar_one() or 0)


def test_an_account_reads_as_things_happened(book: CashBook) -> None:
    ada = book.payer("ADA", customer_number="70001")
    book.bill(ada, 100_00, may(1), may(29))
    book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    ask(book, "write-off", "W1", ada, 5_00, may(7))
    book.run(may(7))
    lines = [(line.on, line.what, line.ref, line.pence, line.balance) for line in book.account("70001").lines]
    assert lines == [
        (may(1), "Bill", "B0000001", 100_00, 100_00),
        (may(5), "Received", "R1", -60_00, 40_00),
        (may(7), "Written off", "W1", -5_00, 35_00),
    ]
    assert book.account("ADA").bills == [BillLeft(1, may(29), 100_00, 35_00)]
    assert book.account("ADA", until=may(6)).balance == 40_00, "as it was on 6 May"


def test_an_account_by_a_day_holds_the_runs_of_that_day_whenever_they_were_recorded(book: CashBook) -> None:
    """Caught up in November: the run of 10 June is in the account on 10 June, and not before."""
    ada = book.payer("ADA")
    book.bill(ada, 100_00, may(1), may(29))
    receipt = book.receipt("R1", 60_00, may(9, 6), ada)
    book.run(may(10, 6), at=dt.datetime(2026, 11, 22, 11))
    book.identify("R1", receipt, book.payer("BEN"))
    book.run(may(12, 6), at=dt.datetime(2026, 11, 22, 12))
    days = {day: book.account("ADA", until=may(day, 6)) for day in (9, 10, 11, 12)}
    assert {day: found.balance for day, found in days.items()} == {9: 100_00, 10: 40_00, 11: 40_00, 12: 100_00}
    assert [(each.on, each.pence) for each in days[12].lines] == [
        (may(1), 100_00),
        (may(9, 6), -60_00),
        (may(12, 6), 60_00),
    ]
    left = {day: aged_debt(book.database, may(30, 6), until=may(day, 6)).owed for day in (9, 10, 12)}
    assert left == {9: 100_00, 10: 40_00, 12: 100_00}


def test_oldest_bill_first_and_as_told(book: CashBook) -> None:
    ada = book.payer("ADA")
    old, new = book.bill(ada, 50_00, may(1, 3), may(29, 3), 1), book.bill(ada, 70_00, may(1), may(29), 2)
    receipt = book.receipt("R1", 60_00, may(5), ada)
    book.run(may(6))
    assert left(book, "ADA") == {old: 0, new: 60_00}
    book.tell(t.allocation, "A1", receipt=receipt, bill=new, amount=60_00, entered_by=PREPARER)
    assert left(book, "ADA") == {old: 50_00, new: 10_00}
    book.cancel(t.allocation, "A1")
    assert left(book, "ADA") == {old: 0, new: 60_00}


def test_a_credit_note_lowers_the_bill_it_corrects(book: CashBook) -> None:
    ada = book.payer("ADA")
    old = book.bill(ada, 50_00, may(1, 3), may(29, 3), 1)
    new = book.bill(ada, 70_00, may(1, 4), may(29, 4), 2, period=may(1, 3))
    book.bill(ada, -20_00, may(1), may(29), 2, period=may(1, 3))
    assert left(book, "ADA") == {old: 50_00, new: 50_00}
    book.bill(ada, -60_00, may(2), may(29), 2, period=may(1, 3))
    assert left(book, "ADA") == {old: 40_00, new: 0}, "what is over goes to the oldest"


def test_a_write_off_of_a_bill_goes_to_that_bill(book: CashBook) -> None:
    ada = book.payer("ADA")
    old, new = book.bill(ada, 50_00, may(1, 3), may(29, 3), 1), book.bill(ada, 70_00, may(1), may(29), 2)
    ask(book, "write-off", "W1", ada, 70_00, may(6), bill=new)
    book.run(may(6))
    assert left(book, "ADA") == {old: 50_00, new: 0}


def test_a_returned_receipt_pays_nothing(book: CashBook) -> None:
    ada = book.payer("ADA")
    bill = book.bill(ada, 50_00, may(1), may(2))
    receipt = book.receipt("R1", 80_00, may(5), ada)
    book.run(may(6))
    assert (left(book, "ADA"), book.account("ADA").unallocated) == ({bill: 0}, 30_00)
    book.tell(t.receipt_return, "X1", receipt=receipt, on=may(8), reason="bounced", entered_by=PREPARER)
    book.run(may(8))
    assert (left(book, "ADA"), book.account("ADA").unallocated) == ({bill: 50_00}, 0)


def test_a_refund_takes_the_credit_and_no_later_bill_is_paid_by_it(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 50_00, may(1, 4), may(29, 4), 1)
    book.receipt("R1", 80_00, may(5), ada)
    ask(book, "refund", "F1", ada, 30_00, may(25))
    book.run(may(25))
    later = book.bill(ada, 40_00, may(26), may(30), 2)
    assert left(book, "ADA")[later] == 40_00
    assert book.account("ADA").unallocated == 0


@pytest.mark.parametrize(
    "days, bucket",
    [
        (-1, "not yet due"),
        (0, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-180"),
        (180, "91-180"),
        (181, "181-365"),
        (365, "181-365"),
        (366, "over a year"),
    ],
)
def test_a_debt_is_as_old_as_the_days_since_it_was_to_be_paid(database: Database, days: int, bucket: str) -> None:
    if not database.sqlite:
        pytest.skip("the sums are the same: one database is enough")
    book = CashBook(database)
    book.bill(book.payer("ADA"), 10_00, dt.date(2025, 1, 1), may(1))
    (row,) = aged_debt(database, may(1) + dt.timedelta(days=days)).rows
    assert (row.days, row.bucket, row.pence) == (days, bucket, 10_00)


def test_aged_debt_tells_secured_disputed_and_credit_apart(book: CashBook) -> None:
    ada, ben, cyd = (book.payer(ref) for ref in ("ADA", "BEN", "CYD"))
    bill = book.bill(ada, 100_00, may(1, 3), may(1, 4), 1)
    book.bill(ben, 40_00, may(1), may(29), 2)
    book.receipt("R1", 15_00, may(5), cyd)
    book.receipt("R2", 7_00, may(5))
    book.tell(t.security, "S1", bill_payer=ben, kind="charge on land", starts=may(1), ends=None)
    book.run(may(6))
    found = aged_debt(book.database, may(6), [Paused(ada, "disputed", bill, 30_00), Paused(ada, "breathing space")])
    assert [(row.payer, row.pence, row.bucket, row.reason, row.secured) for row in found.rows] == [
        (ada, 30_00, "31-60", "disputed", ""),
        (ada, 70_00, "31-60", "breathing space", ""),
        (ben, 40_00, "not yet due", "", "charge on land"),
    ]
    assert (found.owed, found.credit, found.suspense, found.balance) == (140_00, {cyd: 15_00}, 7_00, 125_00)
    assert found.by("secured") == {
        ("",): dict.fromkeys(BUCKETS, 0) | {"31-60": 100_00},
        ("charge on land",): dict.fromkeys(BUCKETS, 0) | {"not yet due": 40_00},
    }


def test_aged_debt_as_it_was_posted_by_a_day(book: CashBook) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 100_00, may(1), may(29), 1)
    book.receipt("R1", 15_00, may(4), ada)
    book.run(may(5))
    book.bill(ada, 20_00, may(8), may(30), 2)
    before, now = aged_debt(book.database, may(31), until=may(4)), aged_debt(book.database, may(31), until=may(7))
    assert [(row.bill, row.pence) for row in before.rows] == [(1, 100_00)]
    assert [(row.bill, row.pence) for row in now.rows] == [(1, 85_00)]
    assert [(row.bill, row.pence) for row in aged_debt(book.database, may(31)).rows] == [(1, 85_00), (2, 20_00)]


def test_small_balances_long_due_are_proposed_for_writing_off(book: CashBook) -> None:
    policy = ReceiptsPolicy(small_balance_pence=5_00, small_balance_days=90)
    ada, ben, cyd = (book.payer(ref) for ref in ("ADA", "BEN", "CYD"))
    book.bill(ada, 4_99, may(1, 1), may(1, 2), 1)
    book.bill(ben, 5_01, may(1, 1), may(1, 2), 2)
    book.bill(cyd, 1_00, may(1, 4), may(29, 4), 3)
    assert [(each.payer, each.pence) for each in small_balances(book.database, may(6), policy)] == [(ada, 4_99)]
    book.tell(
        t.write_off, "W1", bill_payer=ada, on=may(6), amount=4_99, reason="too small to chase", requested_by=PREPARER
    )
    assert small_balances(book.database, may(6), policy) == []


# Laws: whatever happens, in whatever order ----------------------------------------------------------------------------

PAYERS = ("ADA", "BEN")
days_, pence_, whose = st.integers(1, 20), st.integers(1, 99), st.sampled_from([None, 0, 1])
DEEDS = st.one_of(
    st.tuples(st.just("receipt"), st.integers(0, 3), pence_, days_, whose),
    st.tuples(st.just("cancel"), st.integers(0, 3)),
    st.tuples(st.just("identify"), st.integers(0, 3), st.sampled_from([0, 1])),
    st.tuples(st.just("return"), st.integers(0, 3), days_),
    st.tuples(st.just("unreturn"), st.integers(0, 3)),
    st.tuples(st.just("refund"), st.integers(0, 1), pence_, days_, st.sampled_from([0, 1])),
    st.tuples(st.just("write-off"), st.integers(0, 1), pence_, days_, st.sampled_from([0, 1])),
    st.tuples(st.just("write-off of"), st.integers(0, 1), pence_, days_, st.integers(1, 3)),
    st.tuples(st.just("credit"), st.integers(1, 3), pence_),
    st.tuples(st.just("run"), days_),
)


class Lived(CashBook):
    """A cash book that also keeps its facts plainly, to work out what the ledger must hold."""

    def live(self, deeds: list[tuple[object, ...]]) -> None:
        self.payers = [self.payer(ref) for ref in PAYERS]
        self.receipts: dict[int, tuple[int, dt.date, int | None]] = {}
        self.known: dict[int, int] = {}
        self.back: dict[int, dt.date] = {}
        self.asked: dict[tuple[str, int], tuple[int, dt.date, int, int | None]] = {}
        self.numbers: dict[int, int] = {}
        self.bills = {
            1: PlainBill(self.payers[0], 120, may(1)),
            2: PlainBill(self.payers[0], 80, may(2)),
            3: PlainBill(self.payers[1], 50, may(2)),
        }
        for nr, each in self.bills.items():
            self.bill(each.payer, each.pence, each.issued, each.issued + dt.timedelta(28), nr, may(1, 4))
        self.refunded: dict[int, dict[int, int]] = {}
        self.today = may(1)
        for deed in deeds:
            self.do(*deed)
        self.do("run", 21)

    def do(self, what: object, *given: object) -> None:
        place = int(given[0]) if given else 0  # type: ignore[call-overload]
        match what, given:
            case "receipt", (_, int(pence), int(day), whose):
                payer = None if whose is None else self.payers[int(whose)]  # type: ignore[call-overload]
                self.receipts[place] = (pence, may(day), payer)
                self.numbers[place] = self.receipt(f"R{place}", pence, may(day), payer)
            case "cancel", _ if place in self.receipts:
                self.cancel(t.receipt, f"R{place}")
                del self.receipts[place]
            case "identify", (_, int(who)) if place in self.numbers:
                self.identify(f"R{place}", self.numbers[place], self.payers[who])
                self.known[place] = self.payers[who]
            case "return", (_, int(day)) if place in self.numbers:
                self.tell(
                    t.receipt_return, f"X{place}", receipt=self.numbers[place], on=may(day), reason="x", entered_by="y"
                )
                self.back[place] = may(day)
            case "unreturn", _ if place in self.back:
                self.cancel(t.receipt_return, f"X{place}")
                del self.back[place]
            case "refund" | "write-off", (_, int(pence), int(day), int(who)):
                interest = (
                    pence // 7 or None if what == "refund" else None
                )  # it is owed besides, and moves nothing else
                ask(self, str(what), f"{what}{place}", self.payers[who], pence, may(day), interest=interest)
                self.asked[str(what), place] = (pence, may(day), self.payers[who], None)
            case "write-off of", (_, int(pence), int(day), int(bill)):
                payer = self.bills[bill].payer
                ask(self, "write-off", f"write-off{place}", payer, pence, may(day), bill)
                self.asked["write-off", place] = (pence, may(day), payer, bill)
            case "credit", (int(bill), int(pence)):
                self.bills[bill].credited += pence
                self.bill(self.bills[bill].payer, -pence, self.today, may(29), bill, may(1, 4))
            case "run", (int(day),):
                self.today = max(self.today, may(day))
                self.run(self.today)
                self.reckon()

    def reckon(self) -> None:
        """What this run must have made of refunds, a payer at a time: those there is money for, in order."""
        spare = {payer: self.reckoned(payer)[1] for payer in self.payers}
        for place in (0, 1):
            pence, on, whose, _ = self.asked.get(("refund", place), (0, self.today, 0, None))
            due = {whose: pence} if pence and on <= self.today else {}
            was = self.refunded.get(place, {})
            more = {payer: due.get(payer, 0) - was.get(payer, 0) for payer in {*due, *was}}
            if all(extra <= max(spare[payer], 0) or extra <= 0 for payer, extra in more.items()):
                self.refunded[place] = due
                for payer, extra in more.items():
                    spare[payer] -= extra

    def reckoned(self, payer: int) -> tuple[int, int]:
        """(what stands of the write-offs of a payer, money received and not used), a debt at a time."""
        received = sum(pence for who, pence, _ in self.money() if who == payer)
        given_back = [pence for each in self.refunded.values() for who, pence in each.items() if who == payer]
        held = received - sum(given_back)
        bills = {nr: each for nr, each in self.bills.items() if each.payer == payer}
        left = {nr: max(each.pence - each.credited, 0) for nr, each in bills.items()}
        spare = held + sum(max(each.credited - each.pence, 0) for each in bills.values())
        stands = 0
        requests = [each for (kind, _), each in sorted(self.asked.items()) if kind == "write-off"]
        named, unnamed = ([each for each in requests if (each[3] is not None) is told] for told in (True, False))
        for pence, on, who, bill in (*named, *unnamed):
            if who != payer or on > self.today:
                continue
            for nr in [bill] if bill else [nr for nr in sorted(left) if bills[nr].issued <= on]:
                gone = min(pence, left[nr])
                stands, pence, left[nr] = stands + gone, pence - gone, left[nr] - gone
        spare -= sum(left.values())
        made_way = min(max(spare, 0), stands)
        return stands - made_way, max(min(spare - made_way, held), 0)

    def money(self) -> list[tuple[int, int, dt.date]]:
        """(payer, pence, day) of every receipt that has come and not gone back."""
        return [
            (self.known.get(place, payer or 0), pence, on)
            for place, (pence, on, payer) in self.receipts.items()
            if on <= self.today and not (place in self.back and self.back[place] <= self.today)
        ]

    def expected(self) -> dict[int, int]:
        """What each payer's receipts, refunds and write-offs come to, by the facts as they now are."""
        sums = dict.fromkeys((0, *self.payers), 0)
        for payer, pence, _ in self.money():
            sums[payer] -= pence
        for refund in self.refunded.values():
            for payer, pence in refund.items():
                sums[payer] += pence
        for payer in self.payers:
            sums[payer] -= self.reckoned(payer)[0]
        return sums


@dataclass
class PlainBill:
    payer: int
    pence: int
    issued: dt.date
    credited: int = 0


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, max_size=12))
def test_whatever_happens_the_ledger_holds_the_facts_and_everything_ties(
    new_database: object, deeds: list[tuple[object, ...]]
) -> None:
    book = Lived(new_database())  # type: ignore[operator]
    if not book.database.sqlite:
        deeds = deeds[:6]
    book.live(deeds)
    posted: dict[int, int] = dict.fromkeys((0, *book.payers), 0)
    for _, party, pence in book.entries():
        posted[party] += pence
    assert posted == book.expected()
    found = position_of(book.database)
    aged = aged_debt(book.database, may(21))
    for payer, ref in zip(book.payers, PAYERS, strict=True):
        account = book.account(ref)
        assert account.balance == ledger_balance(book, payer)
        assert account.balance == found.left().get(payer, 0) - found.unallocated().get(payer, 0)
        assert found.refundable().get(payer, 0) == book.reckoned(payer)[1], "never more than was received"
        assert payer not in found.fallen_away(), "no more is given up than is owed"
        assert sum(row.pence for row in aged.rows if row.payer == payer) == found.left().get(payer, 0)
    received = sum(
        pence
        for place, (pence, _, payer) in book.receipts.items()
        if place not in book.back and book.known.get(place, payer)
    )
    of_receipts = found.money_of == 0
    allocated = sum(
        int(pence)
        for source, pence in zip(found.allocation.money, found.allocation.pence, strict=True)
        if of_receipts[source]
    )
    assert allocated + int(found.allocation.money_left[of_receipts].sum()) == received
    assert aged.suspense == -posted[0]
