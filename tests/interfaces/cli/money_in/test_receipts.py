"""Receipts at the console: one officer enters, another signs, and everybody reads the same pennies."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from sqlalchemy import select

from billing.debt import tables as debt
from billing.receipts import tables as t
from finance.facts.tables import change
from interfaces.cli.money_in import receipts
from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import BadCouncilFile, read_council_text
from tests.billing.receipts.cashbook import APPROVER, PREPARER, CashBook, may
from tests.builders import policy_holds

ON = "2026-05-06"


class Desk:
    """``asks(…)`` gives the parsed answer; ``refused(…)`` the parsed error; ``says(…)`` what people read."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        app = typer.Typer()
        receipts.add_to(app)
        of_debt = typer.Typer()
        receipts.add_to_debt(of_debt)
        app.add_typer(of_debt, name="debt")
        self.command = typer.main.get_command(app)

    def __call__(self, *words: object, who: str = PREPARER, on: str = ON) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = 0
        try:
            self.command.main([*map(str, words), "--as", who, "--on", on], prog_name="outturn")
        except SystemExit as ended:
            code = int(ended.code or 0)
        return (code, *self._capsys.readouterr())

    def asks(self, *words: object, who: str = PREPARER, on: str = ON, code: int = 0) -> Any:
        found, out, err = self(*words, "--json", who=who, on=on)
        assert found == code, (words, out, err)
        return json.loads(out)

    def refused(self, *words: object, who: str = PREPARER) -> str:
        error = self.asks(*words, who=who, code=1)["error"]
        return f"{error['what']} {error['what_to_do']}"

    def says(self, *words: object) -> str:
        code, out, err = self(*words)
        assert code == 0, (words, out, err)
        return out


@pytest.fixture
def book(database: Database) -> CashBook:
    return CashBook(database)


