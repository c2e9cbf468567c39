"""The timetable: each run prepared on its cut-off, once a day, missed days in order, nothing released, failures
kept apart.
"""

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert, select

import scheduler
from finance.problems import Clash, Refusal
from interfaces.cli import run as outturn
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_folder
from interfaces.timetable import due
from interfaces.timetable.due import EveryDay, Job, find_job
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.tables import entry, job_history, run_event
from ledgers.timetable import jobs as history
from ledgers.timetable import store as kept
from ledgers.timetable.attempts import AnotherScheduler, Attempt, AttemptOutcome, StillRunning
from payruns.jobs import release_payrun
from scheduler import catch_up, do, draw_up, round_of_jobs
from tests.builders import begin_with_policy
from tests.conftest import Grown

GOOD = Path(__file__).parent / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)
DAY = dt.date(2026, 5, 4)


def clock() -> Callable[[], dt.datetime]:
    """A clock that moves on a minute each time it is asked."""
    moments: Iterator[dt.datetime] = (AT + dt.timedelta(minutes=each) for each in range(10_000))
    return lambda: next(moments)


@pytest.fixture
def council(grown: Grown) -> Database:
    return grown(_council)


def _council(database: Database) -> Database:
    load_folder(database, GOOD, by="loader", at=AT)
    with database.begin() as connection:
        ledger.add_officers(connection, {"Bo": "manager", "Ann": "clerk"}, {"manager": 100_000_00})
        begin_with_policy(connection, "[payments]\nneeds_bank_details = false\n", by="Bo")
    return database


def jobs(database: Database) -> list[Job]:
    return draw_up(database)


def outcomes(attempts: Any) -> list[tuple[str, dt.date, str]]:
    return [(each.job, each.for_day, str(each.outcome)) for each in attempts]


def release(database: Database, nr: int) -> None:
    machine.submit_run(database, nr, by="Ann", at=AT)
    machine.approve_run(database, nr, by="Bo", at=AT)
    release_payrun(database, nr, by="Ann", at=AT)


# Pay runs on their cut-offs -------------------------------------------------------------------------------------------


def test_a_run_is_drafted_worked_out_and_checked_on_its_cut_off_and_nothing_more(council: Database) -> None:
    four_weekly = find_job(jobs(council), "payrun:4W")
    assert four_weekly.days.up_to(dt.date(2026, 5, 3)) == []
    (done,) = catch_up(council, four_weekly, DAY, clock())
    assert outcomes([done]) == [("payrun:4W", DAY, "done")]
    assert "9 lines, £17,822.40" in done.what
    with council.begin() as connection:
        (run,) = ledger.read_runs(connection)
        assert (run.status, run.up_to, run.prepared_by) == ("calculated", DAY, "timetable")
        assert connection.execute(select(entry)).first() is None
        events = connection.execute(select(run_event.c.action, run_event.c.by).order_by(run_event.c.nr)).all()
        assert [tuple(each) for each in events] == [("drafted", "timetable"), ("worked out", "timetable")]


def test_a_job_is_done_once_for_a_day(council: Database) -> None:
    now, four_weekly = clock(), find_job(jobs(council), "payrun:4W")
    first = list(catch_up(council, four_weekly, DAY, now))
    assert list(catch_up(council, four_weekly, DAY, now)) == []
    again = do(council, four_weekly, DAY, now)
    assert again == first[0]
    with council.begin() as connection:
        assert len(kept.latest(connection)) == 1 and len(ledger.read_runs(connection)) == 1


def test_missed_cut_offs_are_caught_up_in_order_each_after_the_last_is_paid(council: Database) -> None:
    # A weekly calendar from Monday 6 April, cut off two days after each Sunday: Tuesdays 14, 21, 28 April and 5 May.
    now, on, weekly = clock(), dt.date(2026, 5, 5), "payrun:W"
    assert [day.day for day in find_job(jobs(council), weekly).days.up_to(on)] == [14, 21, 28, 5]
    made = list(catch_up(council, find_job(jobs(council), weekly), on, now))
    assert outcomes(made) == [(weekly, dt.date(2026, 4, 14), "done"), (weekly, dt.date(2026, 4, 21), "failed")]
    assert "is still calculated. Finish it or abandon it first." in made[1].what
    release(council, 1)
    made = list(catch_up(council, find_job(jobs(council), weekly), on, now))
    assert outcomes(made)[0] == (weekly, dt.date(2026, 4, 21), "done")
    assert made[0].attempt == 2
    with council.begin() as connection:
        assert [run.up_to.isoformat() for run in ledger.read_runs(connection)] == ["2026-04-13", "2026-04-20"]


