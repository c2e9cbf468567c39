"""Reading back what we wrote gives what we had; and the fast way through a CSV file agrees with the careful one."""

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.care import CARE
from interfaces.files.inbound.layouts.fields import Field
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.layouts.value_types import Value, ValueType
from interfaces.files.inbound.readers.csv_rows import CsvRows
from interfaces.files.inbound.readers.parsing import parse
from interfaces.files.inbound.readers.reading import read_text
from interfaces.files.inbound.writing import write_extract

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=8)
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
REFS = st.from_regex(r"[A-Z]{1,3}[0-9]{1,6}(/[0-9]{1,2})?|0*[1-9][0-9]{0,11}|[A-Z]{2,5}", fullmatch=True).filter(
    lambda ref: ref not in ("NA", "NAN", "NIL", "NULL", "NONE")
)
DATES = st.dates(dt.date(1970, 1, 2), dt.date(2199, 12, 31))
MONEY = st.integers(0, 10**9)


def values_of(kind: ValueType) -> st.SearchStrategy[Value]:
    """Any value a kind may keep."""
    if kind.words:
        return st.sampled_from(kind.words)
    if kind in (value_types.DATE, value_types.FIRST_DAY, value_types.LAST_DAY):
        return DATES
    if kind in (value_types.PENCE, value_types.RATE):
        return MONEY
    if kind is value_types.SIGNED_PENCE:
        return MONEY.map(lambda pence: -pence - 1) | MONEY.map(lambda pence: pence + 1)
    if kind is value_types.PERCENT:
        return st.integers(1, 10_000)
    if kind is value_types.QUANTITY:
        return st.integers(1, 600_000)
    if kind is value_types.DAYS:
        return st.integers(0, 127)
    if kind is value_types.STEPS:
        step = st.tuples(st.integers(0, 100), st.integers(1, 999)).map(lambda pair: f"{pair[0]}:{pair[1]}")
        return st.tuples(st.lists(step, max_size=3), st.integers(0, 100)).map(lambda p: ",".join([*p[0], str(p[1])]))
    if kind is value_types.NHS_NUMBER:
        return st.sampled_from(["9990000999", "9990001073", "9990001332"])
    if kind in (value_types.SORT_CODE, value_types.ACCOUNT_NUMBER):
        return st.integers(1, 999_999).map(lambda number: f"{number:0{6 if kind is value_types.SORT_CODE else 8}d}")
    if kind is value_types.UPRN:
        return st.integers(1, 10**12 - 1).map(str)
    if kind is value_types.EMAIL:
        return st.just("someone@example.org")
    if kind.sort is Sort.NAME:
        return REFS
    if kind.free:
        return TEXTS
    return (
        st.integers(1, 9).filter(lambda number: reads(kind, str(number))).map(lambda number: kind.read(str(number), ""))
    )


def reads(kind: ValueType, text: str) -> bool:
    """Whether a value is within the limits of its kind: a month may not begin on its 1st."""
    try:
        kind.read(text, "")
    except value_types.Unreadable:
        return False
    return True


def field_value(field: Field) -> st.SearchStrategy[Value]:
    values = values_of(field.kind)
    return values if field.required or field.kind.empty is not None else st.none() | values


@cache
def rows_of(name: str) -> st.SearchStrategy[list[dict[str, Value]]]:
    extract = CARE[name]
    row = st.fixed_dictionaries({field.name: field_value(field) for field in extract.fields})
    return st.lists(row, min_size=1, max_size=4)


@pytest.mark.parametrize("end", ["csv", "xlsx"])
@given(st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_written_reads_back_the_same(end: str, data: st.DataObject) -> None:
    extract = data.draw(st.sampled_from(list(CARE.values())))
    rows = data.draw(rows_of(extract.name))
    written = [
        {
            field.name: None if row[field.name] is None else field.kind.write(row[field.name], str(row.get("unit")))
            for field in extract.fields
        }
        for row in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{extract.name}.{end}"
        assert write_extract(extract.name, written, path) == len(rows)
        text = read_text(path, extract)
        values = parse(text)
    assert text.faults.problems() == ()
    for field in extract.fields:
        assert values[field.name].to_pylist() == [row[field.name] for row in rows], field.name


CELLS = st.text(st.sampled_from('ab ,"\né'), max_size=4)
LINES = st.lists(st.lists(CELLS, min_size=2, max_size=2).map(lambda row: ["x", *row]), min_size=1, max_size=6)


@given(LINES, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=200, deadline=None)
def test_the_fast_way_agrees_with_the_careful_one(lines: list[list[str]], line_end: str) -> None:
    """Whatever a value holds, once it is quoted as it should be."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in lines]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_text(line_end.join(["one,two,three", *quoted]) + line_end, encoding="utf-8", newline="")
        ways = []
        for way in ("batches", "_carefully"):
            source = CsvRows(path)
            batches = list(getattr(source, way)())
            source.close()
            pieces = [batch.columns(3) for batch in batches]
            columns = [[cell for piece in pieces for cell in piece[place].to_pylist()] for place in range(3)]
            ways.append((columns, [int(line) for batch in batches for line in batch.lines]))
    assert ways[0] == ways[1]
    assert [list(row) for row in zip(*ways[0][0], strict=True)] == lines