@pytest.fixture
def desk(book: CashBook, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("OUTTURN_DATABASE", book.database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")
    return Desk(capsys)


def post(desk: Desk, on: str = ON) -> Any:
    run = desk.asks("receipt", "run", on=on)["run"]
    desk.asks("receipt", "submit", run, on=on)
    desk.asks("receipt", "approve", run, who=APPROVER, on=on)
    return desk.asks("receipt", "release", run, on=on)


def test_from_a_bank_line_to_an_account(book: CashBook, desk: Desk, tmp_path: Path) -> None:
    ada = book.payer("ADA", customer_number="900123")
    book.bill(ada, 100_00, may(1), may(29))
    path = tmp_path / "bank.csv"
    path.write_text("Date,Narrative 1,Amount\n05/05/2026,FP B0000001,60.00\n05/05/2026,MUM,7.00\n", encoding="utf-8")
    done = desk.asks("receipt", "bank", path, "--column", "reference=Narrative 1")
    assert (done["received_pence"], done["identified"], done["unidentified"]) == (67_00, 1, 1)
    (waiting,) = desk.asks("receipt", "list", "--unidentified")["receipts"]
    assert (waiting["payer_reference"], waiting["days"]) == ("MUM", 1)
    assert post(desk)["total_pence"] == -67_00
    desk.asks("receipt", "identify", waiting["receipt"], "--payer", "900123", "--reason", "asked her")
    assert post(desk)["total_pence"] == 0
    account = desk.asks("receipt", "account", "ADA")
    assert account["balance_pence"] == 33_00
    assert account["bills"] == [{"bill": "B0000001", "due": "2026-05-29", "amount_pence": 100_00, "left_pence": 33_00}]
    desk.asks("receipt", "unidentify", waiting["receipt"])
    post(desk)
    assert desk.asks("receipt", "account", "ADA")["balance_pence"] == 40_00
    assert desk.refused("receipt", "unidentify", waiting["receipt"]).startswith(
        f"{waiting['receipt']} has not been identified."
    )
    words = desk.says("receipt", "account", "ADA")
    assert "Put right: received on 5 May 2026" in words and "£40.00" in words


def test_entered_returned_allocated_and_cancelled_by_hand(book: CashBook, desk: Desk) -> None:
    ada, ben = book.payer("ADA"), book.payer("BEN")
    old, new = book.bill(ada, 50_00, may(1, 3), may(29, 3), 1), book.bill(ada, 70_00, may(1), may(29), 2)
    theirs = book.bill(ben, 10_00, may(1), may(29), 3)
    made = desk.asks("receipt", "add", "£60.00", "--payer", "ADA", "--date", "2026-05-05", "--method", "cheque")
    assert (made["receipt"], made["amount_pence"]) == ("RC000001", 60_00)
    post(desk)
    desk.asks("receipt", "allocate", "RC000001", "--bill", f"B{new:07d}")
    left = {each["bill"]: each["left_pence"] for each in desk.asks("receipt", "account", "ADA")["bills"]}
    assert left == {f"B{old:07d}": 50_00, f"B{new:07d}": 10_00}
    assert "is not a bill of RC000001’s payer" in desk.refused(
        "receipt", "allocate", "RC000001", "--bill", f"B{theirs:07d}"
    )
    assert "No bill B0000099 was issued." in desk.refused("receipt", "allocate", "RC000001", "--bill", "B99")
    assert "is £60.00, less than £61.00" in desk.refused(
        "receipt", "allocate", "RC000001", "--bill", "B2", "--amount", "61"
    )
    assert "after 4 May 2026" in desk.refused(
        "receipt", "return", "RC000001", "--date", "2026-05-04", "--reason", "bounced"
    )
    desk.asks("receipt", "return", "RC000001", "--reason", "bounced")
    assert post(desk)["total_pence"] == 60_00
    assert desk.asks("receipt", "list", "--payer", "ADA")["receipts"][0]["returned"] == ON
    assert "still names it" in desk.refused("receipt", "cancel", "RC000001")
    for words, said in (
        (("receipt", "add", "5", "--payer", "NOBODY"), "No bill payer is known as NOBODY."),
        (("receipt", "add", "5", "--method", "barter"), "not a word this column knows"),
        (("receipt", "add", "5", "--ref", "RC000001"), "There is a receipt RC000001 already."),
        (("receipt", "identify", "RC9", "--payer", "ADA", "--reason", "x"), "No receipt is known as RC9."),
        (("receipt", "account", "NOBODY"), "No bill payer is known as NOBODY."),
    ):
        assert said in desk.refused(*words)
    for words in (
        ("receipt", "add", "0"),
        ("receipt", "add", "five"),
        ("receipt", "allocate", "RC000001", "--bill", "x"),
    ):
        assert desk(*words)[0] == 2


def test_a_refund_and_a_write_off_need_a_second_person(book: CashBook, desk: Desk) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 100_00, may(1), may(29))
    desk.asks("receipt", "add", "130.00", "--payer", "ADA")
    made = desk.asks("receipt", "refund", "ADA", "25.00", "--reason", "overpaid")["refund"]
    owed = desk.asks("debt", "write-off", "ADA", "5.00", "--bill", "B0000001", "--reason", "too small")["write-off"]
    assert (made, owed) == ("RF000001", "WO000001")
    assert [each["refund"] for each in desk.asks("receipt", "refunds")["refunds"]] == [made]
    assert [each["requested_by"] for each in desk.asks("debt", "write-offs")["write-offs"]] == [PREPARER]
    assert f"{PREPARER} asked for {made}" in desk.refused("receipt", "sign-refund", made)
    desk.asks("receipt", "sign-refund", made, who=APPROVER)
    assert desk.asks("receipt", "refunds")["refunds"] == []
    assert post(desk)["total_pence"] == -105_00
    assert desk.asks("receipt", "account", "ADA")["balance_pence"] == -5_00
    assert "signed for already" in desk.refused("receipt", "sign-refund", made, who=APPROVER)
    assert "is not a bill of ADA" in desk.refused("debt", "write-off", "ADA", "5", "--bill", "B7", "--reason", "x")


def test_interest_is_asked_for_with_a_refund(book: CashBook, desk: Desk) -> None:
    book.payer("ADA")
    desk.asks("receipt", "add", "130.00", "--payer", "ADA")
    post(desk)
    asked = ("receipt", "refund", "ADA", "25.00", "--interest", "1.25", "--reason", "overpaid")
    assert desk.asks(*asked)["interest_pence"] == 1_25
    assert [each["interest_pence"] for each in desk.asks("receipt", "refunds")["refunds"]] == [1_25]
    assert "£1.25" in desk.says("receipt", "refunds")
    assert desk("receipt", "refund", "ADA", "5.00", "--interest", "-1", "--reason", "x")[0] == 2


def test_a_refund_asked_for_twice_is_warned_of_and_withdrawn(book: CashBook, desk: Desk) -> None:
    book.payer("ADA")
    desk.asks("receipt", "add", "40.00", "--payer", "ADA")
    post(desk)
    first = desk.asks("receipt", "refund", "ADA", "40.00", "--reason", "paid twice")
    assert (first["over_pence"], first["asked_refs"]) == (0, ["RF000001"])
    words = " ".join(desk.says("receipt", "refund", "ADA", "40.00", "--reason", "paid twice").split())
    assert (
        "by what has been posted £40.00 is in credit, and £80.00 is asked for (RF000001, RF000002), £40.00 more."
        in words
    )
    desk.asks("receipt", "sign-refund", "RF000001", who=APPROVER)
    assert desk.asks("receipt", "sign-refund", "RF000002", who=APPROVER)["over_pence"] == 40_00
    assert "RF000002 is a refund. Use: outturn receipt withdraw-refund RF000002" in desk.refused(
        "receipt", "cancel", "RF000002"
    )
    gone = desk.asks("receipt", "withdraw-refund", "RF000002", "--reason", "asked for twice")
    assert (gone["amount_pence"], gone["withdrawn_by"], gone["reason"]) == (40_00, PREPARER, "asked for twice")
    with book.database.begin() as connection:
        last = connection.execute(select(change).order_by(change.c.nr.desc())).first()
    assert last and (last.by, last.what) == (PREPARER, "refund RF000002 withdrawn: asked for twice")
    assert post(desk)["total_pence"] == 40_00
    assert desk.asks("receipt", "account", "ADA")["balance_pence"] == 0
    assert "RF000001, £40.00 on 6 May 2026, has been posted." in desk.refused(
        "receipt", "withdraw-refund", "RF000001", "--reason", "x"
    )
    assert "No refund is known as RF000002." in desk.refused("receipt", "withdraw-refund", "RF000002", "--reason", "x")


def test_what_a_run_was_worked_out_with_is_not_withdrawn_under_it(book: CashBook, desk: Desk) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 10_00, may(1), may(29))
    made = desk.asks("debt", "write-off", "ADA", "12.00", "--reason", "too small")
    assert (made["write-off"], made["over_pence"]) == ("WO000001", 2_00)
    desk.asks("debt", "sign-write-off", "WO000001", who=APPROVER)
    run = desk.asks("receipt", "run")["run"]
    words = ("debt", "withdraw-write-off", "WO000001", "--reason", "paid since")
    assert f"Run {run}, calculated, was worked out with WO000001 and would post it." in desk.refused(*words)
    desk.asks("receipt", "abandon", run, "--note", "a write-off is withdrawn")
    desk.asks(*words)
    assert desk.asks("receipt", "run")["total_pence"] == 0


