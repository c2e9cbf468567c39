"""What is explained: a service line, a block or an adjustment, with every version of each fact that bears on it."""

import datetime as dt
from dataclasses import dataclass

from finance.days import Cycle, PayCalendar, Timing
from finance.facts.versions import Row, Versions, is_believed

LINE, BLOCK, ADJUSTMENT = "service line", "block", "adjustment"
TABLE_OF = {LINE: "service_line", BLOCK: "block", ADJUSTMENT: "adjustment"}


@dataclass(frozen=True)
class SubjectFacts:
    """One subject of a pay run, by its number and reference."""

    sort: str
    nr: int
    ref: str
    facts: Versions

    @property
    def versions(self) -> list[Row]:
        """The subject itself, in every version."""
        return list(self.facts.rows[TABLE_OF[self.sort]])

    def own(self, known: int) -> Row:
        """The subject itself as known at a change; as last believed before it; or as first learned after it."""
        return self.facts.one(TABLE_OF[self.sort], self.nr, known)

    def is_believed(self, known: int) -> bool:
        return any(is_believed(row, known) for row in self.versions)

    def contract(self, known: int) -> Row | None:
        own = self.own(known)
        return self.facts.one("contract", own["contract"], known) if "contract" in own else None

    def later_terms(self, known: int) -> list[Row]:
        """What holds under its contract from a day on, in order of day."""
        contract = self.contract(known)
        rows = self.facts.at("contract_terms", known) if contract else []
        mine = [row for row in rows if contract and row["contract"] == contract["nr"]]
        return sorted(mine, key=lambda row: row["starts"])

    def terms_on(self, known: int, on: dt.date) -> Row:
        """What its contract says on a day."""
        contract = self.contract(known)
        assert contract is not None
        return next((row for row in reversed(self.later_terms(known)) if row["starts"] <= on), contract)

    def calendar(self, known: int) -> Row:
        """The pay calendar the subject is paid by."""
        contract = self.contract(known)
        return self.facts.one("pay_calendar", (contract or self.own(known))["calendar"], known)

    def ever(self, column: str) -> set[int]:
        """Every payee, or calendar, that it or its contracts ever named."""
        return {row[column] for row in (*self.facts.rows["contract"], *self.versions) if row.get(column)}


def rule_of(calendar: Row) -> PayCalendar:
    """A pay calendar's rule, from its row."""
    return PayCalendar(
        Cycle(calendar["cycle"]),
        calendar["anchor"],
        Timing(calendar["timing"]),
        calendar["cut_off_days"],
        calendar["pay_working_days"],
    )
