"""What comes from outside meets us in one place each: files where they are opened, words where they are shown."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.source import ROOT, modules, named, tree

SOURCES = modules()
SHIPPED = {  # read files of our own, that come with the program
    "finance/assessment/ages.py",
    "billing/assessments/uprating/what_if.py",
    "interfaces/cli/frame/contents.py",
    "interfaces/documents/reminder.py",
    "interfaces/documents/words.py",
    "interfaces/database/guards.py",
}


def having(words: str) -> set[str]:
    """The files in whose code, remarks and sentences left out, this is found."""
    return {name for name, code in _code().items() if re.search(words, code)}


@cache
def _code() -> dict[str, str]:
    return {named(each): ast.unparse(tree(each)) for each in SOURCES}


def test_toml_is_read_in_one_place() -> None:
    assert having(r"tomllib\.loads?\(") - SHIPPED == {"finance/toml_and_json.py"}


def test_workbooks_are_unpacked_in_one_place() -> None:
    ours = {
        "interfaces/files/outbound/remittance_xlsx.py",
        "interfaces/demo/extracts.py",
        "interfaces/documents/batches.py",
    }
    assert having(r"load_workbook\(|ZipFile\(") - ours == {"interfaces/files/inbound/readers/xlsx_rows.py"}


def test_readers_open_files_in_one_place() -> None:
    inbound = {
        each
        for each in having(r"\.open\(|(?<![\w.])open\(|\.read_bytes\(\)")
        if each.startswith("interfaces/files/inbound/")
    }
    assert inbound == {"interfaces/files/inbound/readers/opening.py", "interfaces/files/inbound/readers/xlsx_rows.py"}


def test_words_are_shown_in_one_place() -> None:
    assert having(r"\b(Plain)?Console\(") == {"interfaces/cli/frame/printing.py"}
    assert not having(r"(?<!Plain)\bConsole\((?!\):)|from_markup|rich\.markup")


@pytest.mark.parametrize("path", sorted(having(r"\bEnvironment\(")))
def test_every_page_escapes_what_is_put_into_it(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert len(re.findall(r"\bEnvironment\(", text)) == text.count("autoescape=True")


def test_no_template_lets_words_through_unescaped() -> None:
    for each in (ROOT / "interfaces").rglob("*.j2"):
        assert not re.search(r"\|\s*safe|autoescape\s+false", each.read_text(encoding="utf-8")), each
