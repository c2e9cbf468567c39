"""Extracts in by the console command: whole or not at all, twice is once, bad rows set aside, a second person
for banks.
"""

from pathlib import Path

import pytest

from finance.facts.store import Change
from finance.problems import Clash
from interfaces.database.connection import Database
from interfaces.files.inbound.door import arriving, loading
from interfaces.files.inbound.door.arriving import Arrival
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from tests.builders import policy_holds
from tests.interfaces.cli.conftest import ANN, BO, BROKEN, GOOD, Outturn


def test_a_folder_loads_in_order_and_again_changes_nothing(outturn: Outturn) -> None:
    first = outturn.asks("load", GOOD, "--as", ANN)
    people = next(each for each in first["files"] if each["extract"] == "people")
    assert (people["new"], people["unchanged"], people["loaded"]) == (3, 0, True)
    again = outturn.asks("load", GOOD, "--as", ANN)
    assert {each["new"] + each["changed"] for each in again["files"]} == {0}
    assert "people.csv" in outturn.says("load", GOOD / "people.csv", "--as", ANN)


def test_a_faulty_file_is_left_out_whole_with_its_line_and_remedy(outturn: Outturn) -> None:
    file = BROKEN / "bad_uprn.csv"
    refused = outturn.asks("load", file, "--kind", "people", "--as", ANN, code=1)
    (problem,) = refused["files"][0]["problems"]
    assert problem["where"] == "bad_uprn.csv line 2, column uprn"
    assert "twelve digits" in problem["what_to_do"]
    words = outturn.says("load", file, "--kind", "people", "--as", ANN, code=1)
    assert "not loaded" in words and "bad_uprn.csv line 2" in words and "--quarantine" in words


def test_problems_and_files_are_counted_apart_and_a_file_not_tried_is_no_problem(
    outturn: Outturn, tmp_path: Path
) -> None:
    for file in GOOD.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    head, *rows = (GOOD / "people.csv").read_text(encoding="utf-8").splitlines()
    spoiled = [
        head,
        rows[0].replace("P1", "", 1),
        *rows[1:],
        rows[1].replace(rows[1].split(",")[0], "P9", 1) + ",extra",
    ]
    (tmp_path / "people.csv").write_text("\n".join(spoiled) + "\n", encoding="utf-8")
    told = outturn.asks("load", tmp_path, "--as", ANN, code=1)
    assert (
        told["problem_count"]
        == 2
        == next(each["problem_count"] for each in told["files"] if each["extract"] == "people")
    )
    untried = [each for each in told["files"] if not each["tried"]]
    assert len(untried) > 1 and {each["problem_count"] for each in untried} == {0}
    words = " ".join(outturn.says("load", tmp_path, "--as", ANN, code=1).split())
    assert (
        f"2 problems in 1 file. 1 file was left out whole: correct it, or add --quarantine. {len(untried)} files"
        in words
    )


def test_bad_rows_are_set_aside_when_asked_and_listed(outturn: Outturn) -> None:
    loaded = outturn.asks("load", BROKEN / "bad_uprn.csv", "--kind", "people", "--quarantine", "--as", ANN)
    assert loaded["files"][0]["quarantined"] == 1
    (row,) = outturn.asks("quarantine")["rows"]
    assert (row["file"], row["line"], row["extract"]) == ("bad_uprn.csv", 2, "people")
    assert row["content"]["uprn"] == "1234567890123"
    assert outturn.asks("quarantine", "--extract", "payees")["rows"] == []
    assert "bad_uprn.csv line 2" in outturn.says("quarantine")


