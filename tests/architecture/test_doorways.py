"""What people see is made once: a doorway renders typed records, and holds no SQL and no sums."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.source import calls, imports, modules, named

DOORWAYS = ("interfaces/cli/", "interfaces/documents/")
TYPES = {"Connection", "Row", "OperationalError"}  # of what is handed on, and of what is put into plain words
SUMS = re.compile(r"(^|\.)(sum|sumprod|fsum|groupby|group_by|aggregate|Counter|defaultdict|accumulate|reduce)$")

LEFT = {
    "interfaces/cli/frame/references.py": "SQL of the desk: the last deed, rows set aside, files issued",
    "interfaces/cli/frame/desk.py": "whether a database holds a council at all",
    "interfaces/cli/frame/printing.py": "columns: which hold figures",
    "interfaces/documents/batches.py": "a batch’s own control totals, made and read back",
    "interfaces/documents/emails.py": "papers of one bill, gathered into one message",
}
"""What is left, and why. Nothing is added without a word of why here."""

DOORWAY_FILES = [path for path in modules() if named(path).startswith(DOORWAYS)]


def _sql(path: Path) -> list[str]:
    return [name for module, name in imports(path) if module.split(".")[0] == "sqlalchemy" and name not in TYPES]


def _sums(path: Path) -> list[str]:
    return [call for call in calls(path) if SUMS.search(call)]


@pytest.mark.parametrize("path", DOORWAY_FILES, ids=named)
def test_a_doorway_holds_no_sql_and_no_sums(path: Path) -> None:
    found = [*_sql(path), *_sums(path)]
    if named(path) in LEFT:
        assert found, f"{named(path)} is clean: take it off the list of what is left"
    else:
        assert not found, f"{named(path)} works out what it shows: {', '.join(found)}"


def test_a_sum_and_a_query_would_be_seen(tmp_path: Path) -> None:
    """Of what the rule above sees: each way of adding up, and SQL under any name."""
    path = tmp_path / "verb.py"
    for words in ("sum(each.pence for each in rows)", "np.sum(rows)", "pc.sum(rows)", "groupby(rows)", "Counter(rows)"):
        path.write_text(f"def verb(rows):\n    return {words}\n", encoding="utf-8")
        assert _sums(path), words
    for line in ("from sqlalchemy import select", "from sqlalchemy import func as f", "import sqlalchemy.sql"):
        path.write_text(f"{line}\n", encoding="utf-8")
        assert _sql(path), line
    path.write_text("from sqlalchemy import Connection\n", encoding="utf-8")
    assert not _sql(path)


@pytest.mark.parametrize("path", [each for each in modules() if "views" in each.stem], ids=named)
def test_what_is_shown_is_frozen(path: Path) -> None:
    for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(each, ast.ClassDef):
            marks = [ast.unparse(mark) for mark in each.decorator_list]
            assert any("frozen=True" in mark for mark in marks), f"{named(path)}: {each.name} may be changed"


def test_what_is_left_is_there() -> None:
    assert set(LEFT) <= {named(path) for path in DOORWAY_FILES}
