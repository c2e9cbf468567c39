"""What is read of lines that moved since the last run: their days, a death, a suspension, what waits."""

import datetime as dt

import pyarrow as pa
from sqlalchemy import and_, or_, select

from finance.columns import Bulk, Ints, ints
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct
from ledgers.tables import parked


def read_line_lives(bulk: Bulk, known: int, subjects: Ints) -> pa.Table:
    """When each of these lines starts and ends, how often it falls, and when its person died."""
    staged = bulk.stage("reviewed", pa.table({"line": subjects}))
    sl, p = t.service_line, t.person
    return bulk.read(
        select(sl.c.nr, sl.c.starts, sl.c.ends, sl.c.every_weeks, p.c.died)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .where(believed(sl, known), sl.c.nr.in_(select(staged.c.line)))
    )


def read_suspended(bulk: Bulk, known: int, first: dt.date, end: dt.date) -> Ints:
    """Lines suspended on some day of a window."""
    s = t.suspension.c
    rows = bulk.read(
        select(s.line).where(believed(t.suspension, known), s.starts < end, or_(s.ends.is_(None), s.ends > first))
    )
    return distinct(ints(rows, "line"))


def read_parked(bulk: Bulk, run: int) -> Ints:
    """Lines this run could not work out."""
    return ints(bulk.read(select(parked.c.subject).where(parked.c.run == run, parked.c.kind == "care")), "subject")
