"""Where nothing is collected between two contributions."""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed


def read_collected_with_gaps(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """Where one contribution a provider collects has ended, and the next of its kind on a line that goes on begins
    later, some of these days in between: ``line``, ``kind``, ``ref``, ``ends``, ``starts`` of the next."""
    c, sl, k, later, beside = t.contribution, t.service_line, t.contract, t.contribution.alias(), t.contribution.alias()

    def same(other: Any) -> ColumnElement[bool]:
        mine = and_(believed(other, known), other.c.line == c.c.line, other.c.kind == c.c.kind)
        return and_(mine, other.c.collector == c.c.collector, other.c.nr != c.c.nr)

    follows = select(func.min(later.c.starts)).where(same(later), later.c.starts > c.c.ends).scalar_subquery()
    goes_on = select(beside.c.nr).where(
        same(beside), beside.c.starts <= c.c.ends, or_(beside.c.ends.is_(None), beside.c.ends > c.c.ends)
    )
    rows = bulk.read(
        select(c.c.line, c.c.kind, c.c.ref, c.c.ends, follows.label("starts"))
        .join_from(c, sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", k.c.calendar == calendar, ~goes_on.exists())
        .where(c.c.ends < days.end, follows > days.first)
        .where(sl.c.starts <= c.c.ends, or_(sl.c.ends.is_(None), sl.c.ends > c.c.ends))
        .order_by(c.c.line, c.c.ends)
    )
    return list(rows.to_pylist())
