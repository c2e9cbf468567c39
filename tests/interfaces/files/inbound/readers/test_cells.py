"""What is seen is what is read: a cell of any format reads as it is shown, or is refused by name.

What Excel shows is worked out here for itself, one format at a time and slowly, so that the two can be compared.
"""

import datetime as dt
import tempfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.layouts.sorts import Sort
from interfaces.files.inbound.readers.cells import NotAsShown, read_cell
from interfaces.files.inbound.readers.parsing import parse
from interfaces.files.inbound.readers.reading import read_text
from interfaces.files.inbound.writing import write_extract


def in_words(value: float, places: int, group: bool = False, times: int = 1) -> str:
    """A number, so many times over, rounded as Excel rounds: half away from nought, without its sign. What comes in is
    what the workbook keeps; from its fifteen digits on, nothing is a float."""
    exact = Decimal(f"{abs(value):.15g}") * times
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,f}" if group else f"{rounded:f}"


def signed(value: float, shown: str) -> str:
    return f"-{shown}" if value < 0 and shown.strip("0.,£%") else shown


FORMATS: dict[str, Callable[[float], str]] = {
    "0": lambda v: signed(v, in_words(v, 0)),
    "0.00": lambda v: signed(v, in_words(v, 2)),
    "#,##0": lambda v: signed(v, in_words(v, 0, True)),
    "#,##0.00": lambda v: signed(v, in_words(v, 2, True)),
    '"£"#,##0.00': lambda v: signed(v, "£" + in_words(v, 2, True)),
    "[$£-809]#,##0.00": lambda v: signed(v, "£" + in_words(v, 2, True)),
    "#,##0.00_);[Red]\\(#,##0.00\\)": lambda v: f"({in_words(v, 2, True)})" if v < 0 else in_words(v, 2, True),
    '_-"£"* #,##0.00_-;\\-"£"* #,##0.00_-;_-"£"* "-"??_-;_-@_-': lambda v: (
        ("-" if v < 0 else "") + "£" + in_words(v, 2, True) if v else "£ -"
    ),
    "0%": lambda v: signed(v, in_words(v, 0, times=100) + "%"),
    "0.0%": lambda v: signed(v, in_words(v, 1, times=100) + "%"),
    "0.00%": lambda v: signed(v, in_words(v, 2, times=100) + "%"),
    "0.00;[Red]0.00": lambda v: in_words(v, 2),  # a minus told by colour alone
    "#,##0,": lambda v: signed(v, in_words(v / 1000, 0, True)),
}


def figure(shown: str) -> Fraction | None:
    """What a reader makes of a figure that is shown; of a percentage, so many hundredths."""
    bare = shown.replace("£", "").replace(",", "").replace(" ", "")
    part = 100 if bare.endswith("%") else 1
    bare = bare.removesuffix("%")
    below = bare.startswith(("-", "(")) and len(bare) > 1
    bare = "0" if bare == "-" else bare.strip("-()")
    return Fraction(bare) * (-1 if below else 1) / part


VALUES = st.one_of(
    st.integers(-(10**7), 10**7),
    st.integers(-(10**8), 10**8).map(lambda pence: pence / 100),
    st.integers(-(10**9), 10**9).map(lambda part: part / 10_000),
    st.integers(0, 1000).map(lambda part: part / 1000),
    st.just(0),
)


@given(VALUES, st.sampled_from(list(FORMATS)), st.sampled_from([Sort.FIGURE, Sort.PERCENT]))
@settings(max_examples=400, deadline=None)
def test_a_figure_is_what_is_shown_or_refused(value: float, form: str, sort: Sort) -> None:
    shown = FORMATS[form](value)
    held = Fraction(Decimal(f"{value:.15g}"))
    percent = form.endswith("%")
    try:
        read = read_cell(value, "n", form, sort)
    except NotAsShown:
        assert figure(shown) != held or (percent and sort is not Sort.PERCENT), shown
        return
    assert figure(read) == figure(shown) == held, shown
    assert not percent or sort is Sort.PERCENT
    assert read.endswith("%") == percent


@given(st.integers(0, 10**16), st.sampled_from(["0", "General", "000000", "00000000", "00-00-00", '"P"000000', "@"]))
@settings(max_examples=300, deadline=None)
def test_a_reference_is_read_to_the_letter_or_refused(value: int, form: str) -> None:
    digits = str(value)
    filled = digits.rjust(form.count("0"), "0") if form[0] in '0"' else digits
    shown = f"{filled[:-4]}-{filled[-4:-2]}-{filled[-2:]}" if "-" in form else filled
    shown = f"P{shown}" if "P" in form else shown
    if value < 10**15:
        assert read_cell(value, "n", form, Sort.NAME) == shown
        return
    with pytest.raises(NotAsShown, match="more than 15 figures"):
        read_cell(value, "n", form, Sort.NAME)


DAYS = st.dates(dt.date(1900, 3, 1), dt.date(2199, 12, 31))


@given(DAYS, st.integers(0, 86_399), st.sampled_from(["dd/mm/yyyy", "d-mmm-yy", "mmm-yy", "dd/mm/yyyy hh:mm", "h:mm"]))
@settings(max_examples=300, deadline=None)
def test_a_day_is_read_where_all_of_it_is_shown(day: dt.date, clock: int, form: str) -> None:
    for seconds in (0, clock):
        serial = (day - dt.date(1899, 12, 30)).days + seconds / 86_400
        whole = not seconds % 60 if form == "dd/mm/yyyy hh:mm" else not seconds and form in ("dd/mm/yyyy", "d-mmm-yy")
        try:
            read = read_cell(serial, "n", form, Sort.DAY)
        except NotAsShown:
            assert not whole
            continue
        assert whole
        assert read == (f"{day}" if not seconds else f"{day} {dt.timedelta(seconds=seconds)!s:0>8}")


