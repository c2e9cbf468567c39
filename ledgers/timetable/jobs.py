"""The verbs of the timetable’s history: begin a job for a day, end it; take, renew and give up the one lease.

Whoever begins does so alone: of two schedulers that wake at once the second sees what the first began, and by whom.
"""

import datetime as dt
from collections.abc import Callable

from finance.columns import Database
from ledgers.timetable import store
from ledgers.timetable.attempts import AnotherScheduler, Attempt, AttemptOutcome, StillRunning

Gone = Callable[[str, dt.datetime, dt.datetime], bool]
"""Whether a process (by its name, last heard of, now) must be taken to have ended without saying so."""


def begin(database: Database, job: str, for_day: dt.date, *, who: str, at: dt.datetime, gone: Gone) -> Attempt:
    """Begin a job for a day, or return the attempt by which it was done already.

    An attempt cut off half-way (its process is gone) is marked failed, and a new one begun. Raises StillRunning.
    """
    with database.begin() as connection:
        store.alone(connection)
        before = store.attempts(connection, job, for_day)
        for each in before:
            if each.outcome is AttemptOutcome.DONE:
                return each
            if each.outcome is AttemptOutcome.RUNNING:
                if not gone(each.what, each.started, at):
                    raise StillRunning(each)
                store.end(connection, each, AttemptOutcome.FAILED, f"Cut off half-way: {each.what} is gone.", at)
        made = Attempt(job, for_day, len(before) + 1, at, None, AttemptOutcome.RUNNING, who)
        store.add(connection, made)
    return made


def end(database: Database, attempt: Attempt, outcome: AttemptOutcome, what: str, at: dt.datetime) -> Attempt:
    """Say what came of an attempt."""
    with database.begin() as connection:
        store.end(connection, attempt, outcome, what, at)
    return Attempt(attempt.job, attempt.for_day, attempt.attempt, attempt.started, at, outcome, what)


def take_lease(database: Database, holder: str, at: dt.datetime, gone: Gone) -> None:
    """Become the one scheduler of a database. Raises AnotherScheduler while another is alive."""
    with database.begin() as connection:
        store.alone(connection)
        was = store.read_lease(connection)
        if was is None:
            store.add_lease(connection, holder, at)
            return
        alive = was.outcome is AttemptOutcome.RUNNING and was.what != holder and not gone(was.what, was.started, at)
        if alive or not store.move_lease(connection, holder, at, was):
            raise AnotherScheduler(was.what, was.started)


def renew_lease(database: Database, holder: str, at: dt.datetime) -> bool:
    """Say the scheduler is alive. False when another has taken over."""
    with database.begin() as connection:
        return store.renew_lease(connection, holder, at)


def give_up_lease(database: Database, holder: str, at: dt.datetime) -> None:
    """Let another scheduler take over."""
    with database.begin() as connection:
        store.end_lease(connection, holder, at)
