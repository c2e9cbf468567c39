"""The list of verbs is shown without importing them, says what the command says, and each verb imports its own part."""

import subprocess
import sys
from typing import Any

import pytest
import typer

from interfaces.cli.frame import contents
from interfaces.cli.frame.assembly import app

HEAVY = ("sqlalchemy", "pandas", "numpy", "pyarrow", "hamilton", "openpyxl")


def test_the_list_is_what_the_command_holds() -> None:
    """Fails when a verb is added, renamed or described otherwise: interfaces/cli/frame/contents.py says how to
    refresh it.
    """
    assert contents.FILE.read_text(encoding="utf-8") == contents.as_toml(contents.as_it_is())


def test_help_reads_the_same_from_the_list_and_from_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    shown = []
    for made in (contents.for_line(["--help"]), app()):
        typer.main.get_command(made).main(["--help"], prog_name="outturn", standalone_mode=False)
        shown.append(capsys.readouterr().out)
    assert shown[0] == shown[1] and "trial-balance" in shown[0]


def test_help_imports_nothing_that_takes_seconds() -> None:
    code = (
        "import sys; from interfaces.cli import run; run(['--help']); print([each for each in sys.modules if each "
        "in %r])"
    )
    done = subprocess.run([sys.executable, "-c", code % (HEAVY,)], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")


@pytest.mark.parametrize("line", [["payrun", "show", "1"], ["proof"], ["migrate"]])
def test_a_verb_that_calculates_nothing_does_not_import_what_calculates(line: list[str]) -> None:
    code = (
        "import sys, typer; from interfaces.cli.frame.contents import for_line; "
        "typer.main.get_command(for_line(%r)); print(%s)"
    )
    loaded = "[each for each in ('pandas', 'hamilton') if each in sys.modules]"
    done = subprocess.run([sys.executable, "-c", code % (line, loaded)], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip() == "[]"


def test_a_verb_brings_its_own_part_and_an_unknown_one_the_whole() -> None:
    def names(*line: str) -> set[str]:
        command: Any = typer.main.get_command(contents.for_line(line))
        return set(command.commands)

    assert names("payrun", "show", "1") == {"payrun"}
    assert names("migrate") == {"init", "migrate", "sandbox", "database", "officer"}
    assert names("nonsense") > {"payrun", "assess", "schedule"}


def test_verbs_another_package_brings_are_listed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Entry:
        name = "theirs"

    monkeypatch.setattr(contents, "brings", lambda: [Entry()])
    contents.listed.cache_clear()
    try:
        assert contents.listed() is None and contents.for_line(["--help"]) is app()
    finally:
        contents.listed.cache_clear()
