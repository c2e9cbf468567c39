"""Made-up facts as a council's extract files: columns of text in the layouts' order, in CSV and XLSX.

The same facts always give the same bytes: workbooks are packed with a fixed moment in place of the clock's.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from finance.columns import Ints
from interfaces.demo.cards import SERVICES
from interfaces.demo.funding import FUNDERS, NURSING_RATES
from interfaces.demo.names import join, padded
from interfaces.demo.timetable import NEVER
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.layouts.value_types import WEEKDAYS
from interfaces.files.outbound.leaving import leave

IN_WORKBOOKS = ("services", "adjustments")  # sent as XLSX; the rest as CSV
_NUMBERS_IN_WORKBOOKS, _DATES_IN_WORKBOOKS = ("amount",), ("date",)
_PACKED = (2026, 5, 5, 9, 0, 0)

Columns = dict[str, pa.Array]


def ref(prefix: str, numbers: pd.Series | Ints, width: int = 6) -> pa.Array:
    """Refs such as LIN000001, for numbers from nought; nothing where the number is below nought."""
    column = np.asarray(numbers, dtype=np.int64)
    return _blank_where(column < 0, join(prefix, padded(column + 1, width)))


def person_ref(numbers: pd.Series | Ints) -> pa.Array:
    return ref("PER", numbers)


def line_ref(numbers: pd.Series | Ints) -> pa.Array:
    return ref("LIN", numbers)


def payee_ref(numbers: pd.Series | Ints) -> pa.Array:
    return ref("PAY", numbers, 4)


def contract_ref(numbers: pd.Series | Ints) -> pa.Array:
    return ref("CON", numbers, 4)


def _blank_where(mask: np.ndarray, column: pa.Array) -> pa.Array:
    return pa.compute.if_else(pa.array(mask), "", column)


def _text(column: pd.Series | np.ndarray) -> pa.Array:
    return pa.array(np.asarray(column, dtype=object), pa.string(), from_pandas=True).fill_null("")


def _all(value: str, frame: pd.DataFrame) -> pa.Array:
    return pa.repeat(value, len(frame))


def day(numbers: pd.Series | Ints, form: str = "iso") -> pa.Array:
    """Dates as text, nothing where there is none; ``uk`` writes them 31/03/2026."""
    column = np.asarray(numbers, dtype=np.int64)
    none = (column >= NEVER) | (column == 0)
    dates = pa.array(np.where(none, 0, column).astype(np.int32), pa.int32()).cast(pa.date32())
    text = pa.compute.strftime(dates, format="%d/%m/%Y") if form == "uk" else dates.cast(pa.string())
    return _blank_where(none, text)


def pounds(hundredths: pd.Series | Ints) -> pa.Array:
    """Hundredths of a penny, in whole pence, as pounds: 1089.00."""
    pence = np.asarray(hundredths, dtype=np.int64) // 100
    sign = pa.compute.if_else(pa.array(pence < 0), "-", "")
    size = np.abs(pence)
    return join(sign, pa.array(size // 100).cast(pa.string()), ".", padded(size % 100, 2))


def _whole(numbers: pd.Series | Ints, *, blank: int | None = 0) -> pa.Array:
    column = np.asarray(numbers, dtype=np.int64)
    return _blank_where(column == blank, pa.array(column).cast(pa.string()))


def _quantity(frame: pd.DataFrame) -> pa.Array:
    hours = (frame["unit"] == "hour").to_numpy()
    hundredths = np.where(hours, frame["quantity"] * 100 // 60, frame["quantity"])
    text = join(pa.array(hundredths // 100).cast(pa.string()), ".", padded(hundredths % 100, 2))
    return pa.compute.replace_substring_regex(text, pattern=r"\.?0+$", replacement="") if len(text) else text


_DAYS_OF_MASK = pa.array(
    [" ".join(word for place, word in enumerate(WEEKDAYS) if mask & (1 << place)) for mask in range(128)]
)


def _people(frame: pd.DataFrame) -> Columns:
    return {
        "person_ref": person_ref(frame["ref"]),
        "name": _text(frame["name"]),
        "date_of_birth": day(frame["born"]),
        "date_of_death": day(frame["died"]),
        "nhs_number": _text(frame["nhs_number"]),
        "uprn": _text(frame["uprn"]),
        "primary_support_reason": _text(frame["reason"]),
        "postcode": _text(frame["postcode"]),
    }


def _payees(frame: pd.DataFrame) -> Columns:
    number = padded(frame["ref"].to_numpy() + 1, 4)
    return {
        "payee_ref": payee_ref(frame["ref"]),
        "name": _text(frame["name"]),
        "kind": _text(frame["kind"]),
        "supplier_number": join("30", number),
        "email": join("payments.", number, "@ambermere.example"),
    }


def _bank_details(frame: pd.DataFrame) -> Columns:
    return {
        "bank_ref": ref("BNK", frame["ref"], 5),
        "payee_ref": payee_ref(frame["payee"]),
        "sort_code": _text(frame["sort_code"]),
        "account_number": _text(frame["account_number"]),
        "account_name": _text(frame["account_name"]),
        "roll_number": _text(frame["roll_number"]),
        "start_date": day(frame["start"]),
    }


def _contracts(frame: pd.DataFrame) -> Columns:
    return {
        "contract_ref": contract_ref(frame["ref"]),
        "payee_ref": payee_ref(frame["payee"]),
        "calendar_ref": _text(frame["calendar"]),
        "name": _text(frame["name"]),
        "start_date": day(frame["start"]),
        "end_date": _all("", frame),
        "payment": _text(frame["payment"]),
        "days_after_death": _whole(frame["days_after_death"], blank=None),
        "retainer": _text(frame["retainer"]),
        "bank_holidays": _text(frame["bank_holidays"]),
        "months_begin": _all("", frame),
        "week_price": _all("", frame),
    }


def _rates(frame: pd.DataFrame) -> Columns:
    return {
        "rate_ref": ref("RTE", frame["ref"]),
        "contract_ref": contract_ref(frame["contract"]),
        "service_ref": _text(frame["service"]),
        "unit": _text(frame["unit"]),
        "rate": pounds(frame["price"]),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
        "day_category": _text(frame["day_category"]),
        "minutes_from": _whole(frame["minutes_from"]),
        "minutes_to": _whole(frame["minutes_to"]),
        "age_from": _whole(frame["age_from"]),
        "age_to": _whole(frame["age_to"]),
    }


def _blocks(frame: pd.DataFrame) -> Columns:
    return {
        "block_ref": ref("BLK", frame["ref"], 3),
        "contract_ref": contract_ref(frame["contract"]),
        "service_ref": _text(frame["service"]),
        "unit": _text(frame["unit"]),
        "rate": pounds(frame["price"]),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
    }


def _packages(frame: pd.DataFrame) -> Columns:
    return {
        "package_ref": ref("PKG", frame["ref"]),
        "person_ref": person_ref(frame["person"]),
        "start_date": day(frame["start"]),
        "end_date": _all("", frame),
        "approved_by": _text(frame["approved_by"]),
        "weekly_budget": pounds(frame["budget"]),
    }


def _service_lines(frame: pd.DataFrame) -> Columns:
    return {
        "line_ref": line_ref(frame["ref"]),
        "package_ref": ref("PKG", frame["package"]),
        "contract_ref": contract_ref(frame["contract"]),
        "service_ref": _text(frame["service"]),
        "unit": _text(frame["unit"]),
        "quantity": _quantity(frame),
        "days": _DAYS_OF_MASK.take(pa.array(frame["days"].to_numpy())),
        "every_weeks": _whole(frame["every"]),
        "visit_minutes": _whole(frame["minutes"]),
        "carers": _whole(frame["carers"]),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
        "end_reason": _text(frame["end_reason"]),
    }


def _agreed_rates(frame: pd.DataFrame) -> Columns:
    """One in a hundred as people type them: £1,089.00."""
    plain = pounds(frame["price"])
    typed = [
        f"£{Decimal(text):,}" if number % 100 == 7 else text
        for text, number in zip(plain.to_pylist(), frame["ref"], strict=True)
    ]
    return {
        "rate_ref": ref("AGR", frame["ref"]),
        "line_ref": line_ref(frame["line"]),
        "rate": pa.array(typed, pa.string()),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
    }


def _suspensions(frame: pd.DataFrame) -> Columns:
    return {
        "suspension_ref": ref("SUS", frame["ref"]),
        "line_ref": line_ref(frame["line"]),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
        "reason": _text(frame["reason"]),
        "paid": _text(frame["paid"]),
    }


def _funding_shares(frame: pd.DataFrame) -> Columns:
    funders = pa.array([each[0] for each in FUNDERS])
    percent, weekly = frame["percent"].to_numpy(), frame["weekly"]
    return {
        "share_ref": ref("SHR", frame["ref"]),
        "line_ref": line_ref(frame["line"]),
        "funder_ref": funders.take(pa.array(frame["funder"].to_numpy())),
        "percent": _whole(percent // 100),
        "weekly_amount": _blank_where((weekly == 0).to_numpy(), pounds(weekly)),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
    }


def _contributions(frame: pd.DataFrame) -> Columns:
    """From another system, which writes its dates as people do."""
    return {
        "contribution_ref": ref("CTB", frame["ref"]),
        "line_ref": line_ref(frame["line"]),
        "kind": _text(frame["kind"]),
        "weekly_amount": pounds(frame["weekly"]),
        "collector": _text(frame["collector"]),
        "start_date": day(frame["start"], "uk"),
        "end_date": day(frame["end"], "uk"),
    }


def _nursing_awards(frame: pd.DataFrame) -> Columns:
    return {
        "award_ref": ref("NUR", frame["ref"]),
        "line_ref": line_ref(frame["line"]),
        "band": _text(frame["band"]),
        "route": _text(frame["route"]),
        "start_date": day(frame["start"]),
        "end_date": day(frame["end"]),
    }


def _adjustments(frame: pd.DataFrame) -> Columns:
    return {
        "adjustment_ref": ref("ADJ", frame["ref"], 4),
        "payee_ref": payee_ref(frame["payee"]),
        "calendar_ref": _all("CAL-4W", frame),
        "service_ref": _text(frame["service"]),
        "person_ref": person_ref(frame["person"]),
        "date": day(frame["day"]),
        "amount": pounds(frame["amount"] * 100),
        "reason": _text(frame["reason"]),
        "entered_by": _text(frame["entered_by"]),
    }


_MADE: dict[str, Callable[[pd.DataFrame], Columns]] = {
    "people": _people,
    "payees": _payees,
    "bank_details": _bank_details,
    "contracts": _contracts,
    "rates": _rates,
    "blocks": _blocks,
    "packages": _packages,
    "service_lines": _service_lines,
    "agreed_rates": _agreed_rates,
    "suspensions": _suspensions,
    "funding_shares": _funding_shares,
    "contributions": _contributions,
    "nursing_awards": _nursing_awards,
    "adjustments": _adjustments,
}


def as_extract(name: str, rows: pd.DataFrame, *, cancelled: bool = False) -> pd.DataFrame:
    """Rows as the extract's own columns of text, with ``cancelled`` when asked."""
    columns = _MADE[name](rows)
    order = EXTRACTS[name].columns
    made = pd.DataFrame({column: columns[column].to_numpy(zero_copy_only=False) for column in order}, dtype=object)
    if cancelled:
        made["cancelled"] = np.where(rows["cancelled"].to_numpy(), "yes", "")
    return made


