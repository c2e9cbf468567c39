"""What a pay run reads besides the cost of care: its calendars, where money may go, and what a reviewer must see."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from finance.columns import Bulk, Ints, ints
from finance.days import Cycle, PayCalendar, Span, Timing, day, number
from finance.facts import tables as t
from finance.facts.store import confirmed_bank_details
from finance.facts.versions import believed
from finance.problems import Refusal
from finance.timelines import distinct
from ledgers.lines_store import unparquet
from ledgers.tables import chunk, parked


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


def read_line_lives(bulk: Bulk, known: int, subjects: Ints) -> pa.Table:
    """When each of these lines starts and ends, how often it falls, and when its person died."""
    staged = bulk.stage("reviewed", pa.table({"line": subjects}))
    sl, p = t.service_line, t.person
    return bulk.read(
        select(sl.c.nr, sl.c.starts, sl.c.ends, sl.c.every_weeks, p.c.died)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .where(believed(sl, known), sl.c.nr.in_(select(staged.c.line)))
    )


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


def read_lives_over(bulk: Bulk, known: int, up_to: int) -> pa.Table:
    """Lines that end before ``up_to`` or whose person has died: when."""
    sl, p = t.service_line, t.person
    return bulk.read(
        select(sl.c.nr, sl.c.ends, p.c.died)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .where(believed(sl, known), or_(p.c.died.is_not(None), sl.c.ends < day(up_to)))
    )


def read_budgets(bulk: Bulk, known: int) -> pa.Table:
    """The package of each line, where a weekly budget was agreed for it (pence)."""
    sl, k = t.service_line, t.package
    return bulk.read(
        select(sl.c.nr, sl.c.package, k.c.weekly_budget)
        .join_from(sl, k, and_(k.c.nr == sl.c.package, believed(k, known)))
        .where(believed(sl, known), k.c.weekly_budget.is_not(None))
    )


def read_suspended(bulk: Bulk, known: int, first: dt.date, end: dt.date) -> Ints:
    """Lines suspended on some day of a window."""
    s = t.suspension.c
    rows = bulk.read(
        select(s.line).where(believed(t.suspension, known), s.starts < end, or_(s.ends.is_(None), s.ends > first))
    )
    return distinct(ints(rows, "line"))


def read_parked(bulk: Bulk, run: int) -> Ints:
    """Lines this run could not work out."""
    return ints(bulk.read(select(parked.c.subject).where(parked.c.run == run, parked.c.kind == "care")), "subject")


def read_too_early(bulk: Bulk, calendar: Calendar, known: int) -> pa.Table:
    """Adjustments for days before the calendar went live here: another system paid those days, so nothing is due."""
    a = t.adjustment.c
    return bulk.read(
        select(a.nr, a.payee, a.amount)
        .where(believed(t.adjustment, known), a.calendar == calendar.nr, a.on < day(calendar.go_live))
        .order_by(a.nr)
    )


def read_changed_banks(bulk: Bulk, since: dt.datetime, known: int) -> dict[int, bool]:
    """Payees whose bank details changed since a moment, and whether all of it was confirmed by change ``known``.

    Others were held before: a payee's first details are not a change.
    """
    b, older, word = t.bank_detail, t.bank_detail.alias(), t.bank_confirmation.c
    said = select(word.bank_detail).where(word.bank_detail == b.c.nr, word.learned == b.c.learned, word.change <= known)
    rows = bulk.read(
        select(b.c.payee, case((said.exists(), 1), else_=0).label("confirmed"))
        .join_from(b, t.change, t.change.c.nr == b.c.learned)
        .where(t.change.c.moment >= since, b.c.learned <= known)
        .where(select(older.c.nr).where(older.c.payee == b.c.payee, older.c.learned < b.c.learned).exists())
    )
    changed: dict[int, bool] = {}
    for payee, confirmed in zip(rows["payee"].to_pylist(), rows["confirmed"].to_pylist(), strict=True):
        changed[payee] = changed.get(payee, True) and bool(confirmed)
    return changed


def read_gross_collectors(bulk: Bulk, known: int, calendar: int, up_to: int) -> Ints:
    """Lines where the provider is said to collect a contribution though its contract is paid gross, on the last of a
    run's days.
    """
    c, sl, k, later = t.contribution, t.service_line, t.contract, t.contract_terms
    changed = bulk.read(
        select(later.c.contract, later.c.payment)
        .where(believed(later, known), later.c.starts < day(up_to))
        .order_by(later.c.contract, later.c.starts)
    )
    stands = dict(zip(changed["contract"].to_pylist(), changed["payment"].to_pylist(), strict=True))
    gross = or_(
        and_(k.c.payment == "gross", k.c.nr.not_in(list(stands))),
        k.c.nr.in_([contract for contract, payment in stands.items() if payment == "gross"]),
    )
    rows = bulk.read(
        select(c.c.line)
        .join_from(c, sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", gross, k.c.calendar == calendar)
    )
    return distinct(ints(rows, "line"))


def read_said_collected(bulk: Bulk, known: int) -> pa.Table:
    """What providers are said to collect, in order of line: ``line``, ``kind``, ``weekly``, ``starts``, ``ends``."""
    c = t.contribution.c
    return bulk.read(
        select(c.line, c.kind, c.weekly, c.starts, c.ends)
        .where(believed(t.contribution, known), c.collector == "provider")
        .order_by(c.line, c.starts)
    )


def read_taken_off(bulk: Bulk, run: int) -> pa.Table:
    """A run’s steps of what providers collect."""
    blobs = bulk.read(select(chunk.c.steps).where(chunk.c.run == run).order_by(chunk.c.number))["steps"].to_pylist()
    wanted = ("subject", "kind", "starts", "ends", "rate", "share")
    steps = pa.concat_tables([unparquet(blob, wanted) for blob in blobs])
    return steps.filter(pc.is_in(steps["kind"], value_set=pa.array(["contribution", "top-up"])))


def read_collected_on_free_days(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """What providers collect from clients on days when the care is not charged for: both facts, in order of line."""
    c, e, sl, k = t.contribution, t.charge_exemption, t.service_line, t.contract
    rows = bulk.read(
        select(
            c.c.line,
            c.c.weekly,
            c.c.starts,
            c.c.ends,
            e.c.starts.label("free_from"),
            e.c.ends.label("free_until"),
            e.c.reason,
        )
        .join_from(c, e, and_(e.c.line == c.c.line, believed(e, known)))
        .join(sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", c.c.kind == "client", k.c.calendar == calendar)
        .where(c.c.starts < days.end, or_(c.c.ends.is_(None), c.c.ends > days.first))
        .where(e.c.starts < days.end, or_(e.c.ends.is_(None), e.c.ends > days.first))
        .where(or_(c.c.ends.is_(None), c.c.ends > e.c.starts), or_(e.c.ends.is_(None), e.c.ends > c.c.starts))
        .order_by(c.c.line, c.c.starts, e.c.starts)
    )
    return list(rows.to_pylist())


def read_collected_with_gaps(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """Where one contribution a provider collects has ended, and the next of its kind on a line that goes on begins
    later, some of these days in between: ``line``, ``kind``, ``ref``, ``ends``, ``starts`` of the next."""
    c, sl, k, later, beside = t.contribution, t.service_line, t.contract, t.contribution.alias(), t.contribution.alias()

    def same(other: Any) -> ColumnElement[bool]:
        mine = and_(believed(other, known), other.c.line == c.c.line, other.c.kind == c.c.kind)
        return and_(mine, other.c.collector == c.c.collector, other.c.nr != c.c.nr)

    follows = select(func.min(later.c.starts)).where(same(later), later.c.starts > c.c.ends).scalar_subquery()
    goes_on = select(beside.c.nr).where(
        same(beside), beside.c.starts <= c.c.ends, or_(beside.c.ends.is_(None), beside.c.ends > c.c.ends)
    )
    rows = bulk.read(
        select(c.c.line, c.c.kind, c.c.ref, c.c.ends, follows.label("starts"))
        .join_from(c, sl, and_(sl.c.nr == c.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(c, known), c.c.collector == "provider", k.c.calendar == calendar, ~goes_on.exists())
        .where(c.c.ends < days.end, follows > days.first)
        .where(sl.c.starts <= c.c.ends, or_(sl.c.ends.is_(None), sl.c.ends > c.c.ends))
        .order_by(c.c.line, c.c.ends)
    )
    return list(rows.to_pylist())


def read_rates_ended(bulk: Bulk, known: int, calendar: int, days: Span) -> list[dict[str, Any]]:
    """Lines that go on after a rate agreed for them ends on one of these days, none to follow: ``line``, ``ends``."""
    a, sl, k, later = t.agreed_rate, t.service_line, t.contract, t.agreed_rate.alias()
    follows = select(later.c.nr).where(
        believed(later, known),
        later.c.line == a.c.line,
        later.c.starts <= a.c.ends,
        later.c.nr != a.c.nr,
        or_(later.c.ends.is_(None), later.c.ends > a.c.ends),
    )
    rows = bulk.read(
        select(a.c.line, a.c.ends)
        .join_from(a, sl, and_(sl.c.nr == a.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(a, known), k.c.calendar == calendar, a.c.ends >= days.first, a.c.ends < days.end)
        .where(or_(sl.c.ends.is_(None), sl.c.ends > a.c.ends), ~follows.exists())
        .order_by(a.c.line)
    )
    return list(rows.to_pylist())


def read_ended_contracts(bulk: Bulk, known: int, calendar: int, up_to: int) -> Ints:
    """Lines that go on past the end of their contract, before ``up_to``."""
    sl, k = t.service_line, t.contract
    rows = bulk.read(
        select(sl.c.nr)
        .join_from(sl, k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(
            believed(sl, known),
            k.c.calendar == calendar,
            k.c.ends < day(up_to),
            sl.c.starts < day(up_to),
            or_(sl.c.ends.is_(None), sl.c.ends > k.c.ends),
        )
    )
    return ints(rows, "nr")
