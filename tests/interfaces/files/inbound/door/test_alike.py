"""A reference that looks like another to the eye is asked about before it makes a second thing."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.references import looks
from interfaces.database.connection import Database
from interfaces.files.inbound.door.alike import _looks
from interfaces.files.inbound.door.allowance import UNASKED
from interfaces.files.inbound.door.loading import load_file
from tests.interfaces.files.inbound.conftest import AT, GOOD


def people(folder: Path, *refs: str) -> Path:
    header, *_ = (GOOD / "people.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{ref},Ada Example,,,,,learning disability," for ref in refs]
    (folder / "people.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder / "people.csv"


@pytest.mark.parametrize("pair", ["P1 p1", "00123 123", "PO1 P01", "PI2 Pl2", "P1 Р1"])
def test_a_reference_that_looks_like_a_known_one_is_refused_by_name(
    database: Database, tmp_path: Path, pair: str
) -> None:
    known, new = pair.split()
    assert load_file(database, people(tmp_path, known), by="loader", at=AT).new == 1
    refused = load_file(database, people(tmp_path, new, "Q7"), by="loader", at=AT)
    assert not refused.loaded
    (problem,) = refused.problems
    assert f"person ref {new} looks like {known}: they differ by no more than" in problem.what
    assert "--alike" in problem.what_to_do
    meant = UNASKED.said(take_away=None, alike=True)
    assert load_file(database, people(tmp_path, new, "Q7"), by="loader", at=AT, allowance=meant).new == 2
    again = load_file(database, people(tmp_path, known, new, "Q7"), by="loader", at=AT)
    assert (again.loaded, again.unchanged) == (True, 3), "what is known already is not asked about again"


def test_two_of_one_file_are_both_refused(database: Database, tmp_path: Path) -> None:
    refused = load_file(database, people(tmp_path, "L1", "l1", "L2"), by="loader", at=AT)
    assert [each.where for each in refused.problems] == [
        f"people.csv line {line}, column person_ref" for line in (2, 3)
    ]


@pytest.mark.parametrize("ref", ["L1\u200b", "L\u00a01", "Ｌ1", "L1\u2060", "\ufeffL1x"])
def test_what_cannot_be_seen_is_refused_by_name(database: Database, tmp_path: Path, ref: str) -> None:
    refused = load_file(database, people(tmp_path, "Q1", ref), by="loader", at=AT)
    assert [each.where for each in refused.problems] == ["people.csv line 3, column person_ref"]


@given(st.lists(st.text("0OoIl1aA_- /.é", min_size=1, max_size=6), min_size=1, max_size=8))
def test_a_column_looks_as_its_references_do(refs: list[str]) -> None:
    first, second = _looks(pa.array(refs, pa.string()))
    for at, ref in enumerate(refs):
        if ref.strip() == ref:
            assert (first[at].as_py(), second[at].as_py()) == looks(ref)
