"""Open an extract, whatever it is stored as, and gather its columns of text with every fault met on the way."""

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints
from finance.problems import Problem
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.csv_rows import CsvRows
from interfaces.files.inbound.readers.faults import Faults, mask
from interfaces.files.inbound.readers.opening import UnusableFile, open_file
from interfaces.files.inbound.readers.rows import LONGEST_CELL, RowBatch, Source
from interfaces.files.inbound.readers.xlsx_rows import XlsxRows
from ledgers.progress import Progress

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class Text:
    """An extract as text: one column for each of its layout, trimmed, with null where there is nothing."""

    extract: Extract
    columns: dict[str, pa.Array]
    lines: Ints
    faults: Faults
    notes: list[Problem] = field(default_factory=list)
    """What was read otherwise than might be thought: a second sheet, left alone."""

    @property
    def count(self) -> int:
        return len(self.lines)


def extract_named(path: Path) -> Extract | None:
    """The extract a file's name stands for: ``service_lines.csv``, ``Service Lines 2026-04-06.xlsx``."""
    stem = re.sub(r"[\s\-]+", "_", path.stem.casefold())
    for name in sorted(EXTRACTS, key=len, reverse=True):
        if stem == name or re.match(rf"{name}[_.\d]", stem):
            return EXTRACTS[name]
    return None


_NAMED_DAY = re.compile(r"(?<!\d)(?:(\d{4})[-_. ]?(\d\d)[-_. ]?(\d\d)|(\d\d)[-_. ]?(\d\d)[-_. ]?(\d{4}))(?!\d)")


def day_named(path: Path) -> dt.date | None:
    """The day in a file's name: ``people 2026-06-01.csv``, ``people_20260601.csv``, ``people 01-06-2026.csv``."""
    for found in _NAMED_DAY.finditer(path.stem):
        year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def read_text(path: Path, extract: Extract, sheet: str | None = None, progress: Progress | None = None) -> Text:
    """Read a file as text. What cannot be read at all comes back as a fault of the whole file, and no rows."""
    try:
        source = _open(path, extract, sheet, progress)
    except UnusableFile as error:
        return _nothing(path, extract, error)
    try:
        return _gather(path, extract, source)
    except UnusableFile as error:
        return _nothing(path, extract, error)
    finally:
        source.close()


def text_of(extract: Extract, rows: Iterable[Mapping[str, object]], name: str) -> Text:
    """Rows given by a program, in the words of the file: a missing column is an empty value."""
    batch = RowBatch()
    header = list(extract.by_name)
    faults: list[tuple[str, str]] = []
    for number, row in enumerate(rows, 1):
        faults += [(f"row {number}", key) for key in row if key not in extract.by_name]
        batch.add(["" if row.get(key) is None else str(row[key]) for key in header], number)
    text = _text(extract, f"{name}: {extract.name}", "row", header, [batch])
    for where, key in faults:
        text.faults.of_file(f"has no column called {key}.", _suggest(key, extract), f"{name}: {extract.name} {where}")
    return text


def _open(path: Path, extract: Extract, sheet: str | None, progress: Progress | None) -> Source:
    with open_file(path) as raw:
        start = raw.read(4)
    if not start:
        raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")
    if start == _OLD_EXCEL:
        raise UnusableFile("is an old Excel workbook (.xls).", "Open it in Excel and save it as .xlsx.")
    if start == _ZIP:
        return XlsxRows(path, extract.name, sheet, progress)
    if path.suffix.casefold() in (".xlsx", ".xlsm"):
        raise UnusableFile("cannot be opened as an Excel workbook.", "Open it in Excel, save it as .xlsx, and resend.")
    return CsvRows(path, progress)


def _gather(path: Path, extract: Extract, source: Source) -> Text:
    header, faults = _match(source.header, extract)
    if faults:
        text = _text(extract, path.name, source.word, [], [])
        for what, what_to_do in faults:
            text.faults.of_file(what, what_to_do, f"{path.name} header")
        return text
    sorts = [extract.by_name[name].kind.sort for name in header]
    text = _text(extract, path.name, source.word, header, source.batches(sorts))
    text.notes += [Problem(path.name, what, what_to_do) for what, what_to_do in source.notes]
    _refuse_totals(text)
    if not text.count:
        text.faults.of_file(
            "has a header and no rows.", "Send the rows; if there is nothing to send, leave the file out."
        )
    return text


_TOTAL = r"(?i)^(grand |sub-?|sub )?totals?\b[^0-9A-Za-z]*$"


