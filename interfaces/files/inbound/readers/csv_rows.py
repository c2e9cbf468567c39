"""CSV files: UTF-8, with or without its mark. Any other encoding is refused by name, never guessed at."""

import csv
import io
import mmap
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv

from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.readers.opening import UnusableFile, open_file
from interfaces.files.inbound.readers.rows import BATCH, RowBatch, refuse_wide
from ledgers.progress import Progress

_SAVE_AS = "In Excel choose Save As, then “CSV UTF-8 (Comma delimited)”, and send it again."
_BLOCK = 1 << 24
_STRAY_QUOTE = re.compile(rb'[^,\r\n"]"[^,\r\n"]')  # inside a value, where it means nothing or something gone wrong


class CsvRows:
    """A CSV file opened for reading."""

    word = "line"

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.notes: list[tuple[str, str]] = []
        self._path = path
        self._progress = progress
        self._raw = open_file(path)
        self._size = os.fstat(self._raw.fileno()).st_size
        try:
            self._refuse_utf16()
            self._text = io.TextIOWrapper(self._raw, encoding="utf-8-sig", newline="")
            self._reader = csv.reader(self._text, strict=True)
            self.header = self._read_header()
        except BaseException:
            self._raw.close()
            raise

    def close(self) -> None:
        self._raw.close()

    def batches(self, sorts: Sequence[Sort] = ()) -> Iterator[RowBatch]:
        """``sorts`` are of no use here: a CSV file shows what it holds."""
        regular = self._regular() if self._reader.line_num == 1 else None
        if regular is None:
            yield from self._carefully()
            return
        line = 2
        for columns in regular:
            yield RowBatch(lines=np.arange(line, line + columns.num_rows), ready=columns.columns)
            line += columns.num_rows

    def _regular(self) -> list[pa.RecordBatch] | None:
        """All the rows by the fast way, or None unless each is one line, as wide as the header, and rightly quoted."""
        names = [str(place) for place in range(len(self.header))]
        try:
            with open_file(self._path) as raw, mmap.mmap(raw.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                if b"\x00" in whole or (b'"' in whole and _STRAY_QUOTE.search(whole)):
                    return None
                found = []
                for columns in self._stream(raw, names):
                    found.append(columns)
                    self._tell(raw.tell())
                line_ends = sum(whole[place : place + _BLOCK].count(b"\n") for place in range(0, len(whole), _BLOCK))
                lines = line_ends + (whole[-1:] != b"\n")
        except pa.ArrowInvalid:
            return None
        return found if lines == 1 + sum(columns.num_rows for columns in found) else None

    @staticmethod
    def _stream(raw: BinaryIO, names: list[str]) -> Iterator[pa.RecordBatch]:
        return iter(
            pyarrow.csv.open_csv(
                raw,
                pyarrow.csv.ReadOptions(block_size=_BLOCK, column_names=names, skip_rows=1),
                pyarrow.csv.ParseOptions(ignore_empty_lines=False),
                pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
            )
        )

    def _carefully(self) -> Iterator[RowBatch]:
        """The rows one by one, so that whatever is wrong can be named by its line."""
        width = len(self.header)
        batch = RowBatch()
        line = self._reader.line_num + 1
        for row in self._guarded():
            if any("\x00" in value for value in row):
                row = _without_nul(row, batch, width)
            if len(row) == width:
                batch.add(row, line)
            else:
                batch.take(row, line, width)
            line = self._reader.line_num + 1
            if len(batch.rows) >= BATCH:
                yield batch
                self._tell(self._raw.tell())
                batch = RowBatch()
        yield batch
        self._tell(self._size)

    def _tell(self, done: int) -> None:
        if self._progress:
            self._progress("reading", done, self._size)

    def _read_header(self) -> list[str]:
        for row in self._guarded():
            if any(value.strip() for value in row):
                refuse_wide(len(row), "line 1")
                self._refuse_other_separators(row)
                _refuse_nul(row)
                return row
        raise UnusableFile("is empty.", "Send the extract again with its header row and its rows.")

    def _guarded(self) -> Iterator[list[str]]:
        """The reader's rows, its two kinds of failure turned into plain words."""
        line = self._reader.line_num + 1
        try:
            for row in self._reader:
                yield row
                line = self._reader.line_num + 1
        except UnicodeDecodeError as error:
            raise self._wrong_encoding() from error
        except csv.Error as error:
            if "field limit" in str(error):
                what = "has a value longer than any can be; a quotation mark may never have been closed."
                raise UnusableFile(what, "Correct it and send the file again.", f"line {line}") from error
            raise UnusableFile(
                "has quotation marks that do not pair up, so the rows after it cannot be told apart.",
                "Close the quotation mark, or double it inside a value, and send the file again.",
                f"line {line}",
            ) from error

    def _refuse_utf16(self) -> None:
        start = self._raw.read(4096)
        self._raw.seek(0)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or _every_other_byte_is_nought(start):
            raise UnusableFile("is in UTF-16 (Excel calls it “Unicode Text”), not UTF-8.", _SAVE_AS)

    def _refuse_other_separators(self, header: list[str]) -> None:
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")):
            if len(header) == 1 and separator in header[0]:
                raise UnusableFile(f"has its columns parted by {name}, not commas.", _SAVE_AS, "line 1")

    def _wrong_encoding(self) -> UnusableFile:
        with open_file(self._path) as raw:
            for number, text in enumerate(raw, 1):
                try:
                    text.decode("utf-8")
                except UnicodeDecodeError as error:
                    guess = text[max(0, error.start - 15) : error.start + 15].decode("cp1252", "replace").strip()
                    what = f"is not in UTF-8: a letter in “{guess}” is stored as Windows (cp1252) text would store it."
                    return UnusableFile(what, _SAVE_AS, f"line {number}")
        return UnusableFile("is not in UTF-8.", _SAVE_AS)


_NUL = "a NUL character (a byte of nought), which stands for no letter"
_TAKE_OUT = "Take it out in the case system, or ask its supplier why it is there, and send the file again."


def _every_other_byte_is_nought(start: bytes) -> bool:
    """Plain letters in UTF-16 without its mark. A stray NUL in UTF-8 is something else."""
    return max(start[0::2].count(0), start[1::2].count(0)) > len(start) // 4


def _refuse_nul(header: list[str]) -> None:
    for place, name in enumerate(header, 1):
        if "\x00" in name:
            raise UnusableFile(f"has {_NUL}, in the name of column {place}.", _TAKE_OUT, "line 1")


def _without_nul(row: list[str], batch: RowBatch, width: int) -> list[str]:
    """The row, each NUL turned into the mark of a lost letter and said to be a fault of its cell."""
    for place, value in enumerate(row[:width]):
        if "\x00" in value:
            batch.cells.append((len(batch.rows), place, f"holds {_NUL}.", _TAKE_OUT))
    return [value.replace("\x00", "\ufffd") for value in row]
