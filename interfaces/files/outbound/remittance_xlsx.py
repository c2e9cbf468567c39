"""A remittance as a workbook, made from the one issued, so that it says the same to the penny.

The same remittance gives the same bytes: the moments a workbook carries are set to that of the run's pay date.
Words are stored as words, so nothing in them is taken for a formula; money is stored as exact decimals.

A large provider has 50,000 lines. The workbook is made with the heading, one line and the foot in their places; the
other lines are printed as rows of the same shape and put in after the first.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from finance.money import pounds
from interfaces.files.outbound.control import BrokenFile
from interfaces.files.outbound.printing import in_a_cell
from interfaces.files.outbound.remittance import AWAY, COLUMNS, WORKBOOK_KIND, Heading, Remittance, RemittanceLine

KIND = WORKBOOK_KIND
_POUNDS = "#,##0.00;[Red]-#,##0.00"
_DAY = "dd/mm/yyyy"
_LETTERS = "ABCDEFGHIJK"
_SHEET = "xl/worksheets/sheet1.xml"
_DAY_NOUGHT = dt.date(1899, 12, 30).toordinal()
_SOME_DAY = dt.date(2000, 1, 1)
_WIDTHS = (12, 14, 10, 24, 14, 22, 22, 12, 12, 14, 60)
_BOLD = Font(bold=True)
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file can hold
_MOMENT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


Values = Sequence[str | int | dt.date]


def write_remittance_xlsx(remittance: Remittance) -> bytes:
    """The workbook's bytes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Remittance"
    heading = [*_heading(remittance), ((), False), (COLUMNS, True)]
    first = len(heading) + 1
    foot = first + len(remittance.lines) + 1
    sheet.freeze_panes = f"A{first}"
    for number, (values, bold) in enumerate(heading, start=1):
        _row(sheet, number, values, bold)
    for line in remittance.lines[:1]:
        _row(sheet, first, _cells(line), False)
    for number, (name, pence) in enumerate(_figures(remittance), start=foot):
        _row(sheet, number, (name, *[""] * 8, pence), True)
    for column, width in zip(_LETTERS, _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    rest = _rows(remittance.lines[1:], first + 1, _styles(book)) if len(remittance.lines) > 1 else b""
    made = io.BytesIO()
    book.save(made)
    return _settled(made.getvalue(), remittance.heading.pay_date, rest, before=foot)


def _styles(book: Workbook) -> dict[str, int]:
    """How each column of a line is shown, by its place in the workbook's own list of styles: a full line is
    made to see.
    """
    made = book.create_sheet("styles")
    _row(made, 1, (*["word"] * 7, _SOME_DAY, _SOME_DAY, 1, "word"), False)
    found = {letter: int(made[f"{letter}1"].style_id) for letter in _LETTERS}
    book.remove(made)
    return found


def _rows(lines: Sequence[RemittanceLine], first: int, styles: dict[str, int]) -> bytes:
    """Lines as rows of a sheet, numbered from ``first``."""
    words = [f' s="{styles[letter]}" t="inlineStr"><is><t xml:space="preserve">' for letter in _LETTERS]
    days, money = f' s="{styles["H"]}"><v>', f' s="{styles["J"]}"><v>'
    rows = []
    for number, line in enumerate(lines, start=first):
        said = (line.section, line.person, line.initials, line.service, line.line, line.planned, line.what)
        cells = [
            f'<c r="{_LETTERS[place]}{number}"{words[place]}{_in_xml(word)}</t></is></c>'
            for place, word in enumerate(said)
            if word
        ]
        cells.append(
            f'<c r="H{number}"{days}{_serial(line.first)}</v></c><c r="I{number}"{days}{_serial(line.last)}</v></c>'
        )
        if line.section != AWAY:
            cells.append(f'<c r="J{number}"{money}{pounds(line.amount)}</v></c>')
        if line.note:
            cells.append(f'<c r="K{number}"{words[-1]}{_in_xml(line.note)}</t></is></c>')
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    return "".join(rows).encode()


def _serial(day: dt.date) -> int:
    """A day as workbooks count them."""
    return day.toordinal() - _DAY_NOUGHT


@lru_cache(4_096)  # the same words stand on many lines
def _in_xml(word: str) -> str:
    return escape(in_a_cell(word))


def _heading(remittance: Remittance) -> list[tuple[Values, bool]]:
    heading = remittance.heading
    return [
        (("Remittance advice",), True),
        (("Council", heading.council), False),
        (("Payee", remittance.payee_ref, remittance.payee_name), False),
        (("Supplier number", remittance.supplier_number), False),
        (("Run", str(heading.run), heading.run_name), False),
        (("Pay date", heading.pay_date), False),
        (("Amount paid", remittance.paid), True),
    ]


def _cells(line: RemittanceLine) -> Values:
    return (
        line.section,
        line.person,
        line.initials,
        line.service,
        line.line,
        line.planned,
        line.what,
        line.first,
        line.last,
        "" if line.section == AWAY else line.amount,
        line.note,
    )


def _figures(remittance: Remittance) -> list[tuple[str, int]]:
    return [
        ("Care", remittance.care),
        ("Taken off", remittance.taken_off),
        ("Adjustments", remittance.adjustments),
        ("Brought forward", remittance.brought_forward),
        ("Less amount paid", -remittance.paid),
        ("Less moved to debtors", -remittance.moved),
        ("Carried forward", remittance.carried_forward),
    ]


def _row(sheet: Worksheet, number: int, values: Values, bold: bool) -> None:
    """Words as words, whole numbers as pence, dates as dates."""
    for column, value in enumerate(values, start=1):
        if value == "":
            continue
        cell = sheet.cell(number, column)
        assert isinstance(cell, Cell)
        if isinstance(value, str):
            cell.value = in_a_cell(value)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=column == len(COLUMNS))
        elif isinstance(value, int):
            cell.value = Decimal(value).scaleb(-2)
            cell.number_format = _POUNDS
        else:
            cell.value = value
            cell.number_format = _DAY
        if bold:
            cell.font = _BOLD


