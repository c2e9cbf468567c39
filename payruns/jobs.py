"""The verbs of a pay run, in a council's terms: a calendar, a day to pay up to, and who is asking."""

import datetime as dt

from sqlalchemy import Connection

from finance.care_costs.store import last_change
from finance.columns import Database
from finance.days import PayCalendar, Span, Timing, add_working_days, day, spoken
from finance.problems import Refusal
from ledgers import jobs as machine
from ledgers import release_jobs as releasing
from ledgers import store as ledger
from ledgers.coding.store import load_current
from ledgers.jobs import Draft
from ledgers.progress import Progress, quiet
from ledgers.runs import PeriodsMoved, Run, check_reason, of_stream
from ledgers.urgent import ADJUSTMENT, Urgent
from payruns import store, urgent_store
from payruns.policy import PaymentPolicy
from payruns.stream import NAME, Payments
from payruns.urgent import PaidInThePast, check_calendar


def draft_payrun(
    database: Database,
    calendar_ref: str,
    *,
    by: str,
    at: dt.datetime,
    up_to: dt.date | None = None,
    on: dt.date | None = None,
    policy: PaymentPolicy | None = None,
    urgent: Urgent | None = None,
    pay_on: dt.date | None = None,
) -> Run:
    """Open a pay run of a calendar for days before ``up_to``, or for the period whose cut-off has come by ``on``.

    A first run begins at the calendar's go-live day; later ones where the last one ended. ``urgent``: for that alone,
    paid ``pay_on`` (the next working day after ``on``); without ``up_to`` it pays what released runs left unpaid, and
    of an adjustment its day. Raises Refusal.
    """
    if urgent is not None:
        check_reason(urgent.why)
    if pay_on and on and pay_on < on:
        raise PaidInThePast(f"{spoken(pay_on)} has gone by.", "Give a day to come, or none: the next working day.")
    with database.read() as connection:
        calendar = store.read_calendar(connection, calendar_ref)
        known = last_change(connection)
        last = ledger.last_posted(connection, NAME, calendar.nr)
        if last:
            _same_periods(calendar, store.read_calendar_then(connection, calendar.nr, last.known))
        of_day = _day_of(connection, calendar, urgent) if urgent else None
    go_live = day(calendar.go_live)
    if up_to is None and urgent is not None:
        up_to = last.up_to if last else go_live
        up_to = max(up_to, of_day + dt.timedelta(days=1)) if of_day else up_to
    elif up_to is None:
        if on is None:
            raise Refusal("Neither a day to pay up to nor today’s date was given.", "Give one of them.")
        up_to = next_up_to(calendar.rule, last.up_to if last else go_live, on)
    elif on is not None:
        check_not_ahead(calendar.rule, up_to, on)
    settled = last.up_to if last else go_live
    window = (
        calendar.rule.period(settled - dt.timedelta(days=1)) if settled > go_live else calendar.rule.period(settled)
    )
    starts = settled if window.end == settled else window.first
    last_period = calendar.rule.period(up_to - dt.timedelta(days=1))
    whole = last_period.end == up_to
    pay_date = calendar.rule.pay_date(last_period) if whole else calendar.rule.paid_after(up_to)
    if urgent is not None:
        pay_date = pay_on or (add_working_days(on, 1) if on else pay_date)
    return machine.draft_run(
        database,
        Draft(
            NAME,
            calendar.nr,
            calendar.name,
            up_to,
            starts,
            pay_date,
            known,
            (policy or PaymentPolicy()).as_json(),
            policy is not None,
            urgent,
        ),
        by=by,
        at=at,
    )


def _day_of(connection: Connection, calendar: store.Calendar, urgent: Urgent) -> dt.date | None:
    """The day of the adjustment an urgent run is for; None for all else. Raises Refusal where it is of another calendar
    or may not be paid alone.
    """
    check_calendar(urgent.what, calendar.ref, urgent_store.read_calendars(connection, urgent).values())
    return urgent_store.read_adjustment_day(connection, urgent.nr) if urgent.what == ADJUSTMENT else None


def first_unpaid(connection: Connection, calendar_ref: str) -> dt.date:
    """The first day of a calendar that no run of it has paid. Raises Refusal for no such calendar."""
    calendar = store.read_calendar(connection, calendar_ref)
    last = ledger.last_posted(connection, NAME, calendar.nr)
    return last.up_to if last else day(calendar.go_live)


def broken_off(connection: Connection, run: Run) -> Span | None:
    """The period a run breaks off inside, when it does not pay to its end (an interim run). The next run pays the rest.

    Raises WrongStream for a run of another stream: its calendar is no pay calendar.
    """
    of_stream(run, NAME)
    calendar = store.read_calendar_then(connection, run.calendar, run.known)
    period = calendar.rule.period(run.up_to - dt.timedelta(days=1))
    return None if period.end == run.up_to else period


def _same_periods(now: store.Calendar, then: store.Calendar) -> None:
    if (now.rule.cycle, now.rule.anchor, now.go_live) != (then.rule.cycle, then.rule.anchor, then.go_live):
        raise PeriodsMoved(
            f"The periods of {now.name} have changed since its last run.",
            "Put its cycle, first day and go-live day back, and move contracts to a new calendar instead.",
        )


def next_up_to(rule: PayCalendar, settled: dt.date, on: dt.date) -> dt.date:
    """The end of the last period after ``settled`` whose cut-off has come by ``on``. Refuses when none has."""
    period, found = rule.period(settled), None
    while rule.cut_off(period) <= on:
        found, period = period, rule.period(period.end)
    if found is None:
        when = rule.cut_off(rule.period(settled))
        raise Refusal(
            f"Nothing is due yet: the next cut-off is {when:%-d %B %Y}.", "Wait for it, or give a day to pay up to."
        )
    return found.end


class FarAhead(Refusal):
    """A run in arrears is asked to pay for days that are long to come."""


def check_not_ahead(rule: PayCalendar, up_to: dt.date, on: dt.date) -> None:
    """Raise FarAhead where a run in arrears would pay for days after the period that a day is in."""
    now = rule.period(on)
    if rule.timing is Timing.ARREARS and up_to > now.end:
        raise FarAhead(
            f"It is paid in arrears, and {spoken(up_to - dt.timedelta(days=1))} is after the period now running, "
            f"{now}: nothing of those days has happened yet.",
            f"Give a last day up to {spoken(now.last)}; or say with --on the day it is run for.",
        )


def _stream(database: Database) -> Payments:
    with database.begin() as connection:
        return Payments(load_current(connection))


def calculate_payrun(
    database: Database, run: int, *, by: str | None = None, at: dt.datetime | None = None, progress: Progress = quiet
) -> Run:
    """Work a pay run out. Worked out again, it takes in what has been learned since."""
    with database.read() as connection:
        known = last_change(connection)
    return machine.calculate_run(database, run, _stream(database), by=by, at=at, known=known, progress=progress)


def release_payrun(database: Database, run: int, *, by: str, at: dt.datetime, progress: Progress = quiet) -> Run:
    """Post an approved pay run and settle with each payee."""
    stream = _stream(database)
    return releasing.release_run(database, run, stream, stream.coding, by=by, at=at, progress=progress)