def test_cut_offs_already_paid_for_by_hand_are_not_done_again(council: Database) -> None:
    now = clock()
    list(catch_up(council, find_job(jobs(council), "payrun:4W"), DAY, now))
    release(council, 1)
    assert find_job(jobs(council), "payrun:4W").days.up_to(dt.date(2026, 5, 31)) == []
    assert find_job(jobs(council), "payrun:4W").days.after(DAY) == dt.date(2026, 6, 1)


def test_a_run_cut_off_between_draft_and_calculation_goes_on(council: Database) -> None:
    from payruns.jobs import draft_payrun

    draft_payrun(council, "4W", by="Ann", at=AT, on=DAY)
    (done,) = catch_up(council, find_job(jobs(council), "payrun:4W"), DAY, clock())
    assert done.outcome is AttemptOutcome.DONE
    with council.begin() as connection:
        (run,) = ledger.read_runs(connection)
    assert (run.status, run.prepared_by, run.total) == ("calculated", "Ann", 17_822_40)


# Failures, look-back, and the once-a-day rule -------------------------------------------------------------------------


def made_up(name: str, work: due.Work, look_back: int = 1) -> Job:
    return Job(name, dt.time(5, 30), EveryDay(look_back), work)


def test_a_failing_job_stops_no_other_and_is_tried_again(database: Database) -> None:
    tried: list[str] = []

    def breaks(_database: Database, _on: dt.date, _at: dt.datetime) -> str:
        tried.append("breaks")
        raise ZeroDivisionError("made up")

    def refuses(_database: Database, _on: dt.date, _at: dt.datetime) -> str:
        raise Refusal("The extract has not come.", "Ask for it.")

    two = [made_up("breaks", breaks), made_up("refuses", refuses), made_up("works", lambda *_: "did it")]
    now = clock()
    made = list(round_of_jobs(database, two, DAY, now))
    assert outcomes(made) == [("breaks", DAY, "failed"), ("refuses", DAY, "failed"), ("works", DAY, "done")]
    broke, *others = [each.what for each in made]
    assert broke.startswith("Something went wrong that Outturn did not expect (reference ") and "made up" not in broke
    assert others == ["The extract has not come. Ask for it.", "did it"]
    assert outcomes(round_of_jobs(database, two, DAY, now)) == [("breaks", DAY, "failed"), ("refuses", DAY, "failed")]
    assert tried == ["breaks", "breaks"]
    with database.begin() as connection:
        every = kept.latest(connection)
    assert len(every) == 5 and all(each.ended and each.ended > each.started for each in every)


def test_a_daily_job_heals_the_last_ten_days_in_order(database: Database) -> None:
    days: list[dt.date] = []

    def note(_database: Database, on: dt.date, _at: dt.datetime) -> str:
        days.append(on)
        return "noted"

    job = Job("daily", dt.time(5, 30), EveryDay(), note)
    do(database, job, DAY - dt.timedelta(days=3), clock())
    list(catch_up(database, job, DAY, clock()))
    missed = [DAY - dt.timedelta(days=back) for back in (9, 8, 7, 6, 5, 4, 2, 1, 0)]
    assert days == [DAY - dt.timedelta(days=3), *missed]


def test_a_job_that_is_running_is_not_begun_again_until_its_process_is_gone(database: Database) -> None:
    job = made_up("slow", lambda *_: "did it")
    elsewhere = "another-machine process 7"
    history.begin(database, "slow", DAY, who=elsewhere, at=AT, gone=scheduler.gone)
    with pytest.raises(StillRunning, match="has been running since 09:00"):
        do(database, job, DAY, lambda: AT + dt.timedelta(hours=5))
    done = do(database, job, DAY, lambda: AT + dt.timedelta(hours=7))
    assert (done.outcome, done.attempt) == (AttemptOutcome.DONE, 2)
    with database.begin() as connection:
        first = kept.attempts(connection, "slow", DAY)[0]
    assert first.outcome is AttemptOutcome.FAILED and first.what.startswith("Cut off half-way")


