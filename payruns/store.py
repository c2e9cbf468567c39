"""What a pay run reads besides the cost of care: its calendars, where money may go, and what a reviewer must see."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, select

from finance.columns import Bulk, Ints, ints
from finance.days import Cycle, PayCalendar, Timing, number
from finance.facts import tables as t
from finance.facts.store import confirmed_bank_details
from finance.facts.versions import believed
from finance.problems import Refusal


@dataclass(frozen=True)
class Calendar:
    nr: int
    ref: str
    name: str
    rule: PayCalendar
    go_live: int


def read_calendars(connection: Connection, known: int | None = None) -> list[Calendar]:
    """Every pay calendar, as known at a change (now, when not given)."""
    table = t.pay_calendar
    return [
        Calendar(
            row.nr,
            row.ref,
            row.name,
            PayCalendar(Cycle(row.cycle), row.anchor, Timing(row.timing), row.cut_off_days, row.pay_working_days),
            number(row.go_live),
        )
        for row in connection.execute(select(table).where(believed(table, known)).order_by(table.c.nr))
    ]


def read_calendar(connection: Connection, ref: str, known: int | None = None) -> Calendar:
    """One pay calendar by its reference. Refuses an unknown one, naming those there are."""
    found = {each.ref: each for each in read_calendars(connection, known)}
    if ref not in found:
        there = ", ".join(sorted(found)) or "none has been loaded"
        raise Refusal(f"There is no pay calendar “{ref}”.", f"Use one of these: {there}.")
    return found[ref]


def read_calendar_then(connection: Connection, nr: int, known: int) -> Calendar:
    """A pay calendar by its number, as known at a change, through the door for records."""
    return next(each for each in read_calendars(connection, known) if each.nr == nr)


def read_calendar_numbers(bulk: Bulk, known: int) -> list[int]:
    """The numbers of every pay calendar, as known at a change."""
    query = select(t.pay_calendar.c.nr).where(believed(t.pay_calendar, known)).order_by(t.pay_calendar.c.nr)
    return [int(each) for each in bulk.read(query)["nr"].to_pylist()]


def read_calendar_at(bulk: Bulk, nr: int, known: int) -> Calendar:
    """A pay calendar by its number, as known at a change."""
    row = bulk.read(
        select(t.pay_calendar).where(t.pay_calendar.c.nr == nr, believed(t.pay_calendar, known))
    ).to_pylist()[0]
    rule = PayCalendar(
        Cycle(row["cycle"]), row["anchor"], Timing(row["timing"]), row["cut_off_days"], row["pay_working_days"]
    )
    return Calendar(nr, row["ref"], row["name"], rule, number(row["go_live"]))


def read_ready_banks(bulk: Bulk, known: int, on: dt.date) -> dict[int, str]:
    """Payees whose money has somewhere to go on a day, confirmed by a second person by change ``known``."""
    rows = bulk.read(confirmed_bank_details(known, on))
    return dict(zip(rows["payee"].to_pylist(), rows["account_number"].to_pylist(), strict=True))


@dataclass(frozen=True)
class Withdrawn:
    """Lines paid for and since withdrawn, in order of number: whose they were, and for which service."""

    nr: Ints
    person: Ints
    service: Ints


def read_withdrawn(bulk: Bulk, subjects: Ints, known: int) -> Withdrawn:
    """What was last believed of lines that are believed in no more."""
    nothing = np.empty(0, np.int64)
    if not len(subjects):
        return Withdrawn(nothing, nothing, nothing)
    staged = bulk.stage("withdrawn", pa.table({"line": subjects}))
    sl = t.service_line.c
    rows = bulk.read(
        select(sl.nr, sl.person, sl.service)
        .where(sl.learned <= known, sl.nr.in_(select(staged.c.line)))
        .order_by(sl.nr, sl.learned)
    )
    nr = ints(rows, "nr")
    last = np.flatnonzero(np.append(nr[1:] != nr[:-1], True)) if len(nr) else nr
    return Withdrawn(nr[last], ints(rows, "person")[last], ints(rows, "service")[last])
