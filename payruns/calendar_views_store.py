"""What a reader of pay calendars is shown: the period now running, its cut-off and pay date; which are behind."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from finance.days import Span, day
from finance.facts import tables as t
from finance.facts.versions import believed
from ledgers import store as ledger
from ledgers.reports.proof import OpenEnd, behind
from ledgers.streams import PAYMENTS
from payruns.store import read_calendars


@dataclass(frozen=True, slots=True)
class CalendarShown:
    """A pay calendar, and the first of its periods whose cut-off has not gone by."""

    ref: str
    name: str
    cycle: str
    timing: str
    go_live: dt.date
    period: Span
    cut_off: dt.date
    pay_date: dt.date


def read_behind(connection: Connection, on: dt.date) -> list[OpenEnd]:
    """Pay calendars with periods whose cut-off had gone by on a day, care or blocks on their days, and no released
    run."""
    found = []
    for each in read_calendars(connection):
        last = ledger.last_posted(connection, PAYMENTS.name, each.nr)
        first = last.up_to if last else day(each.go_live)
        lines = _live(connection, each.nr, first, on)
        if lines:
            named = f"pay calendar {each.ref} ({each.name})"
            open_run = ledger.open_run(connection, PAYMENTS.name, each.nr)
            settled = last.up_to if last else None
            found.append(behind(named, each.rule, day(each.go_live), settled, open_run, on, lines))
    return [each for each in found if each]


def _live(connection: Connection, calendar: int, first: dt.date, end: dt.date) -> int:
    """How many lines and blocks of a calendar have a day among some."""
    counts = [
        connection.execute(
            select(func.count())
            .select_from(table)
            .join(t.contract, (t.contract.c.nr == table.c.contract) & believed(t.contract, None))
            .where(t.contract.c.calendar == calendar, believed(table, None), table.c.starts < end)
            .where(table.c.ends.is_(None) | (table.c.ends > first))
        ).scalar_one()
        for table in (t.service_line, t.block)
    ]
    return sum(counts)


def read_calendars_shown(connection: Connection, on: dt.date) -> list[CalendarShown]:
    """Every calendar, as on a day."""
    made = []
    for each in read_calendars(connection):
        rule, go_live = each.rule, day(each.go_live)
        period = rule.period(go_live)
        while rule.cut_off(period) < on:
            period = rule.period(period.end)
        days = (rule.cut_off(period), rule.pay_date(period))
        made.append(CalendarShown(each.ref, each.name, rule.cycle, rule.timing, go_live, period, *days))
    return made
