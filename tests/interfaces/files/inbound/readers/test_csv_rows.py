"""A NUL byte is called a NUL, by its line and column; UTF-16 is called UTF-16."""

from pathlib import Path

import pytest

from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_file
from tests.interfaces.files.inbound.door.test_whole import LATER

HEAD = "payee_ref,name,kind,supplier_number,email\n"
NUL = "a NUL character (a byte of nought), which stands for no letter"
REMEDY = "Take it out in the case system, or ask its supplier why it is there, and send the file again."


def said(database: Database, path: Path, text: str, encoding: str = "utf-8", quarantine: bool = False) -> list[str]:
    path.write_bytes(text.encode(encoding))
    result = load_file(database, path, by="loader", at=LATER, quarantine=quarantine)
    return [str(each) for each in result.problems]


def test_a_nul_is_named_with_its_line_and_column(loaded: Database, tmp_path: Path) -> None:
    path = tmp_path / "payees.csv"
    rows = "V8,Example,provider,,\nV9,Exa\x00mple,provi\x00der,,\n"
    expected = [
        f"payees.csv line 3, column name: name holds {NUL}. {REMEDY}",
        f"payees.csv line 3, column kind: kind holds {NUL}. {REMEDY}",
    ]
    assert said(loaded, path, HEAD + rows) == expected
    assert said(loaded, path, HEAD + rows, quarantine=True) == expected
    header = said(loaded, path, HEAD.replace("name", "na\x00me") + rows)
    assert header == [f"payees.csv line 1: has {NUL}, in the name of column 2. {REMEDY}"]


def test_a_nul_in_a_reference_can_be_set_aside(loaded: Database, tmp_path: Path) -> None:
    path = tmp_path / "payees.csv"
    assert len(said(loaded, path, HEAD + "V\x009,Example,provider,,\n", quarantine=True)) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_called_by_its_name(loaded: Database, tmp_path: Path, encoding: str) -> None:
    (problem,) = said(loaded, tmp_path / "payees.csv", HEAD + "V9,Example,provider,,\n", encoding)
    assert "UTF-16" in problem
