"""What the runs of a stream were found to have, those given up and worked out again included."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from ledgers import tables as t
from ledgers.runs import Status
from ledgers.streams import OF_NO_LINE
from ledgers.views.tally import CheckTally, Fired, tally


def read_tally(connection: Connection, stream: str, since: dt.date | None = None) -> list[CheckTally]:
    """Every check that fired on the runs of a stream, or on those whose days end after a day."""
    r, h = t.run.c, t.run_held.c
    ours = [r.stream == stream, *([r.up_to > since] if since else [])]
    runs = connection.execute(select(r.nr, r.status, r.working).where(*ours)).all()
    holds: dict[int, tuple[set[int], set[int]]] = {}
    for row in connection.execute(select(h.run, h.scope, h.target).join(t.run, r.nr == h.run).where(*ours)):
        holds.setdefault(row.run, (set(), set()))[row.scope == "payee"].add(row.target)
    return tally(
        [_fired(each, None) for each in _found(connection, t.finding, ours)],
        [_fired(each, each.working) for each in _found(connection, t.finding_before, ours)],
        holds,
        {row.nr: row.working for row in runs if row.status == Status.ABANDONED},
        OF_NO_LINE,
    )


def _found(connection: Connection, table: Table, ours: list[Any]) -> list[Row[Any]]:
    return list(
        connection.execute(select(table).join(t.run, t.run.c.nr == table.c.run).where(*ours).order_by(table.c.nr))
    )


def _fired(row: Row[Any], working: int | None) -> Fired:
    about = (row.kind, row.subject, row.party)
    moved = abs((row.amount or 0) - (row.before or 0))
    return Fired(row.run, row.check_name, about, moved, row.accepted_by is not None, working)
