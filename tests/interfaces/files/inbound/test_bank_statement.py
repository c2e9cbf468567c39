"""Receipts as files: the extracts through the inbound door, and a bank's statement matched to payers or to nobody."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from billing.receipts import store
from billing.receipts import tables as t
from billing.receipts.jobs import approve_request
from interfaces.database.connection import Database
from interfaces.files.inbound.bank_statement import BadStatement, BankLoaded, load_bank_statement, read_statement
from interfaces.files.inbound.door.loading import load_file, load_folder
from interfaces.files.inbound.layouts.receipts import RECEIPTS
from interfaces.files.inbound.writing import write_extract
from tests.billing.receipts.cashbook import APPROVER, AT, CashBook, may

DOCS = Path(__file__).parents[4] / "docs"
CLERK = "cash office"


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


def write_templates(folder: Path, ending: str = "csv") -> None:
    for name, extract in RECEIPTS.items():
        write_extract(name, [{field.name: field.example for field in extract.fields}], folder / f"{name}.{ending}")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_templates_load_and_load_again_without_change(book: CashBook, tmp_path: Path, ending: str) -> None:
    book.payer("BP000123")
    write_templates(tmp_path, ending)
    first = load_folder(book.database, tmp_path, by=CLERK, at=AT)
    assert [(each.extract, each.new, each.problem_count) for each in first] == [(name, 1, 0) for name in RECEIPTS]
    again = load_folder(book.database, tmp_path, by=CLERK, at=AT)
    assert [(each.unchanged, each.change) for each in again] == [(1, None)] * len(RECEIPTS)


def test_the_templates_in_the_documents_are_as_the_layouts_say(tmp_path: Path) -> None:
    write_templates(tmp_path)
    for path in tmp_path.iterdir():
        assert (DOCS / "templates" / "receipts" / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_page_describes_every_column() -> None:
    page = (DOCS / "receipts.md").read_text(encoding="utf-8")
    for extract in RECEIPTS.values():
        part = page.split(f"### {extract.name}.csv", 1)[1].split("###", 1)[0]
        for field in extract.fields:
            assert f"| `{field.name}` | {field.meaning} |" in part, f"{extract.name}: {field.name}"


HEADER = "receipt_ref,payer_ref,date,amount,method,payer_reference,entered_by\n"


@pytest.mark.parametrize(
    "row, said",
    [
        ("R1,,05/05/2026,0.00,card,,x", "is nought. Give the amount"),
        ("R1,,05/05/2026,-5.00,card,,x", "below nought"),
        ("R1,,31/02/2026,5.00,card,,x", "does not exist"),
        ("R1,,05/05/2026,5.00,barter,,x", "not a word this column knows. Use one of: bank transfer, card"),
        ("R1,NOBODY,05/05/2026,5.00,card,,x", "NOBODY is not a bill payer we know"),
        ("R1,,05/05/2026,5.001,card,,x", "too many decimal places"),
        ("R1,,05/05/2026,,card,,x", "amount"),
    ],
)
def test_a_broken_row_says_where_what_and_what_to_do(database: Database, tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "receipts.csv"
    path.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    done = load_file(database, path, by=CLERK, at=AT)
    assert not done.loaded and done.problem_count == 1
    assert said in str(done.problems[0]) and "receipts.csv line 2" in done.problems[0].where


def test_a_bill_number_is_read_as_on_the_bill(book: CashBook, tmp_path: Path) -> None:
    book.receipt("R1", 6_00, may(5))
    path = tmp_path / "allocations.csv"
    head = "allocation_ref,receipt_ref,bill,amount,entered_by\n"
    path.write_text(f"{head}A1,R1,b0000012,5.00,x\nA2,R1,12,1.00,x\nA3,R1,bill 12,5.00,x\n", encoding="utf-8")
    done = load_file(book.database, path, by=CLERK, at=AT, quarantine=True)
    assert [str(each) for each in done.problems] == [
        "allocations.csv line 4, column bill: bill bill 12 is not a bill number. Write it as on the bill: B0000123."
    ]
    with book.database.begin() as connection:
        assert connection.execute(select(t.allocation.c.bill).order_by(t.allocation.c.ref)).scalars().all() == [12, 12]


def test_no_more_of_a_receipt_is_told_to_bills_than_it_is(book: CashBook, tmp_path: Path) -> None:
    book.receipt("R1", 6_00, may(5))
    path = tmp_path / "allocations.csv"
    head = "allocation_ref,receipt_ref,bill,amount,entered_by,cancelled\n"

    def told(*rows: str, quarantine: bool = False) -> list[str]:
        path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return [str(each) for each in load_file(book.database, path, by=CLERK, at=AT, quarantine=quarantine).problems]

    left = (
        "allocations.csv line 3, column amount: £{} is more than the £1.00 that is left of R1. Give no more than that"
    )
    (said,) = told("A1,R1,12,5.00,x,", "A2,R1,13,1.01,x,", quarantine=True)
    assert said.startswith(left.format("1.01"))
    (said,) = told("A1,R1,12,5.00,x,", "A2,R1,13,2.00,x,")
    assert said.startswith(left.format("2.00"))
    assert not told("A2,R1,13,1.00,x,"), "what is left of it"
    assert not told("A1,R1,12,,x,yes", "A3,R1,14,5.00,x,"), "told otherwise in one file"
    assert not told("A3,R1,14,1.50,x,", "A2,R1,13,4.50,x,"), "and both changed"


def test_a_refund_sent_again_keeps_its_signature_and_a_changed_one_loses_it(book: CashBook, tmp_path: Path) -> None:
    book.payer("BP000123")
    write_templates(tmp_path)
    path = tmp_path / "refunds.csv"
    load_file(book.database, path, by=CLERK, at=AT)
    approve_request(book.database, "refund", "RF000123", by=APPROVER, at=AT)
    assert load_file(book.database, path, by=CLERK, at=AT).unchanged == 1
    with book.database.begin() as connection:
        assert store.find(connection, t.refund, "RF000123", "refund").approved_by == APPROVER
    path.write_text(path.read_text().replace("150.00", "150.01"), encoding="utf-8")
    load_file(book.database, path, by=CLERK, at=AT)
    with book.database.begin() as connection:
        row = store.find(connection, t.refund, "RF000123", "refund")
        assert (row.amount, row.approved_by, row.approved_limit) == (150_01, None, None)


# The bank -------------------------------------------------------------------------------------------------------------


def statement(tmp_path: Path, *lines: str, header: str = "Date,Description,Amount", name: str = "bank.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def load(book: CashBook, path: Path) -> BankLoaded:
    return load_bank_statement(book.database, path, by=CLERK, at=AT)


def payers(book: CashBook) -> dict[str, str | None]:
    """Each receipt's reference text, and whose it is."""
    with book.database.begin() as connection:
        rows = store.list_receipts(connection)
        names = store.names_of(connection, {row.payer for row in rows if row.payer})
    return {row.payer_reference: names[row.payer].ref if row.payer else None for row in rows}


