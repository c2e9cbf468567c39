"""Columns of text into columns of values. Each different text is read once, however many rows hold it."""

from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.references import MOST_DIGITS, rounded
from interfaces.files.inbound.layouts.fields import Field
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.layouts.value_types import Unreadable, Value, ValueType
from interfaces.files.inbound.readers.faults import Faults, short
from interfaces.files.inbound.readers.reading import Text

_STRAY = "[\\x00-\\x1f\\x7f\\x{fffd}]"  # control characters, and the mark left where a letter was lost
_BETWEEN = "\x1f"
_LONG = f"^[0-9]{{{MOST_DIGITS + 1},}}$"


def parse(text: Text) -> dict[str, pa.Array]:
    """Every column as values, by its name in the file. Faults go to ``text.faults``; a faulty value comes back null."""
    wanted = np.ones(text.count, bool)
    cancelled = _column(text, text.extract.by_name["cancelled"], wanted).fill_null(False)
    wanted = ~np.asarray(cancelled.to_numpy(zero_copy_only=False), bool)
    values = {"cancelled": cancelled}
    more = [each for each in text.extract.of_the_row if each.name not in values]
    for field in (*text.extract.fields, *more):
        everyone = field is text.extract.ref
        values[field.name] = _column(text, field, np.ones(text.count, bool) if everyone else wanted)
    return values


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    joined = column.combine_chunks()
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def _column(text: Text, field: Field, wanted: np.ndarray) -> pa.Array:
    """One column. Only ``wanted`` rows may have faults: a cancelled row needs nothing but its reference."""
    raw = text.columns[field.name]
    if field.otherwise:
        raw = raw.fill_null(field.otherwise)
    if field.required:
        missing = np.asarray(raw.is_null().to_numpy(zero_copy_only=False), bool) & wanted
        text.faults.add(missing, field.name, f"{field.label} is missing.", "Fill it in and send the file again.")
    if field.kind.free:
        raw = _strays(raw, field, text.faults, wanted)
    if field.kind.sort is Sort.NAME:
        _rounded(raw, field, text.faults, wanted)
    if field.kind.quick:
        right = field.kind.quick(raw)
        others = _read(pc.if_else(right, pa.scalar(None, pa.string()), raw), None, field, text.faults, wanted)
        return pc.if_else(right, raw, others)
    beside = text.columns[field.kind.beside] if field.kind.beside else None
    return _read(raw, beside, field, text.faults, wanted)


def _strays(raw: pa.Array, field: Field, faults: Faults, wanted: np.ndarray) -> pa.Array:
    """The column without the values in which a letter was lost."""
    stray = pc.match_substring_regex(raw, _STRAY).fill_null(False)
    rows = np.flatnonzero(np.asarray(stray.to_numpy(zero_copy_only=False), bool) & wanted)
    if not len(rows):
        return raw
    values = short([repr(value).strip("'") for value in raw.take(pa.array(rows)).to_pylist()])
    what = f"{field.label} {{}} holds a line break, or a character that was lost on the way."
    faults.add(rows, field.name, what, "Correct it in the case system and send the file again.", values)
    return pc.if_else(stray, pa.scalar(None, pa.string()), raw)


def _rounded(raw: pa.Array, field: Field, faults: Faults, wanted: np.ndarray) -> None:
    """Numbers too long for a spreadsheet, all of which end in the noughts it leaves."""
    long = np.asarray(pc.match_substring_regex(raw, _LONG).fill_null(False).to_numpy(zero_copy_only=False), bool)
    if not (long & wanted).any():
        return
    lost = rounded(raw.filter(pa.array(long & wanted)).to_pylist())
    rows = np.flatnonzero(long & wanted) if lost else np.empty(0, np.int64)
    what = f"{field.label} {{}} is a number of more than {MOST_DIGITS} figures: a spreadsheet has lost its last ones."
    faults.add(rows, field.name, what, "Keep the column as text, put the numbers back, and send it again.", short(lost))


def _read(raw: pa.Array, beside: pa.Array | None, field: Field, faults: Faults, wanted: np.ndarray) -> pa.Array:
    kind = field.kind
    keys = raw if beside is None else pc.binary_join_element_wise(raw, beside.fill_null(""), _BETWEEN)
    coded = keys.dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    values, wrong = _distinct(coded.dictionary.to_pylist(), kind, beside is not None)
    index = coded.indices
    if wrong:
        codes = np.asarray(index.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
        for (what, what_to_do), places in wrong.items():
            rows = np.flatnonzero(np.isin(codes, places) & wanted)
            given = short(raw.take(pa.array(rows)).to_pylist())
            faults.add(rows, field.name, f"{field.label} {{}} {what}", what_to_do, given)
    found = pa.array(values, kind.arrow).take(index)
    return found if kind.empty is None else found.fill_null(kind.empty)


def _distinct(keys: list[str], kind: ValueType, two: bool) -> tuple[list[Value], dict[tuple[str, str], list[int]]]:
    values: list[Value] = []
    wrong: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        own, _, other = key.partition(_BETWEEN) if two else (key, "", "")
        try:
            values.append(kind.read(own, other))
        except Unreadable as error:
            wrong[error.what, error.what_to_do].append(place)
            values.append(None)
    return values, wrong
