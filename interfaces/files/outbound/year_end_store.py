"""What a year’s end cuts in two, read from the ledger with the days each line’s care was there."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import BigInteger, Connection, and_, cast, func, select

from finance.facts.tables import service_line
from ledgers.coding.rules import Account
from ledgers.coding.store import read_accounts
from ledgers.reports.accruals import AcrossYearEnd, accruals
from ledgers.streams import KINDS
from ledgers.tables import entry


@dataclass(frozen=True, slots=True)
class AccrualShown:
    """What one stream and kind of money is to be accrued by, from one account to another. ``whole``: coded after the
    year’s end."""

    stream: str
    kind: str
    debit: Account
    credit: Account
    before: int
    whole: int


@dataclass(frozen=True, slots=True)
class YearEndShown:
    """What is to be accrued by a year’s end, and what it comes to: pence of days before, of all that is coded after."""

    accruals: list[AccrualShown]
    before: int
    whole: int


def read_accruals(connection: Connection, new_year: dt.date) -> YearEndShown:
    """Of every period that lies across a year’s end, the day before ``new_year``."""
    named = read_accounts(connection)
    shown = [
        AccrualShown(each.stream, each.kind, named[each.debit], named[each.credit], each.before, each.whole)
        for each in accruals(_across(connection, new_year), new_year)
    ]
    return YearEndShown(shown, sum(each.before for each in shown), sum(each.whole for each in shown))


def _across(connection: Connection, new_year: dt.date) -> list[AcrossYearEnd]:
    """What stands of costs and income in every period that begins before a day and ends after it, each with the days
    its line was there, as is believed now; the whole period for what is no line.
    """
    e, line = entry.c, service_line
    coded = [name for name, kind in KINDS.items() if kind.coded]
    of_line = [name for name in coded if KINDS[name].of_line]
    key = (e.stream, e.kind, e.debit, e.credit, e.period_starts, e.period_ends, e.subject, e.funder, e.party)
    here = and_(line.c.nr == e.subject, line.c.superseded.is_(None), e.kind.in_(of_line))
    query = (
        select(*key, line.c.starts, line.c.ends, cast(func.sum(e.amount), BigInteger).label("pence"))
        .select_from(entry.outerjoin(line, here))
        .where(e.period_starts < new_year, e.period_ends > new_year, e.kind.in_(coded))
        .group_by(*key, line.c.starts, line.c.ends)
    )
    found = []
    for row in connection.execute(query):
        first = max(row.period_starts, row.starts or row.period_starts)
        end = min(row.period_ends, row.ends or row.period_ends)
        first, end = (first, end) if first < end else (row.period_starts, row.period_ends)
        if row.pence:
            found.append(AcrossYearEnd(row.stream, row.kind, row.debit, row.credit, first, end, row.pence))
    return found
