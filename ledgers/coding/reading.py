"""Coding rules as text: TOML, as the shipped set is written, or CSV, as finance keeps it in a spreadsheet.

TOML may say ``cost_centre = "by person"``: one line then stands for a rule for each ``[[cost_centre]]``, that is, for
each support reason and age band, so that kinds of service and cost centres are each written down once. CSV states
every rule in full, a row each. A last day is the last day a rule holds.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from typing import Any

from finance import toml_and_json
from finance.days import EARLIEST, LATEST
from finance.problems import Problem
from ledgers.coding.purposes import Purpose
from ledgers.coding.rules import Account, CodingRule

CSV_COLUMNS = (
    "purpose", "kind", "service_kind", "support_reason", "age_band", "funder_kind", "first_day", "last_day",
    "entity", "cost_centre", "subjective", "analysis", "account_name",
)  # fmt: skip
BY_PERSON = "by person"

_WORDS = ("kind", "service_kind", "support_reason", "age_band", "funder_kind")
_RULE_KEYS = {"purpose", "subjective", "name", "cost_centre", "first_day", "last_day", *_WORDS}
_CENTRE_KEYS = {"code", "name", "support_reason", "age_band"}


def read_toml(text: str, file: str) -> tuple[list[CodingRule], list[Problem]]:
    """The rules of a TOML file and everything wrong with how it is written."""
    try:
        tables = toml_and_json.read_toml(text)
    except toml_and_json.BadText as error:
        return [], [Problem(f"{file} {error.where}".strip(), f"it {error.what}", error.what_to_do)]
    problems: list[Problem] = _misshapen(tables, file)
    if problems:
        return [], problems
    for key in sorted(set(tables) - {"entity", "analysis", "first_day", "cost_centre", "rule"}):
        problems.append(Problem(file, f"“{key}” means nothing here.", "Take it out, or correct its spelling."))
    centres = tables.get("cost_centre", [])
    for place, centre in enumerate(centres, start=1):
        problems += _keys(centre, _CENTRE_KEYS, {"code", "name"}, f"{file} cost_centre {place}")
    rules: list[CodingRule] = []
    if not problems:
        for place, row in enumerate(tables.get("rule", []), start=1):
            where = f"{file} rule {place}"
            wrong = _keys(row, _RULE_KEYS, {"purpose", "subjective", "name", "cost_centre"}, where)
            problems += wrong or _from_toml(row, tables, centres, where, rules)
    return rules, problems


def _misshapen(tables: Mapping[str, Any], file: str) -> list[Problem]:
    """What is no table or list of tables where one is needed, or a list where a word is."""
    wrong = []
    for key in ("cost_centre", "rule"):
        rows = tables.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            wrong.append(Problem(file, f"{key} is not a list of tables.", f"Write each under [[{key}]]."))
            continue
        wrong += [
            Problem(f"{file} {key} {place}", f"{name} is not one word or number.", "Write one value.")
            for place, row in enumerate(rows, start=1)
            for name, value in row.items()
            if isinstance(value, list | dict)
        ]
    return wrong + [
        Problem(file, f"{key} is not one word or number.", "Write one value.")
        for key in ("entity", "analysis", "first_day")
        if isinstance(tables.get(key), list | dict)
    ]


def _keys(row: Mapping[str, Any], known: set[str], needed: set[str], where: str) -> list[Problem]:
    wrong = [Problem(where, f"“{key}” means nothing here.", "Take it out.") for key in sorted(set(row) - known)]
    return wrong + [Problem(where, f"it has no {key}.", "Add it.") for key in sorted(needed - set(row))]


def _from_toml(
    row: Mapping[str, Any],
    tables: Mapping[str, Any],
    centres: list[Mapping[str, Any]],
    where: str,
    rules: list[CodingRule],
) -> list[Problem]:
    if row["purpose"] not in list(Purpose):
        return [_no_such_purpose(str(row["purpose"]), where)]
    first, last = row.get("first_day", tables.get("first_day")), row.get("last_day")
    for each in (first, last):
        if each is not None and type(each) is not dt.date:
            return [Problem(where, f"“{each}” is not a date.", "Write it as 2026-04-01, without quotation marks.")]
    stated = {word: str(row[word]) for word in _WORDS if word in row}
    spread = centres if row["cost_centre"] == BY_PERSON else [{"code": row["cost_centre"], "name": ""}]
    for centre in spread:
        name = f"{row['name']}: {centre['name']}" if centre["name"] else str(row["name"])
        words = {word: str(centre[word]) for word in ("support_reason", "age_band") if word in centre}
        rules.append(
            CodingRule(
                Purpose(row["purpose"]),
                Account(
                    str(tables.get("entity", "")),
                    str(centre["code"]),
                    str(row["subjective"]),
                    str(tables.get("analysis", "")),
                    name,
                ),
                **(words | stated),
                starts=first,
                ends=None if last is None else last + dt.timedelta(days=1),
                where=where,
            )
        )
    return []


def read_csv(text: str, file: str) -> tuple[list[CodingRule], list[Problem]]:
    """The rules of a CSV file and everything wrong with how it is written."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        return _from_csv(rows, file)
    except csv.Error:
        what = "has quotation marks that do not pair up, or a value longer than any can be."
        return [], [Problem(f"{file} line {rows.line_num}", what, "Correct it and load again.")]


def _from_csv(rows: "csv.DictReader[str]", file: str) -> tuple[list[CodingRule], list[Problem]]:
    header = tuple(rows.fieldnames or ())
    missing = [column for column in CSV_COLUMNS if column not in header]
    if missing:
        return [], [Problem(file, f"it has no column {', '.join(missing)}.", "Start from the template.")]
    rules: list[CodingRule] = []
    problems: list[Problem] = []
    for row in rows:
        where = f"{file} line {rows.line_num}"
        if None in row or None in row.values():
            problems.append(Problem(where, f"it does not have {len(header)} columns.", "Correct its commas."))
            continue
        cell = {column: row[column].strip() for column in CSV_COLUMNS}
        days: dict[str, dt.date | None] = {}
        wrong = [] if cell["purpose"] in list(Purpose) else [_no_such_purpose(cell["purpose"], where)]
        for column in ("first_day", "last_day"):
            try:
                days[column] = _day(cell[column])
            except ValueError:
                wrong.append(
                    Problem(
                        f"{where}, column {column}",
                        f"“{cell[column]}” is not a date.",
                        "Write it as 2026-04-01 or 01/04/2026.",
                    )
                )
        if any("\x00" in value for value in cell.values()):
            wrong.append(Problem(where, "it holds a character that stands for no letter.", "Take it out."))
        if wrong:
            problems += wrong
            continue
        last = days["last_day"]
        rules.append(
            CodingRule(
                Purpose(cell["purpose"]),
                Account(
                    cell["entity"], cell["cost_centre"], cell["subjective"], cell["analysis"], cell["account_name"]
                ),
                **{word: cell[word] or None for word in _WORDS},
                starts=days["first_day"],
                ends=None if last is None else last + dt.timedelta(days=1),
                where=where,
            )
        )
    return rules, problems


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    british = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    when = dt.date(int(british[3]), int(british[2]), int(british[1])) if british else dt.date.fromisoformat(text)
    if not EARLIEST <= when <= LATEST:
        raise ValueError("too far from today to be right")
    return when


def _no_such_purpose(word: str, where: str) -> Problem:
    return Problem(where, f"“{word}” is not a purpose.", f"Use one of {', '.join(Purpose)}.")
