"""Only regular files of a bounded size are read, and what unpacks or nests without end is refused in bounded time."""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from finance import toml_and_json
from finance.money import LARGEST_PENCE, read_pence
from finance.problems import NotAnAmount
from finance.toml_and_json import BadText, read_json, read_toml
from interfaces.files.inbound.circumstances_json import MOST_ROWS, CircumstancesRead, Unread, read_each
from interfaces.files.inbound.council_file import BadCouncilFile, read_council
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers import opening, xlsx_rows
from interfaces.files.inbound.readers.opening import UnusableFile, open_file
from interfaces.files.inbound.readers.opening import read_text as opened
from interfaces.files.inbound.readers.reading import Text, read_text
from interfaces.scenarios.reading import MOST_INCLUDED, BadScenario, read_scenario

posix = pytest.mark.skipif(os.name != "posix", reason="devices and pipes of Unix")


def refused(path: Path) -> str:
    with pytest.raises(UnusableFile) as caught:
        open_file(path).close()
    assert caught.value.what_to_do
    return caught.value.what


@posix
def test_devices_pipes_loops_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert refused(Path("/dev/zero")) == refused(tmp_path / "pipe") == "is not a file but a device or a pipe."
    assert refused(tmp_path / "loop") == "is a link that leads back to itself."
    assert refused(tmp_path) == "is a folder, not a file."
    assert refused(tmp_path / "none.csv") == refused(tmp_path / "a\x00b") == "is not there."
    assert refused(tmp_path / ("a" * 400)) == "has too long a name."


