"""What is read of lines that moved since the last run: their days, a death, a suspension, what waits."""

import datetime as dt

import pyarrow as pa
from sqlalchemy import and_, func, or_, select

from finance.columns import Bulk, Ints, ints
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct
from ledgers.runs import POSTED, Run
from ledgers.streams import OF_NO_LINE
from ledgers.tables import entry, parked
from ledgers.tables import run as runs


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


def read_paid_urgently(bulk: Bulk, run: Run) -> dict[int, int]:
    """The last urgent run that paid each line since the run before the last: what it paid, neither run pays again."""
    last = runs.alias().c
    before = select(func.coalesce(last.run_before, 0)).where(last.nr == (run.run_before or 0)).scalar_subquery()
    r, e = runs.c, entry.c
    urgent = select(r.nr).where(
        r.stream == run.stream,
        r.calendar == run.calendar,
        r.urgent_for.is_not(None),
        r.nr != run.nr,
        r.status.in_([str(each) for each in POSTED]),
        or_(func.coalesce(r.run_before, 0) == (run.run_before or 0), func.coalesce(r.run_before, 0) == before),
    )
    rows = bulk.read(
        select(e.subject, func.max(e.run).label("run"))
        .where(e.run.in_(urgent), e.kind.not_in((*OF_NO_LINE, "settlement", "debt")))
        .group_by(e.subject)
        .order_by(e.subject)
    )
    return dict(zip(rows["subject"].to_pylist(), rows["run"].to_pylist(), strict=True))
