"""The SQL of scenarios: names for numbers, and what the ledger holds."""

import datetime as dt

from sqlalchemy import Connection, func, select

from finance.facts.tables import FACTS
from ledgers import tables as t


def read_refs(connection: Connection, table: str) -> dict[int, str]:
    """The reference of every fact of a table, by its number."""
    fact = FACTS[table]
    return {row.nr: row.ref for row in connection.execute(select(fact.c.nr, fact.c.ref).distinct())}


def read_postings(connection: Connection, stream: str) -> list[tuple[str, int, dt.date, dt.date, int, int, int]]:
    """(kind, subject, period starts, effective, funder, party, pence) of everything a stream has posted for care."""
    e = t.entry.c
    key = (e.kind, e.subject, e.period_starts, e.effective, e.funder, e.party)
    query = (
        select(*key, func.sum(e.amount).label("pence"))
        .where(e.stream == stream, e.kind.not_in(("settlement", "debt")))
        .group_by(*key)
        .order_by(*key)
    )
    return [
        (row.kind, row.subject, row.period_starts, row.effective, row.funder, row.party, int(row.pence))
        for row in connection.execute(query)
    ]


def latest_run(connection: Connection, stream: str, calendar: int) -> int | None:
    """The run of a stream's calendar that was drafted last."""
    mine = (t.run.c.stream == stream) & (t.run.c.calendar == calendar)
    return connection.execute(select(func.max(t.run.c.nr)).where(mine)).scalar_one_or_none()


def read_parked(connection: Connection, run: int) -> list[tuple[str, int, str]]:
    """(kind, subject, why) of the cases a run could not work out."""
    rows = connection.execute(select(t.parked.c.kind, t.parked.c.subject, t.parked.c.what).where(t.parked.c.run == run))
    return [(row.kind, row.subject, row.what) for row in rows]