def test_a_process_on_this_machine_is_looked_for() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = socket.gethostname()
    assert scheduler.gone(f"{here} process {ended.pid}", AT, AT)
    assert not scheduler.gone(scheduler.me(), AT, AT + dt.timedelta(days=9))
    assert not scheduler.gone(f"{here} process {os.getppid()}", AT, AT + dt.timedelta(days=9))


def test_the_database_itself_keeps_a_job_from_being_done_twice_for_a_day(database: Database) -> None:
    row = {"job": "j", "for_day": DAY, "started": AT, "what": "", "outcome": "done"}
    with database.begin() as connection:
        connection.execute(insert(job_history).values(**row, attempt=1))
    with pytest.raises(Clash), database.begin() as connection:
        connection.execute(insert(job_history).values(**{**row, "outcome": "running"}, attempt=2))


# One scheduler --------------------------------------------------------------------------------------------------------


def test_one_scheduler_keeps_a_timetable_until_it_ends_or_is_gone(database: Database) -> None:
    first, second = "one-machine process 1", "two-machine process 2"
    history.take_lease(database, first, AT, scheduler.gone)
    with pytest.raises(AnotherScheduler, match="one-machine process 1"):
        history.take_lease(database, second, AT + dt.timedelta(minutes=9), scheduler.gone)
    assert history.renew_lease(database, first, AT + dt.timedelta(hours=5))
    with pytest.raises(AnotherScheduler):
        history.take_lease(database, second, AT + dt.timedelta(hours=10), scheduler.gone)
    history.take_lease(database, second, AT + dt.timedelta(hours=12), scheduler.gone)
    assert not history.renew_lease(database, first, AT + dt.timedelta(hours=12))
    history.give_up_lease(database, second, AT + dt.timedelta(hours=13))
    history.take_lease(database, first, AT + dt.timedelta(hours=13), scheduler.gone)
    with database.begin() as connection:
        assert kept.latest(connection) == []


def test_the_scheduler_holds_one_entry_for_each_calendar_drawn_up_from_our_tables(council: Database) -> None:
    keeper = scheduler.Keeper(council, lambda _attempt: None)
    defaults = keeper.scheduler._job_defaults
    assert (defaults["coalesce"], defaults["max_instances"]) == (True, 1)
    keeper.scheduler = BackgroundScheduler(timezone=due.ZONE)
    keeper.scheduler.start(paused=True)
    try:
        keeper.scheduler.add_job(
            keeper.fire, scheduler._daily(dt.time(5, 30)), id="job payrun:OLD", args=["payrun:OLD"]
        )
        keeper.draw_up()
        keeper.draw_up()
        assert sorted(each.id for each in keeper.scheduler.get_jobs()) == [
            *("job audit", "job owed", "job payrun:4W", "job payrun:W")
        ]
    finally:
        keeper.scheduler.shutdown(wait=False)