def test_a_file_without_end(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as large:
        large.truncate(opening.LARGEST_TEXT + 1)  # a hole: it takes no room
    with pytest.raises(UnusableFile, match="is larger than 64 MB"):
        opened(tmp_path / "large")


def told(text: Text) -> str:
    (problem,) = text.faults.problems()
    assert problem.where and problem.what_to_do
    return problem.what


def packed(path: Path, **parts: bytes) -> Path:
    """A workbook with some of its parts in other words."""
    book = openpyxl.Workbook()
    book.active.append(["a"])  # type: ignore[union-attr]
    plain = io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            new.writestr(each, parts.get(each.rpartition("/")[2].partition(".")[0], old.read(each)))
    return path


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
BOMBS = {
    "zip": (HEAD + b" " * 40_000_000, "unpacks to far more than an Excel workbook can."),
    "entities": (
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>' + HEAD + b"</sheetData></worksheet>",
        "declares words of its own in its XML, which Excel never does.",
    ),
    "columns": (
        HEAD + b'<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>',
        "has 16,384 columns.",
    ),
    "rows": (
        HEAD + b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row></sheetData></worksheet>',
        "has more rows than a sheet can.",
    ),
    "rows twice": (
        HEAD
        + b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row></sheetData></worksheet>',
        "has rows out of order, or twice.",
    ),
    "rows backwards": (
        HEAD
        + b'<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row></sheetData></worksheet>',
        "has rows out of order, or twice.",
    ),
    "cells backwards": (
        HEAD + b'<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row></sheetData></worksheet>',
        "has cells of one row out of order, or twice.",
    ),
    "cut short": (HEAD + b'<row r="1"><c r="A1">', "is damaged, and cannot be read as an Excel workbook."),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_that_is_too_much(tmp_path: Path, name: str) -> None:
    sheet, words = BOMBS[name]
    began = time.process_time()
    assert told(read_text(packed(tmp_path / "people.xlsx", sheet1=sheet), EXTRACTS["people"])) == words
    assert time.process_time() - began < 30


def test_a_workbook_of_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_rows, "MOST_CELLS", 1_500)
    rows = b"".join(b'<row r="%d"><c r="CV%d"/></row>' % (row, row) for row in range(1, 100))
    path = packed(tmp_path / "people.xlsx", sheet1=HEAD + rows + b"</sheetData></worksheet>")
    assert told(read_text(path, EXTRACTS["people"])) == "has more than 1,500 cells."


def test_a_million_columns_and_cells_without_end(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text("a," * 1_000_000 + "\n1\n", encoding="utf-8")
    assert told(read_text(path, EXTRACTS["services"])) == "has 1,000,001 columns."
    good = (Path(__file__).parents[4] / "files" / "good" / "services.csv").read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([good[0], good[1], good[2].replace(",", "," + "x" * 40_000, 1)]), encoding="utf-8")
    problems = read_text(path, EXTRACTS["services"]).faults.problems()
    assert [each.what.partition(" ")[2] for each in problems] == ["is longer than 32,767 characters."]
    assert problems[0].where.startswith("services.csv line 3, column ")
    path.write_text(good[0] + "\n" + '"' + "x" * 200_000 + "\n", encoding="utf-8")
    assert "a quotation mark may never have been closed" in told(read_text(path, EXTRACTS["services"]))


STRANGE_TOML = {
    "a = " + "[" * 5_000: "has too many lists or tables",
    "a = " + "[" * 30 + "]" * 30: "has too many lists or tables",
    "a." * 200_000 + "a = 1": "has a name of too many parts.",
    "a = " + "9" * 5_000: "too large to be right",
    "a = 1e999999999999999999999": "too large",
    "a = nan": "too large or too fine",
    "a = 100000000000000000000": "too large",
    "a = 0001-01-01": "too far from today",
    "[b]\na = 9999-12-31T10:00:00": "too far from today",
    'a = "\\u0000"': "stands for no letter",
    "a = ": "is not TOML",
}


@pytest.mark.parametrize("text", STRANGE_TOML, ids=range(len(STRANGE_TOML)))
def test_toml_that_no_rule_could_hold(text: str) -> None:
    began = time.process_time()
    with pytest.raises(BadText, match=STRANGE_TOML[text]) as caught:
        read_toml(text)
    assert caught.value.what_to_do and len(str(caught.value)) < 300 and time.process_time() - began < 5


def test_leader_dots_in_a_sentence_are_no_name() -> None:
    words = "Total " + "." * 500 + " 12.50 = all"
    assert read_toml(f'about = "{words}"') == {"about": words}


STRANGE_JSON = {
    # never closed: whether the depth or the end is met first is the Python's own
    "[" * 5_000: "too many lists|is not JSON",
    '{"a":' * 5_000: "too many lists|is not JSON",
    "[" * 50 + "]" * 50: "too many lists",
    "9" * 5_000: "too large",
    '{"a": NaN}': "no number",
    '{"a": 1, "a": 2}': "twice in one place",
    '"\\ud800"': "stands for no letter",
    '{"\\u0000": 1}': "stands for no letter",
    '"a\\u0000"': "stands for no letter",
    "{": "is not JSON",
    "1e400000": "too large",
}


@pytest.mark.parametrize("text", STRANGE_JSON, ids=range(len(STRANGE_JSON)))
def test_json_that_no_rule_could_hold(text: str) -> None:
    with pytest.raises(BadText, match=STRANGE_JSON[text]) as caught:
        read_json(text)
    assert caught.value.what_to_do and len(str(caught.value)) < 300


def test_the_place_is_named() -> None:
    with pytest.raises(BadText) as caught:
        read_toml("[[steps]]\non = 2026-05-01\n[[steps]]\non = 0001-01-01\n")
    assert caught.value.where == "steps 2, on"
    assert toml_and_json.place(("a", 0, "b")) == "a 1, b"


@posix
def test_what_a_scenario_includes_is_read_within_bounds_too(tmp_path: Path) -> None:
    one = tmp_path / "one.toml"
    one.write_text('title = "A"\ninclude = "/dev/zero"\n', encoding="utf-8")
    with pytest.raises(BadScenario, match="zero: is not a file but a device or a pipe"):
        read_scenario(one)
    for name in range(30):  # each includes the next twice: a thousand million files, were it let
        (tmp_path / f"{name}.toml").write_text(f'include = ["{name + 1}.toml", "{name + 1}.toml"]\n', encoding="utf-8")
    (tmp_path / "30.toml").write_text('title = "x"\n', encoding="utf-8")
    one.write_text('title = "A"\ninclude = "0.toml"\n', encoding="utf-8")
    with pytest.raises(BadScenario, match=f"one of more than {MOST_INCLUDED} files"):
        read_scenario(one)
    with pytest.raises(BadCouncilFile, match="device or a pipe"):
        read_council(Path("/dev/zero"))


def test_sums_of_what_is_let_in_cannot_wrap() -> None:
    assert LARGEST_PENCE * 90_000_000 < 2**63
    assert read_pence("1,000,000,000.00") == LARGEST_PENCE == read_pence("-1000000000") * -1
    for each in ("1000000000.01", "-1000000000.01", "9" * 39, "9" * 5_000):
        with pytest.raises(NotAnAmount, match="too la|too long"):
            read_pence(each)


def test_very_many_incomes_are_refused_and_many_are_read_in_a_moment() -> None:
    def told_of(count: int) -> list[CircumstancesRead | Unread]:
        incomes = [{"kind": "earnings", "amount": "1.00"}] * count
        person = {"person": "P", "date_of_birth": "1950-01-01", "weekly_cost": "10.00", "incomes": incomes}
        return read_each(json.dumps([person]), "many.json")

    began = time.process_time()
    (taken,), (refused_,) = told_of(MOST_ROWS), told_of(10_000)
    assert isinstance(taken, CircumstancesRead) and isinstance(refused_, Unread) and time.process_time() - began < 10
    assert [str(each) for each in refused_.why.problems] == [
        "many.json, person 1, incomes: holds 10,000. Nobody has more than 2,000: check the file."
    ]
    pairs = ", ".join(f'"{nr}": 1' for nr in range(50_000))
    with pytest.raises(BadText, match="says “0” twice"):
        read_json(f'{{{pairs}, "0": 1}}')
    assert time.process_time() - began < 15