def fixed_extracts() -> dict[str, pd.DataFrame]:
    """The small extracts that never change: services, pay calendars, funders, national rates."""
    calendars = (
        ("CAL-4W", "Four-weekly in arrears", "four-weekly", "2026-04-06", "arrears", "2", "5", "2026-04-06"),
        ("CAL-WK", "Weekly in arrears", "weekly", "2026-04-06", "arrears", "2", "5", "2026-04-06"),
        ("CAL-MON", "By calendar month", "calendar month", "2026-04-01", "arrears", "2", "5", "2026-04-01"),
    )
    rows = {"services": SERVICES, "pay_calendars": calendars, "funders": FUNDERS, "nursing_rates": NURSING_RATES}
    return {name: pd.DataFrame(list(each), columns=EXTRACTS[name].columns, dtype=object) for name, each in rows.items()}


def file_name(name: str) -> str:
    return f"{name}.xlsx" if name in IN_WORKBOOKS else f"{name}.csv"


def write(folder: Path, name: str, rows: pd.DataFrame) -> None:
    """Write one extract."""
    path = folder / file_name(name)
    if name in IN_WORKBOOKS:
        leave(path, _workbook(name, rows), over=True)
        return
    table = pa.table({column: pa.array(rows[column], pa.string()) for column in rows.columns})
    options = pyarrow.csv.WriteOptions(quoting_style="needed", quoting_header="none")
    made = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, made, options)
    leave(path, made.getvalue().to_pybytes(), over=True)


