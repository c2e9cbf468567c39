"""Facts in an officer's words: what each is called, which of its values bear on money, and how they read."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from finance.care_costs.rows import Row
from finance.days import spoken
from finance.money import sterling, sterling_rate
from payruns.explain.sums import PER, quantity_words, share_words, weekdays_words

Show = Callable[[Any, Row], str]


@dataclass(frozen=True)
class Field:
    """One value of a fact that bears on money."""

    column: str
    label: str
    show: Show


def _plain(value: Any, _row: Row) -> str:
    return "none" if value is None else str(value)


def _day(value: dt.date | None, _row: Row) -> str:
    return spoken(value) if value else "none"


def _last(value: dt.date | None, _row: Row) -> str:
    return spoken(value - dt.timedelta(days=1)) if value else "no end"


def _rate(value: int, row: Row) -> str:
    return f"{sterling_rate(value)} {PER[row['unit']]}" if row.get("unit") else sterling_rate(value)


def _weekly(value: int, _row: Row) -> str:
    return f"{sterling_rate(value)} a week"


def _pence(value: int, _row: Row) -> str:
    return sterling(value)


def _quantity(value: int, row: Row) -> str:
    return quantity_words(row["unit"], value) + (" each planned day" if row["days"] else "")


def _weekdays(value: int, _row: Row) -> str:
    return weekdays_words(value, value) or "per week"


def _share(value: int, row: Row) -> str:
    return share_words(value) if row["basis"] == "percent" else f"{sterling_rate(value)} a week"


def _minutes(value: int | None, _row: Row) -> str:
    return "any" if value is None else minutes_words(value)


def minutes_words(minutes: int) -> str:
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


_STARTS, _ENDS = Field("starts", "first day", _day), Field("ends", "last day", _last)
_SPAN = (_STARTS, _ENDS)
_PRICE = Field("rate", "rate", _rate)


@dataclass(frozen=True)
class Noun:
    """What a fact is called, and its values."""

    name: str
    fields: tuple[Field, ...]


def _noun(name: str, *fields: Field) -> Noun:
    return Noun(name, fields)


NOUNS = {
    "service_line": _noun(
        "service line",
        Field("contract", "contract", _plain),
        Field("service", "service", _plain),
        Field("unit", "unit", _plain),
        Field("quantity", "quantity", _quantity),
        Field("days", "days", _weekdays),
        Field("every_weeks", "every how many weeks", _plain),
        Field("visit_minutes", "length of visit", _minutes),
        Field("carers", "carers", _plain),
        *_SPAN,
    ),
    "package": _noun("package", *_SPAN),
    "person": _noun("person", Field("born", "date of birth", _day), Field("died", "date of death", _day)),
    "contract": _noun(
        "contract",
        Field("payee", "payee", _plain),
        Field("calendar", "pay calendar", _plain),
        *_SPAN,
        Field("payment", "payment", _plain),
        Field("days_after_death", "days paid after the day of death", _plain),
        Field("retainer", "paid while suspended", _plain),
        Field("bank_holidays", "bank holidays", _plain),
    ),
    "rate": _noun(
        "rate",
        _PRICE,
        Field("day_category", "days", _plain),
        Field("minutes_from", "visits from", _minutes),
        Field("minutes_until", "visits under", _minutes),
        Field("age_from", "age from", _plain),
        Field("age_until", "age under", _plain),
        *_SPAN,
    ),
    "agreed_rate": _noun("agreed rate", _PRICE, *_SPAN),
    "suspension": _noun(
        "suspension",
        Field("reason", "reason", _plain),
        Field("paid", "paid", lambda value, _: value or "the contract’s retainer"),
        *_SPAN,
    ),
    "funding_share": _noun(
        "funding share", Field("funder", "funder", _plain), Field("amount", "share", _share), *_SPAN
    ),
    "contribution": _noun(
        "contribution",
        Field("kind", "kind", _plain),
        Field("weekly", "amount", _weekly),
        Field("collector", "collected by the", _plain),
        *_SPAN,
    ),
    "nursing_award": _noun("nursing award", Field("band", "band", _plain), Field("route", "route", _plain), *_SPAN),
    "nursing_rate": _noun(
        "national nursing rate", Field("band", "band", _plain), Field("rate", "rate", _weekly), *_SPAN
    ),
    "block": _noun("block", _PRICE, *_SPAN),
    "adjustment": _noun(
        "adjustment",
        Field("on", "day it belongs to", _day),
        Field("amount", "amount", _pence),
        Field("reason", "reason", _plain),
        Field("entered_by", "entered by", _plain),
    ),
}


def noun(table: str) -> str:
    return NOUNS[table].name


def differing(table: str, then: Row, now: Row) -> list[Field]:
    """The values that bear on money and are not the same in two versions."""
    return [each for each in NOUNS[table].fields if then.get(each.column) != now.get(each.column)]


def value_words(table: str, row: Row, name: Callable[[str, int], str]) -> str:
    """What a fact says, leaving out its days and what says nothing. ``name`` gives the name of another fact by
    number.
    """
    if table == "service_line":
        return plan_words(row)
    fields = [
        each
        for each in NOUNS[table].fields
        if each.column not in _ELSEWHERE and row.get(each.column) not in (None, "any")
    ]
    return ", ".join(_said(each, row, name) for each in fields) or "its days alone"


def plan_words(line: Row) -> str:
    """The planned pattern in words: 10.5 hours a week; 2 visits each Mon Wed Fri, every 2 weeks."""
    words = quantity_words(line["unit"], line["quantity"])
    if line["days"]:
        words += f" each {weekdays_words(line['days'], line['days'])}"
    elif line["unit"] not in ("week", "4 weeks", "calendar month", "one-off"):
        words += " a week"
    if line["visit_minutes"]:
        words += f", {minutes_words(line['visit_minutes'])} a visit"
    if line["carers"] > 1:
        words += f", {line['carers']} carers"
    return words + (f", every {line['every_weeks']} weeks" if line["every_weeks"] > 1 else "")


_ELSEWHERE = {"starts", "ends", "on", "payee", "calendar", "entered_by"}  # said in their own column, or of who and what
_BARE = {"rate", "amount", "kind", "weekly", "quantity", "band", "reason"}
_LINKS = {
    "contract": "contract",
    "service": "service",
    "payee": "payee",
    "calendar": "pay_calendar",
    "funder": "funder",
}


def _said(each: Field, row: Row, name: Callable[[str, int], str]) -> str:
    shown = field_words(each, row, name)
    return shown if each.column in _BARE else f"{each.label} {shown}"


def field_words(each: Field, row: Row, name: Callable[[str, int], str]) -> str:
    """One value of a fact; another fact it names, by that one's name."""
    value = row.get(each.column)
    return name(_LINKS[each.column], value) if each.column in _LINKS and value is not None else each.show(value, row)


def days_words(row: Row) -> str:
    """The days a fact applies to."""
    if row.get("on"):
        return spoken(row["on"])
    if row.get("starts") is None:
        return "always"
    return f"{spoken(row['starts'])} to {_last(row['ends'], row)}" if row["ends"] else f"from {spoken(row['starts'])}"
