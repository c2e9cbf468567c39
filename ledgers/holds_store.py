"""SQL of holds: lines and payees whose money waits, and the runs that wait with them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, and_, delete, insert, select, update

from finance.problems import Refusal
from ledgers import tables as t
from ledgers.runs import OPEN, POSTED, Run, Status


def add_hold(
    connection: Connection,
    stream: str,
    scope: str,
    target: int,
    reason: str,
    by: str,
    at: dt.datetime,
    on: dt.date | None = None,
) -> int:
    """Hold money from a day: that of the moment, when not given."""
    about = {"stream": stream, "scope": scope, "target": target, "reason": reason}
    held = insert(t.hold).values(**about, held_by=by, held_at=at, held_on=on or at.date())
    return int(connection.execute(held.returning(t.hold.c.nr)).scalar_one())


def end_hold(connection: Connection, nr: int, by: str, at: dt.datetime, on: dt.date | None = None) -> None:
    done = connection.execute(
        update(t.hold)
        .where(t.hold.c.nr == nr, t.hold.c.released_at.is_(None))
        .values(released_by=by, released_at=at, released_on=on or at.date())
    )
    if done.rowcount != 1:
        raise Refusal(f"There is no hold {nr} in force.", "List the holds to find its number.")


def in_force(stream: str | ScalarSelect[str]) -> ColumnElement[bool]:
    return and_(t.hold.c.stream == stream, t.hold.c.released_at.is_(None))


def read_standing(connection: Connection, on: dt.date) -> list[Row[Any]]:
    """Holds of every stream that stood on a day. Those of earlier versions are dated by their moments alone."""
    rows = connection.execute(select(t.hold).order_by(t.hold.c.nr))
    return [each for each in rows if held_on(each) <= on and (each.released_at is None or _let_go_on(each) > on)]


def held_on(hold: Row[Any]) -> dt.date:
    day: dt.date = hold.held_on or hold.held_at.date()
    return day


def _let_go_on(hold: Row[Any]) -> dt.date:
    day: dt.date = hold.released_on or hold.released_at.date()
    return day


def read_holds(connection: Connection, stream: str, *, kept: bool = False) -> list[Row[Any]]:
    """Holds in force. ``kept``: nobody lets them go until this transaction ends, which notes them with a run."""
    query = select(t.hold).where(in_force(stream)).order_by(t.hold.c.nr)
    return list(connection.execute(query.with_for_update() if kept else query))


def hold_for_run(connection: Connection, run: int, holds: Iterable[Row[Any]], *, instead: bool) -> None:
    """Note holds a run is to be released with. ``instead``: they stand in for accepting a finding."""
    h = t.run_held.c
    there = set(connection.execute(select(h.hold).where(h.run == run)).scalars())
    rows = [
        {"run": run, "hold": each.nr, "scope": each.scope, "target": each.target, "instead": instead}
        for each in holds
        if each.nr not in there
    ]
    if rows:
        connection.execute(insert(t.run_held), rows)


def open_runs_held_by(connection: Connection, hold: int) -> list[int]:
    """Open runs that a hold keeps money out of, whatever becomes of it."""
    h = t.run_held.c
    query = select(h.run).join_from(t.run_held, t.run, t.run.c.nr == h.run)
    return list(
        connection.execute(query.where(h.hold == hold, t.run.c.status.in_([str(each) for each in OPEN]))).scalars()
    )


def drop_held(connection: Connection, run: int) -> None:
    connection.execute(delete(t.run_held).where(t.run_held.c.run == run))


def held_for(connection: Connection, run: Run) -> tuple[set[int], set[int]]:
    """(lines, payees) that wait: of a run released or being released, those it keeps out; of another, those
    held now.
    """
    if run.status in (Status.RELEASING, *POSTED):
        return held_of_run(connection, run.nr)
    rows = read_holds(connection, run.stream)
    return {row.target for row in rows if row.scope == "line"}, {row.target for row in rows if row.scope == "payee"}


def held_of_run(connection: Connection, run: int) -> tuple[set[int], set[int]]:
    """(lines, payees) that stay out of a run: the holds it is released with."""
    rows = connection.execute(select(t.run_held.c.scope, t.run_held.c.target).where(t.run_held.c.run == run)).all()
    return {row.target for row in rows if row.scope == "line"}, {row.target for row in rows if row.scope == "payee"}
