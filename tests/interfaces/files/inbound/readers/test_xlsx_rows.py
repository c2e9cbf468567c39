"""Excel workbooks: dates and numbers exactly as the cells hold them; formulas, errors and doubtful sheets refused."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from finance.problems import Problem
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.parsing import parse
from interfaces.files.inbound.readers.reading import Text, read_text

RATES = EXTRACTS["rates"]
ROW = ["R1", "K1", "RES", "week", 843.5, dt.datetime(2024, 4, 1), dt.date(2026, 3, 31), "any", None, None, None, None]


def workbook(path: Path, *rows: list[Any], title: str = "Sheet1", header: list[str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in (header or RATES.columns, *rows):
        sheet.append(row)
    book.save(path)
    return path


def read(path: Path, sheet: str | None = None) -> Text:
    return read_text(path, RATES, sheet)


def changed(**values: Any) -> list[Any]:
    return [values.get(name, value) for name, value in zip(RATES.columns, ROW, strict=True)]


def problems(text: Text) -> list[str]:
    parse(text)
    return [f"{each.where.partition(' ')[2]}: {each.what}" for each in text.faults.problems()]


def test_dates_and_numbers_are_read_as_they_are(tmp_path: Path) -> None:
    rows = [ROW, changed(rate_ref=12345, rate=25.0512, minutes_from=30.0), changed(rate=0.1 + 0.2, rate_ref="007")]
    text = read(workbook(tmp_path / "rates.xlsx", *rows))
    values = parse(text)
    assert text.faults.count == 0
    assert values["rate"].to_pylist() == [8_435_000, 250_512, 3_000]
    assert values["rate_ref"].to_pylist() == ["R1", "12345", "007"]
    assert values["start_date"].to_pylist() == [dt.date(2024, 4, 1)] * 3
    assert values["end_date"].to_pylist() == [dt.date(2026, 4, 1)] * 3
    assert values["minutes_from"].to_pylist() == [None, 30, None]


def test_faults_name_the_row_excel_shows(tmp_path: Path) -> None:
    late = dt.datetime(2024, 4, 1, 13, 30)
    rows = [ROW, changed(rate="=800+43.5"), [], changed(start_date=late), changed(rate="#N/A")]
    text = read(workbook(tmp_path / "rates.xlsx", *rows))
    assert problems(text) == [
        "row 3, column rate: rate is a formula, not a value.",
        "row 5, column start_date: start date 2024-04-01 13:30:00 is not a date.",
        "row 6, column rate: rate is an error, #N/A.",
    ]
    assert text.faults.problems()[0].what_to_do == (
        "In Excel copy the column and paste it back as values, then send the file again."
    )


def test_a_sort_code_excel_took_for_a_number(tmp_path: Path) -> None:
    bank = EXTRACTS["bank_details"]
    row = ["B1", "V1", 10203, 1234567, "Example", None, dt.date(2026, 4, 6)]
    text = read_text(workbook(tmp_path / "bank.xlsx", row, header=bank.columns), bank)
    assert problems(text) == [
        "row 2, column sort_code: sort code 10203 has 5 digits, not 6.",
        "row 2, column account_number: account number 1234567 has 7 digits, not 8.",
    ]


def test_hours_typed_as_a_time(tmp_path: Path) -> None:
    lines = EXTRACTS["service_lines"]
    for number, value in enumerate((dt.time(10, 20), dt.timedelta(hours=26, minutes=30), 10.5)):
        row = ["L1", "PK1", "K1", "S1", "hour", value, None, None, None, None, dt.date(2026, 4, 6), None, None]
        text = read_text(workbook(tmp_path / f"l{number}.xlsx", row, header=lines.columns), lines)
        assert parse(text)["quantity"].to_pylist() == [[620], [1590], [630]][number]


def test_which_sheet_is_meant(tmp_path: Path) -> None:
    path = workbook(tmp_path / "rates.xlsx", ROW, title="Rates")
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes").append(["Read me"])
    book.save(path)
    assert read(path).count == 1
    book["Rates"].title = "Sheet1"
    book.save(path)
    assert read(path).faults.problems() == (
        Problem(
            "rates.xlsx",
            "has several sheets: Sheet1, Notes.",
            "Name the sheet to read “rates”, or send it as its own workbook.",
        ),
    )
    assert read(path, "Sheet1").count == 1
    assert "has no sheet called Other" in read(path, "Other").faults.problems()[0].what


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04 not really", b"a,b"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rates.xlsx").write_bytes(content)
    (problem,) = read(tmp_path / "rates.xlsx").faults.problems()
    assert problem.what in (
        "is empty.",
        "is an old Excel workbook (.xls).",
        "cannot be opened as an Excel workbook.",
        "is damaged, and cannot be read as an Excel workbook.",
    )


def test_an_empty_workbook(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "rates.xlsx")
    assert [each.what for each in read(tmp_path / "rates.xlsx").faults.problems()] == ["is empty."]
    text = read(workbook(tmp_path / "rates.xlsx"))
    assert [each.what for each in text.faults.problems()] == ["has a header and no rows."]


def marked(path: Path, mark: Callable[[Any], object], *rows: list[Any]) -> Text:
    """A workbook of rates in which something is hidden or merged."""
    book = openpyxl.load_workbook(workbook(path, *rows))
    mark(book.active)
    book.save(path)
    return read(path)


def test_merged_cells_are_refused_naming_them(tmp_path: Path) -> None:
    rows = [changed(rate_ref=f"R{nr}") for nr in range(1, 5)]
    text = marked(tmp_path / "rates.xlsx", lambda sheet: sheet.merge_cells("G3:G4"), *rows)
    assert problems(text) == [
        "row 3, column end_date: end date is part of merged cells, G3:G4.",
        "row 4, column end_date: end date is part of merged cells, G3:G4.",
    ]
    assert text.faults.problems()[0].what_to_do.startswith("In Excel choose Unmerge Cells")
    header = marked(tmp_path / "rates.xlsx", lambda sheet: sheet.merge_cells("A1:B1"), *rows)
    assert header.faults.problems()[0].what == "has its header in merged cells, A1:B1."


def test_what_is_hidden_is_refused_by_name(tmp_path: Path) -> None:
    def hide_row(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    def hide_column(sheet: Any) -> None:
        sheet.column_dimensions["G"].hidden = True

    def hide_group(sheet: Any) -> None:
        sheet.column_dimensions.group("F", "H", hidden=True)

    rows = [ROW, changed(rate_ref="R2"), changed(rate_ref="R3")]
    assert problems(marked(tmp_path / "rates.xlsx", hide_row, *rows)) == ["row 3: is hidden."]
    (column,) = marked(tmp_path / "rates.xlsx", hide_column, *rows).faults.problems()
    assert column.what == "has a hidden column, G (end_date)."
    (group,) = marked(tmp_path / "rates.xlsx", hide_group, *rows).faults.problems()
    assert group.what == "has a hidden column, F (start_date)."


def test_a_hidden_sheet_is_not_read_and_another_with_rows_is_said(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(workbook(tmp_path / "rates.xlsx", ROW, title="Rates"))
    book.create_sheet("April").append(["rates", "of April"])
    book.save(tmp_path / "rates.xlsx")
    (note,) = read(tmp_path / "rates.xlsx").notes
    assert note.what == "has rows in April as well: only the sheet Rates was read."
    book["Rates"].sheet_state = "hidden"
    book.save(tmp_path / "rates.xlsx")
    assert [each.what for each in read(tmp_path / "rates.xlsx").faults.problems()] == [
        "has its rows in a hidden sheet, Rates."
    ]


@pytest.mark.parametrize("said", [{"rate_ref": "Total"}, {"rate_ref": None, "service_ref": "Grand total:"}])
def test_a_row_of_totals_is_refused_by_name(tmp_path: Path, said: dict[str, Any]) -> None:
    assert problems(read(workbook(tmp_path / "rates.xlsx", ROW, changed(**said)))) == [
        "row 3: is a row of totals, not a rate."
    ]


def test_shares_are_read_as_they_are_shown(tmp_path: Path) -> None:
    shares = EXTRACTS["funding_shares"]
    rows = [
        ["F1", "L1", "ICB", 0.4, None, dt.date(2026, 4, 1), None],
        ["F2", "L1", "ICB", 33.33, None, dt.date(2026, 4, 1)],
    ]
    path = workbook(tmp_path / "funding_shares.xlsx", *rows, header=shares.columns)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet["D2"].number_format = "0%"
    book.save(path)
    assert parse(read_text(path, shares))["percent"].to_pylist() == [4_000, 3_333]
    sheet["D2"].value = 0.405
    book.save(path)
    text = read_text(path, shares)
    assert problems(text)[0] == (
        "row 2, column percent: percent shows 41% but holds 40.5%: what is shown is not what is kept."
    )


def test_noughts_in_front_are_read_as_they_are_shown(tmp_path: Path) -> None:
    payees = EXTRACTS["payees"]
    path = workbook(tmp_path / "payees.xlsx", [123, "Example House", "provider", 451, None], header=payees.columns)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet["A2"].number_format, sheet["D2"].number_format = "00000", "000000"
    book.save(path)
    values = parse(read_text(path, payees))
    assert (values["payee_ref"].to_pylist(), values["supplier_number"].to_pylist()) == (["00123"], ["000451"])
    sheet["D2"].value, sheet["D2"].number_format = 1_451, "#,##0"
    book.save(path)
    assert problems(read_text(path, payees)) == [
        "row 2, column supplier_number: supplier number is a quantity, shown as 1,451, not a reference."
    ]
