"""Facts in an officer's words: what each is called, which of its values bear on money, and how they read."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVar

from finance.care_words import minutes_words, plan_words, quantity_words, rate_words, share_words, weekday_names
from finance.days import spoken
from finance.facts.versions import Name, Row
from finance.money import sterling, sterling_rate

Said = TypeVar("Said")


class Noun(NamedTuple):
    """What a fact is called, and the columns that bear on money, in the order they are told."""

    name: str
    columns: tuple[str, ...]


def _noun(name: str, columns: str) -> Noun:
    return Noun(name, tuple(columns.split()))


NOUNS = {
    "service_line": _noun(
        "service line",
        "package person contract service unit quantity days every_weeks visit_minutes carers starts ends",
    ),
    "package": _noun("package", "starts ends"),
    "person": _noun("person", "born died"),
    "contract": _noun(
        "contract", "payee calendar starts ends payment days_after_death retainer bank_holidays months_begin week_price"
    ),
    "contract_terms": _noun(
        "terms of contract", "contract starts payment days_after_death retainer bank_holidays months_begin week_price"
    ),
    "rate": _noun(
        "rate", "contract service rate day_category minutes_from minutes_until age_from age_until starts ends"
    ),
    "agreed_rate": _noun("agreed rate", "line rate starts ends"),
    "suspension": _noun("suspension", "line reason paid starts ends"),
    "funding_share": _noun("funding share", "line funder amount starts ends"),
    "contribution": _noun("contribution", "line kind weekly collector starts ends"),
    "nursing_award": _noun("nursing award", "line band route starts ends"),
    "nursing_rate": _noun("national nursing rate", "band rate starts ends"),
    "block": _noun("block", "contract service rate starts ends"),
    "adjustment": _noun("adjustment", "on amount reason entered_by"),
    "bill_payer": _noun("bill payer", "kind person funder calendar"),
    "top_up_agreement": _noun("top-up agreement", "line bill_payer weekly signed starts ends"),
    "charge_exemption": _noun("exemption from charges", "line reason starts ends"),
    "client_rate": _noun("rate for clients", "service rate flat starts ends"),
    "waiver": _noun("waiver", "person weekly share reason starts ends"),
    "delivery": _noun("care delivered", "line on quantity"),
}

_LABELS = {
    "starts": "first day",
    "ends": "last day",
    "every_weeks": "planned",
    "visit_minutes": "length of visit",
    "born": "date of birth",
    "died": "date of death",
    "calendar": "pay calendar",
    "bill_payer.calendar": "bill calendar",
    "days_after_death": "days paid after the day of death",
    "retainer": "paid while suspended",
    "months_begin": "day a month’s price begins on",
    "week_price": "price of a week",
    "day_category": "days",
    "minutes_from": "visits from",
    "minutes_until": "visits under",
    "age_until": "age under",
    "weekly": "amount",
    "funding_share.amount": "share",
    "waiver.share": "part of the charge",
    "collector": "collected by the",
    "on": "day it belongs to",
    "bill_payer": "payer",
    "signed": "signed on",
    "flat": "charged whatever the assessment says",
}
_LINKS = {
    "package": "package",
    "person": "person",
    "contract": "contract",
    "service": "service",
    "payee": "payee",
    "calendar": "pay_calendar",
    "bill_payer.calendar": "bill_calendar",
    "funder": "funder",
    "line": "service_line",
    "bill_payer": "bill_payer",
}
_NONE = {
    "ends": "no end",
    "visit_minutes": "any",
    "minutes_from": "any",
    "minutes_until": "any",
    "suspension.paid": "the contract’s retainer",
    "months_begin": "1",
    "week_price": "by the day",
}
_SHOWN: dict[str, Callable[[Any, Row], str]] = {
    "ends": lambda value, _: spoken(value - dt.timedelta(days=1)),
    "every_weeks": lambda value, _: "every week" if value == 1 else f"every {value} weeks",
    "visit_minutes": lambda value, _: minutes_words(value),
    "minutes_from": lambda value, _: minutes_words(value),
    "minutes_until": lambda value, _: minutes_words(value),
    "quantity": lambda value, row: (
        quantity_words(row["unit"], value) + (" each planned day" if row.get("days") else "")
    ),
    "days": lambda value, _: weekday_names(value) or "per week",
    "rate": lambda value, row: rate_words(value, row.get("unit")),
    "nursing_rate.rate": lambda value, _: rate_words(value, "week"),
    "weekly": lambda value, _: rate_words(value, "week"),
    "waiver.weekly": lambda value, _: f"{sterling(value)} a week",
    "waiver.share": lambda value, _: share_words(value),
    "amount": lambda value, _: sterling(value),
    "funding_share.amount": lambda value, row: (
        share_words(value) if row["basis"] == "percent" else f"{sterling_rate(value)} a week"
    ),
    "flat": lambda value, _: "yes" if value else "no",
}
# Said in a column of their own, or of who and what; and those that need no name before them.
_ELSEWHERE = {"starts", "ends", "on", "line", "person", "contract", "service", "payee", "calendar", "entered_by"}
_TERMS = ("payment", "days_after_death", "retainer", "bank_holidays", "months_begin", "week_price")
"""Of a contract: they change from a day, or were always so."""
_BARE = {"rate", "amount", "kind", "weekly", "quantity", "band", "reason"}


def _of(said: dict[str, Said], table: str, column: str) -> Said | None:
    """What is said of a column of a table, or of every column of that name."""
    return said.get(f"{table}.{column}", said.get(column))


def noun(table: str) -> str:
    """What a fact is called."""
    return NOUNS[table].name


def label(table: str, column: str) -> str:
    """What one value of a fact is called."""
    return _of(_LABELS, table, column) or column.replace("_", " ")


def shown(table: str, column: str, row: Row, name: Name) -> str:
    """One value of a fact; another fact it names, by that one's name."""
    value, linked = row.get(column), _of(_LINKS, table, column)
    if value is None:
        return _of(_NONE, table, column) or "none"
    if linked:
        return name(linked, value)
    words = _of(_SHOWN, table, column)
    return words(value, row) if words else spoken(value) if isinstance(value, dt.date) else str(value)


