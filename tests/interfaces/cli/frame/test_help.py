"""Help that reads well: every verb says what it is for in a sentence, with an example that is a command that works."""

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from interfaces.cli.frame.assembly import app

ROOT = typer.main.get_command(app())


def verbs(command: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = getattr(command, "commands", None)
    if not children:
        yield path, command
        return
    for name, child in children.items():
        yield from verbs(child, (*path, name))


EVERY = [(path, command) for path, command in verbs() if not command.hidden or path == ("assess", "one")]
IDS = [" ".join(path) for path, _ in EVERY]
SILENT = {"assess one"}  # reached as “outturn assess FILE”


def test_the_verbs_are_those_the_design_names() -> None:
    assert {path[0] for path, _ in EVERY} >= {
        "init",
        "migrate",
        "load",
        "quarantine",
        "bank",
        "calendar",
        "officer",
        "payrun",
        "explain",
        "cost",
        "proof",
        "trial-balance",
        "coding",
        "reissue",
        "demo",
        "scenario",
        "schedule",
        "assess",
    }
    assert {path[1] for path, _ in EVERY if path[0] == "payrun"} == {
        "draft",
        "calculate",
        "run",
        "show",
        "lines",
        "findings",
        "checks",
        "accept",
        "submit",
        "approve",
        "send-back",
        "release",
        "abandon",
        "urgent",
        "list",
        "hold",
        "let-go",
        "holds",
        "parked",
        "files",
        "remittance",
        "debt",
    }


@pytest.mark.parametrize(("path", "command"), EVERY, ids=IDS)
def test_each_verb_says_what_it_does_and_shows_how(path: tuple[str, ...], command: Any) -> None:
    words = command.help
    first = words.split("\n", 1)[0]
    assert first.rstrip().endswith((".", ":")) and first[0].isupper(), first
    examples = re.findall(r"Example: outturn (.+)$", words, re.M)
    assert examples, f"outturn {' '.join(path)} gives no example"
    for each in examples:
        given = shlex.split(each)
        assert given[: len(path)] == list(path) or " ".join(path) in SILENT, each


@pytest.mark.parametrize(("path", "command"), EVERY, ids=IDS)
def test_each_verb_takes_the_shared_options(path: tuple[str, ...], command: Any) -> None:
    options = {option for each in command.params for option in each.opts}
    assert {"--database", "--as", "--on", "--json"} <= options
    for each in command.params:
        assert getattr(each, "help", None), f"outturn {' '.join(path)}: {each.name} says nothing of itself"


@pytest.mark.parametrize(("path", "command"), EVERY, ids=IDS)
def test_the_example_of_each_verb_is_understood(
    path: tuple[str, ...], command: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"Example: outturn (.+)$", command.help, re.M)[:1]
    words = shlex.split(example)[len(path) :] if " ".join(path) not in SILENT else shlex.split(example)[1:]
    for word in words:
        if re.fullmatch(r"[\w/-]+\.(toml|csv|json|xlsx)", word):
            (tmp_path / word).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / word).touch()
        elif word.endswith("/"):
            (tmp_path / word).mkdir(parents=True, exist_ok=True)
    command.make_context(path[-1], words)
