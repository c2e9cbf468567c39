"""The timetable: what happens by itself, on which days, and in what order. Nothing imports this file.

No job approves or releases anything: it prepares work for people. Each job is done once for each day it falls on, and
days missed (a machine switched off, a run still open) are caught up in order. Times are the council’s own, never
between 01:00 and 02:00, which come twice in October and not at all in March. ``outturn schedule`` keeps it.
"""

import datetime as dt
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from billing.charges.calendars import BillCalendar
from billing.charges.store import read_calendars as read_bill_calendars
from finance.days import day, spoken
from finance.problems import Refusal
from finance.references import number_in
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.frame.trouble import unexpected
from interfaces.database.connection import Database, utc_now
from interfaces.timetable.due import ZONE, CutOffs, EveryDay, Job, falls_on, find_job
from interfaces.timetable.shown import answer, as_json, as_table, list_jobs
from interfaces.timetable.work import audit_of_the_night, bill_run, pay_run, what_is_owed
from ledgers.store import last_posted
from ledgers.streams import CHARGES, PAYMENTS
from ledgers.timetable import jobs as history
from ledgers.timetable import store as kept
from ledgers.timetable.attempts import Attempt, AttemptOutcome
from payruns.store import Calendar, read_calendars

REBUILD = dt.time(5, 0)  # when the timetable is drawn up afresh from the pay calendars
PAY_RUNS = dt.time(5, 30)
BILL_RUNS = dt.time(6, 0)
OWED = dt.time(6, 30)
AUDIT = dt.time(6, 45)


@dataclass(frozen=True)
class JobDue:
    """What the timetable is drawn up from. ``settled``: the first day each calendar has not paid, or billed, for."""

    pay: Sequence[tuple[Calendar, dt.date]]
    bill: Sequence[tuple[BillCalendar, dt.date]]


def timetable(due: JobDue) -> list["Job"]:
    """Every job, in the order of the night."""
    return [
        # Each pay calendar, on every cut-off: draft the run, work it out, look for what a reviewer must see.
        *(Job(f"payrun:{each.ref}", PAY_RUNS, CutOffs(each.rule, settled), pay_run(each)) for each, settled in due.pay),
        # Each bill calendar, on every cut-off: the same for what clients owe.
        *(Job(f"billrun:{each.ref}", BILL_RUNS, CutOffs(each, settled), bill_run(each)) for each, settled in due.bill),
        # Every day: what releases still owe and nobody has done, such as recharges cut off before they were raised.
        Job("owed", OWED, EveryDay(1), what_is_owed),
        # Every day: what an internal auditor would ask, kept with what was asked before.
        Job("audit", AUDIT, EveryDay(1), audit_of_the_night),
    ]


Clock = Callable[[], dt.datetime]


# Doing it -------------------------------------------------------------------------------------------------------------


def draw_up(database: Database) -> list[Job]:
    """The timetable as our own tables have it now."""
    with database.read() as connection:

        def settled(stream: str, nr: int, go_live: int) -> dt.date:
            last = last_posted(connection, stream, nr)
            return last.up_to if last else day(go_live)

        due = JobDue(
            [(each, settled(PAYMENTS.name, each.nr, each.go_live)) for each in read_calendars(connection)],
            [(each, settled(CHARGES.name, each.nr, each.go_live)) for each in read_bill_calendars(connection)],
        )
    return timetable(due)


def catch_up(database: Database, job: Job, on: dt.date, now: Clock) -> Iterator[Attempt]:
    """Do a job for every day it has been missed, up to a day, in order. Stops at the first that fails."""
    days = job.days.up_to(on)
    with database.read() as connection:
        done = kept.days_done(connection, job.name, days)
    for each in days:
        if each not in done:
            attempt = do(database, job, each, now)
            yield attempt
            if attempt.outcome is AttemptOutcome.FAILED:
                return


def do(database: Database, job: Job, on: dt.date, now: Clock) -> Attempt:
    """Do a job for one day, once, and keep what came of it. Only StillRunning is raised: failures are outcomes."""
    attempt = history.begin(database, job.name, on, who=me(), at=now(), gone=gone)
    if attempt.outcome is AttemptOutcome.DONE:
        return attempt
    try:
        words = job.work(database, on, now())
    except Refusal as refusal:
        return history.end(database, attempt, AttemptOutcome.FAILED, str(refusal), now())
    except Exception as error:
        words = str(unexpected(error, f"the job {job.name.partition(':')[0]}"))
        return history.end(database, attempt, AttemptOutcome.FAILED, words, now())
    return history.end(database, attempt, AttemptOutcome.DONE, words, now())


def round_of_jobs(database: Database, jobs: Sequence[Job], on: dt.date, now: Clock) -> Iterator[Attempt]:
    """Every job, each for every day it has been missed. One that fails, or is being done elsewhere, stops no other."""
    for job in jobs:
        try:
            yield from catch_up(database, job, on, now)
        except Refusal as refusal:
            printing.complain(str(refusal))


def me() -> str:
    """This process, as others may look for it."""
    return f"{socket.gethostname()} process {os.getpid()}"


def gone(who: str, heard: dt.datetime, now: dt.datetime, patience: dt.timedelta = dt.timedelta(hours=6)) -> bool:
    """Whether a process has ended without saying so: on this machine it can be looked for, elsewhere it is
    waited for.
    """
    host, _, number = who.rpartition(" process ")
    process = number_in(number)
    if host != socket.gethostname() or process is None:
        return now - heard > patience
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:
        return False
    return False


# Keeping it -----------------------------------------------------------------------------------------------------------


