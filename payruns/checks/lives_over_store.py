"""What is read of lines and lives that are over."""

import pyarrow as pa
from sqlalchemy import and_, or_, select

from finance.columns import Bulk
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed


def read_lives_over(bulk: Bulk, known: int, up_to: int) -> pa.Table:
    """Lines that end before ``up_to`` or whose person has died: when."""
    sl, p = t.service_line, t.person
    return bulk.read(
        select(sl.c.nr, sl.c.ends, p.c.died)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .where(believed(sl, known), or_(p.c.died.is_not(None), sl.c.ends < day(up_to)))
    )