def test_a_run_not_yet_submitted_is_worked_out_afresh(book: CashBook, desk: Desk) -> None:
    book.payer("ADA")
    desk.asks("receipt", "add", "5.00")
    first = desk.asks("receipt", "run")
    desk.asks("receipt", "add", "6.00")
    second = desk.asks("receipt", "run")
    assert (first["run"], first["total_pence"]) == (second["run"], -5_00)
    assert second["total_pence"] == -11_00


def test_aged_debt_on_the_screen_and_in_a_workbook(book: CashBook, desk: Desk, tmp_path: Path) -> None:
    ada, ben = book.payer("ADA"), book.payer("BEN")
    book.bill(ada, 100_00, may(1, 1), may(1, 2), 1)
    book.bill(ben, 4_00, may(1), may(29), 2)
    book.tell(t.security, "S1", bill_payer=ada, kind="charge on land", starts=may(1), ends=None)
    desk.asks("receipt", "add", "7.00")
    desk.asks("receipt", "add", "5.00", "--payer", "BEN")
    post(desk)
    path = tmp_path / "aged.xlsx"
    found = desk.asks("debt", "aged", "--by", "payer", "--xlsx", path)
    assert {name: found[f"{name}_pence"] for name in ("owed", "credit", "balance", "suspense", "loans")} == {
        "owed": 100_00,
        "credit": 1_00,
        "balance": 99_00,
        "suspense": 7_00,
        "loans": 0,
    }
    assert found["groups"] == [
        {
            "payer": "ADA Example (ADA)",
            "not yet due pence": 0,
            "0-30 pence": 0,
            "31-60 pence": 0,
            "61-90 pence": 0,
            "91-180 pence": 100_00,
            "181-365 pence": 0,
            "over a year pence": 0,
        }
    ]
    book_ = openpyxl.load_workbook(path)
    assert book_.sheetnames == ["Summary", "Debts", "Credit", "Tie to the ledger"]
    debts = [[cell.value for cell in row] for row in book_["Debts"].iter_rows(min_row=2)]
    assert debts[0][:4] == ["ADA", "ADA Example", "client", "B0000001"]
    assert debts[0][6:] == ["91-180", None, "charge on land", 100]
    tie = {row[0].value: row[1].value for row in book_["Tie to the ledger"].iter_rows() if row[0].value}
    assert tie["Payers’ ordinary accounts, by the ledger"] == 99
    assert "charge on land" in desk.says("debt", "aged", "--by", "secured")
    assert desk("debt", "aged", "--by", "colour")[0] == 2


