"""Direct debits at the console: from mandate to bank and back, and never an account shown in full."""

import datetime as dt

import pytest

from interfaces.database.connection import Database
from tests.billing.debt.council import Council
from tests.interfaces.cli.money_in.chasing_desk import Desk

ISSUED, DAY = "2026-05-01", "2026-05-18"
ADD = ("direct-debit", "add", "ANN", "--account-name", "A EXAMPLE", "--sort-code", "00-00-99", "--account", "12345678")


@pytest.fixture
def council(database: Database) -> Council:
    made = Council(database)
    made.bill(made.payer("ANN"), 200_00, dt.date(2026, 5, 1), dt.date(2026, 5, 15))
    return made


@pytest.fixture
def desk(council: Council, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("COLUMNS", "250")
    return Desk(council.database, capsys)


def test_from_mandate_to_bank_and_back(desk: Desk, council: Council) -> None:
    made = desk.asks(*ADD, "--reference", "care0001", on="2026-04-01")
    assert (made["mandate"], made["status"], made["account"]) == ("CARE0001", "signed", "account ending 678")
    assert desk.asks("direct-debit", "announce", on=ISSUED)["announced"] == []
    desk.asks("direct-debit", "lodge", "CARE0001", on="2026-04-10")
    shown = desk.asks("direct-debit", "announce", "--preview", on=ISSUED)
    assert shown["announced"][0]["collection"] is None
    told = desk.asks("direct-debit", "announce", on=ISSUED)
    assert told["announced"] == [
        {
            "collection": 1,
            "payer": "ANN",
            "mandate": "CARE0001",
            "amount_pence": 200_00,
            "collect_on": DAY,
            "instalment": None,
            "bills": [{"bill": "B0000001", "amount_pence": 200_00}],
        }
    ]
    assert told["mandates"] == [
        {"mandate": "CARE0001", "was": "lodged", "status": "live", "why": "not refused by the bank"}
    ]
    assert "1 collection, £200.00, requested; 0 stopped." in desk.says("direct-debit", "request", on="2026-05-14")
    assert "1 collection, £200.00, collected; 0 stopped." in desk.says("direct-debit", "collect", on=DAY)
    council.post()
    back = desk.asks("direct-debit", "returned", "1", "--reason", "0", on="2026-05-20")
    assert (back["status"], back["what"], back["may_be_represented"]) == ("returned", "refer to payer", True)
    again = desk.asks("direct-debit", "list", "--status", "returned", on="2026-05-20")["collections"]
    assert [(each["collection"], each["reason"]) for each in again] == [(1, "ARUDD 0")]
    council.post()
    assert "is to be collected again on 28 May 2026. Tell the payer." in desk.says(
        "direct-debit", "represent", "1", on="2026-05-20"
    )
    happened = desk.asks("direct-debit", "show", "1", on="2026-05-20")["history"]
    assert [each["status"] for each in happened] == ["announced", "requested", "collected", "returned", "represented"]
    assert {each["by"] for each in happened} == {"Income officer"}
    desk.asks("direct-debit", "collect", on="2026-05-28")
    claim = desk.asks("direct-debit", "claimed", "1", "--reason", "4", on="2026-06-08")
    assert (claim["status"], claim["mandate_status"]) == ("claimed", "cancelled")


def test_the_list_of_debt_says_that_a_collection_is_on_its_way(desk: Desk) -> None:
    desk.asks(*ADD, "--reference", "CARE0001", "--lodged", "2026-04-01", on="2026-04-01")
    desk.asks("direct-debit", "announce", on=ISSUED)
    (bill,) = desk.asks("debt", "list", "ANN", on=ISSUED)["bills"]
    assert (bill["asked_pence"], bill["collecting_pence"], bill["collect_on"]) == (0, 200_00, DAY)
    assert bill["why"].endswith(" £200.00 is to be collected by direct debit on 18 May 2026.")
    assert "£200.00 is to be collected by direct debit" in desk.says("debt", "list", "ANN", on=ISSUED)


def test_an_account_is_never_shown_in_full(desk: Desk) -> None:
    said = [desk(*ADD, "--reference", "CARE0001", "--lodged", "2026-04-01", on="2026-04-01")[1]]
    for words in (
        ("mandates",),
        ("mandates", "--json"),
        ("show", "CARE0001"),
        ("announce",),
        ("list",),
        ("list", "--json"),
    ):
        said.append(desk("direct-debit", *words, on=ISSUED)[1])
    assert all("12345678" not in each and "000099" not in each and "00-00-99" not in each for each in said)
    assert "A EXAMPLE, account ending 678" in said[1]


def test_references_are_used_once_and_never_begin_alike_on_an_account(desk: Desk) -> None:
    desk.asks(*ADD, "--reference", "CARE0001", on="2026-04-01")
    assert "has been a mandate’s reference already" in desk.refused(*ADD, "--reference", "CARE0001", on="2026-04-02")
    assert "CARE00011 and CARE0001 begin alike" in desk.refused(*ADD, "--reference", "CARE00011", on="2026-04-02")
    assert "A direct debit reference has 6 to 18." in desk.says(*ADD, "--reference", "CARE", on="2026-04-02", code=2)


def test_a_mandate_cancelled_stops_what_is_on_its_way(desk: Desk) -> None:
    desk.asks(*ADD, "--reference", "CARE0001", "--lodged", "2026-04-01", on="2026-04-01")
    desk.asks("direct-debit", "announce", on=ISSUED)
    desk.asks("direct-debit", "request", on="2026-05-14")
    said = desk.says("direct-debit", "cancel", "CARE0001", "--reason", "ADDACS 1", on="2026-05-15")
    assert "Mandate CARE0001 is cancelled: instruction cancelled by payer (ADDACS 1)." in said
    assert "Withdraw at the bank: collection 1." in said
    assert desk.asks("direct-debit", "collect", on=DAY)["collected"] == []
    assert "ADDACS has no reason Z" in desk.refused(
        "direct-debit", "cancel", "CARE0001", "--reason", "ADDACS Z", on=DAY
    )
    assert "it is cancelled" in desk.refused("direct-debit", "resume", "CARE0001", "--note", "x", on=DAY)


def test_a_suspended_mandate_resumed(desk: Desk) -> None:
    desk.asks(*ADD, "--reference", "CARE0001", "--lodged", "2026-04-01", on="2026-04-01")
    desk.asks("direct-debit", "announce", on=ISSUED)
    desk.asks("direct-debit", "cancel", "CARE0001", "--reason", "ADDACS D", on="2026-05-05")
    assert [
        each["mandate"]
        for each in desk.asks("direct-debit", "mandates", "--status", "suspended", on=ISSUED)["mandates"]
    ] == ["CARE0001"]
    assert desk.asks("direct-debit", "list", on=ISSUED)["collections"][0]["status"] == "cancelled"
    assert desk.asks("direct-debit", "resume", "CARE0001", "--note", "Agreed", on="2026-05-06")["status"] == "live"
    assert len(desk.asks("direct-debit", "announce", on="2026-05-06")["announced"]) == 1


def test_a_collection_stopped_by_hand_and_what_is_not_there(desk: Desk) -> None:
    desk.asks(*ADD, "--reference", "CARE0001", "--lodged", "2026-04-01", on="2026-04-01")
    desk.asks("direct-debit", "announce", on=ISSUED)
    assert desk.asks("direct-debit", "stop", "1", "--note", "Paid by card", on="2026-05-06")["status"] == "cancelled"
    assert "it is cancelled" in desk.refused("direct-debit", "stop", "1", "--note", "again", on="2026-05-06")
    assert "There is no collection 9." in desk.refused("direct-debit", "returned", "9", "--reason", "0", on=DAY)
    assert "There is no collection 9." in desk.refused("direct-debit", "show", "9", on=DAY)
    assert "No mandate is known as CARE0009." in desk.refused("direct-debit", "lodge", "CARE0009", on=DAY)
    assert "No collection is “gone”" in desk.says("direct-debit", "list", "--status", "gone", on=DAY, code=2)
