"""The documents tell the truth: their links lead somewhere, their commands are understood, no verb is left out."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from interfaces.cli.frame.assembly import app
from tests.architecture.papers import DOCUMENTS, asides, blocks, commands, name, prose
from tests.architecture.source import ROOT

COMMAND = typer.main.get_command(app())
OF_THIS_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home)/|\bTODO\b|\bFIXME\b")


def understood(words: list[str], group_alone: bool = False) -> str:
    """The verb a command line reaches. Raises AssertionError, saying what in it is unknown.

    ``group_alone``: a sentence may name a group of verbs (``outturn payrun``) and none of them.
    """
    command: Any = COMMAND
    path: list[str] = []
    while getattr(command, "commands", None):
        if group_alone and path and not words:
            return " ".join(path)
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
    text = prose(path.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{name(path)} links to {target}, which is not there"


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_is_understood(path: Path) -> None:
    for line in commands(path.read_text(encoding="utf-8")):
        understood(shlex.split(line)[1:])


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_command_in_a_sentence_is_understood(path: Path) -> None:
    for line in asides(path.read_text(encoding="utf-8")):
        words = shlex.split(line)[1:]
        if words[0] not in ("VERB", "--help"):
            understood(words, group_alone=True)


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


def test_every_block_of_every_document_is_seen() -> None:
    """Counted another way: every fence begins a block or ends one, and no line of a command is outside them."""
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        assert 2 * len(blocks(text)) == len(re.findall(r"^\s*(?:`{3,}|~{3,})", text, re.M)), name(path)
        assert not re.search(r"^\s*(?:\$ )?outturn ", prose(text), re.M), f"{name(path)} has a command outside a block"


def test_a_block_begins_and_ends_where_a_reader_sees_it() -> None:
    text = """Words.

```mermaid
flowchart LR
```

Between.

~~~~
outturn proof   # what it comes to
~~~
outturn explain \\
    LIN000017
~~~~

- in a list

  ```sh
  $ outturn payrun show 1
  ```

Say `outturn files` and ``nothing``.
"""
    assert [(each.language, each.line) for each in blocks(text)] == [("mermaid", 3), ("", 9), ("sh", 18)]
    assert [" ".join(each.split()) for each in commands(text)] == [
        "outturn proof",
        "outturn explain LIN000017",
        "outturn payrun show 1",
    ]
    assert list(asides(text)) == ["outturn files"]
    assert " ".join(prose(text).split()) == "Words. Between. - in a list Say `outturn files` and ``nothing``."


def test_a_block_that_does_not_end_is_told() -> None:
    with pytest.raises(ValueError, match="line 2 does not end"):
        blocks("Words.\n```sh\noutturn proof\n")
