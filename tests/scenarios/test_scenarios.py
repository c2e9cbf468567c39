"""Every scenario file comes out as it says: our own on both databases, the published cases on one."""

import json
from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.scenarios.running import run_scenario

HERE = Path(__file__).parent
OWN = sorted(path for path in HERE.glob("*.toml") if path.name not in ("homes.toml", "charged_council.toml"))
PUBLISHED = sorted(path for path in HERE.glob("published/*.toml") if path.name != "council.toml")


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_it_comes_out_as_it_says(path: Path, database: Database) -> None:
    report = run_scenario(path, database)
    assert report.passed, str(report)


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_a_published_case_comes_out_as_it_says(path: Path) -> None:
    report = run_scenario(path)
    assert report.passed, str(report)
    assert json.dumps(report.as_json())