def _settled(content: bytes, day: dt.date, rows: bytes, before: int) -> bytes:
    """The same workbook with ``rows`` put in before row ``before``, and every moment set by its content, not by
    the clock.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = _MOMENT.sub(rb"\g<1>" + f"{day:%Y-%m-%dT00:00:00Z}".encode(), old.read(name))
            if rows and name == _SHEET:
                place = part.index(b'<row r="%d"' % before)
                part = part[:place] + rows + part[place:]
            new.writestr(zipfile.ZipInfo(name, _OLDEST), part, zipfile.ZIP_DEFLATED, 6)
    return made.getvalue()


def read_remittance_xlsx(content: bytes, name: str = "remittance") -> Remittance:
    """Read a workbook back. Raises BrokenFile where it is not laid out as a remittance or does not add up."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    try:
        heading = Heading(_text(rows[1][1]), int(_text(rows[4][1])), _text(rows[4][2]), _date(rows[5][1]))
        lines = tuple(
            RemittanceLine(*map(_text, row[:7]), _date(row[7]), _date(row[8]), _pence(row[9] or 0), _text(row[10]))  # type: ignore[call-arg, arg-type]
            for row in rows[9:-8]
        )
        care, taken_off, adjustments, brought, paid, moved, carried = (_pence(row[9]) for row in rows[-7:])
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        raise BrokenFile(name, f"it cannot be read: {error}.") from error
    found = Remittance(
        heading,
        _text(rows[2][1]),
        _text(rows[2][2]),
        _text(rows[3][1]),
        lines,
        care,
        taken_off,
        adjustments,
        brought,
        -moved,
        -paid,
        carried,
    )
    if sum(line.amount for line in lines) != care + taken_off + adjustments:
        raise BrokenFile(name, "its lines do not come to its sums.")
    if care + taken_off + adjustments + brought != found.paid + found.moved + carried:
        raise BrokenFile(name, "its figures do not come to the amount paid.")
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _date(value: object) -> dt.date:
    if not isinstance(value, dt.datetime):
        raise TypeError(f"“{value}” is not a date")
    return value.date()


def _pence(value: object) -> int:
    return int((Decimal(str(value)) * 100).to_integral_exact())