class Keeper:
    """The one scheduler process. Its jobs live in memory and are drawn up from our own tables at start and each
    night.
    """

    PULSE_MINUTES = 5

    def __init__(self, database: Database, say: Callable[[Attempt], None], now: Clock = utc_now) -> None:
        self.database, self.say, self.now = database, say, now
        self.scheduler = BlockingScheduler(
            timezone=ZONE,
            executors={"default": ThreadPoolExecutor(1), "pulse": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def keep(self) -> None:
        """Catch up, then keep the timetable until stopped. Raises AnotherScheduler."""
        history.take_lease(self.database, me(), self.now(), gone)
        try:
            for sign in (signal.SIGTERM, signal.SIGINT):
                signal.signal(sign, self._stop)
            self.draw_up()
            add = self.scheduler.add_job
            add(self.draw_up, _daily(REBUILD), id="draw up", replace_existing=True)
            add(
                self._pulse,
                IntervalTrigger(minutes=self.PULSE_MINUTES),
                id="pulse",
                executor="pulse",
                replace_existing=True,
            )
            add(self.first_round, id="first round")
            self.scheduler.start()
        finally:
            history.give_up_lease(self.database, me(), self.now())

    def first_round(self) -> None:
        """What was missed while nobody kept the timetable."""
        with self._at_work() as database:
            for attempt in round_of_jobs(database, draw_up(database), self._today(), self.now):
                self.say(attempt)

    def draw_up(self) -> None:
        """Put one entry in the scheduler for each job; take out those of calendars that are no more."""
        with self._at_work() as database:
            jobs = draw_up(database)
        ours = {f"job {each.name}" for each in jobs}
        for each in self.scheduler.get_jobs():
            if each.id.startswith("job ") and each.id not in ours:
                each.remove()
        for job in jobs:
            self.scheduler.add_job(
                self.fire, _daily(job.at), id=f"job {job.name}", name=job.name, args=[job.name], replace_existing=True
            )

    def fire(self, name: str) -> None:
        """The time of a job has come: do it for today if it falls on today, and for every day it was missed."""
        with self._at_work() as database:
            job = find_job(draw_up(database), name)
            for attempt in round_of_jobs(database, [job], self._today(), self.now):
                self.say(attempt)

    @contextmanager
    def _at_work(self) -> Iterator[Database]:
        """Between its jobs a keeper has nothing open: a file copied meanwhile is whole, with nothing beside it."""
        try:
            yield self.database
        finally:
            self.database.close()

    def _today(self) -> dt.date:
        return dt.datetime.now(ZONE).date()

    def _pulse(self) -> None:
        with self._at_work() as database:
            renewed = history.renew_lease(database, me(), self.now())
        if not renewed:
            self._stop(signal.SIGTERM, None)

    def _stop(self, _sign: int, _frame: Any) -> None:
        """End once the job in hand has ended."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)


def _daily(at: dt.time) -> CronTrigger:
    assert at.hour != 1, "01:00 to 02:00 comes twice in October and not at all in March"
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=ZONE)


# The command ----------------------------------------------------------------------------------------------------------


def add_to(app: typer.Typer) -> None:
    """Add ``schedule`` to the console command, which finds it through the entry points of the package."""
    verb(app, "schedule", rich_help_panel="By itself")(schedule)


def schedule(
    desk: Desk,
    once: Annotated[bool, typer.Option("--once", help="Do everything that has come due by --on, then end.")] = False,
    run: Annotated[
        str | None, typer.Option(metavar="JOB", help="Do one job, for the last day it fell on by --on.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the jobs, the days missed and the next day.")] = False,
    told: Annotated[bool, typer.Option("--history", help="What was done, the latest first.")] = False,
    limit: Annotated[int, typer.Option(min=1, metavar="N", help="How much history to show.")] = 50,
) -> None:
    """Keep the timetable: prepare each run on its cut-off. Nothing is ever approved or released by itself.

    Alone it runs until stopped, one scheduler to a database. Days missed are caught up in order.

    Example: outturn schedule --run payrun:4W --on 2026-05-04
    """
    if sum((once, run is not None, listed, told)) > 1:
        raise typer.BadParameter("Give one of --once, --run, --list and --history.")
    if told:
        with desk.database.read() as connection:
            answer(desk, kept.latest(connection, limit=limit), "Nothing has been done yet.")
    elif listed:
        list_jobs(desk, draw_up(desk.database))
    elif once:
        done = list(round_of_jobs(desk.database, draw_up(desk.database), desk.on, utc_now))
        desk.failed = any(each.outcome is AttemptOutcome.FAILED for each in done)
        answer(desk, done, "Nothing has come due.")
    elif run is not None:
        _do_one(desk, find_job(draw_up(desk.database), run))
    else:
        _keep(desk)


def _do_one(desk: Desk, job: Job) -> None:
    """Do a job for the last day it fell on, and say so where that was another day, or where it was done already."""
    on = falls_on(job, desk.on)
    with desk.database.read() as connection:
        already = on in kept.days_done(connection, job.name, [on])
    attempt = do(desk.database, job, on, utc_now)
    desk.failed = attempt.outcome is AttemptOutcome.FAILED
    words = f"It was done already for {spoken(on)}: nothing was done now." if already else None
    if not already and on != desk.on:
        words = f"It fell last on {spoken(on)}: this is for that day."
    desk.answer({"attempts": [as_json(attempt)], "already_done": already}, as_table([attempt]), words)


def _keep(desk: Desk) -> None:
    if desk.day:
        raise typer.BadParameter("The timetable keeps its own days. Give --on with --once or --run.")
    keeper = Keeper(desk.database, lambda attempt: desk.answer(as_json(attempt), str(attempt)))
    if not desk.json:
        desk.out.print(f"Keeping the timetable as {me()}. Stop it with Ctrl-C; the job in hand is finished first.")
    keeper.keep()
