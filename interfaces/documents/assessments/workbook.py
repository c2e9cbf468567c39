"""An uprating or a what-if as a workbook to look through: sums, bands, who changes, who does not and why, who cannot
be.

Money is numbers in pounds with a format, so that it can be summed; words are words, never formulas; headings stay in
sight; a chart stands beside its figures.
"""

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from billing.assessments.uprating.views_jobs import Effect
from finance.days import spoken
from interfaces.documents.assessments.effect import KINDS, totals
from interfaces.files.outbound.printing import in_a_cell

POUNDS = "#,##0.00;[Red]-#,##0.00;0.00"
MOVE = "+#,##0.00;[Color10]-#,##0.00;0.00"
COUNT = "#,##0"
MOST_ROWS = 1_000_000
_HEAD = PatternFill("solid", fgColor="1D70B8")
_STRIPE = PatternFill("solid", fgColor="F3F2F1")

Cell = str | int | Decimal | None
Column = tuple[str, int, str]  # heading, width, number format ("" for words)


def workbook(effect: Effect) -> bytes:
    """The workbook's bytes."""
    book = Workbook(write_only=True)
    _summary(book, effect)
    _bands(book, effect)
    money = ("Was a week", 14, POUNDS), ("Now a week", 14, POUNDS), ("Difference", 14, MOVE)
    who = ("Person", 16, ""), ("Name", 28, "")
    _sheet(book, "Changed", [*who, *money, ("Notes", 40, "")], _changed(effect))
    _sheet(book, "Untouched, and why", [*who, ("Charge a week", 14, POUNDS), ("Why", 90, "")], _untouched(effect))
    _sheet(
        book,
        "Not assessed, and why",
        [*who, ("Stands a week", 14, POUNDS), ("What is missing", 100, "")],
        _not_assessed(effect),
    )
    if effect.kept:
        _sheet(
            book,
            "Incomes not uprated",
            [*who, ("Income", 40, ""), ("Amount", 14, POUNDS), ("Each", 14, ""), ("Since", 16, "")],
            _kept(effect),
        )
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _changed(effect: Effect) -> Iterator[Sequence[Cell]]:
    everyone = effect.everyone
    for row in effect.changed:
        note = "" if everyone.was[row] >= 0 else "No charge stood before."
        yield (
            effect.ref(row),
            effect.name(row),
            _pounds(everyone.was[row]),
            _pounds(everyone.now[row]),
            _pounds(everyone.difference[row], True),
            note,
        )


def _untouched(effect: Effect) -> Iterator[Sequence[Cell]]:
    for row in effect.untouched:
        yield effect.ref(row), effect.name(row), _pounds(effect.everyone.now[row]), str(effect.everyone.why[row])


def _not_assessed(effect: Effect) -> Iterator[Sequence[Cell]]:
    for row in effect.not_assessed:
        yield effect.ref(row), effect.name(row), _pounds(effect.everyone.was[row]), str(effect.everyone.why[row])


def _kept(effect: Effect) -> Iterator[Sequence[Cell]]:
    for each in effect.kept:
        ref, name = effect.names.get(each.person, (str(each.person), ""))
        since = spoken(each.since) if each.since else "always"
        yield ref, name, each.kind, Decimal(each.amount).scaleb(-2), each.frequency, since


def _pounds(pence: Any, below: bool = False) -> Decimal | None:
    return None if pence < 0 and not below else Decimal(int(pence)).scaleb(-2)


def _summary(book: Workbook, effect: Effect) -> None:
    sheet = book.create_sheet("Summary")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 44, 24
    title = _word(sheet, effect.title)
    title.font = Font(bold=True, size=16)
    sheet.append([title])
    for line in effect.lines:
        sheet.append([_word(sheet, line)])
    sheet.append([])
    for words, figure in totals(effect.summary):
        cell = _word(sheet, figure)
        cell.alignment = Alignment(horizontal="right")
        sheet.append([_word(sheet, words), cell])
    if effect.summary.reasons:
        sheet.append([])
        sheet.append(_heads(sheet, ["Why people are untouched or not assessed", "People"]))
        for words, count in effect.summary.reasons.items():
            cell = WriteOnlyCell(sheet, count)
            cell.number_format = COUNT
            why = _word(sheet, words)
            why.alignment = Alignment(wrap_text=True, vertical="top")
            sheet.append([why, cell])


def _bands(book: Workbook, effect: Effect) -> None:
    sheet = book.create_sheet("Bands")
    for place, width in enumerate((26, 12, 12, 12, 18, 18, 18), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    at, chart_rows = 1, (0, 0)
    for kind, words in KINDS.items():
        bands = effect.bands(kind)
        sheet.append(
            _heads(sheet, [words, "People", "Pay more", "Pay less", "Before a week", "After a week", "Difference"])
        )
        if kind == "change":
            chart_rows = (at, at + len(bands))
        for each in bands:
            cells: list[Any] = [_word(sheet, each.name)]
            for count in (each.people, each.more, each.less):
                cells.append(_number(sheet, count, COUNT))
            for pence, form in ((each.before_pence, POUNDS), (each.after_pence, POUNDS), (each.difference_pence, MOVE)):
                cells.append(_number(sheet, Decimal(pence).scaleb(-2), form))
            sheet.append(cells)
        sheet.append([])
        at += len(bands) + 2
    chart = BarChart()
    chart.type, chart.style, chart.title = "bar", 10, KINDS["change"]
    chart.y_axis.title, chart.legend = "People", None
    chart.y_axis.delete = chart.x_axis.delete = False
    chart.add_data(Reference(sheet, min_col=2, min_row=chart_rows[0], max_row=chart_rows[1]), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=chart_rows[0] + 1, max_row=chart_rows[1]))
    sheet.add_chart(chart, "I2")


def _sheet(book: Workbook, title: str, columns: Sequence[Column], rows: Iterator[Sequence[Cell]]) -> None:
    """One table, its heading kept in sight; past a million rows it goes on in another sheet."""
    sheet = _begun(book, title, columns)
    for number, row in enumerate(rows):
        if number and number % MOST_ROWS == 0:
            sheet = _begun(book, f"{title} {number // MOST_ROWS + 1}", columns)
        cells = []
        for value, (_, _, form) in zip(row, columns, strict=True):
            cell = _word(sheet, str(value)) if isinstance(value, str) else _number(sheet, value, form)
            if number % 2:
                cell.fill = _STRIPE
            cells.append(cell)
        sheet.append(cells)


def _begun(book: Workbook, title: str, columns: Sequence[Column]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, (_, width, _) in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.print_title_rows = "1:1"
    sheet.append(_heads(sheet, [heading for heading, _, _ in columns]))
    return sheet


def _heads(sheet: Any, words: Sequence[str]) -> list[Any]:
    cells = []
    for word in words:
        cell = _word(sheet, word)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cells.append(cell)
    return cells


def _word(sheet: Any, word: str) -> Any:
    cell = WriteOnlyCell(sheet, in_a_cell(word))
    cell.data_type = "s"  # never a formula, whatever it begins with
    return cell


def _number(sheet: Any, value: Any, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    if form:
        cell.number_format = form
    return cell
