"""SQL of the timetable’s history. The database itself keeps a job from being done twice for one day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from finance.locking import Alone
from ledgers.tables import job_history as h
from ledgers.timetable.attempts import Attempt, AttemptOutcome

LEASE = "the timetable"
LEASE_DAY = dt.date(1970, 1, 1)


def _attempt(row: Row[Any]) -> Attempt:
    return Attempt(row.job, row.for_day, row.attempt, row.started, row.ended, AttemptOutcome(row.outcome), row.what)


def alone(connection: Connection) -> None:
    """Let nobody else begin anything until this transaction ends."""
    connection.execute(Alone(h))


def attempts(connection: Connection, job: str, for_day: dt.date) -> list[Attempt]:
    """Every attempt at a job for a day, in order."""
    query = select(h).where(h.c.job == job, h.c.for_day == for_day).order_by(h.c.attempt)
    return [_attempt(row) for row in connection.execute(query)]


def add(connection: Connection, attempt: Attempt) -> None:
    """Raises IntegrityError when the job is done, or running, for that day already."""
    connection.execute(
        insert(h).values(
            job=attempt.job,
            for_day=attempt.for_day,
            attempt=attempt.attempt,
            started=attempt.started,
            ended=attempt.ended,
            outcome=str(attempt.outcome),
            what=attempt.what,
        )
    )


def end(connection: Connection, attempt: Attempt, outcome: AttemptOutcome, what: str, at: dt.datetime) -> bool:
    """End an attempt that is still running. Returns whether it was."""
    done = connection.execute(
        update(h)
        .where(h.c.job == attempt.job, h.c.for_day == attempt.for_day, h.c.attempt == attempt.attempt)
        .where(h.c.outcome == str(AttemptOutcome.RUNNING))
        .values(outcome=str(outcome), what=what, ended=at)
    )
    return done.rowcount == 1


def days_done(connection: Connection, job: str, days: Sequence[dt.date]) -> set[dt.date]:
    """Those of the days for which a job has been done."""
    if not days:
        return set()
    query = select(h.c.for_day).where(
        h.c.job == job, h.c.outcome == str(AttemptOutcome.DONE), h.c.for_day.between(min(days), max(days))
    )
    return set(connection.execute(query).scalars())


def latest(connection: Connection, job: str | None = None, limit: int = 50) -> list[Attempt]:
    """The latest attempts, newest first."""
    query = select(h).where(h.c.job != LEASE).order_by(h.c.started.desc(), h.c.for_day.desc(), h.c.attempt.desc())
    query = query.where(h.c.job == job) if job else query
    return [_attempt(row) for row in connection.execute(query.limit(limit))]


# The lease ------------------------------------------------------------------------------------------------------------


def read_lease(connection: Connection) -> Attempt | None:
    """Who keeps the timetable: ``what`` names the holder, ``started`` is when it was last heard of."""
    found = attempts(connection, LEASE, LEASE_DAY)
    return found[0] if found else None


def add_lease(connection: Connection, holder: str, at: dt.datetime) -> None:
    """Raises IntegrityError when there has been a holder already."""
    add(connection, Attempt(LEASE, LEASE_DAY, 1, at, None, AttemptOutcome.RUNNING, holder))


def move_lease(connection: Connection, holder: str, at: dt.datetime, was: Attempt) -> bool:
    """Take the lease over from the holder last seen, if nobody else has in the meantime."""
    mine = h.c.job == LEASE
    unmoved = (h.c.what == was.what) & (h.c.started == was.started) & (h.c.outcome == str(was.outcome))
    done = connection.execute(
        update(h).where(mine, unmoved).values(what=holder, started=at, ended=None, outcome=str(AttemptOutcome.RUNNING))
    )
    return done.rowcount == 1


def renew_lease(connection: Connection, holder: str, at: dt.datetime) -> bool:
    """Say the holder is alive. False when somebody else holds it now."""
    held = connection.execute(
        update(h)
        .where(h.c.job == LEASE, h.c.what == holder, h.c.outcome == str(AttemptOutcome.RUNNING))
        .values(started=at)
    )
    return held.rowcount == 1


def end_lease(connection: Connection, holder: str, at: dt.datetime) -> None:
    connection.execute(
        update(h).where(h.c.job == LEASE, h.c.what == holder).values(ended=at, outcome=str(AttemptOutcome.DONE))
    )
