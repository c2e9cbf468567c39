"""Pricing one line over some days: facts made up in memory, handed to the pay run's own calculation."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import KINDS
from finance.care_costs.rows import Row, Rows, facts_from
from finance.care_costs.troubles import WHY
from finance.days import PayCalendar, Span, bank_holidays, number, spoken
from finance.days import day as day_of
from finance.money import Rounding, round_fraction
from payruns.cost.costing import Bearing
from payruns.cost.planned import Planned
from payruns.explain.again import pieces_of
from payruns.explain.figures import PaidDays

FULL_YEAR_DAYS = 365
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class PricedLine:
    """One line over some days: pence by kind of money and funder (0 the council), the steps, and what is in the way."""

    pence: Mapping[tuple[str, int], int]
    pieces: tuple[PaidDays, ...]
    troubles: tuple[tuple[str, str], ...]


def price(rows: Rows, span: Span, calendar: PayCalendar | None, rounding: Rounding) -> PricedLine:
    """Price a line over ``[span.first, span.end)``: rounded once a pay period, or once in all where it has no
    calendar.
    """
    covered = list(calendar.periods(span)) if calendar else [span]
    facts = facts_from(rows)
    worked = calculate_due(facts, Periods.of(covered), np.asarray([number(span.first)]), number(span.end), rounding)
    pence: dict[tuple[str, int], int] = {}
    for row, funder, sum_ in zip(worked.due.row, worked.due.funder, worked.due.pence, strict=True):
        key = KINDS[int(worked.sums.kind[row])], int(funder)
        pence[key] = pence.get(key, 0) + int(sum_)
    troubles = dict.fromkeys(
        (WHY[int(why)][0].format(day=spoken(day_of(int(when)))), WHY[int(why)][1])
        for why, when in zip(worked.troubles.why, worked.troubles.day, strict=True)
    )
    return PricedLine(pence, tuple(pieces_of(worked)), tuple(troubles))


def bearing(pence: Mapping[tuple[str, int], int], funders: Mapping[int, Row]) -> Bearing:
    """Who bears what: what the care costs in all, and each one's part of it. The council bears what is left."""
    gross = sum(sum_ for (kind, _), sum_ in pence.items() if kind in ("care", "nursing"))
    parts = {"nhs": 0, "third party": 0, "other": 0}
    for (kind, funder), sum_ in pence.items():
        if kind == "care" and funder:
            parts[funders[funder]["kind"]] += sum_
        elif kind == "nursing":
            parts["nhs"] += sum_
        elif kind == "nursing deducted":
            parts["nhs"] -= sum_
        elif kind == "top-up":
            parts["third party"] -= sum_
    return Bearing(gross, gross - sum(parts.values()), parts["nhs"], parts["third party"], parts["other"])


def add(many: Sequence[Bearing]) -> Bearing:
    """Several lines together."""
    return Bearing(*(sum(column) for column in zip(*(each.parts for each in many), strict=True))) if many else Bearing()


def standard_week(line: Row, first: dt.date) -> Span:
    """The first Monday to Sunday, from ``first`` and the line's start, in which it falls and no bank holiday does."""
    begin = max(first, line["starts"])
    monday = begin + _DAY * (-begin.weekday() % 7)
    anchor = line["starts"] - _DAY * line["starts"].weekday()
    while (monday - anchor).days // 7 % line["every_weeks"] or _has_bank_holiday(monday):
        monday += 7 * _DAY
    return Span(monday, monday + 7 * _DAY)


def _has_bank_holiday(monday: dt.date) -> bool:
    return any(monday + _DAY * place in bank_holidays() for place in range(7))


def going_on(planned: Planned) -> Rows:
    """The line's facts as though nothing of it ended: for its standard week."""

    def endless(rows: Sequence[Row]) -> list[Row]:
        return [{**row, "ends": None} for row in rows]

    rows = planned.rows
    return {**rows, **{name: endless(rows[name]) for name in ("service_line", "package", "contract")}}


def average_week(priced: PricedLine, every_weeks: int, rounding: Rounding) -> int:
    """Pence a week on average, where care falls only every so many weeks."""
    care = sum((piece.exact for piece in priced.pieces if piece.kind == "care"), Fraction(0))
    rest = sum(sum_ for (kind, _), sum_ in priced.pence.items() if kind == "nursing")
    return round_fraction(care / every_weeks, rounding) + rest


def mean_rate(pieces: Sequence[PaidDays]) -> int | None:
    """What one unit costs in a standard week, in hundredths of a penny: the mean where its days are priced apart."""
    care: list[Any] = [piece for piece in pieces if piece.kind == "care" and piece.count]
    count = sum(piece.count for piece in care)
    total = sum(piece.rate * piece.count for piece in care)
    return round_fraction(Fraction(total, count)) if count else None