def _refuse_totals(text: Text) -> None:
    """A row that adds up those above it: it says so, where a reference should be or beside none."""
    ref = text.columns[text.extract.ref.name]
    total = mask(pc.match_substring_regex(ref, _TOTAL))
    for each in text.extract.fields[1:]:
        if each.kind.free:
            total |= mask(ref.is_null()) & mask(pc.match_substring_regex(text.columns[each.name], _TOTAL))
    what = f"is a row of totals, not {'an' if text.extract.noun[:1] in 'aeiou' else 'a'} {text.extract.noun}."
    text.faults.unreadable(np.flatnonzero(total), what, "Take it out and send the file again.")


def _nothing(path: Path, extract: Extract, error: UnusableFile) -> Text:
    text = _text(extract, path.name, "line", [], [])
    text.faults.of_file(error.what, error.what_to_do, f"{path.name} {error.where}".strip())
    return text


def _match(header: list[str], extract: Extract) -> tuple[list[str], list[tuple[str, str]]]:
    """The header in the layout's own words, forgiving capitals and spaces, and whatever is wrong with it."""
    names = [re.sub(r"[\s\-]+", "_", name.strip()).casefold() for name in header]
    faults = []
    for place, name in enumerate(names):
        if not name:
            faults.append((f"has no name over column {place + 1}.", "Name the column or take it out."))
        elif name not in extract.by_name:
            faults.append((f"has no use for a column called {header[place].strip()}.", _suggest(name, extract)))
        elif name in names[:place]:
            faults.append((f"has two columns called {name}.", "Take one of them out."))
    for name in extract.columns:
        if name not in names:
            faults.append((f"has no column called {name}.", "Add it, even if it is empty in every row."))
    return names, faults


def _suggest(name: str, extract: Extract) -> str:
    close = difflib.get_close_matches(name, extract.by_name, 1, 0.6)
    return f"Did you mean {close[0]}?" if close else f"The columns are {', '.join(extract.columns)}."


def _text(extract: Extract, name: str, word: str, header: list[str], batches: Iterable[RowBatch]) -> Text:
    pieces: dict[str, list[pa.Array]] = {column: [] for column in header}
    lines: list[Ints] = [np.empty(0, np.int64)]
    unreadable: list[tuple[int, str, str]] = []
    cells: list[tuple[int, str, str, str]] = []
    so_far = 0
    for batch in batches:
        for column, values in zip(header, batch.columns(len(header)), strict=True):
            pieces[column].append(_trimmed(values))
            cells += [(so_far + row, column, _TOO_LONG, _SHORTEN) for row in _too_long(values)]
        lines.append(np.asarray(batch.lines, np.int64))
        unreadable += [(so_far + row, what, remedy) for row, what, remedy in batch.unreadable]
        cells += [(so_far + row, header[column], what, remedy) for row, column, what, remedy in batch.cells]
        so_far += len(batch.lines)
    place_of = np.concatenate(lines)
    faults = Faults(name, word, place_of)
    for row, what, remedy in unreadable:
        faults.unreadable(np.array([row]), what, remedy)
    for row, column, what, remedy in cells:
        faults.cell(row, column, f"{extract.by_name[column].label} {what}", remedy)
    columns = {
        column: pa.chunked_array(pieces.pop(column), pa.string()).combine_chunks()
        if column in pieces
        else pa.nulls(so_far, pa.string())
        for column in extract.by_name
    }
    return _without_blanks(Text(extract, columns, place_of, faults))


def _without_blanks(text: Text) -> Text:
    """Rows of nothing but commas, which Excel leaves behind, are no rows."""
    blank = np.asarray(text.columns[text.extract.ref.name].is_null().to_numpy(zero_copy_only=False), bool)
    for column in text.columns.values() if blank.any() else ():
        blank &= np.asarray(column.is_null().to_numpy(zero_copy_only=False), bool)
    blank &= ~text.faults.bad
    if not blank.any():
        return text
    kept = np.flatnonzero(~blank)
    columns = {name: column.take(pa.array(kept)) for name, column in text.columns.items()}
    return Text(text.extract, columns, text.lines[kept], text.faults.only(kept), text.notes)


_TOO_LONG = f"is longer than {LONGEST_CELL:,} characters."
_SHORTEN = "Shorten it in the case system and send the file again."


def _too_long(values: pa.Array) -> list[int]:
    longest = pc.max(pc.binary_length(values)).as_py()
    if longest is None or longest <= LONGEST_CELL:
        return []
    return [
        int(row)
        for row in np.flatnonzero(pc.greater(pc.utf8_length(values), LONGEST_CELL).to_numpy(zero_copy_only=False))
    ]


def _trimmed(values: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