def test_a_payer_is_found_by_bill_or_customer_number_and_by_nothing_else(book: CashBook, tmp_path: Path) -> None:
    ada, ben = book.payer("ADA", customer_number="900123"), book.payer("BEN", customer_number="AB-12345")
    book.payer("CYD", customer_number="12")
    book.bill(ada, 100_00, may(1), may(29), 1)
    book.bill(ben, 100_00, may(1), may(29), 2)
    done = load(
        book,
        statement(
            tmp_path,
            "05/05/2026,FP B0000001 EXAMPLE,10.00",
            "05/05/2026,ref: b0000002.,20.00",
            "05/05/2026,900123,30.00",
            "05/05/2026,CARE AB-12345,40.00",
            "05/05/2026,1900123,50.00",
            "05/05/2026,ADA EXAMPLE,60.00",
            "05/05/2026,B0000099,70.00",
            "05/05/2026,B1,71.00",
            "05/05/2026,ROOM 12,72.00",
            "05/05/2026,B0000001 AND B0000002,80.00",
            "05/05/2026,B0000001 900123,90.00",
            "05/05/2026,REFUND,-5.00",
        ),
    )
    assert payers(book) == {
        "FP B0000001 EXAMPLE": "ADA",
        "ref: b0000002.": "BEN",
        "900123": "ADA",
        "CARE AB-12345": "BEN",
        "1900123": None,
        "ADA EXAMPLE": None,
        "B0000099": None,
        "B1": None,
        "ROOM 12": None,
        "B0000001 AND B0000002": None,
        "B0000001 900123": "ADA",
    }
    assert (done.received, done.identified, done.unidentified, done.money_out) == (11, 5, 6, 1)
    assert done.received_pence == 593_00
    assert [str(each) for each in done.why] == [
        "bank.csv line 11: “B0000001 AND B0000002” holds numbers of 2 payers. Identify it by hand."
    ]


