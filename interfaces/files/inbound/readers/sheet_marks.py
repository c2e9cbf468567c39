"""What a sheet keeps out of sight or spreads out: its hidden rows and columns, and cells merged into one.

The library that reads the cells passes over these without a word. They are read from the sheet’s own XML, in pieces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from openpyxl.utils import range_boundaries

_TAG = re.compile(rb"<(?:\w+:)?(row|col|mergeCell)\b([^>]*)>")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']|\b(?:ht|width)=["']0(?:\.0*)?["']""")
_NUMBER = re.compile(rb"""\b(r|min|max)=["'](\d{1,9})["']""")
_REF = re.compile(rb"""\bref=["']([A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?)["']""")
_PIECE = 1 << 20
_LONGEST_TAG = 1_000


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells merged into one, numbered from 1, each end included."""

    ref: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """Numbers of hidden rows, spans of hidden columns, each from 1 with its end included, and merged cells."""

    rows: frozenset[int]
    columns: tuple[tuple[int, int], ...]
    merged: tuple[Merged, ...]

    def hides(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.columns)


def read_marks(sheet: BinaryIO) -> SheetMarks:
    """The marks of a sheet, from its XML."""
    rows: set[int] = set()
    columns: list[tuple[int, int]] = []
    merged: list[Merged] = []
    last = 0
    for tag, about in _tags(sheet):
        numbers = {name: int(number) for name, number in _NUMBER.findall(about)}
        if tag == b"row":
            last = numbers.get(b"r", last + 1)
        if tag == b"mergeCell" and (found := _REF.search(about)):
            ref = found[1].decode()
            merged.append(Merged(ref, *range_boundaries(ref)))
        elif tag != b"mergeCell" and _HIDDEN.search(about):
            if tag == b"row":
                rows.add(last)
            else:
                columns.append((numbers.get(b"min", 0), numbers.get(b"max", 0)))
    return SheetMarks(frozenset(rows), tuple(columns), tuple(merged))


def _tags(sheet: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Every tag that may say something, in order, wherever one piece ends and the next begins."""
    left = b""
    while piece := sheet.read(_PIECE):
        seen = left + piece
        end = 0
        for tag in _TAG.finditer(seen):
            end = tag.end()
            yield tag[1], tag[2]
        left = seen[max(end, len(seen) - _LONGEST_TAG) :]
