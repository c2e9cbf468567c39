"""Excel workbooks: each cell as it is shown, or refused by name. What is hidden or merged is no row to be read.

A workbook is a folder of XML squeezed into one file, read by five libraries. Before they are given one it must be of a
size they can bear; what any of them then makes of damage is one refusal of the whole file.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import openpyxl
from openpyxl.utils import get_column_letter

from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.readers.cells import NotAsShown, read_cell
from interfaces.files.inbound.readers.opening import LARGEST_WORKBOOK, UnusableFile, open_file, said_size
from interfaces.files.inbound.readers.rows import BATCH, WIDEST, RowBatch, refuse_wide
from interfaces.files.inbound.readers.sheet_marks import SheetMarks, read_marks
from ledgers.progress import Progress

T = TypeVar("T")

_SAVE_AGAIN = "Open it in Excel, save it as .xlsx, and send it again."
_SHOW = "Show it in Excel, or take it out, and send the file again."
_UNMERGE = "In Excel choose Unmerge Cells, fill in each row, and send the file again."

MOST_PARTS = 2_000
MOST_SHEETS = 100
LARGEST_SHEET = 2 << 30  # bytes once unpacked
LARGEST_PART = 512 << 20  # of what is not a sheet: it is held in memory whole
MOST_SQUEEZED = 300  # times smaller than it unpacks to; Excel’s own are 5 to 40
_SMALL = 1 << 20  # below this a part may be squeezed as it likes
MOST_ROWS = 1_048_576  # of a sheet, as Excel has it
MOST_CELLS = 100_000_000
_DECLARED = re.compile(rb"<\x00?!\x00?(D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)")


class XlsxRows:
    """One sheet of a workbook opened for reading.

    The sheet is the one named, or the only one with anything in it, or the one called after the extract.
    """

    word = "row"

    def __init__(self, path: Path, extract: str, sheet: str | None = None, progress: Progress | None = None) -> None:
        self._progress = progress
        self._raw = open_file(path, LARGEST_WORKBOOK)
        self._cells = 0
        try:
            _refuse_bombs(self._raw)
            with _silence():
                self._book = _survived(lambda: openpyxl.load_workbook(self._raw, read_only=True))
            # a day stays the number it is kept as
            vars(self._book).update(_date_formats=set(), _timedelta_formats=set())
            self.notes: list[tuple[str, str]] = []
            self._sheet = self._choose(extract, sheet)
            _survived(self._sheet.reset_dimensions)
            self._marks = _survived(self._read_marks)
            _watch(self._sheet)
            self._rows = enumerate(_survived(self._sheet.iter_rows), 1)
            self.header = self._read_header()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._raw.close()  # the book was given it open, and has nothing else to let go of

    def _choose(self, extract: str, wanted: str | None) -> Any:
        names = self._book.sheetnames
        if len(names) > MOST_SHEETS:
            raise UnusableFile(f"has {len(names):,} sheets.", f"Leave at most {MOST_SHEETS}.")
        unseen = {each.title for each in self._book.worksheets if each.sheet_state != "visible"}
        listed = ", ".join(f"{name} (hidden)" if name in unseen else name for name in names)
        if wanted is not None and wanted not in names:
            raise UnusableFile(f"has no sheet called {wanted}; it has {listed}.", "Name one of those.")
        alike = [name for name in names if "_".join(name.split()).replace("-", "_").casefold() == extract]
        filled = [name for name in names if self._has_rows(name)]
        for choice in ([wanted] if wanted else [], alike, filled):
            if len(choice) != 1:
                continue
            if choice[0] in unseen:
                raise UnusableFile(f"has its rows in a hidden sheet, {choice[0]}.", _SHOW)
            others = [f"{name} (hidden)" if name in unseen else name for name in filled if name != choice[0]]
            if others and not wanted:
                what = f"has rows in {', '.join(others)} as well: only the sheet {choice[0]} was read."
                self.notes.append((what, "If they are meant, send each as a workbook of its own."))
            return self._of_rows(choice[0])
        if not filled:
            raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")
        raise UnusableFile(
            f"has several sheets: {listed}.", f"Name the sheet to read “{extract}”, or send it as its own workbook."
        )

    def _read_marks(self) -> SheetMarks:
        with self._sheet._get_source() as source:
            return read_marks(source)

    def _of_rows(self, name: str) -> Any:
        """A sheet of rows: a sheet may be a chart alone."""
        sheet = _survived(lambda: self._book[name])
        if not hasattr(sheet, "iter_rows"):
            raise UnusableFile(f"has a chart, not rows, in its sheet {name}.", "Put the rows in a sheet of their own.")
        return sheet

    def _has_rows(self, name: str) -> bool:
        sheet = _survived(lambda: self._book[name])
        return hasattr(sheet, "iter_rows") and _survived(lambda: any(True for _ in sheet.iter_rows(max_row=1)))

    def _next_row(self) -> tuple[int, tuple[Any, ...]] | None:
        """The next row’s number and cells, within what a sheet can hold; None past the last."""
        found = _survived(lambda: next(self._rows, None))
        if found is None:
            return None
        number, cells = found
        self._cells += len(cells)
        if number > MOST_ROWS:
            raise UnusableFile("has more rows than a sheet can.", _SAVE_AGAIN)
        if self._cells > MOST_CELLS:
            raise UnusableFile(f"has more than {MOST_CELLS:,} cells.", "Send it in parts, or as CSV.")
        if len(cells) > WIDEST:  # it may only be coloured so far
            cells = cells[: 1 + max((place for place, cell in enumerate(cells) if cell.value is not None), default=-1)]
            refuse_wide(len(cells), f"row {number}")
        return number, cells

    def _read_header(self) -> list[str]:
        while found := self._next_row():
            header = [self._heading(cell, found[0]) for cell in found[1]]
            while header and not header[-1].strip():
                header.pop()
            if header:
                self._refuse_out_of_sight(header, found[0])
                return header
        raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")

    def _heading(self, cell: Any, row: int) -> str:
        try:
            return "" if cell.value is None else self._read(cell, Sort.WORDS)
        except NotAsShown as error:
            raise UnusableFile(f"has a heading that {error.what}", error.what_to_do, f"row {row}") from error

    def _refuse_out_of_sight(self, header: list[str], row: int) -> None:
        for column, name in enumerate(header, 1):
            if name.strip() and self._marks.hides(column):
                raise UnusableFile(f"has a hidden column, {get_column_letter(column)} ({name.strip()}).", _SHOW)
        for each in self._marks.merged:
            if each.first_row <= row <= each.last_row and each.first_column <= len(header):
                raise UnusableFile(f"has its header in merged cells, {each.ref}.", _UNMERGE, f"row {row}")

    def _read(self, cell: Any, sort: Sort) -> str:
        form = _survived(lambda: cell.number_format)
        return read_cell(cell.value, cell.data_type, form or "General", sort, self._book.epoch)

    def batches(self, sorts: Sequence[Sort]) -> Iterator[RowBatch]:
        batch = RowBatch()
        while found := self._next_row():
            number, cells = found
            self._take(batch, number, cells, sorts)
            if len(batch.rows) >= BATCH:
                yield batch
                batch = RowBatch()
                if self._progress:
                    self._progress("reading", number, number)
        yield batch

    def _take(self, batch: RowBatch, number: int, cells: tuple[Any, ...], sorts: Sequence[Sort]) -> None:
        width = len(sorts)
        row = [""] * max(width, len(cells))
        place = len(batch.rows)
        faults = []
        for column, cell in enumerate(cells):
            if cell.value is None:
                continue
            try:
                row[column] = self._read(cell, sorts[column] if column < width else Sort.WORDS)
            except NotAsShown as error:
                faults.append((place, column, error.what, error.what_to_do))
        if not faults and not any(value.strip() for value in row):
            return
        faults += [
            (place, column, f"is part of merged cells, {each.ref}.", _UNMERGE)
            for each in self._marks.merged
            if each.first_row <= number <= each.last_row
            for column in range(each.first_column - 1, min(each.last_column, width))
        ]
        batch.cells.extend(fault for fault in faults if fault[1] < width)
        if number in self._marks.rows:
            batch.unreadable.append((place, "is hidden.", _SHOW))
        batch.take(row, number, width)


_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"""\br=["'](\d{1,20})["']""")


def _watch(sheet: Any) -> None:
    """Refuse rows and cells that stand out of order or twice: the library passes over them without a word."""
    plain_row, plain_source = sheet._get_row, sheet._get_source

    def get_row(row: list[dict[str, Any]], *more: Any) -> tuple[Any, ...]:
        if any(left["column"] >= right["column"] for left, right in pairwise(row)):
            raise UnusableFile("has cells of one row out of order, or twice.", _SAVE_AGAIN)
        made: tuple[Any, ...] = plain_row(row, *more)
        return made

    sheet._get_row = get_row
    sheet._get_source = lambda: _Watched(plain_source())


class _Watched:
    """The XML of a sheet on its way to the library, its row numbers read in passing."""

    def __init__(self, source: Any) -> None:
        self._source = source
        self._last = 0
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        found: bytes = self._source.read(size)
        seen = self._tail + found
        end = 0
        for row in _ROW.finditer(seen):
            end = row.end()
            numbered = _NUMBER.search(row[1])
            number = int(numbered[1]) if numbered else self._last + 1
            if number <= self._last:
                raise UnusableFile("has rows out of order, or twice.", _SAVE_AGAIN, f"row {number}")
            self._last = number
        self._tail = seen[max(end, len(seen) - 1_000) :]
        return found

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> "_Watched":
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what a library prints or warns of, about a style it does not know, off the screen and out of an answer."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _survived(work: Callable[[], T]) -> T:
    """What libraries make of bytes from outside. Whatever they raise, and they raise most things, the file is
    damaged.
    """
    try:
        return work()
    except UnusableFile:
        raise
    except MemoryError as error:
        raise UnusableFile("is too large to be opened here.", "Send it in parts, or as CSV.") from error
    except Exception as error:
        raise UnusableFile("is damaged, and cannot be read as an Excel workbook.", _SAVE_AGAIN) from error


def _refuse_bombs(raw: BinaryIO) -> None:
    """Refuse a workbook that would unpack to more than can be borne, or whose XML declares words of its own."""
    packed = _survived(lambda: zipfile.ZipFile(raw))
    parts = packed.infolist()
    if len(parts) > MOST_PARTS:
        raise UnusableFile(f"has {len(parts):,} parts inside.", _SAVE_AGAIN)
    if len({each.filename for each in parts}) < len(parts):
        raise UnusableFile("has two parts of one name inside.", _SAVE_AGAIN)
    for part in parts:
        most = LARGEST_SHEET if "sheets/" in part.filename else LARGEST_PART
        if part.file_size > most or sum(each.file_size for each in parts) > 2 * LARGEST_SHEET:
            raise UnusableFile(f"unpacks to more than {said_size(most)}.", "Send it in parts, or as CSV.")
        if part.file_size > _SMALL and part.file_size > part.compress_size * MOST_SQUEEZED:
            raise UnusableFile("unpacks to far more than an Excel workbook can.", _SAVE_AGAIN)
        if part.flag_bits & 1:
            raise UnusableFile("is locked with a password.", "Take the password off in Excel and send it again.")
        if part.filename.casefold().endswith((".xml", ".rels")) and _DECLARED.search(_start_of(packed, part)):
            raise UnusableFile("declares words of its own in its XML, which Excel never does.", _SAVE_AGAIN)
    raw.seek(0)


def _start_of(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    def read() -> bytes:
        with packed.open(part) as opened:
            return opened.read(1 << 16)

    return _survived(read)
