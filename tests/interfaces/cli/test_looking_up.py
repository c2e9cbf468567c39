"""An officer looks things up: by part of a name, a reference or a number, and is told how to see more."""

from pathlib import Path

from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn


def test_anything_is_found_by_part_of_its_name_or_number(released: Outturn) -> None:
    def found(*said: str) -> list[tuple[str, str]]:
        return [(each["sort"], each["ref"]) for each in released.asks("find", *said)["found"]]

    assert found("sian")[0] == ("person", "P3")
    assert found("999", "000", "0999") == [("person", "P1")]
    assert found("approver") == [("officer", "Bo Approver")]
    assert ("payments", "run 1") in found("run", "1") and ("payments", "run 1") in found("1")
    assert found("L1")[0] == ("line", "L1")
    assert found("nobody of that name") == []
    assert "Nothing is called" in released.says("find", "nobody of that name")


def test_what_is_found_says_how_to_see_more_and_that_verb_works(released: Outturn) -> None:
    for each in released.asks("find", "1", "--limit", 200)["found"]:
        code, _, err = released(*each["see"].removeprefix("outturn ").split())
        assert code == 0, (each, err)


def test_somebody_is_found_by_the_name_they_once_had(council: Outturn, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    text = (GOOD / "people.csv").read_text(encoding="utf-8").replace("Ada Example", "Ada Wren")
    path.write_text(text, encoding="utf-8")
    council.asks("load", path, "--as", ANN)
    (one,) = council.asks("find", "ada example", "--only", "person")["found"]
    assert (one["ref"], one["name"], one["once_called"]) == ("P1", "Ada Wren", "Ada Example")
    assert council.asks("find", "ada wren")["found"][0]["once_called"] is None


def test_one_sort_is_asked_for_by_its_name(released: Outturn) -> None:
    assert {each["sort"] for each in released.asks("find", "1", "--only", "person")["found"]} == {"person"}
    assert released.refused("find", "1", "--only", "people")["kind"] == "NoSuchSort"
    assert released.refused("find", "’")["kind"] == "NothingToFind"


def test_a_line_is_shown_with_its_place_price_and_funders_on_a_day(council: Outturn) -> None:
    """L1 is agreed at £955.50 a week from 6 April, of which its family pays £75.00. The home collects £187.40 and
    £75.00, and is paid £210.00 of nursing care besides."""
    line = council.asks("show", "L1", "--on", "2026-05-11")
    assert (line["sort"], line["payee"]["ref"], line["person"]["ref"]) == ("line", "V1", "P1")
    assert line["prices"][0] == {"kind": "care", "words": "£955.50 a week"}
    borne = {(each["kind"], (each["funder"] or {"ref": ""})["ref"]): each["amount_pence"] for each in line["borne"]}
    taken_off = {("contribution", ""): -18740, ("top-up", ""): -7500}
    assert borne == {("care", ""): 88050, ("care", "FAM"): 7500, ("nursing", ""): 21000, **taken_off}
    assert line["seven_days_pence"] == 95550 + 21000 - 18740 - 7500
    assert "AR2" in line["priced_by"][0] and ANN in line["priced_by"][0]
    assert council.asks("show", "L1", "--on", "2026-04-22")["away"] == "hospital from 20 April 2026"
    before = council.asks("show", "L1", "--on", "2026-03-20")
    assert before["prices"][0]["words"] == "£910.00 a week", "as at another day, the price of that day"


def test_a_person_is_shown_with_their_care_assessment_and_account(council: Outturn) -> None:
    person = council.asks("show", "p1", "--on", "2026-05-11")
    assert (person["sort"], person["name"]) == ("person", "Ada Example")
    assert [(each["ref"], each["provided"]) for each in person["lines"]] == [("L1", True)]
    assert person["seven_days_pence"] == 90310
    assert person["assessment"] is None and not person["told_circumstances"]
    died = council.asks("show", "P3", "--on", "2026-05-11")
    assert [each["provided"] for each in died["lines"]] == [False] and died["seven_days_pence"] == 0
    assert "over" in council.says("show", "P3", "--on", "2026-05-11")


def test_a_payee_is_shown_with_who_confirmed_their_account_and_what_was_paid(released: Outturn) -> None:
    payee = released.asks("show", "V1", "--on", "2026-05-11")
    (account,) = payee["bank_details"]
    assert (account["proposed_by"], account["confirmed_by"], account["seen_by"]) == (ANN, BO, None)
    assert account["account_number"].startswith("••••"), "of an account the end alone is shown"
    assert [each["ref"] for each in payee["contracts"]] == ["K1"] and payee["contracts"][0]["lines"] == 1
    (run,) = payee["runs"]
    assert run["paid_pence"] == run["total_pence"] == released.asks("explain", "V1")["figures"]["total_pence"]


def test_a_contract_is_shown_with_its_rates_and_who_entered_them(council: Outturn) -> None:
    contract = council.asks("show", "K1", "--on", "2026-05-11")
    rates = {each["ref"]: (each["words"], each["in_force"], each["entered"]["by"]) for each in contract["rates"]}
    block = rates.pop("BL1")
    assert block == ("£12,500.00 for 4 weeks", True, ANN)
    assert rates == {"R2": ("£1,002.75 a week", True, ANN), "AR2": ("£955.50 a week", True, ANN)}
    assert contract["over"] == 2
    every = council.asks("show", "K1", "--on", "2026-05-11", "--every")
    assert {"R1", "AR1"} < {each["ref"] for each in every["rates"]} and every["over"] == 0
    assert "payment net" in contract["terms"][0]["words"]


def test_what_was_known_is_shown_as_it_was_known(council: Outturn, tmp_path: Path) -> None:
    before = council.asks("show", "L1", "--on", "2026-05-11")
    path = tmp_path / "agreed_rates.csv"
    text = (GOOD / "agreed_rates.csv").read_text(encoding="utf-8").replace("955.50", "1000.00")
    path.write_text(text, encoding="utf-8")
    load = council.asks("load", path, "--as", ANN)["files"][0]["load"]
    change = council.asks("waiting", "confirm", load, "--as", BO)["files"][0]["change"]
    assert council.asks("show", "L1", "--on", "2026-05-11")["prices"][0]["words"] == "£1,000.00 a week"
    then = council.asks("show", "L1", "--on", "2026-05-11", "--known", change - 1)
    assert {**then, "known": None} == before


def test_what_is_no_such_thing_is_told_how_to_be_seen(released: Outturn) -> None:
    assert "outturn explain PK1" in released.refused("show", "PK1")["what_to_do"]
    assert "outturn find" in released.refused("show", "zzz")["what_to_do"]
    assert released.refused("show", "P1", "--only", "payee")["kind"] == "NoSuchReference"
