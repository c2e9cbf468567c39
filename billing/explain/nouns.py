"""Facts that bear on charges in an officer's words: what each is called, and how its values read."""

import datetime as dt
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from billing.explain.past import Past, Row
from finance.days import spoken
from finance.money import sterling, sterling_rate

NOUNS = {
    "service_line": "service line", "package": "package", "person": "person", "contract": "contract", "rate": "rate",
    "agreed_rate": "agreed rate", "suspension": "suspension", "funding_share": "funding share",
    "contribution": "contribution", "nursing_award": "nursing award", "nursing_rate": "national nursing rate",
    "bill_payer": "bill payer", "top_up_agreement": "top-up agreement", "charge_exemption": "exemption from charges",
    "client_rate": "rate for clients", "waiver": "waiver", "delivery": "care delivered",
}  # fmt: skip
_LABELS = {
    "starts": "first day",
    "ends": "last day",
    "every_weeks": "every so many weeks",
    "visit_minutes": "minutes a visit",
    "weekly": "amount a week",
    "on": "day",
    "born": "date of birth",
    "died": "date of death",
    "signed": "signed on",
    "days_after_death": "days paid after the day of death",
    "support_reason": "primary support reason",
    "bill_payer": "payer",
    "calendar": "bill calendar",
}
_LINKS = {
    "contract": "contract",
    "service": "service",
    "package": "package",
    "payee": "payee",
    "line": "service_line",
    "bill_payer": "bill_payer",
    "funder": "funder",
    "person": "person",
}
_LEFT_OUT = {
    "nr",
    "learned",
    "superseded",
    "ref",
    "source_row",
    "name",
    "approved_by",
    "requested_by",
    "weekly_budget",
    "customer_number",
    "nhs_number",
    "uprn",
    "postcode",
    "status",
    "announced",
    "source",
}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def noun(table: str) -> str:
    return NOUNS[table]


def differing(then: Row, now: Row) -> list[str]:
    """The columns that bear on charges and are not the same in two versions."""
    return [name for name in now if name not in _LEFT_OUT and then.get(name) != now[name]]


def label(column: str) -> str:
    return _LABELS.get(column, column.replace("_", " "))


def shown(table: str, column: str, row: Row, past: Past) -> str:
    """One value in words."""
    value = row[column]
    if column == "ends":
        return spoken(value - dt.timedelta(days=1)) if value else "no end"
    if value is None:
        return "all of the charge" if (table, column) == ("waiver", "weekly") else "none"
    if isinstance(value, dt.date):
        return spoken(value)
    if column in _LINKS:
        return past.ref(_LINKS[column], value)
    special = _SHOWN.get((table, column)) or _SHOWN.get(("", column))
    return special(value, row) if special else str(value)


def _quantity(value: int, row: Row) -> str:
    if row.get("unit") == "hour":
        return f"{value // 60}:{value % 60:02d} hours"
    return decimal_words(Fraction(value, 100))


def decimal_words(units: Fraction) -> str:
    """A quantity as a decimal, or as a fraction where it is finer than thousandths."""
    if units.denominator == 1:
        return str(units.numerator)
    thousandths = units * 1000
    if thousandths.denominator == 1:
        whole, part = divmod(thousandths.numerator, 1000)
        return f"{whole}.{part:03d}".rstrip("0")
    return f"{units.numerator}/{units.denominator}"


_SHOWN: dict[tuple[str, str], Callable[[Any, Row], str]] = {
    ("", "rate"): lambda value, row: sterling_rate(value) + (f" by the {row['unit']}" if row.get("unit") else ""),
    ("", "weekly"): lambda value, _: sterling_rate(value),
    ("waiver", "weekly"): lambda value, _: sterling(value),
    ("funding_share", "amount"): lambda value, row: (
        f"{decimal_words(Fraction(value, 100))}%" if row["basis"] == "percent" else sterling_rate(value)
    ),
    ("", "quantity"): _quantity,
    ("", "days"): lambda value, _: (
        " ".join(day for place, day in enumerate(_WEEKDAYS) if value >> place & 1) or "per week"
    ),
}


def told_words(past: Past, change: int, row: int | None = None) -> str:
    """Who told us, when, and from what."""
    said = past.changes[change]
    source = f"{said['source']} row {row}" if row else str(said["source"])
    return f"learned {spoken(said['moment'].date())} by {said['by']} from {source}"
