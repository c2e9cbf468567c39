"""The days a job falls on: the cut-offs of a calendar, or every day, with those that were missed."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from billing.charges.calendars import BillCalendar
from finance.days import PayCalendar, spoken
from finance.problems import Refusal
from interfaces.database.connection import Database

ZONE = ZoneInfo("Europe/London")
LOOK_BACK_DAYS = 10  # how far back a daily job heals itself; a cut-off is caught up however old it is

Work = Callable[[Database, dt.date, dt.datetime], str]
"""Does a job for a day, at a moment (UTC); returns what was done, in words. Raises Refusal."""


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


def find_job(jobs: Sequence[Job], name: str) -> Job:
    found = {each.name: each for each in jobs}
    if name not in found:
        there = ", ".join(found) or "none yet: load the pay calendars"
        raise NoSuchJob(f"There is no job “{name}”.", f"The jobs are: {there}.")
    return found[name]
