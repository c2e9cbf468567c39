"""SQL of the ledger: entries as they were posted, and what they come to."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import BigInteger, Connection, Join, Select, and_, cast, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from finance.columns import Bulk
from ledgers import tables as t
from ledgers.store import runs_of_calendar
from ledgers.streams import NOT_PROPOSED

_KEY = ("period_starts", "subject", "kind", "funder", "party")


class InOrder(Join):
    """A join worked from left to right. SQLite keeps to that order for CROSS JOIN alone, and without it reads
    every entry.
    """

    inherit_cache = True


@compiles(InOrder)
def _in_order(join: InOrder, compiler: SQLCompiler, **how: Any) -> str:
    how.pop("asfrom", None)
    left, right = (compiler.process(each, asfrom=True, **how) for each in (join.left, join.right))
    return f"{left} CROSS JOIN {right}"


def read_posted(bulk: Bulk, stream: str, calendar: int, since: dt.date, scope: pa.Table) -> pa.Table:
    """Entries of a calendar's runs from ``since`` on, and earlier ones of the (subject, period_starts) rows in scope.

    Columns: the key, revision, amount, debit, credit, run. Cost follows the window and the scope, not the ledger.
    Other calendars' entries of the same keys come with an amount of nought: a line that has moved to this calendar was
    paid by another, and its revisions are numbered on from there.
    """
    e = t.entry.c
    columns = [*(e[name] for name in _KEY), e.revision, e.amount, e.debit, e.credit, e.run]
    ours = and_(e.stream == stream, e.kind.not_in(NOT_PROPOSED))
    rows = bulk.read(select(*columns).where(ours, e.period_starts >= since))
    if scope.num_rows:
        staged = bulk.stage("posted_scope", scope)
        same = and_(e.period_starts == staged.c.period_starts, e.subject == staged.c.subject)
        earlier = bulk.read(select(*columns).select_from(InOrder(staged, t.entry, same)).where(ours, same))
        rows = pa.concat_tables([rows, earlier])
    runs = bulk.read(runs_of_calendar(stream, calendar))
    own = pc.is_in(rows["run"], runs["nr"].combine_chunks())
    if pc.all(own).as_py() in (True, None):
        return rows
    nought = pa.scalar(0, pa.int64())
    return rows.set_column(rows.column_names.index("amount"), "amount", pc.if_else(own, rows["amount"], nought))


def parts_posted(connection: Connection, run: int) -> set[int]:
    """The parts of a run that have entries."""
    return set(connection.execute(select(t.entry.c.chunk).where(t.entry.c.run == run).distinct()).scalars())


def part_posted(bulk: Bulk, run: int, number: int) -> bool:
    """Whether a part of a run has entries, in the transaction that posts it."""
    mine = select(t.entry.c.chunk).where(t.entry.c.run == run, t.entry.c.chunk == number).limit(1)
    return bool(bulk.read(mine).num_rows)


def posted_sums(bulk: Bulk, run: int) -> pa.Table:
    """What the ledger holds of a run's lines: ``lines`` and ``amount`` (pence) of each ``party``."""
    e = t.entry.c
    lines, pence = func.count().label("lines"), cast(func.sum(e.amount), BigInteger).label("amount")
    return bulk.read(
        select(e.party, lines, pence)
        .where(e.run == run, e.kind.not_in(NOT_PROPOSED))
        .group_by(e.party)
        .order_by(e.party)
    )


def borne_by_others(run: int) -> Select[tuple[int]]:
    """A row, if other funders may bear any of a run: a share of theirs, or nursing care."""
    e = t.entry.c
    return select(e.run).where(e.run == run, or_(e.funder != 0, e.kind == "nursing")).limit(1)


def has_entries(connection: Connection, run: int) -> bool:
    """Whether anything of a run is in the ledger."""
    return connection.execute(select(t.entry.c.run).where(t.entry.c.run == run).limit(1)).first() is not None


def posted_of(connection: Connection, run: int) -> tuple[int, int]:
    """How many lines of a run the ledger holds, and their pence."""
    e = t.entry.c
    query = select(func.count(), func.coalesce(func.sum(e.amount), 0)).where(e.run == run, e.kind.not_in(NOT_PROPOSED))
    count, pence = connection.execute(query).one()
    return int(count), int(pence)


def posted_already(bulk: Bulk, run: int) -> pa.Table:
    """What a run that was cut off has posted of its lines: the columns of an entry, and ``before``, the pence of the
    same line, period, kind, funder and payee posted earlier.
    """
    e, b = t.entry.c, t.entry.alias().c
    same = and_(*(b[name] == e[name] for name in ("stream", *_KEY)), b.revision < e.revision)
    before = (
        select(cast(func.coalesce(func.sum(b.amount), 0), BigInteger)).where(same).correlate(t.entry).scalar_subquery()
    )
    columns = [e[name] for name in (*_KEY, "revision", "period_ends", "amount", "debit", "credit")]
    mine = and_(e.run == run, e.kind.not_in(NOT_PROPOSED))
    return bulk.read(
        select(*columns, before.label("before")).where(mine).order_by(e.period_starts, e.subject, e.kind, e.revision)
    )


def control_balances(connection: Connection, stream: str) -> dict[int, int]:
    """What the ledger itself says each payee is owed: lines less settlements, all time."""
    e = t.entry.c
    rows = connection.execute(
        select(
            e.party,
            func.sum(e.amount).filter(e.kind.not_in(NOT_PROPOSED)),
            func.sum(e.amount).filter(e.kind.in_(NOT_PROPOSED)),
        )
        .where(e.stream == stream)
        .group_by(e.party)
    )
    return {party: int(due or 0) - int(paid or 0) for party, due, paid in rows}
