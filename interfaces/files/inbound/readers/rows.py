"""Rows of text out of a file, a batch at a time: what CSV and XLSX have in common."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from finance.columns import Ints
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.readers.opening import UnusableFile

BATCH = 50_000
WIDEST = 1_000  # columns
LONGEST_CELL = 32_767  # characters: what a cell of Excel holds

_TOO_MANY = "A comma inside a value needs quotation marks round it. Correct the row and send the file again."
_TOO_FEW = "Every row needs all its commas, even where a value is empty. Correct the row and send the file again."

"""Told what is being done, how far it has got, and how far it has to go."""


@dataclass(slots=True)
class RowBatch:
    """Some rows of a file: their text, their places in it, and what could not be read.

    ``unreadable``: (row in this batch, what, what to do). ``cells``: (row, column, what, what to do). ``ready``: the
    text as columns already, in place of ``rows``.
    """

    rows: list[list[str]] = field(default_factory=list)
    lines: Sequence[int] | Ints = field(default_factory=list)
    unreadable: list[tuple[int, str, str]] = field(default_factory=list)
    cells: list[tuple[int, int, str, str]] = field(default_factory=list)
    ready: list[pa.Array] | None = None

    def columns(self, width: int) -> list[pa.Array]:
        """The text, column by column."""
        if self.ready is not None:
            return self.ready
        across = zip(*self.rows, strict=True) if self.rows else ((),) * width
        return [pa.array(values, pa.string()) for values in across]

    def take(self, row: list[str], line: int, width: int) -> None:
        """Add a row, made as wide as the header. A blank row is passed over; any other width is a fault."""
        if len(row) != width:
            if not any(value.strip() for value in row):
                return
            if any(value.strip() for value in row[width:]) or len(row) < width:
                values = "1 value" if len(row) == 1 else f"{len(row)} values"
                remedy = _TOO_FEW if len(row) < width else _TOO_MANY
                self.unreadable.append((len(self.rows), f"has {values} where the header has {width}.", remedy))
            row = (row + [""] * width)[:width]
        self.add(row, line)

    def add(self, row: list[str], line: int) -> None:
        """Add a row as wide as the header."""
        assert isinstance(self.lines, list)
        self.rows.append(row)
        self.lines.append(line)


def refuse_wide(columns: int, where: str) -> None:
    """Raise UnusableFile for a row no extract has."""
    if columns > WIDEST:
        raise UnusableFile(
            f"has {columns:,} columns.", f"No extract has more than {WIDEST:,}: take the others out.", where
        )


class Source(Protocol):
    """A file opened for reading: its header, then its rows. ``notes``: what was read otherwise than might be thought.

    ``sorts``: the sort of thing each column holds, by which a workbook’s cells are read.
    """

    word: str
    header: list[str]
    notes: list[tuple[str, str]]

    def batches(self, sorts: Sequence[Sort]) -> Iterator[RowBatch]: ...

    def close(self) -> None: ...
