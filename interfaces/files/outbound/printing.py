"""Columns to CSV text, whole columns at a time. One place decides how money, days and words are printed.

Machine files are printed as they are, but a control character in one is refused, named. Files for people are opened in
spreadsheets: a word that would be taken for a formula is given a leading apostrophe (``guarded``; ``unguarded`` takes
it off again), a new line becomes a space, and a character that no page or workbook can carry becomes the mark of a lost
letter (``shown``). Every file, page and paper for people goes through these, and money and dates through none of them.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from finance.columns import Ints
from finance.days import day as day_of
from finance.problems import Refusal

LOST = "\ufffd"  # shown where a letter cannot be

_CONTROL = r"[\x00-\x1f\x7f]"
_BREAK = r"[\t\r\n]"
_NOWHERE = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_CANNOT = rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-{chr(0x9F)}{_NOWHERE}]"
"""Characters XML, a workbook or a PDF cannot carry, or that a page shows nothing for."""

_BEGINS = "[\t\r\n]|[ \u00a0\u3000]*[-=+@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = rf"^'*(?:{_BEGINS})"
"""What a spreadsheet may take for a formula: after spaces, in full-width signs as in plain ones."""

_CANNOT_HERE = re.compile(f"{_CANNOT[:-1]}\ud800-\udfff]")  # half a pair can stand in Python's words alone
_FORMULA_HERE, _GUARDED_HERE = re.compile(_FORMULA), re.compile(rf"^'+(?:{_BEGINS})")

_QUOTED = '[",\r\n]'
_CARE = np.isin(np.arange(256), [*range(32), 0x7F, *b'",', 0xC2, 0xEF, *range(0xF0, 0xF5)])
_CARE_FIRST = np.isin(np.arange(256), [*b" '=+-@", 0xE3])


class ControlCharacter(Refusal):
    """A word bound for a machine file holds a character no file of its kind may carry."""


def pounds_column(pence: Ints) -> pa.Array:
    """Pence as plain pounds, ``-12345.67``: the column form of :func:`finance.money.pounds`."""
    wide = np.empty((len(pence), 2), np.int64)
    wide[:, 0] = pence
    wide[:, 1] = pence >> 63  # the sign, carried into the upper half of a 128-bit number
    return pa.Array.from_buffers(pa.decimal128(20, 2), len(pence), [None, pa.py_buffer(wide)]).cast(pa.string())


def days_column(days: Ints, form: str = "%d/%m/%Y") -> pa.Array:
    """Day numbers as dates."""
    different, place = np.unique(days, return_inverse=True)
    return pa.array([f"{day_of(each):{form}}" for each in different], pa.string()).take(pa.array(place))


def shown(word: str) -> str:
    """A word as any paper for people can show it. New lines and tabs stay."""
    return word if word.isascii() and word.isprintable() else _CANNOT_HERE.sub(LOST, word)


def in_a_cell(word: str) -> str:
    """A word as it stands in a cell of a workbook: ``shown``, on one line."""
    return shown(re.sub(_BREAK, " ", word))


def guarded(word: str) -> str:
    """A word that no spreadsheet takes for a formula, as it stands in a CSV file; ``unguarded`` gives it back."""
    word = shown(word)
    return f"'{word}" if _FORMULA_HERE.match(word) else word


def unguarded(cell: str) -> str:
    """A word as it was before it was guarded."""
    return cell[1:] if _GUARDED_HERE.match(cell) else cell


def all_shown(told: Any) -> Any:
    """Everything a paper says, however it is nested, with every word of it ``shown``."""
    if isinstance(told, str):
        return shown(told)
    if isinstance(told, dict):
        return {key: all_shown(each) for key, each in told.items()}
    if isinstance(told, list | tuple):
        return [all_shown(each) for each in told]
    return told


def words_for_people(words: pa.Array) -> pa.Array:
    """Words safe to open in a spreadsheet, quoted where CSV needs it; none is an empty cell."""
    words = _plain(words)
    if _are_safe(words):
        return words
    for odd, instead in ((_BREAK, " "), (_CANNOT, LOST)):
        if pc.any(pc.match_substring_regex(words, odd)).as_py():
            words = pc.replace_substring_regex(words, odd, instead)
    formula = pc.match_substring_regex(words, _FORMULA)
    if pc.any(formula).as_py():
        words = pc.if_else(formula, pc.binary_join_element_wise("'", words, ""), words)
    return quoted(words)


def words_for_machines(words: pa.Array, what: str) -> pa.Array:
    """Words exactly as they are, quoted where CSV needs it. Raises ControlCharacter, saying ``what`` they are."""
    words = _plain(words)
    bad = pc.match_substring_regex(words, _CONTROL)
    if pc.any(bad).as_py():
        first = words.filter(bad)[0].as_py()
        raise ControlCharacter(
            f"The {what} {first!r} holds a control character, which the file may not carry.",
            "Correct it where it is kept and export again.",
        )
    return quoted(words)


def quoted(words: pa.Array) -> pa.Array:
    """Words in quotation marks where they hold a comma, a quotation mark or a new line."""
    need = pc.match_substring_regex(words, _QUOTED)
    if not pc.any(need).as_py():
        return words
    doubled = pc.replace_substring(words, '"', '""')
    return pc.if_else(need, pc.binary_join_element_wise('"', doubled, '"', ""), words)


def lines_of(cells: Sequence[pa.Array | str], end: str = "\r\n") -> "PrintedLines":
    """Rows of cells as lines of text, one after another in one stretch of memory, which may be up to 2 GB."""
    length = next(len(cell) for cell in cells if not isinstance(cell, str))
    last = cells[-1]
    closed = last + end if isinstance(last, str) else pc.binary_join_element_wise(last, end, "")
    return PrintedLines.of(pc.binary_join_element_wise(*cells[:-1], closed, ","), length)


class PrintedLines:
    """Printed lines: ``between(a, b)`` gives the bytes of lines ``a`` up to, not including, ``b``."""

    def __init__(self, text: memoryview, offsets: NDArray[np.int32]) -> None:
        self._text = text
        self._offsets = offsets

    @classmethod
    def of(cls, joined: pa.Array, length: int) -> "PrintedLines":
        assert len(joined) == length, "a printed line is missing"
        assert not joined.null_count, "a printed line has a cell missing"
        _, offsets, text = joined.buffers()
        places = np.frombuffer(offsets, np.int32)[joined.offset : joined.offset + length + 1]
        return cls(memoryview(text if text is not None else b""), places)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def between(self, first: int, end: int) -> memoryview:
        return self._text[int(self._offsets[first]) : int(self._offsets[end])]

    def all(self) -> bytes:
        return bytes(self.between(0, len(self)))

    def each(self) -> list[bytes]:
        """Every line by itself."""
        places = self._offsets.tolist()
        text = bytes(self._text)
        return [text[first:end] for first, end in pairwise(places)]


def _are_safe(words: pa.Array) -> bool:
    """Whether no word has a character that could need care, nor begins with one: most do not, and a look is quick."""
    if not len(words):
        return True
    _, offsets, text = words.buffers()
    places = np.frombuffer(offsets, np.int32)[words.offset : words.offset + len(words) + 1]
    letters = np.frombuffer(text if text is not None else b"", np.uint8)[: places[-1]]
    begins = letters[places[:-1][places[1:] > places[:-1]]]
    return not (_CARE[letters[places[0] :]].any() or _CARE_FIRST[begins].any())


def _plain(words: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(words, pa.ChunkedArray):
        words = words.combine_chunks()
    words = words.cast(pa.string())
    return words.fill_null("") if words.null_count else words
