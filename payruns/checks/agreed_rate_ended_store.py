"""Lines whose agreed rate has ended."""

from typing import Any

from sqlalchemy import and_, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed


def read_rates_ended(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """Lines that go on after a rate agreed for them ends on one of these days, none to follow: ``line``, ``ends``."""
    a, sl, k, later = t.agreed_rate, t.service_line, t.contract, t.agreed_rate.alias()
    follows = select(later.c.nr).where(
        believed(later, known),
        later.c.line == a.c.line,
        later.c.starts <= a.c.ends,
        later.c.nr != a.c.nr,
        or_(later.c.ends.is_(None), later.c.ends > a.c.ends),
    )
    rows = bulk.read(
        select(a.c.line, a.c.ends)
        .join_from(a, sl, and_(sl.c.nr == a.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(a, known), k.c.calendar == calendar, a.c.ends >= days.first, a.c.ends < days.end)
        .where(or_(sl.c.ends.is_(None), sl.c.ends > a.c.ends), ~follows.exists())
        .order_by(a.c.line)
    )
    return list(rows.to_pylist())
