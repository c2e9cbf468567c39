"""Law: of two who act at once exactly one wins, or both do and nothing is lost. The loser hears who was first; nobody
sees SQL.

Each pair is tried with the one carried out whole at every place where it can come between two transactions of the
other, and then for real, in two processes let go together. Both databases.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from billing.debt import tables as debt
from billing.direct_debits import tables as debits
from billing.documents import tables as papers
from billing.receipts import tables as t
from finance.facts import tables as f
from interfaces.cli import run
from interfaces.database.connection import Database
from ledgers import store as books
from ledgers.officers.jobs import add_officers, set_limit
from ledgers.officers.store import read_standing
from tests.billing.documents.billed_council import Billed
from tests.billing.documents.test_statements import Accounted
from tests.billing.receipts.cashbook import APPROVER, AT, PREPARER, CashBook, may
from tests.conftest import NewDatabase
from tests.laws.racing import Came, Verb, between, carry_out_at, interrupted, together

ON = ("--on", "2026-05-06")
ANN, BO, CY = PREPARER, APPROVER, "Cy Third"
GOOD = Path(__file__).parents[1] / "files" / "good"
NO_PERSON_READS = re.compile(
    r"SELECT |INSERT |UPDATE |DELETE |sqlalche|sqlite3|psycopg|adbc|libpq|Traceback|constraint failed|duplicate "
    "key|locked"
)
CHANGE = 4  # to the officers: two who found the council, a third, then a limit
PLACES = 3  # after the first, in which every verb looks whether the database is its own; most begin no more
Check = Callable[[Database, Came, Came], None]


def cash_office(database: Database) -> None:
    """Ada owes £100.00, and £60.00 of hers waits for somebody to say whose it is; three officers."""
    book = CashBook(database)
    ada = book.payer("ADA", customer_number="900123")
    ben = book.payer("BEN")
    book.bill(ada, 100_00, may(1), may(29))
    book.receipt("BK-1", 60_00, may(5))
    three_officers(database)
    book.tell(t.refund, "RF-1", bill_payer=ben, on=may(5), amount=10_00, reason="Paid twice", requested_by=ANN)
    book.tell(
        debt.dispute, "DIS-1", bill_payer=ada, bill=1, amount=None, reason="No visits", entered_by=ANN, starts=may(5)
    )


def three_officers(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {CY: "manager"}, {})


@dataclass(frozen=True)
class Pair:
    """Two verbs, and what must be so however they fall."""

    name: str
    one: Verb
    other: Verb
    holds: Check
    prepare: Callable[[Database], None] = cash_office


def believed(database: Database, table: Table, *columns: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        query = select(*(table.c[name] for name in columns)).where(table.c.superseded.is_(None)).order_by(*columns)
        return [tuple(row) for row in connection.execute(query)]


def both(refs: set[str], amounts: set[int], of: Table) -> Check:
    """Both are done: each amount is there, each under a reference of its own."""

    def check(database: Database, one: Came, other: Came) -> None:
        assert one.done and other.done, (one, other)
        found = [row for row in believed(database, of, "ref", "amount") if row[0] in refs]
        assert ({ref for ref, _ in found}, {amount for _, amount in found}) == (refs, amounts), found

    return check


def one_wins(words: str, also: Check | None = None) -> Check:
    """One is done and the other refused, in these words."""

    def check(database: Database, one: Came, other: Came) -> None:
        assert one.done is not other.done, (one, other)
        loser = other if one.done else one
        assert loser.code == 1 and re.search(words, loser.refusal), loser
        if also:
            also(database, one, other)

    return check


def in_turn_or(words: str) -> Check:
    """Whoever had not looked before the other was done comes after them; else one is done and the other refused."""
    alone = one_wins(words)

    def check(database: Database, one: Came, other: Came) -> None:
        if one.done and other.done:
            assert one.answer["change"] != other.answer["change"], "one was lost"
        else:
            alone(database, one, other)

    return check


def count(of: Table, many: int, **values: object) -> Check:
    """So many are believed now with these values, and so many were ever told."""

    def check(database: Database, _one: Came, _other: Came) -> None:
        with database.read() as connection:
            rows = connection.execute(select(of).where(*(of.c[name] == value for name, value in values.items()))).all()
        assert len([row for row in rows if row.superseded is None]) == many, rows

    return check


def two_are_left(database: Database, one: Came, other: Came) -> None:
    with database.read() as connection:
        left = read_standing(connection).keepers
    assert len(left) == 2, left


def add(amount: str, who: str, *more: object) -> Verb:
    return ("receipt", "add", amount, "--payer", "ADA", "--as", who, *more, *ON)


def sign(who: str) -> Verb:
    return ("receipt", "sign-refund", "RF-1", "--as", who, *ON)


def two_officers(database: Database) -> None:
    CashBook(database)


def asked_for_a_third(database: Database) -> None:
    CashBook(database)
    three_officers(database)
    with database.begin() as connection:
        set_limit(connection, "manager", 500_00, reason="New scheme", by=ANN, at=AT)
        assert [each.nr for each in read_standing(connection).waiting] == [CHANGE]


def loaded(database: Database) -> None:
    two_officers(database)
    assert carry_out_at(database, ("load", GOOD, "--as", ANN)).done


def confirmed_once(database: Database, one: Came, other: Came) -> None:
    with database.read() as connection:
        said = connection.execute(select(f.bank_confirmation.c.bank_detail)).scalars().all()
    assert said and len(said) == len(set(said))
    assert one.done or other.done


def prepared_once(database: Database, one: Came, other: Came) -> None:
    """Whoever comes second hears that it is being done, and by whom, or that it has been done."""
    assert one.done or other.done
    for came in (one, other):
        assert came.done or re.search(r"has been running since .* process \d+", came.refusal), came
    with database.read() as connection:
        assert [row.status for row in books.read_runs(connection)] == ["calculated"]


def both_loaded(database: Database, one: Came, other: Came) -> None:
    """Whoever comes between two files has the rest; between them they have told each thing once."""
    assert one.done and other.done, (one, other)
    with database.read() as connection:
        told = [row.what for row in connection.execute(select(f.change).where(f.change.c.what.like("% extract")))]
    assert len(told) == len(set(told))


PAIRS = [
    Pair(
        "two receipts", add("10.00", ANN), add("20.00", BO), both({"RC000002", "RC000003"}, {10_00, 20_00}, t.receipt)
    ),
    Pair(
        "two receipts under one reference",
        add("10.00", ANN, "--ref", "CHQ7"),
        add("20.00", BO, "--ref", "CHQ7"),
        one_wins(
            r"There is a receipt CHQ7 already\. It was recorded by (Ann|Bo) \w+ at \d\d:\d\d",
            count(t.receipt, 1, ref="CHQ7"),
        ),
    ),
    Pair(
        "two corrections of one receipt",
        add("61.00", ANN, "--correct", "BK-1"),
        add("62.00", BO, "--correct", "BK-1"),
        in_turn_or("has been changed since you looked at it: recorded by (Ann|Bo)"),
    ),
    Pair(
        "two refunds",
        ("receipt", "refund", "ADA", "5.00", "--reason", "Twice", "--as", ANN, *ON),
        ("receipt", "refund", "BEN", "6.00", "--reason", "Twice", "--as", BO, *ON),
        both({"RF000002", "RF000003"}, {5_00, 6_00}, t.refund),
    ),
    Pair(
        "two sign for one refund",
        sign(BO),
        sign(CY),
        one_wins("RF-1 has been signed for already, by (Bo Approver|Cy Third)", count(t.refund, 1, ref="RF-1")),
    ),
    Pair(
        "two identify one receipt",
        ("receipt", "identify", "BK-1", "--payer", "ADA", "--reason", "asked", "--as", ANN),
        ("receipt", "identify", "BK-1", "--payer", "BEN", "--reason", "asked", "--as", BO),
        one_wins(r"BK-1 already\. It was recorded by (Ann|Bo)", count(t.receipt_identification, 1)),
    ),
    Pair(
        "two take back one receipt",
        ("receipt", "return", "BK-1", "--reason", "Bounced", "--as", ANN, *ON),
        ("receipt", "return", "BK-1", "--reason", "Refer to drawer", "--as", BO, *ON),
        one_wins(r"BK-1 already\. It was recorded by (Ann|Bo)", count(t.receipt_return, 1)),
    ),
    Pair(
        "two write-offs",
        ("debt", "write-off", "ADA", "1.00", "--reason", "Small", "--as", ANN, *ON),
        ("debt", "write-off", "ADA", "2.00", "--reason", "Small", "--as", BO, *ON),
        both({"WO000001", "WO000002"}, {1_00, 2_00}, t.write_off),
    ),
    Pair(
        "two disputes",
        ("debt", "dispute", "B0000001", "--amount", "1", "--reason", "One", "--as", ANN, *ON),
        ("debt", "dispute", "B0000001", "--amount", "2", "--reason", "Two", "--as", BO, *ON),
        both({"DIS-B0000001-1", "DIS-B0000001-2"}, {1_00, 2_00}, debt.dispute),
    ),
    Pair(
        "two end one dispute",
        ("debt", "dispute", "B0000001", "--last-day", "2026-05-10", "--as", ANN, *ON),
        ("debt", "dispute", "B0000001", "--last-day", "2026-05-20", "--as", BO, *ON),
        in_turn_or("changed since you looked at it: recorded by (Ann|Bo)"),
    ),
    Pair(
        "two mandates by one reference",
        (
            "direct-debit",
            "add",
            "ADA",
            "--reference",
            "CARE000123",
            "--account-name",
            "A EXAMPLE",
            "--sort-code",
            "00-00-99",
            "--account",
            "12345678",
            "--as",
            ANN,
            *ON,
        ),
        (
            "direct-debit",
            "add",
            "BEN",
            "--reference",
            "CARE000123",
            "--account-name",
            "B EXAMPLE",
            "--sort-code",
            "00-00-99",
            "--account",
            "12345679",
            "--as",
            BO,
            *ON,
        ),
        one_wins("CARE000123 has been a mandate’s reference already", count(debits.mandate, 1)),
    ),
    Pair(
        "two officers end each other",
        ("officer", "end", BO, "--reason", "Left", "--as", ANN),
        ("officer", "end", ANN, "--reason", "Left", "--as", BO),
        one_wins("is not on the list of officers", two_are_left),
        cash_office,
    ),
    Pair(
        "two officers each end another",
        ("officer", "end", BO, "--reason", "Left", "--as", ANN),
        ("officer", "end", ANN, "--reason", "Left", "--as", CY),
        one_wins("That would leave .* alone|is not on the list of officers", two_are_left),
        cash_office,
    ),
    Pair(
        "two confirm one change",
        ("officer", "confirm", CHANGE, "--as", BO),
        ("officer", "confirm", CHANGE, "--as", CY),
        one_wins(r"Change \d was confirmed by (Bo Approver|Cy Third) at \d\d:\d\d"),
        asked_for_a_third,
    ),
    Pair(
        "two confirm all bank details",
        ("bank", "confirm", "--all", "--evidence", "called them back", "--as", BO),
        ("bank", "confirm", "--all", "--evidence", "called them back", "--as", BO),
        confirmed_once,
        loaded,
    ),
    Pair(
        "two timetables",
        ("schedule", "--run", "payrun:4W", "--on", "2026-05-04"),
        ("schedule", "--run", "payrun:4W", "--on", "2026-05-04"),
        prepared_once,
        loaded,
    ),
    Pair("two load one folder", ("load", GOOD, "--as", ANN), ("load", GOOD, "--as", BO), both_loaded, two_officers),
]


def _fine(*came: Came) -> None:
    for each in came:
        assert not each.broke and each.code in (0, 1), each.broke
        assert not NO_PERSON_READS.search(str(each.answer)), each.answer


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_one_between_two_transactions_of_the_other(pair: Pair, new_database: NewDatabase) -> None:
    for place in range(1, 1 + PLACES):
        database = new_database()
        pair.prepare(database)
        came = between(database, place, pair.one, pair.other)
        _fine(*came)
        pair.holds(database, *came)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_two_processes_let_go_together(pair: Pair, new_database: NewDatabase) -> None:
    run(["--help"])  # what a verb imports is there before the processes part
    database = new_database()
    pair.prepare(database)
    one, other = together(database, pair.one, pair.other)
    _fine(one, other)
    pair.holds(database, one, other)


# Jobs with no verb that is quick enough, or that take a file
# -----------------------------------------------------------


def test_two_statements_never_have_one_number(new_database: NewDatabase) -> None:
    """Both say the same: it is one paper. The account moves between them: they are two, each with a number of
    its own.
    """
    for place in range(4):
        for moves in (False, True):
            book = Accounted(new_database())
            ada = book.payer("P1")
            book.bill(ada, 500_00, may(2), may(30))

            def other(book: Accounted = book, ada: int = ada, moves: bool = moves) -> None:
                if moves:
                    book.bill(ada, 30_00, may(20), may(30), subject=2)
                book.issue("P1")

            one = Accounted(interrupted(book.database, place + 1, other))  # to open the book takes one of its own
            one.issue("P1")
            with book.database.read() as connection:
                kept = connection.execute(select(papers.document.c.name, papers.document.c.sha256)).all()
            assert len({row.name for row in kept}) == len(kept) <= 1 + moves, kept
            one.database.close()


def test_two_who_issue_a_runs_papers_make_each_once(new_database: NewDatabase) -> None:
    for place in (1, 3, 6):
        council = Billed(new_database()).open()
        run_ = council.bill()
        own = Billed(interrupted(council.database, place, partial(council.issue, run_)))
        done = own.issue(run_)
        assert done.problems == []
        with council.database.read() as connection:
            forms = connection.execute(select(papers.document.c.bill, papers.document.c.format)).all()
        assert len(forms) == len(set(forms)) and {bill for bill, _ in forms} == {1, 2}
        own.database.close()


def test_a_bank_statement_read_twice_at_once_is_received_once(new_database: NewDatabase, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Reference,Amount\n05/05/2026,B0000001,60.00\n05/05/2026,MUM,7.00\n", encoding="utf-8")
    verb = ("receipt", "bank", path, "--as", ANN)
    for place in range(1, 1 + PLACES):
        database = new_database()
        cash_office(database)
        one, other = between(database, place, verb, verb)
        _fine(one, other)
        assert one.done and other.done
        assert sorted(came.answer["received_pence"] for came in (one, other)) == [0, 67_00]
