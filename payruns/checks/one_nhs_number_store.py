"""People with one NHS number who have care on the same days."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed


def read_alike(bulk: Bulk, known: int, days: Span) -> Iterable[dict[str, Any]]:
    """People with care on some of these days whose NHS number another such person has: ``nr``, ``ref``, ``name``,
    ``nhs_number``, in order of number.
    """
    p, sl = t.person, t.service_line
    served = (
        select(sl.c.nr)
        .where(sl.c.person == p.c.nr, believed(sl, known), sl.c.starts < days.end)
        .where(or_(sl.c.ends.is_(None), sl.c.ends > days.first))
    )
    twice = (
        select(p.c.nhs_number)
        .where(believed(p, known), p.c.nhs_number.is_not(None), p.c.nhs_number != "")
        .group_by(p.c.nhs_number)
        .having(func.count() > 1)
    )
    rows: list[dict[str, Any]] = bulk.read(
        select(p.c.nr, p.c.ref, p.c.name, p.c.nhs_number)
        .where(believed(p, known), p.c.nhs_number.in_(twice), served.exists())
        .order_by(p.c.nr)
    ).to_pylist()
    return rows
