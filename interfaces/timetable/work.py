"""What the jobs do: prepare the pay run or the charge run of a calendar, and raise what releases still owe."""

import datetime as dt
from collections.abc import Callable

from billing.charges.calendars import BillCalendar
from billing.charges.jobs import calculate_billrun, draft_billrun
from billing.recharges.jobs import NobodyToBill, raise_recharges
from finance.days import day
from finance.money import sterling
from finance.problems import Refusal
from interfaces.auditing import carry_out
from interfaces.cli.frame import printing
from interfaces.council import council_of
from interfaces.database.connection import Database
from interfaces.timetable.due import Work
from ledgers.officers.authority import TIMETABLE
from ledgers.runs import Run, RunAlreadyOpen, Status, one_of
from ledgers.store import last_posted, open_run, open_stops, read_findings, read_owed, read_run
from ledgers.streams import CHARGES, PAYMENTS, RECHARGES, Declared
from payruns.jobs import calculate_payrun, draft_payrun, next_up_to
from payruns.store import Calendar

BY = TIMETABLE


def pay_run(calendar: Calendar) -> Work:
    """Prepare the pay run of a calendar: draft it, unless it is drafted already, and work it out."""

    def wanted(settled: dt.date | None, on: dt.date) -> dt.date:
        return next_up_to(calendar.rule, settled or day(calendar.go_live), on)

    return _prepare(PAYMENTS, calendar, wanted, draft_payrun, calculate_payrun)


def bill_run(calendar: BillCalendar) -> Work:
    """Prepare the charge run of a bill calendar: draft it, unless it is drafted already, and work it out."""

    def wanted(settled: dt.date | None, on: dt.date) -> dt.date:
        return calendar.last_cut_off(settled or day(calendar.go_live), on)

    return _prepare(CHARGES, calendar, wanted, draft_billrun, calculate_billrun)


def _prepare(
    stream: Declared,
    calendar: Calendar | BillCalendar,
    wanted: Callable[[dt.date | None, dt.date], dt.date],
    draft: Callable[..., Run],
    calculate: Callable[[Database, int], Run],
) -> Work:
    """Prepare the run of a calendar. ``wanted``: up to which day, from the day settled so far and the day it is."""

    def work(database: Database, on: dt.date, at: dt.datetime) -> str:
        with database.read() as connection:
            run = open_run(connection, stream.name, calendar.nr)
            last = last_posted(connection, stream.name, calendar.nr)
        up_to = wanted(last.up_to if last else None, on)
        if run and run.up_to < up_to:
            raise RunAlreadyOpen(f"{run.heading} is still {run.status}.", "Finish it or abandon it first.")
        if run is None:
            run = draft(database, calendar.ref, by=BY, at=at, on=on)
        if run.status is Status.DRAFT:
            run = calculate(database, run.nr)
        return _prepared(database, run)

    return work


def audit_of_the_night(database: Database, on: dt.date, at: dt.datetime) -> str:
    """Ask every test of the audit, and keep what is noticed."""
    found = carry_out(database, on, by=BY, at=at)
    return ", ".join(f"{name}: {len(noticed):,}" for name, noticed in found.items())


def what_is_owed(database: Database, on: dt.date, at: dt.datetime) -> str:
    """Raise the recharges released runs still owe, each by the policy it was drafted under. Files wait for somebody:
    the timetable does not know where they go.
    """
    with database.read() as connection:
        owed = [each.run for each in read_owed(connection) if each.what == RECHARGES.name]
        runs = {run: council_of(connection, read_run(connection, run)).recharging for run in owed}
    done, refused = [], list[Refusal]()
    for run, choices in runs.items():
        try:
            made = raise_recharges(database, run, by=BY, at=at, on=on, policy=choices)
            done.append(f"run {run}: {sterling(made.pence)} recharged")
        except NobodyToBill as refusal:  # the other runs do not wait for this one’s bill payer
            refused.append(refusal)
    if refused:
        raise one_of("Not everything owed could be recharged.", refused)
    return "; ".join(done) or "Nothing was owed."


def _prepared(database: Database, run: Run) -> str:
    """A run prepared, in words."""
    with database.read() as connection:
        found, stops = len(read_findings(connection, run.nr)), len(open_stops(connection, run.nr))
    return (
        f"{printing.opening(run.title)} is {run.status}: {printing.several(run.lines, 'line')}, {sterling(run.total)}, "
        f"{printing.several(found, 'finding')}, {stops:,} to deal with."
    )
