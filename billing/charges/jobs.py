"""The verbs of a charge run, in a council's terms: a bill calendar, a last day, and who is asking."""

import datetime as dt

from billing.charges import store
from billing.charges.calendars import BillCalendar
from billing.charges.policy import ChargingPolicy
from billing.charges.stream import NAME, ChargeStream
from finance.care_costs.store import last_change
from finance.columns import Database
from finance.days import day
from finance.problems import Refusal
from ledgers import jobs as machine
from ledgers import release_jobs as releasing
from ledgers import store as ledger
from ledgers.coding.store import load_current
from ledgers.jobs import Draft
from ledgers.progress import Progress, quiet
from ledgers.runs import PeriodsMoved, Run


def draft_billrun(
    database: Database,
    calendar_ref: str,
    *,
    by: str,
    at: dt.datetime,
    up_to: dt.date | None = None,
    on: dt.date | None = None,
    policy: ChargingPolicy | None = None,
) -> Run:
    """Open a charge run of a bill calendar for days before ``up_to``, or for the periods whose cut-off has come by
    ``on``. The first begins at the calendar's go-live day; later ones where the last one ended. Raises Refusal."""
    with database.read() as connection:
        calendar = store.read_calendar(connection, calendar_ref)
        known = last_change(connection)
        last = ledger.last_posted(connection, NAME, calendar.nr)
        if last:
            then = next(each for each in store.read_calendars(connection, last.known) if each.nr == calendar.nr)
            _same_periods(calendar, then)
    settled = last.up_to if last else day(calendar.go_live)
    if up_to is None:
        if on is None:
            raise Refusal("Neither a day to bill up to nor today’s date was given.", "Give one of them.")
        up_to = calendar.last_cut_off(settled, on)
    window = (
        calendar.period(settled - dt.timedelta(days=1)) if settled > day(calendar.go_live) else calendar.period(settled)
    )
    starts = settled if window.end == settled else window.first
    return machine.draft_run(
        database,
        Draft(
            NAME,
            calendar.nr,
            calendar.name,
            up_to,
            starts,
            calendar.due_day(up_to),
            known,
            (policy or ChargingPolicy()).as_json(),
            policy is not None,
        ),
        by=by,
        at=at,
    )


def _same_periods(now: BillCalendar, then: BillCalendar) -> None:
    if (now.weeks, (now.anchor - then.anchor) % (7 * then.weeks), now.go_live) != (then.weeks, 0, then.go_live):
        raise PeriodsMoved(
            f"The periods of {now.name} have changed since its last run.",
            "Put its weeks, first day and go-live day back, and move payers to a new calendar instead.",
        )


def _stream(database: Database, issued: dt.date | None = None) -> ChargeStream:
    with database.begin() as connection:
        return ChargeStream(load_current(connection), issued)


def calculate_billrun(
    database: Database, run: int, *, by: str | None = None, at: dt.datetime | None = None, progress: Progress = quiet
) -> Run:
    """Work a charge run out. Worked out again, it takes in what has been learned since."""
    with database.read() as connection:
        known = last_change(connection)
    return machine.calculate_run(database, run, _stream(database), by=by, at=at, known=known, progress=progress)


def release_billrun(
    database: Database, run: int, *, by: str, at: dt.datetime, on: dt.date | None = None, progress: Progress = quiet
) -> Run:
    """Post an approved charge run and number its bills, dated ``on`` (the day of ``at``, when not given)."""
    stream = _stream(database, on)
    return releasing.release_run(database, run, stream, stream.coding, by=by, at=at, progress=progress)
