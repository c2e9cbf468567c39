"""One verb explains whatever has a reference, and goes down from it to what has a reference of its own."""

import datetime as dt

import pytest
from sqlalchemy import select

from billing.explain.payer_jobs import explain_receipt
from interfaces.database.connection import Database
from interfaces.explaining import explain_reference
from ledgers import store as ledger
from ledgers.explain.explanation import NothingToExplain
from ledgers.explain.ledger_store import code_of
from ledgers.store import NoSuchRun
from ledgers.tables import account, entry, finding
from tests.billing.receipts.cashbook import CashBook, may
from tests.payruns.explain.explain_council import council, paid, record
from tests.saying import all_of


@pytest.fixture
def payments(database: Database) -> Database:
    council(database)
    paid(database, "4W", "2026-05-04")
    return database


def codes(database: Database) -> dict[str, int]:
    with database.read() as connection:
        rows = connection.execute(select(account)).mappings().all()
        used = {nr for row in connection.execute(select(entry.c.debit, entry.c.credit)) for nr in row}
    return {code_of(dict(row)): row["nr"] for row in rows if row["nr"] in used}


def test_every_account_goes_down_to_payees_and_lines_and_comes_to_what_it_holds(payments: Database) -> None:
    for code in codes(payments):
        whole, one = explain_reference(payments, code), explain_reference(payments, code, 1)
        assert whole.figures["pence"] == one.figures["pence"] and whole.sort == "account"
        assert whole.section("By run").rows and whole.section("By payee or payer")
        assert f"outturn explain {code} --run 1" in all_of(whole)
        assert one.section("By line").rows
    with pytest.raises(NothingToExplain, match="There is no account"):
        explain_reference(payments, "9-9-9-9")


def test_a_finding_says_whose_it_is_and_how_to_go_on(payments: Database) -> None:
    with payments.read() as connection:
        numbers = connection.execute(select(finding.c.nr).order_by(finding.c.nr)).scalars().all()
    for nr in numbers:
        told = explain_reference(payments, f"finding {nr}")
        assert told.sort == "finding" and told.section("What was found").sentences
    with pytest.raises(NothingToExplain, match="There is no finding 999"):
        explain_reference(payments, "finding 999")


def test_a_change_is_every_fact_it_told_with_its_file_and_row(payments: Database) -> None:
    record(payments, dt.datetime(2026, 5, 20, 9), source="late.csv", suspensions=[
        {"suspension_ref": "S1", "line_ref": "L1", "start_date": "2026-04-20", "end_date": "2026-05-10",
         "reason": "hospital"}
    ])  # fmt: skip
    with payments.read() as connection:
        known = max(each.known for each in ledger.read_runs(connection))
    told = explain_reference(payments, f"Change #{known + 1}")
    assert told.headline.startswith(f"Change {known + 1}: suspensions, recorded 20 May 2026 by loader from late.csv.")
    (row,) = told.section("Suspension").rows
    assert row[:2] == ("S1", "told anew") and row[3] == "late.csv row 1"
    with pytest.raises(NothingToExplain, match="There is no change 9999"):
        explain_reference(payments, "change 9999")


def test_a_run_is_made_of_its_kinds_accounts_and_payees(payments: Database) -> None:
    told = explain_reference(payments, "run 1")
    assert told.sort == "run" and told.section("What it is made of").rows and told.section("In the ledger").rows
    assert " came to £" in told.headline
    with pytest.raises(NoSuchRun):
        explain_reference(payments, "run 99")


def test_a_payee_and_a_person_go_down_to_lines(payments: Database) -> None:
    assert "outturn explain L1 --run 1" in all_of(explain_reference(payments, "V1", 1))
    person = explain_reference(payments, "P1")
    assert "Nobody has told their circumstances" in all_of(person)
    assert person.section("What its lines come to").rows


def test_a_payer_and_a_receipt(database: Database) -> None:
    book = CashBook(database)
    payer = book.payer("BP1")
    book.bill(payer, 150_00, may(5), may(20), 1)
    book.receipt("R1", 100_00, may(22), payer, "paid by hand")
    book.run(may(25))
    told = explain_reference(database, "R1")
    assert told.figures == {"amount_pence": 100_00, "payer": "BP1"}
    assert (
        "“paid by hand”" in all_of(told)
        and ("B0000001", "£100.00", "the oldest first") in told.section("What it pays").rows
    )
    assert [row[3] for row in told.section("In the ledger").rows] == ["-£100.00"]
    whole = explain_reference(database, "BP1")
    assert whole.sort == "payer" and whole.figures["balance_pence"] == 50_00
    assert whole.section("What is left of each bill").rows == (("B0000001", "20 May 2026", "£150.00", "£50.00"),)
    with pytest.raises(NothingToExplain):
        explain_receipt(database, "R9")