def difference_words(table: str, then: Row | None, now: Row | None, name: Name) -> str:
    """What is different between two versions: new, withdrawn, or the values it has and had. Empty where nothing is."""
    if table == "contract_terms" and now is not None and then is None:
        return f"{noun(table)} {now['ref']}: {value_words(table, now, name)}"
    if then is None or now is None:
        one = now or then
        return f"{noun(table)} {one['ref']}: {'new' if then is None else 'withdrawn'}" if one else ""
    moved = "; ".join(_moved(table, then, now, name))
    if table == "contract" and any(then[column] != now[column] for column in _TERMS):
        moved += "; said to have been always so"
    return f"{noun(table)} {now['ref']}: {moved}" if moved else ""


def _moved(table: str, then: Row, now: Row, name: Name) -> Iterable[str]:
    for column in NOUNS[table].columns:
        was, is_now = (shown(table, column, row, name) for row in (then, now))
        if was != is_now:
            why = f", {now['end_reason']}" if column == "ends" and now.get("end_reason") else ""
            yield f"{label(table, column)} {is_now}{why} (was {was})"


def value_words(table: str, row: Row, name: Name) -> str:
    """What a fact says, leaving out its days and what says nothing."""
    if table == "service_line":
        return plan_words(row)
    said = [
        ("" if column in _BARE else f"{label(table, column)} ") + shown(table, column, row, name)
        for column in NOUNS[table].columns
        if column not in _ELSEWHERE and row.get(column) not in (None, "any")
    ]
    return ", ".join(said) or "its days alone"


def days_words(row: Row) -> str:
    """The days a fact applies to."""
    if row.get("on"):
        return spoken(row["on"])
    if row.get("starts") is None:
        return "always"
    from_day = spoken(row["starts"])
    return f"{from_day} to {spoken(row['ends'] - dt.timedelta(days=1))}" if row.get("ends") else f"from {from_day}"
