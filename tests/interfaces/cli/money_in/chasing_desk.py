"""The verbs of debt and direct debits, run in this process on a fresh database, and their answers read back."""

import json
from typing import Any

import pytest
import typer

from interfaces.cli.money_in import chasing, direct_debits
from interfaces.database.connection import Database


class Desk:
    """``asks(…)`` gives the parsed answer; ``refused(…)`` the parsed error; ``says(…)`` what people read."""

    def __init__(self, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
        app = typer.Typer()
        for part in (chasing, direct_debits):
            part.add_to(app)
        self._command = typer.main.get_command(app)
        self._url = database.url.render_as_string(hide_password=False)
        self._capsys = capsys

    def __call__(self, *words: object, on: str, who: str = "Income officer") -> tuple[int, str]:
        self._capsys.readouterr()
        code = 0
        try:
            self._command.main(
                [*map(str, words), "--database", self._url, "--as", who, "--on", on], prog_name="outturn"
            )
        except SystemExit as ended:
            code = int(ended.code or 0)
        read = self._capsys.readouterr()
        return code, read.out + read.err

    def asks(self, *words: object, on: str) -> Any:
        code, said = self(*words, "--json", on=on)
        assert code == 0, said
        return json.loads(said)

    def refused(self, *words: object, on: str) -> str:
        code, said = self(*words, "--json", on=on)
        assert code == 1, said
        error = json.loads(said)["error"]
        return f"{error['what']} {error['what_to_do']}"

    def says(self, *words: object, on: str, code: int = 0) -> str:
        found, said = self(*words, on=on)
        assert found == code, said
        return " ".join(said.split())
