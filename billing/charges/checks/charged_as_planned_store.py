"""Lines of which deliveries are told no longer."""

import datetime as dt

from sqlalchemy import func, select

from billing import tables as t
from finance.columns import Bulk
from finance.facts.versions import believed


def read_no_longer_told(bulk: Bulk, known: int, since: dt.date, first: dt.date, end: dt.date) -> dict[int, dt.date]:
    """The last day told of each line with deliveries since a day and none between ``first`` and ``end``."""
    d = t.delivery.c
    rows = bulk.read(
        select(d.line, func.max(d.on).label("last"))
        .where(believed(t.delivery, known), d.on >= since, d.on < end)
        .group_by(d.line)
        .having(func.max(d.on) < first)
    )
    return dict(zip(rows["line"].to_pylist(), rows["last"].to_pylist(), strict=True))
