"""The documents tell the truth: their links lead somewhere, their commands are understood, no verb is left out."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from interfaces.cli.assembly import app
from tests.architecture.source import ROOT

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = typer.main.get_command(app())
OF_THIS_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home)/|\bTODO\b|\bFIXME\b")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(path: Path) -> Iterator[str]:
    """Every ``outturn …`` line in a block of code that is not an answer, without its remark."""
    for block in re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S):
        for line in block.splitlines():
            words = line.removeprefix("$ ")
            if words.startswith("outturn "):
                yield words.split("  #", 1)[0].strip()


def understood(words: list[str]) -> str:
    """The verb a command line reaches. Raises AssertionError, saying what in it is unknown."""
    command: Any = COMMAND
    path: list[str] = []
    while getattr(command, "commands", None):
        if path == ["assess"] and words[0] not in command.commands:
            words = ["one", *words]
        assert words and words[0] in command.commands, f"no verb {' '.join([*path, *words[:1]])}"
        path.append(words[0])
        command, words = command.commands[words[0]], words[1:]
    known = {option for each in command.params for option in each.opts} | {"--help"}
    for word in words:
        if word.startswith("--"):
            assert word.split("=")[0] in known, f"outturn {' '.join(path)} has no {word}"
    return " ".join(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{name(path)} links to {target}, which is not there"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_is_understood(path: Path) -> None:
    for line in commands(path):
        understood(shlex.split(line)[1:])


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_nothing_speaks_of_one_machine_or_of_work_left(path: Path) -> None:
    assert not OF_THIS_MACHINE.search(path.read_text(encoding="utf-8"))


def test_every_verb_is_in_the_reference_and_nothing_else() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("## The verbs", 1)[1]
    listed = {understood(line.split()) for line in re.findall(r"^\| `outturn ([a-z -]+)", text, re.M)}
    assert listed == set(every())


def every(command: Any = COMMAND, path: tuple[str, ...] = ()) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if not children:
        yield " ".join(path)
        return
    for word, child in children.items():
        if not child.hidden:
            yield from every(child, (*path, word))


def test_the_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 70


def test_no_committed_file_names_a_registry() -> None:
    registry = re.compile("py" + r"pi\.org|files\.pythonhosted|registry\.npmjs")
    for path in (ROOT / "requirements.lock", ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / ".ci" / "run"):
        assert not registry.search(path.read_text(encoding="utf-8")), path.name


def test_every_make_target_is_described_and_needs_nothing_undeclared() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    declared = set(re.findall(r"^\.PHONY: (.+)$", text, re.M)[0].split())
    described = set(re.findall(r"^([a-z-]+):.*## ", text, re.M))
    assert declared == described
