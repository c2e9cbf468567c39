"""Calendars that are behind: periods to be paid or billed whose cut-off has gone by, in no released run."""

import datetime as dt

from billing.charges import views_store as bills
from finance.columns import Database
from ledgers.reports.proof import OpenEnd
from payruns import calendar_views_store as payments


def calendars_behind(database: Database, on: dt.date) -> list[OpenEnd]:
    """Pay and bill calendars, as on a day."""
    with database.read() as connection:
        return [*payments.read_behind(connection, on), *bills.read_behind(connection, on)]
