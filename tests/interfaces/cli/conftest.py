"""The console command, run in this process on a fresh database of either kind, and its answers read back."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli import run
from interfaces.database.connection import Database

GOOD = Path(__file__).parents[2] / "files" / "good"
BROKEN = Path(__file__).parents[2] / "files" / "broken"

ANN, BO = "Ann Preparer", "Bo Approver"


@dataclass(frozen=True)
class Outturn:
    """``outturn(…)`` gives (exit code, standard output, standard error); ``asks`` the parsed JSON of a verb that works;
    ``refused`` the parsed error of one that may not happen; ``says`` what people read."""

    capsys: pytest.CaptureFixture[str]

    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = run([str(each) for each in arguments])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def asks(self, *arguments: object, code: int = 0) -> Any:
        found, out, err = self(*arguments, "--json")
        assert found == code, (arguments, found, out, err)
        assert err == ""
        return json.loads(out)

    def refused(self, *arguments: object, code: int = 1) -> Any:
        return self.asks(*arguments, code=code)["error"]

    def says(self, *arguments: object, code: int = 0) -> str:
        found, out, err = self(*arguments)
        assert found == code, (arguments, found, out, err)
        return out + err


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Outturn:
    """The command with nothing set in the environment."""
    for name in ("OUTTURN_DATABASE", "OUTTURN_USER", "OUTTURN_COUNCIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return Outturn(capsys)


@pytest.fixture
def outturn(bare: Outturn, database: Database, monkeypatch: pytest.MonkeyPatch) -> Outturn:
    """The command on an empty, migrated database."""
    monkeypatch.setenv("OUTTURN_DATABASE", database.url.render_as_string(hide_password=False))
    return bare


@pytest.fixture
def council(outturn: Outturn) -> Outturn:
    """A council: the good sample loaded, an approver who may sign for £40,000 a day, bank details confirmed."""
    outturn.asks("officer", "add", BO, "manager", "--limit", "40,000", "--as", BO)
    outturn.asks("officer", "add", ANN, "clerk", "--as", BO)
    assert outturn.asks("load", GOOD, "--as", ANN)["loaded"]
    outturn.asks("bank", "confirm", "--all", "--evidence", "called back", "--as", BO)
    return outturn


@pytest.fixture
def released(council: Outturn) -> Outturn:
    """The same, with run 1 (four-weekly, up to 3 May 2026) released and its files not yet made."""
    nr = council.asks("payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)["run"]
    council.asks("payrun", "submit", nr, "--as", ANN)
    council.asks("payrun", "approve", nr, "--as", BO)
    council.asks("payrun", "release", nr, "--as", ANN)
    return council