def test_a_disputed_part_of_a_bill_is_told_apart(book: CashBook, desk: Desk) -> None:
    ada = book.payer("ADA")
    bill = book.bill(ada, 100_00, may(1, 3), may(29, 3))
    book.tell(
        debt.dispute,
        "D1",
        bill_payer=ada,
        bill=bill,
        amount=30_00,
        reason="hours not had",
        entered_by=PREPARER,
        starts=may(1),
        ends=None,
    )
    groups = {each["reason"]: each["31-60 pence"] for each in desk.asks("debt", "aged")["groups"]}
    assert groups == {"to be chased": 70_00, "disputed": 30_00}


def test_small_balances_are_asked_for_once(book: CashBook, desk: Desk, tmp_path: Path) -> None:
    ada = book.payer("ADA")
    book.bill(ada, 4_99, may(1, 1), may(1, 2))
    assert desk.asks("debt", "small-balances")["change"] is None
    asked = desk.asks("debt", "small-balances", "--request")
    assert [(each["payer"], each["amount_pence"]) for each in asked["balances"]] == [("ADA", 4_99)]
    assert desk.asks("debt", "small-balances", "--request")["balances"] == []
    desk.asks("debt", "sign-write-off", "WO000001", who=APPROVER)
    post(desk)
    assert desk.asks("receipt", "account", "ADA")["balance_pence"] == 0
    book.bill(ada, 4_98, may(1, 1), may(1, 2))
    policy_holds(book.database, "[receipts]\nsmall_balance_pence = 400\n")
    assert desk.asks("debt", "small-balances")["balances"] == []
    with pytest.raises(BadCouncilFile, match="small_balance_pence is “lots”. Give a value like 500."):
        read_council_text("[receipts]\nsmall_balance_pence = 'lots'\n", "council.toml")
