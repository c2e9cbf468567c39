"""What was read to explain one person's charges in one run: facts in every version, sealed workings, and the ledger."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from billing.assessments.decisions import Word
from billing.charges.calendars import BillCalendar
from billing.charges.policy import Charging
from finance.days import day, number
from ledgers.runs import Run

Row = Mapping[str, Any]
Key = tuple[int, str, int, dt.date]  # subject, kind, party, first day of the bill period


@dataclass(frozen=True)
class Posting:
    """One ledger entry, in pence."""

    run: int
    key: Key
    amount: int
    recorded: dt.datetime
    debit: str
    credit: str


@dataclass(frozen=True)
class Past:
    """Facts that bear on one person's charges, every version, oldest first, by table name. ``batches``: changes whose
    assessments keep what they were worked out from."""

    person: int
    versions: Mapping[str, Sequence[Row]]
    changes: Mapping[int, Row]
    words: Sequence[Word]
    batches: frozenset[int]
    refs: Mapping[tuple[str, int], str]

    def at(self, table: str, known: int) -> list[Row]:
        return [row for row in self.versions.get(table, ()) if believed(row, known)]

    def one(self, table: str, nr: int, known: int) -> Row | None:
        """A fact by number as known at a change, or the nearest there is to it."""
        rows = [row for row in self.versions.get(table, ()) if row["nr"] == nr]
        then = [row for row in rows if row["learned"] <= known]
        nearest = then or rows
        return next((row for row in rows if believed(row, known)), nearest[-1] if nearest else None)

    def ref(self, table: str, nr: int) -> str:
        return self.refs.get((table, nr), f"{table.replace('_', ' ')} {nr}")

    def words_at(self, known: int) -> list[Word]:
        return [each for each in self.words if each.learned <= known]


def believed(row: Row, known: int) -> bool:
    """Whether a version was believed once change ``known`` had been learned."""
    return bool(row["learned"] <= known and (row["superseded"] is None or row["superseded"] > known))


@dataclass(frozen=True)
class InRun:
    """One person in one charge run. ``holds``: (line or payee, number) of everything ever told to wait."""

    run: Run
    calendar: BillCalendar
    past: Past
    proposal: Sequence[Row]
    steps: Sequence[Row]
    parked: Row | None
    earlier: Sequence[Posting]
    posted: Sequence[Posting]
    holds: frozenset[tuple[str, int]]

    @property
    def policy(self) -> Charging:
        return Charging.from_json(self.run.policy)

    def period(self, when: dt.date) -> dt.date:
        """The first day of the bill period that holds a day."""
        return self.calendar.period(when).first

    def rank(self, line: int) -> int:
        """Where a line's service stands in the order the charge is shared."""
        order = self.policy.order
        own = self.past.one("service_line", line, self.run.known)
        service = self.past.one("service", own["service"], self.run.known) if own else None
        kind = service["kind"] if service else ""
        return order.index(kind) if kind in order else len(order)


def key_of(row: Row) -> Key:
    return row["subject"], row["kind"], row["party"], row["period_starts"]


def week_of(when: dt.date, calendar: BillCalendar) -> dt.date:
    """The first day of the charging week that holds a day."""
    there = number(when)
    return day(there - (there - calendar.anchor) % 7)


def total(many: Iterable[Posting]) -> dict[Key, int]:
    """Pence by key."""
    found: dict[Key, int] = {}
    for each in many:
        found[each.key] = found.get(each.key, 0) + each.amount
    return found
