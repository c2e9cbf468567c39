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
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from rich.console import RenderableType

from billing.charges.calendars import BillCalendar
from billing.charges.jobs import calculate_billrun, draft_billrun
from billing.charges.policy import ChargingPolicy
from billing.charges.store import read_calendars as read_bill_calendars
from billing.recharges.jobs import NobodyToBill, raise_recharges
from billing.recharges.policy import RechargingPolicy
from finance.days import PayCalendar, day, spoken
from finance.money import sterling
from finance.problems import Refusal
from interfaces.cli.council import CouncilFile
from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk, verb
from interfaces.cli.frame.trouble import unexpected
from interfaces.database.connection import Database, utc_now
from interfaces.files.inbound.council_file import read_council
from ledgers.officers.authority import TIMETABLE
from ledgers.runs import Run, RunAlreadyOpen, Status, one_of
from ledgers.store import last_posted, open_run, open_stops, read_findings, read_owed
from ledgers.streams import CHARGES, PAYMENTS, RECHARGES, Declared
from ledgers.timetable import jobs as history
from ledgers.timetable import store as kept
from ledgers.timetable.attempts import Attempt, AttemptOutcome
from payruns.jobs import calculate_payrun, draft_payrun, next_up_to
from payruns.policy import PaymentPolicy
from payruns.store import Calendar, read_calendars

ZONE = ZoneInfo("Europe/London")
LOOK_BACK_DAYS = 10  # how far back a daily job heals itself; a cut-off is caught up however old it is
REBUILD = dt.time(5, 0)  # when the timetable is drawn up afresh from the pay calendars
PAY_RUNS = dt.time(5, 30)
BILL_RUNS = dt.time(6, 0)
OWED = dt.time(6, 30)


@dataclass(frozen=True)
class TimetableChoices:
    """The council's choices about the runs that are prepared."""

    payments: PaymentPolicy
    charging: ChargingPolicy = field(default_factory=ChargingPolicy)
    recharging: RechargingPolicy = field(default_factory=RechargingPolicy)


@dataclass(frozen=True)
class JobDue:
    """What the timetable is drawn up from. ``settled``: the first day each calendar has not paid, or billed, for."""

    pay: Sequence[tuple[Calendar, dt.date]]
    bill: Sequence[tuple[BillCalendar, dt.date]]


def timetable(due: JobDue, choices: TimetableChoices) -> list["Job"]:
    """Every job, in the order of the night."""
    return [
        # Each pay calendar, on every cut-off: draft the run, work it out, look for what a reviewer must see.
        *(
            Job(f"payrun:{each.ref}", PAY_RUNS, CutOffs(each.rule, settled), pay_run(each, choices.payments))
            for each, settled in due.pay
        ),
        # Each bill calendar, on every cut-off: the same for what clients owe.
        *(
            Job(f"billrun:{each.ref}", BILL_RUNS, CutOffs(each, settled), bill_run(each, choices.charging))
            for each, settled in due.bill
        ),
        # Every day: what releases still owe and nobody has done, such as recharges cut off before they were raised.
        Job("owed", OWED, EveryDay(1), what_is_owed(choices.recharging)),
    ]


BY = TIMETABLE

Work = Callable[[Database, dt.date, dt.datetime], str]
"""Does a job for a day, at a moment (UTC); returns what was done, in words. Raises Refusal."""

Clock = Callable[[], dt.datetime]


# Days -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CutOffs:
    """The cut-offs of a calendar for periods not yet paid or billed."""

    rule: PayCalendar | BillCalendar
    settled: dt.date

    def up_to(self, on: dt.date) -> list[dt.date]:
        """Every cut-off come by a day, in order."""
        rule, found = self.rule, []
        period = rule.period(self.settled)
        while rule.cut_off(period) <= on:
            found.append(rule.cut_off(period))
            period = rule.period(period.end)
        return found

    def after(self, on: dt.date) -> dt.date:
        """The first cut-off after a day."""
        rule = self.rule
        period = rule.period(self.settled)
        while rule.cut_off(period) <= on:
            period = rule.period(period.end)
        return rule.cut_off(period)


