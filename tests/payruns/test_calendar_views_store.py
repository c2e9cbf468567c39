"""Pay calendars as they are shown: the period whose cut-off has not gone by."""

import datetime as dt

from sqlalchemy import insert

from finance.facts.tables import change, pay_calendar
from interfaces.database.connection import Database
from payruns.calendar_views_store import read_calendars_shown


def test_the_period_moves_on_the_day_after_its_cut_off(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(insert(change).values(nr=1, moment=dt.datetime(2026, 1, 1), by="A", what="x", source="x"))
        connection.execute(
            insert(pay_calendar).values(
                nr=1,
                learned=1,
                ref="4W",
                name="Four-weekly",
                cycle="four-weekly",
                timing="arrears",
                anchor=dt.date(2026, 4, 6),
                go_live=dt.date(2026, 4, 6),
                cut_off_days=0,
                pay_working_days=5,
            )
        )
        (first,) = read_calendars_shown(connection, dt.date(2026, 4, 6))
        (same,) = read_calendars_shown(connection, first.cut_off)
        (after,) = read_calendars_shown(connection, first.cut_off + dt.timedelta(days=1))
    assert (first.ref, first.period.first, first.period.end) == ("4W", dt.date(2026, 4, 6), dt.date(2026, 5, 4))
    assert same == first and after.period.first == dt.date(2026, 5, 4)
