"""One broken file for each fault: its reader is told where, what and what to do, and nothing is loaded."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from finance.facts import store
from finance.problems import Problem
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_file, load_folder

GOOD = Path(__file__).parents[3] / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)
BROKEN = Path(__file__).parents[3] / "files" / "broken"
FAULTS = tomllib.loads((BROKEN / "broken.toml").read_text(encoding="utf-8"))["fault"]


def test_every_broken_file_is_expected() -> None:
    assert {each["file"] for each in FAULTS} == {path.name for path in BROKEN.glob("*.csv")}


def test_each_fault_is_named_and_nothing_loaded(loaded: Database) -> None:
    with loaded.begin() as connection:
        before = store.counts(connection)
    for fault in FAULTS:
        result = load_file(loaded, BROKEN / fault["file"], by="loader", at=AT, kind=fault["extract"])
        expected = tuple(
            Problem(f"{fault['file']} {each['where']}".strip(), each["what"], each["what_to_do"])
            for each in fault["problems"]
        )
        assert result.problems == expected
        assert not result.loaded
        assert result.change is None
    with loaded.begin() as connection:
        assert store.counts(connection) == before


@pytest.mark.parametrize("fault", FAULTS, ids=[each["file"] for each in FAULTS])
def test_the_good_sample_has_none_of_them(fault: dict[str, str]) -> None:
    """A broken file differs from every good one, so none of these tests can pass by loading the wrong file."""
    content = (BROKEN / fault["file"]).read_bytes()
    assert content not in [path.read_bytes() for path in GOOD.glob("*.csv")]


def test_a_folder_waits_behind_a_refused_file(database: Database, tmp_path: Path) -> None:
    for path in GOOD.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "packages.csv").write_bytes((GOOD / "packages.csv").read_bytes().replace(b"2025-01-06", b"2025-02-30"))
    results = {each.extract: each for each in load_folder(database, tmp_path, by="loader", at=AT)}
    assert {name for name, each in results.items() if not each.loaded} == {
        "packages",
        "service_lines",
        "agreed_rates",
        "suspensions",
        "funding_shares",
        "contributions",
        "nursing_awards",
    }
    assert results["packages"].problem_count == 1
    assert results["suspensions"].problems == (
        Problem(
            "suspensions.csv",
            "was not tried, because it depends on packages and service_lines, which did not load.",
            "Correct that first and load the folder again.",
        ),
    )
