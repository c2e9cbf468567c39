"""Aged debt as a workbook: a summary by reason, every debt, the credits, and the sum that ties them to the ledger.

Money is written as exact decimals and words as words, so nothing in them is taken for a formula.
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from billing.receipts.account import BillPayer
from billing.receipts.balances import BUCKETS, Aged, AgeGroup
from billing.tables import number_of
from finance.days import spoken
from interfaces.files.outbound.leaving import leave
from interfaces.files.outbound.printing import in_a_cell

DEBT_COLUMNS = (
    "Payer",
    "Name",
    "Kind of payer",
    "Bill",
    "To be paid by",
    "Days over",
    "Age",
    "Reason not chased",
    "Secured on",
    "Amount",
)
_POUNDS = "#,##0.00;[Red]-#,##0.00"
_BOLD = Font(bold=True)
Names = Mapping[int, BillPayer]


class _Pence(int):
    """Whole pence, to be shown as pounds."""


def write_aged_debt(aged: Aged, names: Names, path: Path) -> None:
    """Write the workbook. ``names``: ``ref``, ``name`` and ``kind`` of every payer in it."""
    book = Workbook(write_only=True)
    _sheet(book, "Summary", (16, 26, *[14] * (len(BUCKETS) + 1)), _summary(aged))
    _sheet(book, "Debts", (14, 28, 14, 12, 14, 10, 14, 20, 26, 14), _debts(aged, names))
    _sheet(book, "Credit", (14, 28, 14), _credit(aged, names))
    _sheet(book, "Tie to the ledger", (60, 16), _tie(aged))
    made = io.BytesIO()
    book.save(made)
    leave(path, made.getvalue(), over=True)


Lines = Sequence[tuple[Sequence[object], bool]]


def _summary(aged: Aged) -> Lines:
    lines: list[tuple[Sequence[object], bool]] = [
        ((f"Debt on {spoken(aged.on)}",), True),
        ((), False),
        (
            (
                "Reason not chased",
                "Secured on",
                *(f"{name} days" if name[0].isdigit() else name for name in BUCKETS),
                "In all",
            ),
            True,
        ),
    ]
    for each in aged.groups("reason", "secured"):
        reason, secured = each.values
        lines.append(((reason or "to be chased", secured or "not secured", *_ages(each)), False))
    return [*lines, (("In all", "", *_ages(aged.ages)), True)]


def _ages(group: AgeGroup) -> list[_Pence]:
    return [*(_Pence(group.ages[name]) for name in BUCKETS), _Pence(group.pence)]


def _debts(aged: Aged, names: Names) -> Lines:
    lines: list[tuple[Sequence[object], bool]] = [(DEBT_COLUMNS, True)]
    for row in aged.rows:
        who = names[row.payer]
        lines.append(
            (
                (
                    who.ref,
                    who.name,
                    who.kind,
                    number_of(row.bill) if row.bill else row.what,
                    row.due or "",
                    row.days,
                    row.bucket,
                    row.reason,
                    row.secured,
                    _Pence(row.pence),
                ),
                False,
            )
        )
    return lines


def _credit(aged: Aged, names: Names) -> Lines:
    rows = [
        ((names[payer].ref, names[payer].name, _Pence(pence)), False) for payer, pence in sorted(aged.credit.items())
    ]
    return [(("Payer", "Name", "In credit"), True), *rows]


def _tie(aged: Aged) -> Lines:
    return [
        (("Debts", _Pence(aged.owed)), False),
        (("Less received or credited, and not yet used", _Pence(-aged.credit_pence)), False),
        (("Less given up and no longer owed, to be taken back", _Pence(-aged.fallen_pence)), False),
        (("Payers’ ordinary accounts, by the ledger", _Pence(aged.balance)), True),
        ((), False),
        (("Money nobody has been found for, in suspense", _Pence(aged.suspense)), False),
        (("Owed on deferred payment agreements, apart from the above", _Pence(aged.loans_pence)), False),
    ]


def _sheet(book: Workbook, title: str, widths: Sequence[int], lines: Lines) -> None:
    sheet = book.create_sheet(title)
    for place, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJ"[place]].width = width
    for values, bold in lines:
        sheet.append([_cell(sheet, value, bold) for value in values])


def _cell(sheet: Any, value: object, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=None)
    if isinstance(value, _Pence):
        cell.value, cell.number_format = Decimal(int(value)) / 100, _POUNDS
    elif isinstance(value, dt.date):
        cell.value, cell.number_format = value, "dd/mm/yyyy"
    elif isinstance(value, int):
        cell.value = value
    else:
        cell.value = in_a_cell(str(value))
        cell.data_type = "s"  # never a formula, whatever it begins with
    if bold:
        cell.font = _BOLD
    return cell
