"""The verbs of debt: what would be sent, sending it, how one payer stands, and what a plan would cover."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from billing.debt import store
from billing.debt import tables as t
from billing.debt.instalments import Every, Plan
from billing.debt.ladder import Why, work_out
from billing.debt.pauses import pauses
from billing.debt.policy import ReminderPolicy
from billing.debt.reading import Read, read_all
from billing.debt.reminders import BillStanding, Reminder, reminders, standing_of
from billing.receipts.balances import Paused
from billing.receipts.store import payer_of
from finance.columns import Bulk, Database, Ints
from finance.days import FOR_EVER, day, number
from finance.facts.store import Change, record_change
from finance.problems import Refusal


class NothingOwed(Refusal):
    """No bill of the payer's has anything left of it."""


@dataclass(frozen=True)
class Payer:
    """A bill payer at the desk."""

    nr: int
    ref: str
    name: str


def find_payer(database: Database, ref: str) -> Payer:
    """A payer by reference or customer number. Raises NotKnown."""
    with database.read() as connection:
        row = payer_of(connection, ref)
    return Payer(row.nr, row.ref, row.name)


def preview_reminders(
    database: Database, on: dt.date, policy: ReminderPolicy, payers: Iterable[int] | None = None
) -> list[Reminder]:
    """The letters that would be sent on a day. Records nothing."""
    with database.read_bulk() as bulk:
        return _letters(read_all(bulk, policy, _column(payers)), policy, on)


def send_reminders(
    database: Database,
    on: dt.date,
    policy: ReminderPolicy,
    *,
    by: str,
    at: dt.datetime,
    payers: Iterable[int] | None = None,
) -> list[Reminder]:
    """Decide which letters go on a day, and record them: each takes its bills up a step. Asked again, it sends no more.

    The letters themselves are printed and posted from what is recorded. The change is recorded first, so a second
    sender waits, and then finds nothing left to send.
    """
    wanted = _column(payers)
    try:
        with database.bulk() as bulk:
            change = record_change(bulk, Change(at, by, "reminders", "the ladder of reminders"))
            letters = _letters(read_all(bulk, policy, wanted), policy, on)
            if not letters:
                raise _NothingToSend
            made = [replace(each, nr=nr) for nr, each in enumerate(letters, store.next_reminder(bulk))]
            _record(bulk, change, made)
    except _NothingToSend:
        return []
    return made


class _NothingToSend(Exception):
    """Takes back the change that was recorded for nothing."""


def _letters(read: Read, policy: ReminderPolicy, on: dt.date) -> list[Reminder]:
    return list(reminders(work_out(read.known, policy, number(on)), read.names, read.spaces))


def _column(payers: Iterable[int] | None) -> Ints | None:
    return None if payers is None else np.asarray(sorted(set(payers)), dtype=np.int64)


def _record(bulk: Bulk, change: int, letters: list[Reminder]) -> None:
    rows = [(letter, bill) for letter in letters for bill in letter.bills]
    store.add_reminders(
        bulk,
        pa.table(
            {
                "nr": pa.array([each.nr for each in letters], pa.int64()),
                "change": pa.array([change] * len(letters), pa.int64()),
                "bill_payer": pa.array([each.payer for each in letters], pa.int64()),
                "on": pa.array([each.on for each in letters], pa.date32()),
                "step": pa.array([each.step for each in letters], pa.int16()),
                "amount": pa.array([each.asked for each in letters], pa.int64()),
                "content": pa.array([each.as_json() for each in letters], pa.string()),
            }
        ),
        pa.table(
            {
                "bill": pa.array([bill.bill for _, bill in rows], pa.int64()),
                "step": pa.array([bill.step for _, bill in rows], pa.int16()),
                "reminder": pa.array([letter.nr for letter, _ in rows], pa.int64()),
                "on": pa.array([letter.on for letter, _ in rows], pa.date32()),
                "left": pa.array([bill.left for _, bill in rows], pa.int64()),
                "asked": pa.array([bill.asked for _, bill in rows], pa.int64()),
            }
        ),
    )


def read_reminder(database: Database, nr: int) -> Reminder:
    """A reminder as it was sent: the same for ever. Raises NoSuchReminder."""
    with database.read() as connection:
        return Reminder.from_json(store.read_content(connection, nr), nr)


@dataclass(frozen=True)
class ReminderSent:
    """A reminder in a list."""

    nr: int
    payer: int
    ref: str
    on: dt.date
    step: int
    amount: int
    by: str
    at: dt.datetime


