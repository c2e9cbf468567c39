"""A council’s policy at the console: begun with, proposed, confirmed by another, shown beside what holds, gone by."""

from pathlib import Path

import pytest

from interfaces.database.connection import Database
from payruns.policy import PaymentPolicy
from tests.interfaces.cli.conftest import ANN, BO, GOOD, Outturn

FIRST = """[council]
name = "Made-up County Council"
[tiers]
"manager" = 40_000
[officers]
"Bo" = "manager"
"Di" = "manager"
[payments]
needs_bank_details = false
"""
SECOND = FIRST.replace("needs_bank_details = false", "needs_bank_details = false\nstop_checks = []") + (
    '[reminders]\nsmallest_pence = 700\n[council.papers]\nphone = "01234 567890"\n'
)
ON = ("--on", "2026-05-04")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("first.toml", FIRST), ("second.toml", SECOND)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "first.toml", tmp_path / "second.toml"


@pytest.fixture
def begun(outturn: Outturn, database: Database, files: tuple[Path, Path]) -> Outturn:
    made = outturn.asks("init", "--council", files[0], "--as", "Bo")
    assert made["policy"]["founding"] is True and made["policy"]["policy"] == 1
    return outturn


def test_from_the_file_to_a_run_and_what_its_approver_is_shown(begun: Outturn, files: tuple[Path, Path]) -> None:
    begun.asks("officer", "add", "Ann", "manager", "--reason", "New", "--as", "Bo")
    begun.asks("officer", "confirm", "3", "--as", "Di")
    begun.asks("load", GOOD, "--as", "Bo")
    first = begun.asks("payrun", "run", "4W", *ON, "--as", "Ann")
    assert first["policy"] == 1
    made = begun.asks(
        *("policy", "propose", files[1], "--from", "2026-05-04", "--reason", "Cabinet, 12 May", "--as", "Ann")
    )
    assert made["waits"] and made["beside"] == 1
    changed = {(each["table"], each["choice"]): (each["was"], each["is"]) for each in made["changed"]}
    assert changed == {
        ("council.papers", "phone"): ("", "01234 567890"),
        ("payments", "stop_checks"): ("; ".join(PaymentPolicy().stop_checks), ""),
        ("reminders", "smallest_pence"): ("500", "700"),
    }
    refused = begun.refused("policy", "confirm", 2, "--as", " ANN ")
    assert refused["kind"] == "PolicyNeedsASecondPerson"
    begun.asks("policy", "confirm", 2, "--as", "Di")
    assert begun.asks("payrun", "show", first["run"])["goes_by"]["since"] is None  # its last day is 3 May
    for verb, by in (("submit", "Ann"), ("approve", "Di"), ("release", "Ann")):
        begun.asks("payrun", verb, first["run"], "--as", by)
    later = begun.asks("payrun", "run", "4W", "--on", "2026-06-01", "--as", "Ann")
    shown = begun.asks("payrun", "show", later["run"])["goes_by"]
    assert (shown["policy"], shown["confirmed_by"], shown["stop_checks"]) == (2, "Di", [])
    assert [(each["choice"], each["is"]) for each in shown["changed"]] == [("stop_checks", "[]")]
    words = " ".join(begun.says("payrun", "show", later["run"]).split())
    assert "It goes by policy 2, confirmed by Di. Checks that stop: none." in words
    assert "Choices other than the last run’s" in words
    assert "policy" not in str(begun.asks("proof", code=1))  # its files are not made yet


def test_a_policy_is_listed_shown_given_back_and_compared(begun: Outturn, files: tuple[Path, Path]) -> None:
    propose = ("policy", "propose", files[1], "--from", "2026-06-01", "--reason", "Cabinet", "--as", "Bo")
    assert begun.asks(*propose)["policy"] == begun.asks(*propose)["policy"] == 2
    listed = begun.asks("policy", "list", *ON)
    assert (listed["in_force"], [each["waits"] for each in listed["versions"]]) == (1, [False, True])
    assert begun.says("policy", "show", 2, "--text") == SECOND
    held = {(each["table"], each["choice"]): each["is"] for each in begun.asks("policy", "show", *ON)["choices"]}
    assert held["payments", "needs_bank_details"] == "no" and held["receipts", "refund_pence"] == "100000"
    assert held["assessment", "charge_rounding"].startswith("in the person's favour from ")
    assert (
        len(begun.asks("policy", "compare", 2)["changed"]) == len(begun.asks("policy", "compare", 2, 1)["changed"]) == 3
    )
    assert begun.asks("policy", "compare", 1)["beside"] is None
    begun.asks("policy", "withdraw", 2, "--reason", "A slip", "--as", "Di")
    assert begun.refused("policy", "confirm", 2, "--as", "Di")["what"] == "Policy 2 was withdrawn by Di."
    assert "Policy 2 was withdrawn by Di: A slip" in begun.says("policy", "show", 2)
    assert begun.refused("policy", "show", 9)["kind"] == "NoSuchPolicy"


def test_a_file_that_names_other_officers_or_cannot_be_read_is_refused(begun: Outturn, tmp_path: Path) -> None:
    file = tmp_path / "third.toml"
    propose = ("policy", "propose", file, "--from", "2026-06-01", "--reason", "Cabinet", "--as", "Bo")
    file.write_text(FIRST.replace("40_000", "90_000").replace('"Di"', '"Ed"'), encoding="utf-8")
    refused = begun.refused(*propose)
    assert [each["where"] for each in refused["problems"]] == ["[officers] Ed", "[tiers] manager"]
    file.write_text("[payments]\ntolerance = 3\n", encoding="utf-8")
    assert "no choice is called “tolerance”" in begun.refused(*propose)["what"]
    file.write_text("[assessment.minimum_charge]\nvalues = 3\n", encoding="utf-8")
    assert "minimum_charge" in begun.refused(*propose)["what"]
    assert [each["policy"] for each in begun.asks("policy", "list")["versions"]] == [1]


def test_without_a_policy_the_choices_that_ship_hold_and_that_is_said(council: Outturn) -> None:
    run = council.asks("payrun", "run", "4W", *ON, "--as", ANN)["run"]
    words = " ".join(council.says("payrun", "show", run).split())
    assert "No policy held: it goes by choices nobody signed. Checks that stop: doubled" in words
    assert "these are the choices that ship" in council.says("policy", "show")
    council.asks("payrun", "submit", run, "--as", ANN)
    assert "nobody signed" in " ".join(council.says("payrun", "approve", run, "--as", BO).split())
