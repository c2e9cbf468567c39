"""What providers collect on days when care is free."""

from typing import Any

from sqlalchemy import and_, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed


def read_collected_on_free_days(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """What providers collect from clients on days when the care is not charged for: both facts, in order of line."""
    c, e, sl, k = t.contribution, t.charge_exemption, t.service_line, t.contract
    rows = bulk.read(
        select(
            c.c.line,
            c.c.weekly,
            c.c.starts,
            c.c.ends,
            e.c.starts.label("free_from"),
            e.c.ends.label("free_until"),
            e.c.reason,
        )
        .join_from(c, e, and_(e.c.line == c.c.line, believed(e, known)))
        .join(sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", c.c.kind == "client", k.c.calendar == calendar)
        .where(c.c.starts < days.end, or_(c.c.ends.is_(None), c.c.ends > days.first))
        .where(e.c.starts < days.end, or_(e.c.ends.is_(None), e.c.ends > days.first))
        .where(or_(c.c.ends.is_(None), c.c.ends > e.c.starts), or_(e.c.ends.is_(None), e.c.ends > c.c.starts))
        .order_by(c.c.line, c.c.starts, e.c.starts)
    )
    return list(rows.to_pylist())