@dataclass(frozen=True)
class EveryDay:
    """Every day, the last few of which heal themselves when missed."""

    look_back: int = LOOK_BACK_DAYS

    def up_to(self, on: dt.date) -> list[dt.date]:
        return [on - dt.timedelta(days=back) for back in reversed(range(self.look_back))]

    def after(self, on: dt.date) -> dt.date:
        return on + dt.timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """One job: its name, its time of day, the days it falls on, and its work."""

    name: str
    at: dt.time
    days: CutOffs | EveryDay
    work: Work


class NoSuchJob(Refusal):
    """A job was asked for that is not in the timetable."""


class NotDue(Refusal):
    """A job was asked for before the first day it falls on."""


def falls_on(job: Job, on: dt.date) -> dt.date:
    """The last day by ``on`` that a job falls on: what it does is kept under that day, whenever it is done.
    Raises NotDue.
    """
    days = job.days.up_to(on)
    if not days:
        when = spoken(job.days.after(on))
        raise NotDue(f"{job.name} has nothing to do on {spoken(on)}: it falls next on {when}.", "Wait for that day.")
    return days[-1]


# Work -----------------------------------------------------------------------------------------------------------------


def pay_run(calendar: Calendar, policy: PaymentPolicy) -> Work:
    """Prepare the pay run of a calendar: draft it, unless it is drafted already, and work it out."""

    def wanted(settled: dt.date | None, on: dt.date) -> dt.date:
        return next_up_to(calendar.rule, settled or day(calendar.go_live), on)

    return _prepare(PAYMENTS, calendar, wanted, partial(draft_payrun, policy=policy), calculate_payrun)


def bill_run(calendar: BillCalendar, policy: ChargingPolicy) -> Work:
    """Prepare the charge run of a bill calendar: draft it, unless it is drafted already, and work it out."""

    def wanted(settled: dt.date | None, on: dt.date) -> dt.date:
        return calendar.last_cut_off(settled or day(calendar.go_live), on)

    return _prepare(CHARGES, calendar, wanted, partial(draft_billrun, policy=policy), calculate_billrun)


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


def what_is_owed(policy: RechargingPolicy) -> Work:
    """Raise the recharges released runs still owe. Files wait for somebody: the timetable does not know where
    they go.
    """

    def work(database: Database, on: dt.date, at: dt.datetime) -> str:
        with database.read() as connection:
            runs = [each.run for each in read_owed(connection) if each.what == RECHARGES.name]
        done, refused = [], list[Refusal]()
        for run in runs:
            try:
                made = raise_recharges(database, run, by=BY, at=at, on=on, policy=policy)
                done.append(f"run {run}: {sterling(made.pence)} recharged")
            except NobodyToBill as refusal:  # the other runs do not wait for this one’s bill payer
                refused.append(refusal)
        if refused:
            raise one_of("Not everything owed could be recharged.", refused)
        return "; ".join(done) or "Nothing was owed."

    return work


def _prepared(database: Database, run: Run) -> str:
    """A run prepared, in words."""
    with database.read() as connection:
        found, stops = len(read_findings(connection, run.nr)), len(open_stops(connection, run.nr))
    return (
        f"{printing.opening(run.title)} is {run.status}: {printing.several(run.lines, 'line')}, {sterling(run.total)}, "
        f"{printing.several(found, 'finding')}, {stops:,} to deal with."
    )


# Doing it -------------------------------------------------------------------------------------------------------------


def draw_up(database: Database, choices: TimetableChoices) -> list[Job]:
    """The timetable as our own tables have it now."""
    with database.read() as connection:

        def settled(stream: str, nr: int, go_live: int) -> dt.date:
            last = last_posted(connection, stream, nr)
            return last.up_to if last else day(go_live)

        due = JobDue(
            [(each, settled(PAYMENTS.name, each.nr, each.go_live)) for each in read_calendars(connection)],
            [(each, settled(CHARGES.name, each.nr, each.go_live)) for each in read_bill_calendars(connection)],
        )
    return timetable(due, choices)


