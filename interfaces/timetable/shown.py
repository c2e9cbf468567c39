"""How the timetable is told: attempts and what came of them, and the jobs with what they have missed."""

from collections.abc import Sequence

from rich.console import RenderableType

from interfaces.cli.frame import printing
from interfaces.cli.frame.desk import Desk
from interfaces.timetable.due import ZONE, Job
from ledgers.timetable import store as kept
from ledgers.timetable.attempts import Attempt


def answer(desk: Desk, attempts: Sequence[Attempt], otherwise: str) -> None:
    shown = as_table(attempts) if attempts else otherwise
    desk.answer({"attempts": [as_json(each) for each in attempts]}, shown)


def as_table(attempts: Sequence[Attempt]) -> RenderableType:
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


def as_json(each: Attempt) -> dict[str, object]:
    return {
        "job": each.job,
        "for_day": each.for_day,
        "attempt": each.attempt,
        "outcome": str(each.outcome),
        "started": each.started,
        "ended": each.ended,
        "what": each.what,
    }


def list_jobs(desk: Desk, jobs: Sequence[Job]) -> None:
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