def _workbook(name: str, rows: pd.DataFrame) -> bytes:
    """A workbook with true dates, numbers and, where somebody left one, a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    sheet.append(list(rows.columns))
    for number, row in enumerate(rows.to_dict("records"), start=2):
        for place, (column, value) in enumerate(row.items(), start=1):
            if value:
                cell = sheet.cell(number, place, _cell(str(column), str(value)))
                cell.number_format = "@" if isinstance(cell.value, str) else cell.number_format
    packed = BytesIO()
    book.save(packed)
    return _without_the_clock(packed.getvalue())


def _cell(column: str, value: str) -> dt.date | Decimal | str:
    if column in _DATES_IN_WORKBOOKS and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return dt.date.fromisoformat(value)
    if column in _NUMBERS_IN_WORKBOOKS and re.fullmatch(r"-?\d+\.\d\d", value):
        return Decimal(value)
    return value


def _without_the_clock(workbook: bytes) -> bytes:
    fixed = BytesIO()
    moment = dt.datetime(*_PACKED).isoformat() + "Z"
    with zipfile.ZipFile(BytesIO(workbook)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", moment.encode(), content)
            new.writestr(zipfile.ZipInfo(item.filename, _PACKED), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def ready(facts: Mapping[str, pd.DataFrame]) -> list[str]:
    """Extract names in the order they load."""
    return [name for name in EXTRACTS if name in facts]