def test_a_statement_read_again_changes_nothing_even_after_an_identification(book: CashBook, tmp_path: Path) -> None:
    ada = book.payer("ADA")
    path = statement(tmp_path, "05/05/2026,MUM,10.00", "05/05/2026,MUM,10.00", "06/05/2026,,7.50")
    assert load(book, path).received == 3
    with book.database.begin() as connection:
        row = store.list_receipts(connection)[0]
    book.identify(row.ref, row.nr, ada)
    book.cancel(t.receipt, store_ref(book, 1))
    again = load(book, path)
    assert (again.received, again.known_already, again.change) == (0, 3, None)
    with book.database.begin() as connection:
        assert [row.payer for row in store.list_receipts(connection)] == [ada, None]


def store_ref(book: CashBook, place: int) -> str:
    with book.database.begin() as connection:
        return str(store.list_receipts(connection)[place].ref)


def test_the_banks_own_id_tells_lines_apart_across_files(book: CashBook, tmp_path: Path) -> None:
    header = "Transaction ID,Transaction Date,Details,Paid in,Paid out"
    load(book, statement(tmp_path, "T1,05/05/2026,MUM,10.00,", "T2,05/05/2026,RENT,,500.00", header=header))
    done = load(
        book, statement(tmp_path, "T1,05/05/2026,MUM,10.00,", "T3,05/05/2026,MUM,10.00,", header=header, name="pm.csv")
    )
    assert (done.received, done.known_already, done.money_out) == (1, 1, 0)
    changed = statement(tmp_path, "T1,05/05/2026,MUM,11.00,", header=header)
    with pytest.raises(BadStatement, match="line 2: BK-T1 was told before as £10.00 on 2026-05-05"):
        load(book, changed)


@pytest.mark.parametrize(
    "lines, header, said",
    [
        (["31/02/2026,X,1.00"], "Date,Description,Amount", "bank.csv line 2: the date “31/02/2026” does not exist."),
        (["05/05/2026,X,1.005"], "Date,Description,Amount", "line 2: the amount “1.005” has too many decimal places."),
        (["05/05/2026,X,ten"], "Date,Description,Amount", "line 2: the amount “ten” is not an amount of money."),
        (["05/05/2026,X,1.00"], "Date,Who,Amount", "no column for the reference .* --column reference=HEADING"),
        (["05/05/2026,X,1.00,2.00"], "Date,Details,Amount,Amount", "two columns headed “amount”"),
        (
            ["T1,05/05/2026,X,1.00", "T1,05/05/2026,Y,1.00"],
            "Id,Date,Details,Amount",
            "line 2: the id T1 is on another line",
        ),
        (['05/05/2026,"X,1.00'], "Date,Description,Amount", "quotation marks that do not pair up"),
    ],
)
def test_a_broken_statement_is_refused_whole(
    database: Database, tmp_path: Path, lines: list[str], header: str, said: str
) -> None:
    path = statement(tmp_path, "05/05/2026,GOOD,1.00", header="Date,Description,Amount", name="good.csv")
    good = path.read_text().splitlines()[1]
    whole = statement(tmp_path, *lines, *([good] if header.startswith("Date,Desc") else []), header=header)
    with pytest.raises(BadStatement, match=said):
        load_bank_statement(database, whole, by=CLERK, at=AT)
    with database.begin() as connection:
        assert store.list_receipts(connection) == []


def test_headings_may_be_given(tmp_path: Path) -> None:
    path = statement(tmp_path, "2026-05-05,MUM,10.00", header="When,Narrative 1,Sum")
    lines, _ = read_statement(path, {"date": "When", "reference": "Narrative 1", "amount": "Sum"})
    assert [(line.on, line.reference, line.pence) for line in lines] == [(dt.date(2026, 5, 5), "MUM", 10_00)]


def test_a_statement_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_bytes("Date,Description,Amount\n05/05/2026,CAF\xc9,1.00\n".encode("latin-1"))
    with pytest.raises(BadStatement, match="not in UTF-8"):
        read_statement(path)
