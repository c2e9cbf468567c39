"""Whoever a run leaves owing has a case by itself; how it comes back is decided, and follows from what runs post."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from finance.problems import Clash, Guarded
from interfaces.database.connection import Database
from ledgers.overpayments.store import owing_with_no_case
from ledgers.overpayments.tables import overpayment, overpayment_act
from tests.guards import guards_lifted
from tests.interfaces.cli.conftest import ANN, BO, Outturn

V3 = 390_00 * 4  # a direct payment of £390.00 a week
OWED = 5_000_00 - V3


@pytest.fixture
def owing(council: Outturn, tmp_path: Path) -> Outturn:
    """Run 1 took back £5,000.00 of a payee who was due £1,560.00."""
    (tmp_path / "adjustments.csv").write_text(
        "adjustment_ref,payee_ref,calendar_ref,service_ref,person_ref,date,amount,reason,entered_by\n"
        "A9,V3,4W,DP,,2026-04-20,-5000.00,Paid twice in March,Ann Preparer\n",
        encoding="utf-8",
    )
    council.told(tmp_path / "adjustments.csv", ANN, BO)
    asked = council.asks("officer", "limit", "manager", "400,000", "--reason", "Scheme of 2026", "--as", BO)
    council.asks("officer", "confirm", asked["change"], "--as", ANN)
    released(council, "2026-05-04")
    return council


def released(council: Outturn, on: str) -> int:
    nr = int(council.asks("payrun", "run", "4W", "--on", on, "--as", ANN)["run"])
    for finding in council.asks("payrun", "findings", nr, "--limit", 100)["findings"]:
        if finding["severity"] == "stop":
            council.asks("payrun", "accept", nr, finding["finding"], "--reason", "Looked at", "--as", BO)
    council.asks("payrun", "submit", nr, "--as", ANN)
    council.asks("payrun", "approve", nr, "--as", BO)
    council.asks("payrun", "release", nr, "--as", ANN)
    return nr


def proved(council: Outturn, folder: Path, runs: int) -> bool:
    """Every run's files written, and all of it proved, but that nobody has raised its recharges."""
    for run in council.asks("payrun", "list")["runs"][:runs]:
        council.asks("payrun", "files", run["run"], "--folder", folder / f"files-{run['run']}", "--as", ANN)
    wrong = [line for line in council("proof")[1].splitlines() if "✗ " in line]
    return all("owes its recharges" in line for line in wrong)


def case(council: Outturn, nr: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = council.asks("overpayments", "show", nr)
    return found


def test_a_case_opens_by_itself_and_says_what_took_the_money_back(owing: Outturn) -> None:
    (found,) = owing.asks("overpayments", "list", "--on", "2026-07-01")["overpayments"]
    assert (found["payee"], found["run"], found["owing_pence"], found["owner"]) == ("V3", 1, OWED, None)
    assert found["days"] > 30
    shown = case(owing)
    assert [(each["kind"], each["amount_pence"]) for each in shown["lines"]] == [("adjustment", -5_000_00)]
    said = owing.says("overpayments", "show", 1)
    assert "£3,440.00 still owed" in said and "nobody" in said and "all that is due is set against it" in said
    assert owing.refused("overpayments", "show", 7)["kind"] == "NoSuchOverpayment"


def test_what_a_run_takes_off_is_what_was_decided_before_it_was_submitted(owing: Outturn, tmp_path: Path) -> None:
    assert owing.asks("overpayments", "own", 1, ANN, "--as", BO)["owner"] == ANN
    refused = owing.refused("overpayments", "recover", 1, "--at-most", 500, "--reason", " ", "--as", BO)
    assert refused["kind"] == "NoReasonForRecovery"
    both = ("overpayments", "recover", 1, "--at-most", 500, "--percent", 5, "--reason", "x", "--as", BO)
    assert owing.refused(*both)["kind"] == "NoLimitNamed"
    owing.asks("overpayments", "recover", 1, "--at-most", 500, "--reason", "Agreed with the family", "--as", BO)
    released(owing, "2026-06-01")
    found = case(owing)
    assert (found["owing_pence"], found["taken_off_pence"]) == (OWED - 500_00, 500_00)
    assert found["runs"][1]["paid_pence"] == V3 - 500_00
    owing.asks("overpayments", "recover", 1, "--percent", 50, "--reason", "They can pay more", "--as", BO)
    released(owing, "2026-06-29")
    assert case(owing)["owing_pence"] == OWED - 500_00 - V3 // 2
    owing.asks("overpayments", "recover", 1, "--reason", "All of it", "--as", BO)
    released(owing, "2026-07-27")
    assert case(owing)["owing_pence"] == OWED - 500_00 - V3 // 2 - V3
    assert proved(owing, tmp_path, 4)


def test_what_is_left_is_invoiced_and_the_case_has_ended(owing: Outturn, tmp_path: Path) -> None:
    owing.asks("overpayments", "recover", 1, "--at-most", 0, "--reason", "No more care there", "--as", BO)
    released(owing, "2026-06-01")
    assert case(owing)["owing_pence"] == OWED
    assert owing.asks("overpayments", "invoice", 1, "--as", BO)["debt_pence"] == OWED
    assert owing.asks("overpayments", "list")["overpayments"] == []
    (ended,) = owing.asks("overpayments", "list", "--every")["overpayments"]
    assert (ended["owing_pence"], ended["to_debtors_pence"], ended["taken_off_pence"]) == (0, OWED, 0)
    late = owing.refused("overpayments", "recover", 1, "--reason", "x", "--as", BO)
    assert late["kind"] == "OverpaymentEnded"
    assert proved(owing, tmp_path, 2)


def test_a_clerk_whose_role_may_not_approve_decides_nothing(owing: Outturn) -> None:
    for words in (("add", "Cy Clerk", "viewer"), ("rights", "viewer", "--may", "prepare")):
        asked = owing.asks("officer", *words, "--reason", "Scheme of 2026", "--as", BO)
        owing.asks("officer", "confirm", asked["change"], "--as", ANN)
    for deed in (("own", 1, BO), ("recover", 1, "--at-most", 5, "--reason", "x")):
        assert owing.refused("overpayments", *deed, "--as", "Cy Clerk")["kind"] == "NoRight"
    assert owing.refused("overpayments", "own", 1, "Nobody Atall", "--as", BO)["kind"] == "NotAnOfficer"


def test_the_database_keeps_cases_as_they_are(owing: Outturn, database: Database) -> None:
    row = {"stream": "payments", "calendar": 1, "party": 1, "run": 1, "pence": 5}
    made_up = insert(overpayment).values(**row, opened_at=_at(database))
    act = {"overpayment": 1, "what": "owner", "owner": "Nobody", "reason": "x", "by": BO, "at": _at(database)}
    for deed, words in (
        (update(overpayment).values(pence=1), "never changed or deleted"),
        (delete(overpayment), "never changed or deleted"),
        (made_up, "opened by the run that leaves its payee owing"),
        (insert(overpayment_act).values(**act), "decided by an officer on the list"),
    ):
        with pytest.raises((Guarded, Clash), match=words), database.begin() as connection:
            connection.execute(deed)
    with guards_lifted(database, "overpayment") as connection:
        connection.execute(delete(overpayment))
    with database.read() as connection:
        assert [(run, pence) for run, _, pence in owing_with_no_case(connection)] == [(1, OWED)]


def _at(database: Database) -> object:
    with database.read() as connection:
        return connection.execute(select(overpayment.c.opened_at)).scalar_one()
