"""News since a run was worked out: whoever hands it over, signs or releases it is told; what policy names stops it."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.council_file import BadCouncilFile, read_council_text
from tests.builders import policy_holds
from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn

CAS = "Cas Loader"


def tell(outturn: Outturn, folder: Path, extract: str, **changed: str) -> None:
    """The rows of an extract again, the first with some columns changed."""
    with (GOOD / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0] |= changed
    with (folder / f"{extract}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    if CAS not in {each["name"] for each in outturn.asks("officer", "list")["officers"]}:
        added = outturn.asks("officer", "add", CAS, "clerk", "--reason", "Loads extracts", "--as", ANN)
        outturn.asks("officer", "confirm", added["change"], "--as", BO)
    outturn.asks("load", folder / f"{extract}.csv", "--as", CAS)


def worked_out(council: Outturn) -> int:
    return int(council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["run"])


def test_a_death_told_since_stops_it_at_every_stage_until_it_is_worked_out_again(
    council: Outturn, tmp_path: Path
) -> None:
    run = worked_out(council)
    before = council.asks("payrun", "show", run)
    assert before["since"] == []
    tell(council, tmp_path, "people", date_of_death="2026-04-20")
    shown = council.asks("payrun", "show", run)["since"]
    assert [(each["kind"], each["what"], each["facts"]) for each in shown] == [("death", "a death", 1)]
    assert shown[0]["lines"] > 0 and shown[0]["pence"] != 0
    refused = council.refused("payrun", "submit", run, "--as", ANN)
    assert refused["kind"] == "NewsSinceWorkedOut" and "a death" in refused["what"]
    again = council.asks("payrun", "calculate", run, "--as", ANN)
    assert again["total_pence"] < before["total_pence"]
    assert council.asks("payrun", "show", run)["since"] == []
    council.asks("payrun", "submit", run, "--as", ANN)
    tell(council, tmp_path, "people", date_of_death="2026-04-18")
    assert council.refused("payrun", "approve", run, "--as", BO)["kind"] == "NewsSinceWorkedOut"


def test_one_that_is_signed_for_is_not_released_past_bank_details_told_since(council: Outturn, tmp_path: Path) -> None:
    run = worked_out(council)
    council.asks("payrun", "submit", run, "--as", ANN)
    council.asks("payrun", "approve", run, "--as", BO)
    tell(council, tmp_path, "bank_details", account_number="87654321")
    refused = council.refused("payrun", "release", run, "--as", ANN)
    assert refused["kind"] == "NewsSinceWorkedOut" and "bank details" in refused["what"]
    council.asks("payrun", "send-back", run, "--note", "New bank details", "--as", BO)
    council.asks("payrun", "calculate", run, "--as", ANN)


def test_other_news_is_said_and_stops_nothing_and_policy_says_what_does(
    council: Outturn, database: Database, tmp_path: Path
) -> None:
    policy_holds(database, '[payments]\nneeds_bank_details = false\nstop_news = ["other"]\n', dt.date(2024, 4, 1))
    run = worked_out(council)
    tell(council, tmp_path, "people", date_of_death="2026-04-20")
    submitted = council.asks("payrun", "submit", run, "--as", ANN)
    assert [each["kind"] for each in submitted["since"]] == ["death"]
    words = " ".join(council.says("payrun", "show", run).split())
    assert "Told since it was worked out, and not in it: a death (" in words


def test_news_of_somebody_else_is_no_news(council: Outturn, tmp_path: Path) -> None:
    run = worked_out(council)
    (tmp_path / "payees.csv").write_text(
        "payee_ref,name,kind,supplier_number,email\nV77,Made-up Care,provider,,\n", encoding="utf-8"
    )
    council.asks("load", tmp_path / "payees.csv", "--as", ANN)
    assert council.asks("payrun", "show", run)["since"] == []


@pytest.mark.parametrize("choice, words", [('["deaths"]', "List some of death"), ('"death"', "List some of death")])
def test_what_stops_is_named_as_there_is(choice: str, words: str) -> None:
    with pytest.raises(BadCouncilFile, match=words):
        read_council_text(f"[payments]\nstop_news = {choice}\n", "council.toml")
