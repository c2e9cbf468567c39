"""The console command, run in this process on a fresh database of either kind, and its answers read back."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli import run
from interfaces.database.connection import Database
from tests.conftest import Grown, NewDatabase

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

    def told(self, path: Path, by: str, second: str) -> None:
        """A file loaded by one officer, what of it waits confirmed by another, row by row."""
        for each in self.asks("load", path, "--as", by)["files"]:
            if each["load"] is not None:
                rows = self.asks("waiting", "show", each["load"])["rows"]
                self.asks("waiting", "confirm", each["load"], *(row["ref"] for row in rows), "--as", second)

    def says(self, *arguments: object, code: int = 0) -> str:
        found, out, err = self(*arguments)
        assert found == code, (arguments, found, out, err)
        return out + err


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Outturn:
    """The command with nothing set in the environment."""
    for name in ("OUTTURN_DATABASE", "OUTTURN_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return Outturn(capsys)


@pytest.fixture
def database(request: pytest.FixtureRequest, new_database: NewDatabase, grown: Grown) -> Database:
    """An empty, migrated database; or what the fixtures asked for have lived through, lived once for all who ask."""
    asked = {"council", "released"}.intersection(request.fixturenames) - vars(request.module).keys()
    return grown(_released if "released" in asked else _council) if asked else new_database()


@pytest.fixture
def outturn(bare: Outturn, database: Database, monkeypatch: pytest.MonkeyPatch) -> Outturn:
    """The command on this database."""
    monkeypatch.setenv("OUTTURN_DATABASE", database.url.render_as_string(hide_password=False))
    return bare


@pytest.fixture
def council(outturn: Outturn) -> Outturn:
    """A council: the good sample loaded, an approver who may sign for £40,000 a day, what waits confirmed."""
    return outturn


@pytest.fixture
def released(outturn: Outturn) -> Outturn:
    """The same, with run 1 (four-weekly, up to 3 May 2026) released and its files not yet made."""
    return outturn


def _council(database: Database) -> Database:
    _does(database, "officer", "add", BO, "manager", "--limit", "40,000", "--as", BO)
    _does(database, "officer", "add", ANN, "clerk", "--as", BO)
    _does(database, "load", GOOD, "--as", ANN)
    _does(database, "bank", "confirm", "--all", "--evidence", "called back", "--as", BO)
    _does(database, "waiting", "confirm", 18, "--as", BO)
    return database


def _released(database: Database) -> Database:
    _council(database)
    _does(database, "payrun", "run", "4W", "--on", "2026-05-04", "--as", ANN)
    for verb, by in (("submit", ANN), ("approve", BO), ("release", ANN)):
        _does(database, "payrun", verb, 1, "--as", by)
    return database


def _does(database: Database, *words: object) -> None:
    said = io.StringIO()
    where = "--database", database.url.render_as_string(hide_password=False)
    with redirect_stdout(said), redirect_stderr(said):
        assert run([str(each) for each in (*words, *where)]) == 0, (words, said.getvalue())