def test_a_fault_found_late_in_a_folder_sets_nothing_aside_unasked(outturn: Outturn, tmp_path: Path) -> None:
    outturn.asks("load", GOOD, "--as", ANN)
    head = "package_ref,person_ref,start_date,end_date,approved_by,weekly_budget,cancelled"
    rows = [head, "PK2,P2,2024-06-03,,,,yes", "PK9,P1,2026-01-01,,,,"]
    (tmp_path / "packages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    told = outturn.asks("load", tmp_path, "--as", ANN, code=1)
    assert (told["loaded"], told["files"][0]["new"], told["problem_count"]) == (False, 0, 1)
    words = " ".join(outturn.says("load", tmp_path, "--as", ANN, code=1).split())
    assert "packages.csv line 2" in words and "set aside:" not in words and "1 file was left out whole" in words
    assert outturn.asks("quarantine")["rows"] == []
    assert outturn.asks("load", tmp_path, "--quarantine", "--as", ANN)["files"][0]["quarantined"] == 1
    assert [each["ref"] for each in outturn.asks("quarantine")["rows"]] == ["PK2"]


def test_an_empty_folder_and_a_strange_file_are_named(outturn: Outturn, tmp_path: Path) -> None:
    assert "no extract" in outturn.refused("load", tmp_path, "--as", ANN)["what"]
    (tmp_path / "notes.csv").write_text("a,b\n", encoding="utf-8")
    strange = outturn.asks("load", tmp_path, "--as", ANN, code=1)["files"][0]
    assert "is not named after an extract" in strange["problems"][0]["what"]


def officers(outturn: Outturn) -> None:
    """Both may sign: the founders of a new council."""
    outturn.asks(
        "init", "--officer", f"{ANN}=clerk", "--officer", f"{BO}=manager", "--tier", "clerk=1", "--tier", "manager=2"
    )


def test_only_an_officer_confirms_bank_details(outturn: Outturn) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    refused = outturn.refused("bank", "confirm", "B1", "--evidence", "called back", "--as", "Bo Aprover")
    assert refused["kind"] == "NotAnOfficer" and "Bo Aprover" in refused["what"]
    assert outturn.asks("bank", "list")["waiting"][0]["ref"] == "B1"


def test_bank_details_wait_for_a_second_person(outturn: Outturn) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    waiting = outturn.asks("bank", "list")["waiting"]
    assert [each["ref"] for each in waiting] == ["B1", "B2", "B3"]
    own = outturn.refused("bank", "confirm", "B1", "--evidence", "called back", "--as", ANN)
    assert own["kind"] == "BankDetailsNeedASecondPerson"
    assert outturn.asks("bank", "confirm", "B1", "--evidence", "called back", "--as", BO)["confirmed"] == 1
    assert [each["ref"] for each in outturn.asks("bank", "list")["waiting"]] == ["B2", "B3"]
    assert outturn.asks("bank", "confirm", "--all", "--evidence", "called back", "--as", BO)["confirmed"] == 2
    assert "confirmed" in outturn.says("bank", "list")
    again = outturn.says("bank", "confirm", "B1", "--evidence", "called back", "--as", BO)
    assert "There was nothing to confirm: what you named was confirmed before." in " ".join(again.split())
    assert (
        "nothing to confirm"
        in outturn.asks("bank", "confirm", "--all", "--evidence", "called back", "--as", BO)["said"]
    )
    assert outturn("bank", "confirm", "--evidence", "x", "--as", BO)[0] == 2


def test_whoever_confirms_is_told_whose_account_it_already_is(outturn: Outturn, tmp_path: Path) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    outturn.asks("bank", "confirm", "B1", "--evidence", "called back", "--as", BO)
    rows = ["bank_ref,payee_ref,sort_code,account_number,account_name,roll_number,start_date"]
    rows += ["B9,V2,000099,12345678,Made-up Home Care,,2026-05-04"]
    (tmp_path / "bank_details.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    outturn.asks("load", tmp_path, "--as", ANN)
    waiting = {each["ref"]: each["shared_with"] for each in outturn.asks("bank", "list")["waiting"]}
    assert waiting == {"B2": [], "B3": [], "B9": [{"ref": "V1", "name": "Example House Limited"}]}
    assert "Example House Limited" in outturn.says("bank", "list")
    said = outturn.says("bank", "confirm", "B9", "--evidence", "called back", "--as", BO)
    words = "B9: the account ending 5678 is also that of Example House Limited (V1)."
    assert words in " ".join(said.split())


def test_what_is_taken_away_is_said_and_over_the_limit_waits_for_a_second_word(
    outturn: Outturn, database: Database, tmp_path: Path
) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    text = (GOOD / "service_lines.csv").read_text(encoding="utf-8").replace("03/05/2026", "")
    (tmp_path / "service_lines.csv").write_text(text, encoding="utf-8")
    policy_holds(database, "[loading]\ntake_away = 0\nsecond_person_taking_away = false\n")
    strict = ("load", tmp_path, "--as", ANN)
    refused = outturn.asks(*strict, code=1)["files"][0]
    assert "would take away the last day of 1 service line: L4" in refused["problems"][0]["what"]
    done = outturn.asks(*strict, "--take-away", "1")["files"][0]
    assert (done["loaded"], done["taken_away"]) == (True, 1)
    assert done["notes"][0]["what"] == "takes away the last day of 1 service line: L4."


def test_references_that_look_alike_are_asked_about(outturn: Outturn, tmp_path: Path) -> None:
    outturn.asks("load", GOOD, "--as", ANN)
    rows = ["payee_ref,name,kind,supplier_number,email", "v1,Somebody Null,provider,,"]
    (tmp_path / "payees.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    refused = outturn.asks("load", tmp_path, "--as", ANN, code=1)["files"][0]
    assert "payee ref v1 looks like V1" in refused["problems"][0]["what"]
    assert outturn.asks("load", tmp_path, "--alike", "--as", ANN)["files"][0]["new"] == 1


WHOLE = ("bank", "list", "--whole", "--as", BO)


def test_whole_accounts_are_for_officers_and_that_they_looked_is_kept(outturn: Outturn) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    said = outturn("bank", "list")[1] + outturn("bank", "list", "--json")[1]
    assert "12345678" not in said and "000099" not in said and "00-00-99" not in said
    first = outturn.asks("bank", "list")["waiting"][0]
    assert (first["sort_code"], first["account_number"]) == ("••-••-99", "••••5678")
    assert outturn.refused("bank", "list", "--whole", "--as", "Somebody")["kind"] == "NotAnOfficer"
    assert outturn.refused("bank", "list", "--whole", code=2)["what_to_do"]
    assert outturn.asks("bank", "views")["views"] == []
    assert outturn.asks(*WHOLE)["waiting"][0]["account_number"] == "12345678"
    seen = outturn.asks("bank", "views", "B1")["views"]
    assert [(each["by"], each["verb"], each["ref"]) for each in seen] == [(BO, "bank list", "B1")] and seen[0]["at"]
    assert {each["ref"] for each in outturn.asks("bank", "views")["views"]} == {"B1", "B2", "B3"}
    assert BO in outturn.says("bank", "views")


def test_account_numbers_set_aside_are_hidden_too(outturn: Outturn, tmp_path: Path) -> None:
    outturn.asks("load", GOOD, "--as", ANN)
    head = "bank_ref,payee_ref,sort_code,account_number,account_name,roll_number,start_date"
    row = "B9,V1,000088,11112222,Another Name,12345678,2026-13-01"
    (tmp_path / "bank_details.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    outturn.asks("load", tmp_path, "--quarantine", "--as", ANN)
    out = outturn("quarantine", "--json")[1]
    assert "11112222" not in out and "12345678" not in out and "Another Name" in out


def test_the_second_person_sees_what_they_confirm_and_what_it_replaces(outturn: Outturn, tmp_path: Path) -> None:
    officers(outturn)
    outturn.asks("load", GOOD, "--as", ANN)
    first = outturn.asks(*WHOLE)["waiting"][0]
    assert {name: first[name] for name in ("sort_code", "account_number", "account_name", "first_day", "before")} == {
        "sort_code": "000099",
        "account_number": "12345678",
        "account_name": "Example House Ltd",
        "first_day": "2026-04-06",
        "before": None,
    }
    short = outturn.refused("bank", "confirm", "B1", "--evidence", "x", "--as", BO)
    assert short["kind"] == "EvidenceNeeded" and "10 letters" in short["what_to_do"]
    outturn.asks("bank", "confirm", "B1", "--evidence", "called back", "--as", BO)
    head = "bank_ref,payee_ref,sort_code,account_number,account_name,roll_number,start_date"
    (tmp_path / "bank_details.csv").write_text(
        f"{head}\nB1,V1,000088,11112222,Another Name,,2026-06-01\n", encoding="utf-8"
    )
    outturn.asks("load", tmp_path, "--as", BO)
    changed = outturn.asks(*WHOLE)["waiting"][0]
    assert (changed["sort_code"], changed["account_number"], changed["first_day"]) == (
        "000088",
        "11112222",
        "2026-06-01",
    )
    assert (changed["before"]["sort_code"], changed["before"]["account_number"]) == ("000099", "12345678")
    words = " ".join(outturn.says(*WHOLE).split())
    assert "00-00-88 11112222 Another Name" in words and "now 00-00-99 12345678 Example House Ltd" in words
    own = outturn.asks("bank", "confirm", "--all", "--evidence", "called back", "--as", BO)
    assert (own["confirmed"], own["own"]) == (2, 1)  # B2 and B3; B1 is Bo's own proposal now


def test_calendars_say_their_next_cut_off_and_pay_date(outturn: Outturn) -> None:
    outturn.asks("load", GOOD, "--as", ANN)
    four_weekly, weekly = outturn.asks("calendar", "list", "--on", "2026-05-01")["calendars"]
    # Four weeks from Monday 6 April end on Sunday 3 May; cut off a day later. Monday 4 May 2026 is the early May bank
    # holiday, so three working days after it are Tuesday, Wednesday and Thursday 7 May.
    assert (four_weekly["period_first_day"], four_weekly["period_last_day"]) == ("2026-04-06", "2026-05-03")
    assert (four_weekly["cut_off"], four_weekly["pay_date"]) == ("2026-05-04", "2026-05-07")
    assert (weekly["ref"], weekly["cut_off"]) == ("W", "2026-05-05")
    assert outturn.asks("calendar", "list", "--on", "2026-05-05")["calendars"][0]["cut_off"] == "2026-06-01"


def test_words_of_mark_up_are_loaded_shown_and_set_aside_as_they_stand(outturn: Outturn, tmp_path: Path) -> None:
    good = (GOOD / "payees.csv").read_text(encoding="utf-8").splitlines()
    head, first = good[0], good[1].split(",")
    name = head.split(",").index("name")
    email = head.split(",").index("email")
    fine, bad = list(first), list(first)
    fine[:1], fine[name] = ["W1"], "[/x] [red]House[/red]"
    bad[:1], bad[name], bad[email] = ["W2"], "House", "[/y]"
    path = tmp_path / "payees.csv"
    path.write_text("\n".join([head, ",".join(fine), ",".join(bad)]) + "\n", encoding="utf-8")
    code, out, err = outturn("load", path, "--quarantine", "--as", ANN)
    assert (code, err) == (0, "") and "[/y]" in out
    said = outturn.says("quarantine")
    assert "[/y]" in said
    assert outturn.asks("load", path, "--quarantine", "--as", ANN)["files"][0]["unchanged"] == 1


def test_a_damaged_workbook_is_refused_and_the_files_after_it_are_tried(outturn: Outturn, tmp_path: Path) -> None:
    for each in ("payees.csv", "services.csv"):
        (tmp_path / each).write_bytes((GOOD / each).read_bytes())
    (tmp_path / "people.xlsx").write_bytes(b"PK\x03\x04" + b"\x00" * 500)
    result = outturn.asks("load", tmp_path, "--as", ANN, code=1)
    came = {each["file"]: each["loaded"] for each in result["files"]}
    assert came == {"people.xlsx": False, "payees.csv": True, "services.csv": True}
    (problem,) = next(each["problems"] for each in result["files"] if each["file"] == "people.xlsx")
    assert problem == {
        "where": "people.xlsx",
        "what": "is damaged, and cannot be read as an Excel workbook.",
        "what_to_do": "Open it in Excel, save it as .xlsx, and send it again.",
    }


@pytest.mark.parametrize("apart", [True, False])
def test_when_a_file_is_met_by_somebody_else_what_loaded_before_it_is_said(
    outturn: Outturn, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    really = arriving.record

    def met(database: Database, arrivals: list[Arrival], change: Change, quarantine: bool) -> dict[str, ExtractLoaded]:
        if arrivals[0].name == "payees":
            raise Clash("Ben Bell loaded payees.csv at the same time, and was first.", "Load it again.")
        return really(database, arrivals, change, quarantine)

    monkeypatch.setattr(f"{loading.__name__}.record", met)
    paths = [GOOD / "people.csv", GOOD / "payees.csv"] if apart else [GOOD]
    result = outturn.asks("load", *paths, "--as", ANN, code=1)
    came = {each["file"]: each for each in result["files"]}
    assert came["people.csv"]["loaded"] and not came["payees.csv"]["loaded"]
    assert came["payees.csv"]["problems"] == [
        {
            "where": "payees.csv",
            "what": "Ben Bell loaded payees.csv at the same time, and was first.",
            "what_to_do": "Load it again.",
        }
    ]
    assert apart or not came["bank_details.csv"]["tried"]
    alone = outturn.asks("load", GOOD / "payees.csv", "--as", ANN, code=1)
    assert alone["error"]["kind"] == "Clash"
