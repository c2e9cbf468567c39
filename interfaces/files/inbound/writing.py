"""Write an extract as a case-management system would send it: for templates, for the made-up county, and for tests."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from interfaces.files.inbound.layouts import value_types
from interfaces.files.inbound.layouts.fields import CANCELLED, Extract, Field
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.printing import shown

Row = Mapping[str, object]
_NUMBERS = (value_types.PENCE, value_types.SIGNED_PENCE, value_types.RATE)


def write_extract(kind: str, rows: Iterable[Row], path: Path | str, *, cancelled: bool = False) -> int:
    """Write rows (column name to text, date, whole number, Decimal or None) as CSV or, by the name's end, XLSX.

    A column left out of a row is empty; one the layout does not have is an error. ``cancelled`` adds that column.
    Returns how many rows were written.
    """
    extract = EXTRACTS[kind]
    header = [*extract.columns, *([CANCELLED.name] if cancelled else [])]
    path = Path(path)
    if path.suffix.casefold() == ".xlsx":
        return _write_xlsx(extract, header, rows, path)
    made = io.StringIO(newline="")
    writer = csv.DictWriter(made, header, restval="", lineterminator="\r\n")
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    leave(path, made.getvalue().encode(), over=True)
    return count


def _write_xlsx(extract: Extract, header: list[str], rows: Iterable[Row], path: Path) -> int:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(extract.name)
    sheet.append(header)
    count = 0
    for row in rows:
        unknown = set(row) - set(header)
        if unknown:
            raise ValueError(f"{extract.name} has no column called {unknown.pop()}")
        sheet.append([_cell(sheet, extract.by_name[name], row.get(name)) for name in header])
        count += 1
    made = io.BytesIO()
    book.save(made)
    leave(path, made.getvalue(), over=True)
    return count


def _cell(sheet: Any, field: Field, value: object) -> object:
    """Dates and money as Excel keeps them; everything else as text, so that no leading nought is lost."""
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value
    text = shown(str(value))
    cell = WriteOnlyCell(sheet, value=text)
    if field.kind in _NUMBERS and _is_plain(text):
        cell.value = Decimal(text)
        cell.number_format = "#,##0.00##"
    else:
        cell.data_type = "s"  # never a formula, whatever it begins with
        cell.number_format = "@"
    return cell


def _is_plain(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal() and len(text) < 15
