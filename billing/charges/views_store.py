"""What a reader of a run of charges or recharges is shown beside what every stream shows: what it is made of, and its
bills."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from billing import tables as t
from billing.bill_store import read_bills
from billing.charges.news import cause_words
from billing.charges.store import read_calendars
from billing.naming_store import payers
from billing.tables import number_of
from finance.days import day
from finance.facts import tables as f
from finance.facts.versions import believed
from finance.names import Named
from ledgers import store as ledger
from ledgers.holds_store import held_for
from ledgers.reports.proof import OpenEnd, behind
from ledgers.runs import Run
from ledgers.streams import CHARGES
from ledgers.views.records import KindTotals, made_of
from ledgers.views.store import read_lines


def read_behind(connection: Connection, on: dt.date) -> list[OpenEnd]:
    """Bill calendars with periods whose cut-off had gone by on a day, care of their clients on their days, and no
    released run."""
    found = []
    for each in read_calendars(connection):
        last = ledger.last_posted(connection, CHARGES.name, each.nr)
        settled = last.up_to if last else None
        lines = _live(connection, each.nr, settled or day(each.go_live), on)
        if lines:
            named = f"bill calendar {each.ref} ({each.name})"
            open_run = ledger.open_run(connection, CHARGES.name, each.nr)
            found.append(behind(named, each, day(each.go_live), settled, open_run, on, lines))
    return [each for each in found if each]


def _live(connection: Connection, calendar: int, first: dt.date, end: dt.date) -> int:
    """How many lines of the clients of a calendar have a day among some."""
    sl, b = f.service_line, t.bill_payer
    query = (
        select(func.count())
        .select_from(sl)
        .join(b, (b.c.person == sl.c.person) & believed(b, None))
        .where(b.c.calendar == calendar, believed(sl, None), sl.c.starts < end)
        .where(sl.c.ends.is_(None) | (sl.c.ends > first))
    )
    return int(connection.execute(query).scalar_one())


@dataclass(frozen=True, slots=True)
class Payable:
    """What a run comes to for one payer. ``payer``: None where we know no name."""

    payer: Named | None
    number: int
    lines: int
    pence: int
    held: bool


@dataclass(frozen=True, slots=True)
class RunOfCharges:
    """A run of charges or recharges: what it is made of, why earlier weeks are charged again, the largest bills."""

    run: Run
    payers: int
    made_of: Sequence[KindTotals]
    causes: Sequence[KindTotals]
    largest: Sequence[Payable]


@dataclass(frozen=True, slots=True)
class BillShown:
    """A bill or credit note as numbered."""

    number: str
    payer: Named | None
    party: int
    kind: str
    amount: int
    issued: dt.date
    due: dt.date


def read_run_of_charges(connection: Connection, run: Run, *, limit: int) -> RunOfCharges:
    """A run beside what waits of it: ``limit`` is how many payers to name, the largest first."""
    lines = read_lines(connection, run).select(["kind", "late", "amount", "cause", "party"])
    kinds = sorted(made_of(lines), key=lambda each: (each.kind, each.late))
    by_cause: dict[str, tuple[int, int]] = {}
    by_payer: dict[int, tuple[int, int]] = {}
    for row in lines.to_pylist():
        count, pence = by_payer.get(row["party"], (0, 0))
        by_payer[row["party"]] = (count + 1, pence + row["amount"])
        if row["late"]:
            why = cause_words(row["cause"])
            count, pence = by_cause.get(why, (0, 0))
            by_cause[why] = (count + 1, pence + row["amount"])
    top = sorted(by_payer, key=lambda each: -abs(by_payer[each][1]))[:limit]
    named, (_, held) = payers(connection, top), held_for(connection, run)
    return RunOfCharges(
        run,
        len(by_payer),
        kinds,
        [KindTotals(why, True, *figures) for why, figures in by_cause.items()],
        [Payable(named.get(each), each, *by_payer[each], each in held) for each in top],
    )


def read_bills_of(connection: Connection, run: int, *, limit: int) -> tuple[list[BillShown], int, int]:
    """The bills a released run numbered, at most so many; how many there are in all, and their pence."""
    found = read_bills(connection, run=run)
    some = found[:limit]
    named = payers(connection, [each.party for each in some])
    shown = [
        BillShown(number_of(each.nr), named.get(each.party), each.party, each.kind, each.amount, each.issued, each.due)
        for each in some
    ]
    return shown, len(found), sum(each.amount for each in found)
