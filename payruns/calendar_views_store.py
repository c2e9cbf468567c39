"""What a reader of pay calendars is shown: the period now running, its cut-off and the day it is paid."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection

from finance.days import Span, day
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
