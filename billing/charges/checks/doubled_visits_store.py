"""Care told as delivered, of lines with like deliveries on a day."""

import datetime as dt
from typing import Any

from sqlalchemy import and_, func, select

from billing import tables as t
from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed


def read_deliveries_alike(bulk: Bulk, since: int, known: int, first: dt.date, end: dt.date) -> list[dict[str, Any]]:
    """Every delivery on some days of lines of which deliveries alike in day and quantity are told, one of them since a
    change; with what the line plans (``planned``, ``days``, ``carers``).
    """
    d, sl = t.delivery.c, f.service_line
    alike = (
        select(d.line)
        .where(believed(t.delivery, known), d.on >= first, d.on < end)
        .group_by(d.line, d.on, d.unit, d.quantity)
        .having(func.count() > 1, func.max(d.learned) > since)
    )
    rows: list[dict[str, Any]] = bulk.read(
        select(d.line, d.on, d.unit, d.quantity, sl.c.quantity.label("planned"), sl.c.days, sl.c.carers)
        .join_from(t.delivery, sl, and_(sl.c.nr == d.line, believed(sl, known)))
        .where(believed(t.delivery, known), d.on >= first, d.on < end, d.line.in_(alike))
        .order_by(d.line, d.on, d.nr)
    ).to_pylist()
    return rows
