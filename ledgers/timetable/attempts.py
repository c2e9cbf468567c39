"""An attempt at a job for a day: running, done or failed. A job is done for a day once; it may fail often."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from finance.days import spoken
from finance.problems import Refusal


class AttemptOutcome(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. Moments are UTC; ``what`` says who is at it while it runs, and what came of it afterwards."""

    job: str
    for_day: dt.date
    attempt: int
    started: dt.datetime
    ended: dt.datetime | None
    outcome: AttemptOutcome
    what: str

    def __str__(self) -> str:
        again = f", attempt {self.attempt}" if self.attempt > 1 else ""
        return f"{self.job} for {spoken(self.for_day)}{again}: {self.outcome}. {self.what}"


class StillRunning(Refusal):
    """Somebody else is at this job for this day."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(
            f"{attempt.job} for {spoken(attempt.for_day)} has been running since {attempt.started:%H:%M on %d %B} "
            f"({attempt.what}).",
            "Wait for it to end.",
        )


class AnotherScheduler(Refusal):
    """One scheduler at a time keeps the timetable of a database."""

    def __init__(self, holder: str, seen: dt.datetime) -> None:
        super().__init__(
            f"Another scheduler keeps this timetable: {holder}, last heard of at {seen:%H:%M on %d %B} UTC.",
            "Stop that one first. Jobs may still be run by hand: outturn schedule --run JOB.",
        )
