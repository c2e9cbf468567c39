"""Excel workbooks: the values in the cells, exactly. A formula is refused: only Excel knows what it comes to."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from interfaces.files.inbound.rows import BATCH, Batch, Progress, UnusableFile

_PASTE = "In Excel copy the column and paste it back as values, then send the file again."
_MIDNIGHT = dt.time(0, 0)


class XlsxRows:
    """One sheet of a workbook opened for reading.

    The sheet is the one named, or the only one with anything in it, or the one called after the extract.
    """

    word = "row"

    def __init__(self, path: Path, extract: str, sheet: str | None = None, progress: Progress | None = None) -> None:
        self._progress = progress
        try:
            self._book = openpyxl.load_workbook(path, read_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, ParseError) as error:
            raise UnusableFile(
                "cannot be opened as an Excel workbook.", "Open it in Excel, save it as .xlsx, and send it again."
            ) from error
        try:
            self._sheet = self._choose(extract, sheet)
            self._sheet.reset_dimensions()
            self._rows = enumerate(self._sheet.iter_rows(), 1)
            self.header = self._read_header()
        except BaseException:
            self._book.close()
            raise

    def close(self) -> None:
        self._book.close()

    def _choose(self, extract: str, wanted: str | None) -> Any:
        names = self._book.sheetnames
        listed = ", ".join(names)
        if wanted is not None:
            if wanted not in names:
                raise UnusableFile(f"has no sheet called {wanted}; it has {listed}.", "Name one of those.")
            return self._book[wanted]
        alike = [name for name in names if "_".join(name.split()).replace("-", "_").casefold() == extract]
        filled = [name for name in names if any(True for _ in self._book[name].iter_rows(max_row=1))]
        for choice in (alike, filled):
            if len(choice) == 1:
                return self._book[choice[0]]
        if not filled:
            raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")
        raise UnusableFile(
            f"has several sheets: {listed}.", f"Name the sheet to read “{extract}”, or send it as its own workbook."
        )

    def _read_header(self) -> list[str]:
        for _, cells in self._rows:
            header = [_text(cell.value) if cell.value is not None else "" for cell in cells]
            while header and not header[-1].strip():
                header.pop()
            if header:
                return header
        raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")

    def batches(self) -> Iterator[Batch]:
        batch = Batch()
        width = len(self.header)
        for number, cells in self._rows:
            self._take(batch, number, cells, width)
            if len(batch.rows) >= BATCH:
                yield batch
                batch = Batch()
                if self._progress:
                    self._progress("reading", number, number)
        yield batch

    def _take(self, batch: Batch, number: int, cells: tuple[Any, ...], width: int) -> None:
        row = [""] * max(width, len(cells))
        place = len(batch.rows)
        faults = []
        for column, cell in enumerate(cells):
            if cell.value is None:
                continue
            if cell.data_type == "f":
                faults.append((place, column, "is a formula, not a value.", _PASTE))
            elif cell.data_type == "e":
                faults.append((place, column, f"is an error, {cell.value}.", "Correct the cell in Excel."))
            else:
                row[column] = _text(cell.value)
        if not faults and not any(value.strip() for value in row):
            return
        batch.cells.extend(fault for fault in faults if fault[1] < width)
        batch.take(row, number, width)


def _text(value: object) -> str:
    """A cell as text that reads back to the same value: dates in ISO, whole numbers without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(sep=" ")
    if isinstance(value, dt.time):
        return f"{value.hour}:{value.minute:02d}"
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(value.total_seconds(), 60)
        hours, minutes = divmod(int(minutes), 60)
        return f"{hours}:{minutes:02d}" if not seconds else str(value)
    if isinstance(value, float):
        return f"{Decimal(f'{value:.15g}'):f}"  # fifteen digits, as Excel itself keeps and shows
    return str(value)
