"""CSV files: UTF-8, with or without its mark. Any other encoding is refused by name, never guessed at."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from interfaces.files.inbound.rows import BATCH, Batch, Progress, UnusableFile

_SAVE_AS = "In Excel choose Save As, then “CSV UTF-8 (Comma delimited)”, and send it again."
_LONGEST_VALUE = 131_072


class CsvRows:
    """A CSV file opened for reading."""

    word = "line"

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self._path = path
        self._size = path.stat().st_size
        self._progress = progress
        self._raw = path.open("rb")
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

    def batches(self) -> Iterator[Batch]:
        width = len(self.header)
        batch = Batch()
        line = self._reader.line_num + 1
        for row in self._guarded():
            if len(row) == width:
                batch.rows.append(row)
                batch.lines.append(line)
            else:
                batch.take(row, line, width)
            line = self._reader.line_num + 1
            if len(batch.rows) >= BATCH:
                yield batch
                self._tell()
                batch = Batch()
        yield batch
        self._tell()

    def _tell(self) -> None:
        if self._progress:
            self._progress("reading", self._raw.tell(), self._size)

    def _read_header(self) -> list[str]:
        for row in self._guarded():
            if any(value.strip() for value in row):
                self._refuse_other_separators(row)
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
            raise UnusableFile(
                "has quotation marks that do not pair up, so the rows after it cannot be told apart.",
                "Close the quotation mark, or double it inside a value, and send the file again.",
                f"line {line}",
            ) from error

    def _refuse_utf16(self) -> None:
        start = self._raw.read(4096)
        self._raw.seek(0)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or (b"\x00" in start and b"\x00\x00" not in start):
            raise UnusableFile("is in UTF-16 (Excel calls it “Unicode Text”), not UTF-8.", _SAVE_AS)

    def _refuse_other_separators(self, header: list[str]) -> None:
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "upright bars")):
            if len(header) == 1 and separator in header[0]:
                raise UnusableFile(f"has its columns parted by {name}, not commas.", _SAVE_AS, "line 1")

    def _wrong_encoding(self) -> UnusableFile:
        with self._path.open("rb") as raw:
            for number, text in enumerate(raw, 1):
                try:
                    text.decode("utf-8")
                except UnicodeDecodeError as error:
                    guess = text[max(0, error.start - 15) : error.start + 15].decode("cp1252", "replace").strip()
                    what = f"is not in UTF-8: a letter in “{guess}” is stored as Windows (cp1252) text would store it."
                    return UnusableFile(what, _SAVE_AS, f"line {number}")
        return UnusableFile("is not in UTF-8.", _SAVE_AS)
