"""CONTRIBUTING names every file a change touches: each path is there, and no file with the nearest word is left out."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGES, ROOT

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
OURS = re.compile(rf"`((?:{'|'.join((*PACKAGES, 'tests', 'docs'))})/[^`\s]*|scheduler\.py|CHANGELOG\.md)`")
OF_THE_PRODUCT = {".py", ".toml", ".j2", ".typ"}


@dataclass(frozen=True)
class Change:
    """One section: its heading, every path in it, and the words its nearest like is found by."""

    title: str
    paths: frozenset[str]
    words: tuple[str, ...]


def changes(page: str) -> list[Change]:
    """The sections that list files."""
    found = []
    for section in re.split(r"^## ", page, flags=re.M)[1:]:
        paths = {each.rstrip("/") for each in OURS.findall(section)}
        words = re.findall(r"<!-- found by: (.+?) -->", section)
        found.append(Change(section.splitlines()[0], frozenset(paths), tuple(words[0].split(", ")) if words else ()))
    return found


SECTIONS = changes(PAGE)
LISTS = [each for each in SECTIONS if each.words]


@cache
def product() -> dict[str, str]:
    """Every file of the product that somebody writes, with what it says."""
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in OF_THE_PRODUCT]
    return {_named(path): path.read_text(encoding="utf-8") for path in [*paths, ROOT / "scheduler.py"]}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_words(words: tuple[str, ...]) -> set[str]:
    """The files in which any of these stands, whole."""
    wanted = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in words))
    return {name for name, text in product().items() if wanted.search(text)}


def left_out(change: Change) -> set[str]:
    """Files with a word of a list that neither it, nor a folder it names, holds. The folder of steps holds none: an old
    one is to be named as what it is.
    """
    folders = tuple(f"{each}/" for each in change.paths if (ROOT / each).is_dir() and not each.endswith("versions"))
    return {each for each in with_words(change.words) - change.paths if not each.startswith(folders)}


@pytest.mark.parametrize("change", SECTIONS, ids=lambda each: each.title)
def test_every_path_is_there(change: Change) -> None:
    assert {each for each in change.paths if not (ROOT / each).exists()} == set()


@pytest.mark.parametrize("change", LISTS, ids=lambda each: each.title)
def test_no_file_with_the_nearest_word_is_left_out(change: Change) -> None:
    assert left_out(change) == set(), f"“{change.title}” does not name every file with {' or '.join(change.words)}"


@pytest.mark.parametrize("change", LISTS, ids=lambda each: each.title)
def test_the_nearest_word_is_still_in_use(change: Change) -> None:
    for word in change.words:
        assert with_words((word,)), f"“{change.title}” is found by “{word}”, which no file says any longer"


def test_every_list_is_reached_from_the_top() -> None:
    anchors = set(re.findall(r"\]\(#([\w-]+)\)", PAGE))
    assert {each.title.lower().replace(" ", "-") for each in SECTIONS} == anchors


def test_a_list_that_leaves_a_file_out_is_found() -> None:
    """The list of allowances without one of its files, and the same where the folder is named instead."""
    whole = next(each for each in LISTS if "carer_premium" in each.words)
    short = Change(whole.title, whole.paths - {"billing/assessments/comparison.py"}, whole.words)
    assert left_out(short) == {"billing/assessments/comparison.py"}
    assert left_out(Change("", short.paths | {"billing/assessments"}, whole.words)) == set()