@pytest.mark.parametrize("change", [dt.date(2026, 10, 25), dt.date(2027, 3, 28)])
def test_a_job_fires_once_on_the_days_the_clocks_change(council: Database, change: dt.date) -> None:
    zone = ZoneInfo("Europe/London")
    end = dt.datetime.combine(change + dt.timedelta(days=1), dt.time(0), zone)
    for at in [scheduler.REBUILD, *(each.at for each in jobs(council))]:
        trigger, now = scheduler._daily(at), dt.datetime.combine(change, dt.time(0), zone)
        fired: list[dt.datetime] = []
        while (at_ := trigger.get_next_fire_time(fired[-1] if fired else None, now)) < end:
            fired.append(at_)
            now = at_ + dt.timedelta(seconds=1)
        assert len(fired) == 1
    with pytest.raises(AssertionError, match="comes twice"):
        scheduler._daily(dt.time(1, 30))


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_does_what_has_come_due_and_tells_its_history(
    council: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--database", council.url.render_as_string(hide_password=False), "--json"]

    def asks(*words: str) -> tuple[int, Any]:
        capsys.readouterr()
        return outturn(["schedule", *words, *place]), json.loads(capsys.readouterr().out)

    code, listed = asks("--list", "--on", "2026-05-04")
    assert code == 0 and listed["jobs"][0] == {
        "job": "payrun:4W",
        "at": "05:30",
        "missed": ["2026-05-04"],
        "next_day": "2026-06-01",
    }
    code, done = asks("--run", "payrun:4W", "--on", "2026-05-04")
    assert code == 0 and done["attempts"][0]["outcome"] == "done"
    assert done["already_done"] is False
    # no cut-off falls between: it is the same job for the same day
    for day in ("2026-05-04", "2026-05-06", "2026-05-31"):
        code, again = asks("--run", "payrun:4W", "--on", day)
        assert code == 0 and again == {"attempts": done["attempts"], "already_done": True}
    early = asks("--run", "payrun:4W", "--on", "2026-05-03")[1]["error"]
    assert early["what"] == "payrun:4W has nothing to do on 3 May 2026: it falls next on 4 May 2026."
    capsys.readouterr()
    outturn(["schedule", "--run", "payrun:4W", "--on", "2026-05-06", *place[:2]])
    assert "It was done already for 4 May 2026: nothing was done now." in capsys.readouterr().out
    code, done = asks("--once", "--on", "2026-04-14")
    assert code == 0 and [each["job"] for each in done["attempts"]] == ["payrun:W", "owed", "audit"]
    code, failed = asks("--once", "--on", "2026-04-21")
    assert code == 1 and "still calculated" in failed["attempts"][0]["what"]
    code, told = asks("--history")
    assert sorted((each["job"], each["outcome"]) for each in told["attempts"]) == [
        ("audit", "done"),
        ("audit", "done"),
        ("owed", "done"),
        ("owed", "done"),
        ("payrun:4W", "done"),
        ("payrun:W", "done"),
        ("payrun:W", "failed"),
    ]
    capsys.readouterr()
    assert outturn(["schedule", "--run", "payrun:W", "--on", "2026-04-22", *place[:2]]) == 1
    assert "It fell last on 21 April 2026: this is for that day." in capsys.readouterr().out
    assert asks("--run", "payrun:X")[1]["error"]["what_to_do"] == "The jobs are: payrun:4W, payrun:W, owed, audit."
    assert asks("--once", "--history")[0] == 2
    assert asks("--on", "2026-05-04")[0] == 2


def test_kept_in_the_foreground_it_catches_up_and_ends_when_told(council: Database) -> None:
    command = [
        sys.executable,
        "-c",
        "import sys; from interfaces.cli import run; sys.exit(run(sys.argv[1:]))",
        "schedule",
        "--json",
        "--database",
        council.url.render_as_string(hide_password=False),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        patience = threading.Timer(120, process.kill)
        patience.start()
        said = ""
        for text in process.stdout:  # the first attempt, whole
            said += text
            if text == "}\n":
                break
        first = json.loads(said or "{}")
        with council.begin() as connection:
            held = kept.read_lease(connection)
        process.terminate()
        _, errors = process.communicate(timeout=60)
        patience.cancel()
    assert tuple(first.get(name) for name in ("job", "for_day", "outcome")) == ("payrun:4W", "2026-05-04", "done")
    assert held is not None and held.outcome is AttemptOutcome.RUNNING and str(process.pid) in held.what
    assert process.returncode == 0, errors
    with council.begin() as connection:
        lease = kept.read_lease(connection)
    assert lease is not None and lease.ended is not None
    assert replace(lease, ended=None, outcome=AttemptOutcome.RUNNING, started=held.started) == held


_ARRIVES = """
import sys
from interfaces.cli.frame import assembly
assert "scheduler" not in sys.modules
assembly.app()
assert "scheduler" in sys.modules
"""


def test_the_console_command_reaches_the_scheduler_by_entry_point_alone() -> None:
    told = subprocess.run([sys.executable, "-c", _ARRIVES], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def test_an_attempt_reads_well() -> None:
    words = str(Attempt("payrun:4W", DAY, 2, AT, AT, AttemptOutcome.FAILED, "The extract has not come."))
    assert words == "payrun:4W for 4 May 2026, attempt 2: failed. The extract has not come."
