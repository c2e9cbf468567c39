"""What a cell of a workbook means: it is read as it is shown, or refused by name. Nothing is silently less.

Each column says what sort of thing it holds (:class:`~interfaces.files.inbound.layouts.sorts.Sort`). A cell becomes the
text that a CSV file of what is shown would hold, and from there both are read alike, by the column’s own type.
"""

import datetime as dt
import re
from decimal import Decimal

from finance.money import read_decimal
from finance.problems import NotAnAmount
from finance.references import MOST_DIGITS
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.readers.number_formats import CannotTell, Shown, as_decimal, shown_number, shown_text

EPOCH = dt.datetime(1899, 12, 30)
_AS_TEXT = "Format the column as text, type what it should be, and send the file again."
_SHOW_ALL = "Show all of it in the cell, or type what is meant, and send the file again."
_PLAIN = "Format the column as a plain number, or type what is meant, and send the file again."
_PASTE = "In Excel copy the column and paste it back as values, then send the file again."


class NotAsShown(Exception):
    """A cell that cannot be read as it is shown. ``what`` follows its column’s name; ``what_to_do`` stands alone."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what = what
        self.what_to_do = what_to_do


def read_cell(value: object, data_type: str, form: str, sort: Sort, epoch: dt.datetime = EPOCH) -> str:
    """A cell as text. ``data_type`` and ``form`` (its number format) as the workbook has them. Raises NotAsShown."""
    if data_type == "f":
        raise NotAsShown("is a formula, not a value.", _PASTE)
    if data_type == "e":
        raise NotAsShown(f"is an error, {value}.", "Correct the cell in Excel.")
    try:
        if isinstance(value, bool):
            return _truth(value, sort)
        if isinstance(value, int | float):
            return _number(value, form, sort, epoch)
        if isinstance(value, dt.datetime | dt.date):
            return _day(Shown(f"{value}", f"{value}".removesuffix(" 00:00:00"), "day", True), sort)
        if isinstance(value, str):
            return _words(value, form)
    except CannotTell as cannot:
        raise NotAsShown(f"has the number format {form}, which cannot be told here.", _AS_TEXT) from cannot
    raise NotAsShown(f"holds a {type(value).__name__}, which no column does.", _AS_TEXT)


def _truth(value: bool, sort: Sort) -> str:
    if sort is Sort.NAME:
        raise NotAsShown("is TRUE or FALSE: the spreadsheet has changed what was typed.", _AS_TEXT)
    return str(value).upper()


def _words(value: str, form: str) -> str:
    shown = shown_text(value, form)
    if value.strip() and not shown.strip():
        raise NotAsShown("is hidden by its number format.", _SHOW_ALL)
    return shown


def _number(value: float, form: str, sort: Sort, epoch: dt.datetime) -> str:
    shown = shown_number(value, form, epoch)
    if not shown.text:
        raise NotAsShown(f"is hidden by its number format: it holds {shown.value}.", _SHOW_ALL)
    if sort is Sort.NAME:
        return _name(value, shown)
    if not shown.whole:
        raise _less(shown)
    if shown.kind == "day":
        return _day(shown, sort)
    if shown.kind == "time":
        return shown.value if sort in (Sort.HOURS, Sort.WORDS) else _refuse(shown, "a time")
    if sort is Sort.WORDS:
        return shown.text
    if shown.kind == "percent" and sort is not Sort.PERCENT:
        return _refuse(shown, "a percentage")
    return _figure(shown)


def _less(shown: Shown) -> NotAsShown:
    return NotAsShown(f"shows {shown.text} but holds {_held(shown)}: what is shown is not what is kept.", _SHOW_ALL)


def _held(shown: Shown) -> str:
    return f"{(Decimal(shown.value) * 100).normalize():f}%" if shown.kind == "percent" else shown.value


def _refuse(shown: Shown, what: str) -> str:
    raise NotAsShown(f"{shown.text} is {what}, which this column does not hold.", _PLAIN)


def _name(value: float, shown: Shown) -> str:
    """A reference that was kept as a number: its leading noughts as shown, and never a number that has been rounded."""
    if shown.kind in ("day", "time"):
        what = f"is a date or a time, shown as {shown.text}: the spreadsheet has changed what was typed."
        raise NotAsShown(what, _AS_TEXT)
    if abs(as_decimal(value)) >= 10**MOST_DIGITS:
        what = f"is a number of more than {MOST_DIGITS} figures, {shown.value}: Excel has lost those after the "
        raise NotAsShown(f"{what}{MOST_DIGITS}th.", _AS_TEXT)
    if not shown.whole:
        raise _less(shown)
    if re.search(r"[,%]|\.(?!\d*[1-9]$)", shown.text):
        raise NotAsShown(f"is a quantity, shown as {shown.text}, not a reference.", _AS_TEXT)
    return shown.text


def _day(shown: Shown, sort: Sort) -> str:
    if sort in (Sort.NAME, Sort.WORDS):
        return _name(0, shown) if sort is Sort.NAME else shown.text
    return shown.value


def _figure(shown: Shown) -> str:
    """A figure: what is shown must read as the very figure that is held."""
    pounds = "£" if "£" in shown.text else ""
    percent = "%" if shown.kind == "percent" else ""
    bare = shown.text.replace("£", "").removesuffix("%").strip().removesuffix(".")
    held = Decimal(shown.value) * (100 if percent else 1)
    if bare == "-" and not held:  # as bookkeepers write nought
        return f"{pounds}0"
    try:
        seen = read_decimal(bare)
    except NotAnAmount as error:
        raise NotAsShown(f"is shown as {shown.text}, which is not a figure this column can hold.", _PLAIN) from error
    if seen != held:
        raise _less(shown)
    return f"{pounds}{held.normalize():f}{percent}"
