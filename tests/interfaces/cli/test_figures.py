"""Figures of the law given at the console: shown beside last year’s, confirmed by another, gone by in assessments."""

from pathlib import Path

import openpyxl
import pytest

from interfaces.database.connection import Database
from ledgers.officers.jobs import add_officers
from tests.billing.assessments.conftest import Tell, care, money, someone
from tests.interfaces.cli.conftest import Outturn

ANN, BO = ("--as", "Ann"), ("--as", "Bo")
FILE = """from = 2026-06-01
source = "A made-up circular"
page = "Annex A"
[figures]
guarantee_single_pension_age = 250.00
"""


@pytest.fixture
def asked(outturn: Outturn, database: Database, tell: Tell) -> Outturn:
    """Two officers, and P1, who pays what is left of their income."""
    with database.begin() as connection:
        add_officers(connection, {"Ann": "manager", "Bo": "manager"}, {})
    tell(people=[someone()], circumstances=[care(start="2025-04-07", cost="500.00")], incomes=[money()])
    return outturn


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "june.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def pays(asked: Outturn, on: str) -> int:
    return int(asked.asks("assess", "--person", "P1", "--on", on)["charge_pence"])


def test_from_the_circular_to_what_somebody_pays(asked: Outturn, file: Path, tmp_path: Path) -> None:
    before = pays(asked, "2026-06-01")
    made = asked.asks("figures", "propose", file, "--reason", "The circular of May", *ANN)
    figure = made["amounts"][0]
    assert (figure["given"], figure["change"]) == (250_00, 250_00 - figure["before"])
    assert "guarantee_single_25" not in [each["figure"] for each in made["amounts"]]  # it moved in April, not in June
    book = tmp_path / "effect.xlsx"
    effect = asked.asks("figures", "effect", made["figures"], "--on", "2026-06-01", "--xlsx", book)
    assert effect["everyone"][0]["person"] == "P1" and "Summary" in openpyxl.load_workbook(book).sheetnames
    assert pays(asked, "2026-06-01") == before  # nobody has confirmed it
    refused = asked.refused("figures", "confirm", made["figures"], "--as", " ann ")
    assert refused["kind"] == "PolicyNeedsASecondPerson"
    words = " ".join(asked.says("figures", "show", made["figures"]).split())
    assert "Read in A made-up circular, Annex A." in words and "£250.00" in words
    asked.asks("figures", "confirm", made["figures"], *BO)
    assert pays(asked, "2026-06-01") == before - figure["change"]
    assert pays(asked, "2026-05-31") == before
    assert asked.asks("figures", "names", "--on", "2026-06-01")["figures"]
    recorded = asked.asks("assess", "--person", "P1", "--record", "--on", "2026-06-01", *ANN)
    assert recorded["recorded"]["standing"][0]["charge_pence"] == before - figure["change"]


def test_a_wrong_figure_is_put_right_by_another_and_both_are_listed(asked: Outturn, file: Path) -> None:
    for amount, nr in (("25.00", 1), ("250.00", 2)):
        file.write_text(FILE.replace("250.00", amount), encoding="utf-8")
        asked.asks("figures", "propose", file, "--reason", "The circular", *ANN)
        asked.asks("figures", "confirm", nr, *BO)
    listed = asked.asks("figures", "list")["figures"]
    assert [(each["figures"], each["counts"], each["source"]) for each in listed] == [
        (1, True, "A made-up circular, Annex A"),
        (2, True, "A made-up circular, Annex A"),
    ]
    names = {each["name"]: each["value"] for each in asked.asks("figures", "names", "--on", "2026-06-01")["figures"]}
    assert names["guarantee_single_pension_age"] == 250_00
    assert asked.refused("figures", "propose", file, "--reason", "Again", *ANN)["kind"] == "SamePolicy"
    assert asked.refused("policy", "show", 1)["kind"] == "NoSuchPolicy"  # they are figures, and no policy


def test_slips_and_strangers_are_refused_and_one_that_waits_is_withdrawn(asked: Outturn, file: Path) -> None:
    assert asked.refused("figures", "propose", file, "--reason", "x", "--as", "Nobody")["kind"] == "NotAnOfficer"
    file.write_text(FILE.replace("guarantee_single", "guarantee_singel"), encoding="utf-8")
    assert "no figure is called" in asked.refused("figures", "propose", file, "--reason", "x", *ANN)["what"]
    file.write_text(FILE, encoding="utf-8")
    nr = asked.asks("figures", "propose", file, "--reason", "x", *ANN)["figures"]
    asked.asks("figures", "withdraw", nr, "--reason", "The circular was corrected", *BO)
    assert asked.refused("figures", "confirm", nr, *BO)["what"] == f"Figures {nr} was withdrawn by Bo."
    assert [each["withdrawn_by"] for each in asked.asks("figures", "list")["figures"]] == ["Bo"]
    assert "withdrawn" in asked.says("figures", "list")
