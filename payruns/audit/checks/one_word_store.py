"""Prices believed on the word of one person alone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from finance.facts import tables as f
from ledgers.audit.findings import looked_at_from


@dataclass(frozen=True, slots=True)
class OneWord:
    """Prices of one sort that one change told of: how many, the first of them, by whom, from what."""

    sort: str
    change: int
    count: int
    first: str
    by: str
    source: str


def read_one_word(connection: Connection, on: dt.date) -> Sequence[OneWord]:
    """Changes that told of prices no second person confirmed. The first prices there ever were are a beginning."""
    told, begins = f.change.c, looked_at_from(on)
    confirmed = select(f.waiting_answer.c.change).where(
        f.waiting_answer.c.answer == "confirmed", f.waiting_answer.c.change == told.nr
    )
    found = []
    for sort, table in (("rate", f.rate), ("agreed rate", f.agreed_rate), ("block", f.block)):
        c = table.c
        beginning = select(func.min(c.learned)).scalar_subquery()
        query = (
            select(told.nr, func.count(), func.min(c.ref), told.by, told.source)
            .join_from(table, f.change, told.nr == c.learned)
            .where(c.superseded.is_(None), c.learned > beginning, told.moment >= begins, ~confirmed.exists())
            .group_by(told.nr, told.by, told.source)
            .order_by(told.nr)
        )
        found += [OneWord(sort, *row) for row in connection.execute(query)]
    return found