@given(st.integers(0, 3_000 * 60), st.sampled_from(["h:mm", "hh:mm:ss", "[h]:mm", "[h]:mm:ss", "[mm]", "[hh]:mm"]))
@settings(max_examples=300, deadline=None)
def test_hours_are_read_where_all_of_them_are_shown(seconds: int, form: str) -> None:
    whole = (seconds < 86_400 or form[0] == "[") and (seconds % 60 == 0 or "ss" in form)
    try:
        read = read_cell(seconds / 86_400, "n", form, Sort.HOURS)
    except NotAsShown:
        assert not whole
        return
    assert whole
    parts = [int(part) for part in (*read.split(":"), "0")[:3]]
    assert parts[0] * 3600 + parts[1] * 60 + parts[2] == seconds


_LESS_DAY = "shows 31 Mar 2026 but holds 2026-03-31 12:00:00: what is shown is not what is kept."


@pytest.mark.parametrize(
    ("value", "form", "sort", "what"),
    [
        (12.3456, "0.00", Sort.FIGURE, "shows 12.35 but holds 12.3456: what is shown is not what is kept."),
        (0.333333, "0.00%", Sort.PERCENT, "shows 33.33% but holds 33.3333%: what is shown is not what is kept."),
        (-20, "0.00;[Red]0.00", Sort.FIGURE, "shows 20.00 but holds -20: what is shown is not what is kept."),
        (0.4, "0%", Sort.FIGURE, "40% is a percentage, which this column does not hold."),
        (20, "[$$-409]#,##0.00", Sort.FIGURE, "is shown as $20.00, which is not a figure this column can hold."),
        (5, ";;;", Sort.FIGURE, "is hidden by its number format: it holds 5."),
        (46266, "d-mmm", Sort.NAME, "is a date or a time, shown as 1-Sep: the spreadsheet has changed what was typed."),
        (1451, "#,##0", Sort.NAME, "is a quantity, shown as 1,451, not a reference."),
        (True, "General", Sort.NAME, "is TRUE or FALSE: the spreadsheet has changed what was typed."),
        (0.5, "# ?/?", Sort.FIGURE, "has the number format # ?/?, which cannot be told here."),
        (300000, "0.00E+00", Sort.NAME, "has the number format 0.00E+00, which cannot be told here."),
        (0.43090277777, "h:mm", Sort.HOURS, "shows 10:20 but holds 10:20:30: what is shown is not what is kept."),
        (46112.5, "d mmm yyyy", Sort.DAY, _LESS_DAY),
        (46112, "mmm-yy", Sort.DAY, "shows Mar-26 but holds 2026-03-31: what is shown is not what is kept."),
        (46112, "dd/mm/yyyy", Sort.FIGURE, None),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(value: Any, form: str, sort: Sort, what: str | None) -> None:
    if what is None:
        assert read_cell(value, "n", form, sort) == "2026-03-31"  # no figure: the column’s own type refuses it
        return
    with pytest.raises(NotAsShown) as refused:
        read_cell(value, "b" if value is True else "n", form, sort)
    assert refused.value.what == what


LINES = EXTRACTS["service_lines"]
FACTS = st.fixed_dictionaries(
    {
        "line_ref": st.integers(1, 999_999).map(lambda nr: f"{nr:06d}"),
        "package_ref": st.just("PK1"),
        "contract_ref": st.just("K1"),
        "service_ref": st.just("S1"),
        "unit": st.just("hour"),
        "quantity": st.integers(1, 200 * 60),
        "start_date": st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)),
        "end_date": st.none() | st.dates(dt.date(2050, 1, 2), dt.date(2090, 1, 1)),
    }
)


@given(FACTS, st.sampled_from(["dd/mm/yyyy", "d mmmm yyyy", "yyyy-mm-dd", "dd-mmm-yy"]))
@settings(max_examples=25, deadline=None)
def test_a_workbook_and_a_csv_file_of_one_fact_read_the_same(fact: dict[str, Any], day_form: str) -> None:
    minutes = fact["quantity"]
    with tempfile.TemporaryDirectory() as folder:
        plain, book_path = Path(folder) / "service_lines.csv", Path(folder) / "service_lines.xlsx"
        write_extract("service_lines", [{**fact, "quantity": f"{minutes // 60}:{minutes % 60:02d}"}], plain)
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(LINES.columns)
        cells = {**fact, "line_ref": int(fact["line_ref"]), "quantity": minutes / 1440}
        sheet.append([cells.get(name) for name in LINES.columns])
        for name, cell in zip(LINES.columns, sheet[2], strict=True):
            form = {"line_ref": "000000", "quantity": "[h]:mm", "start_date": day_form, "end_date": day_form}.get(name)
            cell.number_format = form or "General"
        book.save(book_path)
        texts = [read_text(path, LINES) for path in (plain, book_path)]
    values = [parse(text) for text in texts]
    assert [text.faults.problems() for text in texts] == [(), ()]
    assert {name: column.to_pylist() for name, column in values[0].items()} == {
        name: column.to_pylist() for name, column in values[1].items()
    }
