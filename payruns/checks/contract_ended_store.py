"""Lines that outlive their contract."""

from sqlalchemy import and_, or_, select

from finance.columns import Bulk, Ints, ints
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed


def read_ended_contracts(bulk: Bulk, known: int, calendar: int, up_to: int) -> Ints:
    """Lines that go on past the end of their contract, before ``up_to``."""
    sl, k = t.service_line, t.contract
    rows = bulk.read(
        select(sl.c.nr)
        .join_from(sl, k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(
            believed(sl, known),
            k.c.calendar == calendar,
            k.c.ends < day(up_to),
            sl.c.starts < day(up_to),
            or_(sl.c.ends.is_(None), sl.c.ends > k.c.ends),
        )
    )
    return ints(rows, "nr")