def find_job(jobs: Sequence[Job], name: str) -> Job:
    found = {each.name: each for each in jobs}
    if name not in found:
        there = ", ".join(found) or "none yet: load the pay calendars"
        raise NoSuchJob(f"There is no job “{name}”.", f"The jobs are: {there}.")
    return found[name]


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
    if host != socket.gethostname() or not number.isdigit():
        return now - heard > patience
    if int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
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

    def __init__(
        self, database: Database, choices: TimetableChoices, say: Callable[[Attempt], None], now: Clock = utc_now
    ) -> None:
        self.database, self.choices, self.say, self.now = database, choices, say, now
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
        for attempt in round_of_jobs(self.database, draw_up(self.database, self.choices), self._today(), self.now):
            self.say(attempt)

    def draw_up(self) -> None:
        """Put one entry in the scheduler for each job; take out those of calendars that are no more."""
        jobs = draw_up(self.database, self.choices)
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
        job = find_job(draw_up(self.database, self.choices), name)
        for attempt in round_of_jobs(self.database, [job], self._today(), self.now):
            self.say(attempt)

    def _today(self) -> dt.date:
        return dt.datetime.now(ZONE).date()

    def _pulse(self) -> None:
        if not history.renew_lease(self.database, me(), self.now()):
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
    council: CouncilFile = None,
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
    said = read_council(council)
    choices = TimetableChoices(said.policy, said.charging, said.recharging)
    if told:
        with desk.database.read() as connection:
            _answer(desk, kept.latest(connection, limit=limit), "Nothing has been done yet.")
    elif listed:
        _list(desk, draw_up(desk.database, choices))
    elif once:
        done = list(round_of_jobs(desk.database, draw_up(desk.database, choices), desk.on, utc_now))
        desk.failed = any(each.outcome is AttemptOutcome.FAILED for each in done)
        _answer(desk, done, "Nothing has come due.")
    elif run is not None:
        _do_one(desk, find_job(draw_up(desk.database, choices), run))
    else:
        _keep(desk, choices)


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
    desk.answer({"attempts": [_as_json(attempt)], "already_done": already}, _shown([attempt]), words)


def _keep(desk: Desk, choices: TimetableChoices) -> None:
    if desk.day:
        raise typer.BadParameter("The timetable keeps its own days. Give --on with --once or --run.")
    keeper = Keeper(desk.database, choices, lambda attempt: desk.answer(_as_json(attempt), str(attempt)))
    if not desk.json:
        desk.out.print(f"Keeping the timetable as {me()}. Stop it with Ctrl-C; the job in hand is finished first.")
    keeper.keep()


def _answer(desk: Desk, attempts: Sequence[Attempt], otherwise: str) -> None:
    shown = _shown(attempts) if attempts else otherwise
    desk.answer({"attempts": [_as_json(each) for each in attempts]}, shown)


def _shown(attempts: Sequence[Attempt]) -> RenderableType:
    rows = [
        (
            each.job,
            printing.day(each.for_day),
            f"{each.attempt}",
            str(each.outcome),
            printing.moment(each.started),
            printing.moment(each.ended),
            each.what,
        )
        for each in attempts
    ]
    columns = ("Job", "For", "Attempt", "Outcome", "Started (UTC)", "Ended (UTC)", "What")
    return printing.table(columns, rows, right=("Attempt",))


def _as_json(each: Attempt) -> dict[str, object]:
    return {
        "job": each.job,
        "for_day": each.for_day,
        "attempt": each.attempt,
        "outcome": str(each.outcome),
        "started": each.started,
        "ended": each.ended,
        "what": each.what,
    }


def _list(desk: Desk, jobs: Sequence[Job]) -> None:
    with desk.database.read() as connection:
        rows = []
        for job in jobs:
            days = job.days.up_to(desk.on)
            done = kept.days_done(connection, job.name, days)
            rows.append((job, [each for each in days if each not in done], job.days.after(desk.on)))
    desk.answer(
        {
            "zone": str(ZONE),
            "jobs": [
                {"job": job.name, "at": f"{job.at:%H:%M}", "missed": missed, "next_day": after}
                for job, missed, after in rows
            ],
        },
        printing.table(
            ("Job", "At", "Come due and not done", "Next"),
            [
                (job.name, f"{job.at:%H:%M}", ", ".join(map(printing.day, missed)), printing.day(after))
                for job, missed, after in rows
            ],
        )
        if rows
        else "Nothing yet: load the pay and bill calendars.",
    )
