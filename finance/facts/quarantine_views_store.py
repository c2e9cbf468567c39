"""What a reader is shown of rows set aside: what is wrong with each, and what became of it."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from finance.facts.bank_details import hidden
from finance.facts.store import waits
from finance.facts.tables import change, quarantine, quarantine_closed

_NUMBERS = ("sort_code", "account_number", "roll_number")


@dataclass(frozen=True, slots=True)
class Closed:
    """How a row set aside came to wait no more: by which change, whose and when. ``reason`` None: it loaded right."""

    change: int
    by: str
    at: dt.datetime
    source: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class RowSetAside:
    """A row set aside, account numbers hidden: whoever is to correct it has the file it came in."""

    nr: int
    extract: str
    source: str
    source_row: int
    ref: str | None
    what: str
    what_to_do: str
    content: Mapping[str, str]
    came: dt.datetime
    closed: Closed | None


def read_quarantine(connection: Connection, extract: str | None, limit: int, *, every: bool) -> list[RowSetAside]:
    """Rows that wait, the latest first. ``every``: those that wait no more too."""
    q, came, how, done = quarantine.c, change.alias("came"), quarantine_closed.c, change.alias("done")
    query = (
        select(quarantine, came.c.source, came.c.moment, how.change.label("by_change"), how.reason)
        .add_columns(done.c.by.label("closed_by"), done.c.moment.label("closed_at"), done.c.source.label("closed_from"))
        .join_from(quarantine, came, q.change == came.c.nr)
        .outerjoin(quarantine_closed, how.quarantine == q.nr)
        .outerjoin(done, done.c.nr == how.change)
        .order_by(q.nr.desc())
        .limit(limit)
    )
    query = query if every else query.where(waits())
    return [
        RowSetAside(
            each.nr,
            each.extract,
            each.source,
            each.source_row,
            each.ref,
            each.what,
            each.what_to_do,
            _content(each.content),
            each.moment,
            Closed(each.by_change, each.closed_by, each.closed_at, each.closed_from, each.reason)
            if each.by_change
            else None,
        )
        for each in connection.execute(query.where(q.extract == extract) if extract else query)
    ]


def _content(text: str) -> dict[str, str]:
    row: dict[str, str] = json.loads(text)
    return {name: hidden(value) if name in _NUMBERS else value for name, value in row.items()}
