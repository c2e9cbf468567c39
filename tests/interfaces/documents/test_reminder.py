"""A reminder as a paper: what the reader needs, read back from the page and the PDF, and nothing meant for officers."""

import io
from pathlib import Path

import pikepdf
import pytest

from interfaces.database.connection import Database
from ledgers.officers.jobs import add_officers
from tests.billing.debt.council import Council
from tests.billing.debt.test_jobs import DUE, ISSUED, later
from tests.builders import policy_holds
from tests.interfaces.cli.money_in.chasing_desk import Desk
from tests.interfaces.documents.papers import squeezed, tags_of, text_of

COUNCIL = """[council]
name = "Ambermere County Council"
made_up = true
[council.papers]
phone = "01234 567890"
sort_code = "00-00-00"
account_number = "00000000"
"""


@pytest.fixture
def desk(database: Database, capsys: pytest.CaptureFixture[str]) -> Desk:
    council = Council(database)
    ann = council.payer("ANN")
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    council.bill(ann, 90_00, later(10))
    council.fact(
        "dispute", "D1", bill_payer=ann, bill=bill, amount=40_00, reason="No visits", entered_by="Desk", starts=later(2)
    )
    council.fact(
        "correspondent",
        "C1",
        bill_payer=ann,
        capacity="home",
        name="Ann Example",
        address="1 High Street; Ambermere",
        postcode="AM1 1AA",
        channel="post",
        language="English",
        print="standard",
        starts=ISSUED,
    )
    with database.begin() as connection:
        add_officers(connection, {"Income officer": "income officer", "first keeper": "keeper"}, {})
    policy_holds(database, COUNCIL)
    return Desk(database, capsys)


def written(desk: Desk, folder: Path, reminder: int, name: str) -> bytes:
    file = folder / name
    desk.asks("debt", "letter", reminder, "--file", file, on=str(later(60)))
    return file.read_bytes()


def test_a_reminder_can_be_read_by_whoever_it_is_to(desk: Desk, tmp_path: Path) -> None:
    desk.asks("debt", "remind", on=str(later(14)))
    made = written(desk, tmp_path, 1, "letter.pdf")
    for said in (text_of(made), squeezed(written(desk, tmp_path, 1, "letter.html").decode())):
        for words in (
            "Reminder: money owed for care",
            "Please pay £160.00 now.",
            "Ann Example",
            "1 High Street",
            "AM1 1AA",
            "B0000001",
            "15 February 2026",
            "1 March 2026",
            "£40.00 of B0000001 is disputed.",
            "Not asked for now",
            "It is not to be paid yet.",
            "Sort code 00-00-00",
            "we will send a second reminder",
            "National Debtline",
            "0808 808 4000",
            "breathing space",
            "01234 567890",
            "is made up",
        ):
            assert squeezed(words) in said.replace("\N{NO-BREAK SPACE}", ""), words
        assert "Recoverable" not in said and "recoverable" not in said
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked) and "pdfuaid:part" in pdf.open_metadata()
        assert [tag for tag, _ in tags_of(pdf)].count("/H1") == 1
    assert written(desk, tmp_path, 1, "again.pdf") == made


def test_each_step_says_what_comes_next_and_by_when(desk: Desk, tmp_path: Path) -> None:
    for days in (14, 28, 42, 77):
        desk.asks("debt", "remind", on=str(later(days)))
    second, action, referral = (squeezed(written(desk, tmp_path, nr, f"{nr}.html").decode()) for nr in (2, 3, 4))
    assert squeezed("our next letter will be a letter before action") in second
    assert squeezed("or reply to us, by 12 May 2026.") in action and squeezed("Please reply by 12 May 2026.") in action
    assert squeezed("we must offer you one before we ask a court") in action
    assert squeezed("The council may now ask a court") in referral
    said = desk.says("debt", "letter", "3", "--file", tmp_path / "3.pdf", on=str(later(60)))
    assert "Send with it the protocol’s information sheet, reply form and financial statement" in said


def test_a_letter_to_nobody_or_of_another_kind_is_refused(desk: Desk, database: Database, tmp_path: Path) -> None:
    council = Council(database)
    council.bill(council.payer("BOB"), 50_00, ISSUED, DUE)
    desk.asks("debt", "remind", "--payer", "BOB", on=str(later(14)))
    assert "Nobody is recorded to write to" in desk.refused(
        "debt", "letter", "1", "--file", tmp_path / "x.pdf", on=str(later(14))
    )
    assert "Name it .pdf or .html." in desk.says(
        "debt", "letter", "1", "--file", tmp_path / "x.doc", on=str(later(14)), code=2
    )
