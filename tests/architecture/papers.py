"""Reading the documents as a reader does: their blocks of code, each from its beginning to its end, and what
stands there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.source import ROOT

DOCUMENTS = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
)
FENCE = re.compile(r"^\s*(`{3,}|~{3,}) *([^`]*)$")


@dataclass(frozen=True)
class Block:
    """A block of code: the word after its fence ("" for none), where it begins, and what stands in it."""

    language: str
    line: int
    text: str


def name(path: Path) -> str:
    """A document as the tests call it."""
    return path.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[Block]:
    """Every block of code. A block ends at a fence as long as its own and with no word after it, as Markdown has it.

    Raises ValueError for a block that does not end.
    """
    found: list[Block] = []
    opened: tuple[str, str, int] | None = None
    inside: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if opened is None:
            if fence:
                opened, inside = (fence[1], fence[2].strip(), number), []
        elif fence and fence[1].startswith(opened[0]) and not fence[2].strip():
            found.append(Block(opened[1], opened[2], "".join(each + "\n" for each in inside)))
            opened = None
        else:
            inside.append(line)
    if opened:
        raise ValueError(f"The block that begins on line {opened[2]} does not end.")
    return found


def prose(text: str) -> str:
    """A document without its blocks of code: its lines stay where they were."""
    lines = text.splitlines()
    for block in blocks(text):
        height = len(block.text.splitlines()) + 2
        lines[block.line - 1 : block.line - 1 + height] = [""] * height
    return "\n".join(lines)


def commands(text: str) -> Iterator[str]:
    """Every ``outturn …`` line of every block of code, whole where it goes on over the line's end, without its
    remark.
    """
    for block in blocks(text):
        for line in block.text.replace("\\\n", " ").splitlines():
            words = line.strip().removeprefix("$ ")
            if words.startswith("outturn "):
                yield re.split(r"\s#\s", words, maxsplit=1)[0].strip()


def asides(text: str) -> Iterator[str]:
    """Every ``outturn …`` said in a sentence, between backticks."""
    for words in re.findall(r"`([^`\n]+)`", prose(text)):
        if words.startswith("outturn "):
            yield words
