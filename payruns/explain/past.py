"""What was read to explain one subject: every version of each fact that bears on it, and who told us of each."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finance.care_costs.rows import Row
from finance.days import Cycle, PayCalendar, Timing

LINE, BLOCK, ADJUSTMENT = "service line", "block", "adjustment"
TABLE_OF = {LINE: "service_line", BLOCK: "block", ADJUSTMENT: "adjustment"}


@dataclass(frozen=True)
class Past:
    """Every version of the facts that bear on one subject, oldest first, by table name."""

    sort: str
    nr: int
    ref: str
    versions: Mapping[str, list[Row]]
    changes: Mapping[int, Row]

    def at(self, known: int) -> dict[str, list[Row]]:
        """The versions believed once change ``known`` had been learned."""
        return {name: [row for row in rows if believed(row, known)] for name, rows in self.versions.items()}

    def own(self, known: int) -> Row:
        """The subject itself as known at a change; as last believed before it; or as first learned after it."""
        return self.of(TABLE_OF[self.sort], self.nr, known)

    def is_believed(self, known: int) -> bool:
        return any(believed(row, known) for row in self.versions[TABLE_OF[self.sort]])

    def of(self, table: str, nr: int, known: int) -> Row:
        """A fact by number: as known at a change, or the nearest there is to it."""
        rows = [row for row in self.versions[table] if row["nr"] == nr]
        return next(
            (row for row in rows if believed(row, known)),
            max((row for row in rows if row["learned"] <= known), key=lambda row: row["learned"], default=rows[0]),
        )

    def contract(self, known: int) -> Row | None:
        own = self.own(known)
        return self.of("contract", own["contract"], known) if "contract" in own else None

    def calendar(self, known: int) -> Row:
        """The pay calendar the subject is paid by."""
        contract = self.contract(known)
        return self.of("pay_calendar", (contract or self.own(known))["calendar"], known)


def believed(row: Row, known: int) -> bool:
    """Whether a version was believed once change ``known`` had been learned."""
    return bool(row["learned"] <= known and (row["superseded"] is None or row["superseded"] > known))


def rule_of(calendar: Row) -> PayCalendar:
    """A pay calendar's rule, from its row."""
    return PayCalendar(
        Cycle(calendar["cycle"]),
        calendar["anchor"],
        Timing(calendar["timing"]),
        calendar["cut_off_days"],
        calendar["pay_working_days"],
    )


@dataclass(frozen=True)
class Sealed:
    """What one run keeps of a subject: proposed lines, the steps behind them, and its reason if it was parked."""

    proposal: list[Row]
    steps: list[Row]
    parked: Row | None

    def __bool__(self) -> bool:
        return bool(self.proposal or self.steps or self.parked)


@dataclass(frozen=True)
class Posting:
    """One ledger entry of the subject."""

    run: int
    calendar: int
    kind: str
    funder: int
    party: int
    period_starts: dt.date
    period_ends: dt.date
    revision: int
    amount: int
    recorded: dt.datetime
    debit: str
    credit: str

    @property
    def key(self) -> tuple[dt.date, str, int, int]:
        return self.period_starts, self.kind, self.funder, self.party


def as_posting(row: Mapping[str, Any]) -> Posting:
    return Posting(**row)
