"""What a reader is shown of care as it stands on a day: a line with its place, price and funders; a person’s lines.

The price is worked out by the calculation of a pay run, for seven days from the day that is asked for. Nothing is
recorded.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from finance.care_costs.calculate import Calculation, Periods, calculate_due
from finance.care_costs.facts import KINDS, UNITS
from finance.care_costs.rows import facts_from
from finance.care_costs.troubles import WHY
from finance.care_words import plan_words, rate_words
from finance.columns import Ints
from finance.days import Span, day, number, spoken
from finance.facts import tables as t
from finance.facts.versions import Row, Versions, overlaps
from finance.facts.versions_store import Reading
from finance.names import Named

WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekOf:
    """What seven days of a line come to of one kind, in pence, and who bears it. ``funder`` None: the council."""

    kind: str
    funder: Named | None
    pence: int


@dataclass(frozen=True, slots=True)
class CareOfLine:
    """A service line as it stands on a day.

    ``live``: it is provided on that day. ``prices``: what is paid a unit, by kind, and ``priced_by``: who told us of
    each price. ``week``: what seven days from the day come to. ``away``: why it stands still. ``troubles``: why it
    cannot be priced.
    """

    nr: int
    ref: str
    person: Named
    service: Named
    payee: Named
    contract: Named
    package: Named
    plan: str
    starts: dt.date
    ends: dt.date | None
    end_reason: str | None
    live: bool
    prices: Sequence[tuple[str, str]]
    priced_by: Sequence[str]
    week: Sequence[WeekOf]
    away: str | None
    troubles: Sequence[str]
    told: str

    @property
    def last_day(self) -> dt.date | None:
        return self.ends and self.ends - dt.timedelta(days=1)

    @property
    def week_pence(self) -> int:
        return sum(each.pence for each in self.week)


def care_of_lines(
    connection: Connection, on: dt.date, known: int, *, line: int | None = None, person: int | None = None
) -> list[CareOfLine]:
    """One line, or all of a person’s, as believed at a change: those provided on the day first."""
    reading = Reading(connection)
    sl = t.service_line.c
    own = reading.where(t.service_line, sl.nr == line if person is None else sl.person == person)
    reading.of_lines(own)
    facts = reading.versions()
    lines = [row for row in facts.at("service_line", known) if _whole(row, facts, known)]
    if not lines:
        return []
    days = Span(on, on + WEEK)
    made = _worked_out(lines, facts, known, days)
    place = {int(row["nr"]): at for at, row in enumerate(sorted(lines, key=lambda row: int(row["nr"])))}
    shown = [_shown(row, place[int(row["nr"])], facts, known, on, made) for row in lines]
    return sorted(shown, key=lambda each: (not each.live, each.starts, each.ref))


def _whole(row: Row, facts: Versions, known: int) -> bool:
    """Whether the contract, package and person of a line are believed too."""
    return all(any(one["nr"] == row[of] for one in facts.at(of, known)) for of in ("contract", "package", "person"))


def _worked_out(lines: Sequence[Row], facts: Versions, known: int, days: Span) -> Calculation:
    rows = {**facts.all_at(known), "service_line": list(lines)}
    since = np.full(len(lines), number(days.first), np.int64)
    return calculate_due(facts_from(rows), Periods.of([days]), since, number(days.end))


def _shown(row: Row, place: int, facts: Versions, known: int, on: dt.date, made: Calculation) -> CareOfLine:
    def named(table: str, column: str) -> Named:
        found = facts.one(table, row[column], known)
        return Named(found["ref"], found.get("name") or found["ref"])

    contract = facts.one("contract", row["contract"], known)
    payee = facts.one("payee", contract["payee"], known)
    within = [row, contract, facts.one("package", row["package"], known)]
    away = next((each for each in _about(facts, "suspension", row, known, on)), None)
    return CareOfLine(
        nr=int(row["nr"]),
        ref=row["ref"],
        person=named("person", "person"),
        service=named("service", "service"),
        payee=Named(payee["ref"], payee["name"]),
        contract=named("contract", "contract"),
        package=named("package", "package"),
        plan=plan_words(row),
        starts=row["starts"],
        ends=row["ends"],
        end_reason=row["end_reason"],
        live=all(overlaps(each, on, on + dt.timedelta(days=1)) for each in within),
        prices=_prices(place, on, made),
        priced_by=_priced_by(row, facts, known, on),
        week=_week(place, facts, known, made),
        away=f"{away['reason']} from {spoken(away['starts'])}" if away else None,
        troubles=_troubles(place, made),
        told=facts.learned(row["learned"], row["source_row"]),
    )


def _about(facts: Versions, table: str, line: Row, known: int, on: dt.date) -> list[Row]:
    """What is said of a line on a day."""
    one = on + dt.timedelta(days=1)
    return [row for row in facts.at(table, known) if row["line"] == line["nr"] and overlaps(row, on, one)]


def _prices(place: int, on: dt.date, made: Calculation) -> list[tuple[str, str]]:
    """Each price of the first day that has one, by kind."""
    p = made.priced
    rows = np.flatnonzero(p.line == place)
    found = {(KINDS[int(p.kind[at])], rate_words(int(p.rate[at]), UNITS[int(p.unit[at])])) for at in rows.tolist()}
    return sorted(found, key=lambda each: (KINDS.index(each[0]), each[1]))


def _priced_by(row: Row, facts: Versions, known: int, on: dt.date) -> list[str]:
    """Who told us of what its care costs: a rate agreed for it alone, or those of its contract’s card."""
    agreed = _about(facts, "agreed_rate", row, known, on)
    if agreed:
        return [
            f"agreed for this line ({each['ref']}), {facts.learned(each['learned'], each['source_row'])}"
            for each in agreed
        ]
    one, same = on + dt.timedelta(days=1), ("contract", "service", "unit")
    card = [
        each
        for each in facts.at("rate", known)
        if all(each[name] == row[name] for name in same) and overlaps(each, on, one)
    ]
    told = {facts.learned(each["learned"], each["source_row"]): each["ref"] for each in card}
    return [f"the contract’s rate card ({ref}), {said}" for said, ref in told.items()]


def _week(place: int, facts: Versions, known: int, made: Calculation) -> list[WeekOf]:
    due, sums = made.due, made.sums
    rows: Ints = np.flatnonzero(sums.line[due.row] == place)
    found = []
    for at in rows.tolist():
        nr = int(due.funder[at])
        funder = facts.one("funder", nr, known) if nr else None
        kind = KINDS[int(sums.kind[due.row[at]])]
        found.append(WeekOf(kind, Named(funder["ref"], funder["name"]) if funder else None, int(due.pence[at])))
    return found


def _troubles(place: int, made: Calculation) -> list[str]:
    found = made.troubles
    return [
        WHY[int(found.why[at])][0].format(day=spoken(day(int(found.day[at]))))
        for at in np.flatnonzero(found.line == place).tolist()
    ]
