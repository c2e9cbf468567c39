"""Debt at the console: what officers type, what they read, and what they are refused."""

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import BadCouncilFile, read_council_text
from tests.billing.debt.council import Council
from tests.billing.debt.test_jobs import DUE, ISSUED
from tests.builders import policy_holds
from tests.interfaces.cli.money_in.chasing_desk import Desk

ON = "2026-03-15"  # fourteen days after the bill's day


@pytest.fixture
def council(database: Database) -> Council:
    made = Council(database)
    made.bill(made.payer("ANN"), 200_00, ISSUED, DUE)
    return made


@pytest.fixture
def desk(council: Council, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COLUMNS", "250")
    return Desk(council.database, capsys)


def why(desk: Desk) -> str:
    """What is said of the one bill on the day."""
    (bill,) = desk.asks("debt", "list", "ANN", on=ON)["bills"]
    return str(bill["why"])


def test_reminders_previewed_sent_and_listed(desk: Desk) -> None:
    shown = desk.asks("debt", "remind", "--preview", on=ON)
    assert (shown["preview"], shown["asked_pence"], shown["steps"]["reminder"]) == (True, 200_00, 1)
    (letter,) = shown["reminders"]
    assert (letter["payer"], letter["step"], letter["reminder"]) == ("ANN", "reminder", None)
    assert letter["bills"][0]["recoverable_until"] == "2032-02-15"
    assert "1 letter, £200.00, sent: 1 reminder; 0 second reminder" in desk.says("debt", "remind", on=ON)
    assert desk.asks("debt", "remind", on=ON)["reminders"] == []
    assert desk.asks("debt", "reminders", "--payer", "ANN", on=ON)["reminders"][0]["asked_pence"] == 200_00
    assert "Reminder 1: reminder to Payer ANN (ANN), 15 March 2026" in desk.says("debt", "letter", "1", on=ON)
    assert desk.refused("debt", "letter", "2", on=ON) == "No reminder 2 was sent. Use: outturn debt list"


def test_a_dispute_begun_and_ended(desk: Desk) -> None:
    made = desk.asks("debt", "dispute", "B0000001", "--amount", "40", "--reason", "No visits", on="2026-03-10")
    assert made["dispute"] == "DIS-B0000001-1"
    assert "£40.00 of it is disputed and waits; the rest, £160.00, is asked for." in why(desk)
    desk.asks("debt", "dispute", "B0000001", "--last-day", "2026-03-12", on=ON)
    assert "left alone until 27 March 2026" in why(desk)
    assert "no dispute of B0000001 that has not ended" in desk.refused(
        "debt", "dispute", "B0000001", "--last-day", ON, on=ON
    )
    assert "B0000001 is £200.00, less than £300.00" in desk.refused(
        "debt", "dispute", "B0000001", "--amount", "300", "--reason", "x", on=ON
    )
    assert "No bill B0000009 was issued" in desk.refused("debt", "dispute", "B0000009", "--reason", "x", on=ON)
    assert "Say why it is disputed" in desk.says("debt", "dispute", "B0000001", on=ON, code=2)
    assert "is not a bill number" in desk.says("debt", "dispute", "one", "--reason", "x", on=ON, code=2)


def test_a_plan_shown_agreed_and_ended(desk: Desk) -> None:
    words = ("debt", "plan", "ANN", "--amount", "75", "--every", "monthly", "--first", "2026-03-20")
    shown = desk.asks(*words, "--preview", on="2026-03-10")
    assert [(each["due"], each["amount_pence"]) for each in shown["instalments"]] == [
        ("2026-03-20", 75_00),
        ("2026-04-20", 75_00),
        ("2026-05-20", 50_00),
    ]
    assert (shown["debt_pence"], shown["bills"], shown["change"]) == (200_00, ["B0000001"], None)
    assert desk.asks(*words, on="2026-03-10")["plan"] == "IP-ANN-1"
    assert why(desk) == "Instalment plan IP-ANN-1 covers it and is kept."
    assert "the same payer" in desk.says(*words, on="2026-03-11", code=1)
    desk.asks("debt", "plan", "ANN", "--last-day", "2026-03-11", on="2026-03-11")
    assert desk.asks(*words, on="2026-03-12")["plan"] == "IP-ANN-2"
    assert "Use one of weekly" in desk.says(
        "debt", "plan", "ANN", "--amount", "1", "--first", ON, "--every", "often", on=ON, code=2
    )
    assert "No bill payer is known as BOB" in desk.refused("debt", "plan", "BOB", "--amount", "1", "--first", ON, on=ON)
    assert "Nothing is left of any bill" in desk.refused(
        "debt", "plan", "ANN", "--amount", "1", "--first", ON, "--bills-from", "2026-03-01", on=ON
    )


def test_a_plan_names_what_it_leaves_out(desk: Desk) -> None:
    desk.asks("debt", "dispute", "B0000001", "--amount", "40", "--reason", "No visits", on="2026-03-10")
    words = ("debt", "plan", "ANN", "--amount", "80", "--first", "2026-03-20")
    shown = desk.asks(*words, "--preview", on="2026-03-10")
    assert (shown["debt_pence"], shown["left_out"]) == (160_00, [{"bill": "B0000001", "disputed_pence": 40_00}])
    said = desk.says(*words, on="2026-03-10")
    assert "£160.00 of 1 bill (B0000001), paid by the payer. Disputed, so not in the plan: £40.00 of B0000001." in said
    desk.asks("debt", "dispute", "B0000001", "--reason", "None of it is hers", on="2026-03-11")
    assert "such a plan would cover is disputed." in desk.refused(*words, on="2026-03-11")


def test_a_breathing_space_begun_and_ended(desk: Desk) -> None:
    said = desk.says("debt", "breathing-space", "ANN", "--notice", "BSN-1", "--first-day", "2026-03-08", on=ON)
    assert "Standard breathing space of Payer ANN (ANN), from 8 March 2026 until 6 May 2026." in said
    assert desk.asks("debt", "remind", on=ON)["reminders"] == []
    ended = desk.asks("debt", "breathing-space", "ANN", "--last-day", "2026-03-20", on=ON)
    assert (ended["breathing_space"], ended["last_day"]) == ("BS-ANN-1", "2026-03-20")
    crisis = desk.asks(
        "debt", "breathing-space", "ANN", "--notice", "BSN-2", "--crisis", "--first-day", "2026-04-01", on="2026-04-01"
    )
    assert (crisis["breathing_space"], crisis["last_day"]) == ("BS-ANN-2", None)
    told = desk.asks("debt", "breathing-space", "ANN", "--treatment-ended", "2026-04-30", on="2026-05-01")
    assert (told["breathing_space"], told["last_day"]) == ("BS-ANN-2", "2026-05-30")
    assert "no breathing space of ANN" in desk.refused(
        "debt", "breathing-space", "ANN", "--last-day", "2026-06-20", on="2026-06-20"
    )


def test_a_councils_own_ladder(desk: Desk, database: Database) -> None:
    assert desk.asks("debt", "remind", "--preview", on=ON)["reminders"]
    policy_holds(database, "[[reminders.ladders]]\nfrom = 2026-01-01\ndays_after_due = [30, 60, 90, 120]\n")
    assert desk.asks("debt", "remind", "--preview", on=ON)["reminders"] == []
    with pytest.raises(BadCouncilFile, match="no choice is called “smalest”"):
        read_council_text("[reminders]\nsmalest = 1\n", "council.toml")