def reminders_sent(database: Database, payer: int | None = None, limit: int | None = None) -> list[ReminderSent]:
    """Reminders sent, the newest first."""
    with database.read() as connection:
        rows = store.sent(connection, payer, limit)
    return [
        ReminderSent(
            row.nr, row.bill_payer, row.ref or str(row.bill_payer), row.on, row.step, row.amount, row.by, row.moment
        )
        for row in rows
    ]


# One payer ------------------------------------------------------------------------------------------------------------


def standing(database: Database, payer: int, on: dt.date, policy: ReminderPolicy) -> list[BillStanding]:
    """Every bill of a payer with something left on a day, oldest first: what is asked for, or why not."""
    with database.read_bulk() as bulk:
        read = read_all(bulk, policy, _column([payer]), on)
    found = work_out(read.known, policy, number(on))
    made = [standing_of(found, place, read.spaces.get(payer, [])) for place in range(len(read.known.owing))]
    return sorted(made, key=lambda each: (each.due, each.bill))


@dataclass(frozen=True)
class Covered:
    """What a plan would cover: bills issued on these days, and pence left of them undisputed. ``left_out``: bills
    issued on these days of which something is disputed, and the pence of that.
    """

    bills: tuple[int, ...]
    debt: int
    first: dt.date
    end: dt.date
    left_out: tuple[tuple[int, int], ...] = ()


def plan_terms(database: Database, payer: int, first: dt.date | None, end: dt.date | None, *, on: dt.date) -> Covered:
    """What an instalment plan agreed on a day would cover: what is left and undisputed of bills issued from a day (the
    oldest) and before another (none).

    Raises NothingOwed.
    """
    with database.read_bulk() as bulk:
        known = read_all(bulk, ReminderPolicy(), _column([payer])).known
    owing, disputed = known.owing, pauses(known, number(on), 0).disputed
    part = owing.left - disputed
    first_day = number(first) if first else int(owing.issued.min(initial=FOR_EVER))
    end_day = number(end) if end else int(owing.issued.max(initial=0)) + 1
    within = (owing.issued >= first_day) & (owing.issued < end_day)
    mine = within & (part > 0)
    out = within & (disputed > 0)
    if not mine.any():
        if out.any():
            raise NothingOwed(
                "All that is left of the bills such a plan would cover is disputed.", "Settle the dispute first."
            )
        raise NothingOwed(
            "Nothing is left of any bill such a plan would cover.", "Check the days, or post receipts first."
        )
    left_out = tuple(zip(owing.bill[out].tolist(), disputed[out].tolist(), strict=True))
    return Covered(tuple(owing.bill[mine].tolist()), int(part[mine].sum()), day(first_day), day(end_day), left_out)


def plan_over(
    database: Database,
    who: Payer,
    covered: Covered,
    ref: str | None,
    first: dt.date,
    every: Every,
    amount: int,
    direct_debit: bool,
    *,
    on: dt.date,
) -> Plan:
    """A plan over what it would cover, by the name it would be given where it has none of its own. Records nothing."""
    with database.read() as connection:
        beginning = f"IP-{who.ref}-"
        name = ref or f"{beginning}{store.count_of(connection, t.instalment_plan, beginning) + 1}"
    terms = (covered.debt, covered.first, covered.end, direct_debit, on, None)
    return Plan(0, name, who.nr, first, every, amount, *terms)


# Beside aged debt -----------------------------------------------------------------------------------------------------


def paused_debt(
    database: Database, on: dt.date, policy: ReminderPolicy, *, until: dt.date | None = None
) -> list[Paused]:
    """What is not being chased and why, for the report of aged debt: part of a bill where part is disputed. By what was
    posted by the end of the day, or of another (``until``).
    """
    with database.read_bulk() as bulk:
        read = read_all(bulk, policy, until=until or on)
    found = work_out(read.known, policy, number(on))
    owing, made = read.known.owing, []
    for place in range(len(owing)):
        payer, bill, why = int(owing.payer[place]), int(owing.bill[place]), Why(int(found.why[place]))
        if why in _WAITS:
            made.append(Paused(payer, _WAITS[why], bill))
        elif disputed := int(found.pauses.disputed[place]):
            made.append(Paused(payer, "disputed", bill, disputed))
    return made


_WAITS = {
    Why.BREATHING_SPACE: "breathing space",
    Why.DIED: "estate",
    Why.PLAN: "instalment plan",
    Why.REFERRED: "referred",
}
