"""Every scenario file comes out as it says."""

from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.scenarios.running import run_scenario

HERE = Path(__file__).parent
FILES = sorted(path for path in HERE.glob("**/*.toml") if path.name not in ("council.toml", "homes.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_comes_out_as_it_says(path: Path, database: Database) -> None:
    report = run_scenario(path, database)
    assert report.passed, str(report)
