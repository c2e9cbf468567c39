"""The rates already paid for a service: every live line priced for the day, and where a rate stands among them.

Quartiles are by nearest rank, so each is a rate somebody is really paid; nothing is interpolated. In words they are
shown to the penny.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import UNITS, UNKNOWN, CareFacts, LineRates, Lines
from finance.care_costs.rows import Row, facts_from
from finance.columns import Ints, ints
from finance.days import FOR_EVER, Span, number
from finance.money import sterling, sterling_rate


@dataclass(frozen=True)
class Range:
    """The rates paid for one service and unit, in hundredths of a penny a unit, over ``lines`` live lines."""

    service: str
    unit: str
    visit_minutes: int | None
    lines: int
    least: int
    lower_quartile: int
    median: int
    upper_quartile: int
    most: int

    def place(self, rate: int) -> str:
        """Where a rate stands among them."""
        if rate < self.least:
            return "below every rate now paid"
        if rate > self.most:
            return "above every rate now paid"
        if rate < self.lower_quartile:
            return "in the lowest quarter of rates now paid"
        if rate > self.upper_quartile:
            return "in the highest quarter of rates now paid"
        place = "at" if rate == self.median else "below" if rate < self.median else "above"
        return f"{place} the middle of rates now paid"

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def range_of(service: str, unit: str, visit_minutes: int | None, rates: Ints) -> Range | None:
    """The range of some rates; None where there are none."""
    if not len(rates):
        return None
    ordered = np.sort(rates)

    def rank(part: int) -> int:
        """The rate that ``part`` quarters of the lines are paid no more than."""
        return int(ordered[max(-(-part * len(ordered) // 4), 1) - 1])

    return Range(service, unit, visit_minutes, len(ordered), rank(0), rank(1), rank(2), rank(3), rank(4))


def rates_paid(live: pa.Table, agreed: pa.Table, cards: Sequence[Row], service: int, unit: str, week: Span) -> Ints:
    """Hundredths of a penny a unit for each live line that has a price. ``week``: a plain one, with no bank holiday.

    Prices are those of the day asked for: those given hold on it, and are laid over the whole week. A line whose days
    are priced apart counts at the mean of its own days.
    """
    if not live.num_rows:
        return np.empty(0, np.int64)
    facts = _facts(live, agreed, cards, service, unit)
    monday, end = number(week.first), number(week.end)
    worked = calculate_due(facts, Periods.of([week]), np.full(len(facts.lines), monday), end)
    count, total = np.zeros(len(facts.lines), np.int64), np.zeros(len(facts.lines), np.int64)
    np.add.at(count, worked.priced.line, worked.count)
    np.add.at(total, worked.priced.line, worked.count * worked.priced.rate)
    some = count > 0
    return np.asarray((2 * total[some] + count[some]) // (2 * count[some]), dtype=np.int64)


def _facts(live: pa.Table, agreed: pa.Table, cards: Sequence[Row], service: int, unit: str) -> CareFacts:
    lines = Lines.bare(
        live.num_rows,
        nr=ints(live, "nr"),
        service=service,
        contract=ints(live, "contract"),
        unit=UNITS.index(unit),
        quantity=60,
        days=ints(live, "days"),
        visit_minutes=ints(live, "visit_minutes"),
        born=ints(live, "born", UNKNOWN),
    )
    kept = np.isin(ints(agreed, "line"), lines.nr)  # a rate of a line left out would be taken for the next line’s
    agreed = agreed.filter(pa.array(kept))
    rates = ints(agreed, "rate")
    held = np.zeros(len(rates), np.int64)
    bare = facts_from({"rate": [{**row, "starts": None, "ends": None} for row in cards]})
    laid = replace(bare.card, starts=np.zeros(len(bare.card), np.int64))
    return replace(
        bare,
        lines=lines,
        agreed=LineRates(ints(agreed, "line"), rates, held, held + FOR_EVER),
        card=laid,
        retainers=["0"],
        codings=[("", None)],
    )


def range_words(range_: Range) -> str:
    """A range in a sentence."""
    lines = "1 line" if range_.lines == 1 else f"{range_.lines:,} lines"
    if range_.least == range_.most:
        return f"{lines} at {sterling_rate(range_.least)}"
    least, lower, middle, upper, most = (
        sterling((each + 50) // 100)  # to the penny: a mean of days priced apart has decimals that say nothing
        for each in (range_.least, range_.lower_quartile, range_.median, range_.upper_quartile, range_.most)
    )
    return (
        f"{lines}, {least} to {most}; a quarter at or under {lower}, half at or under {middle}, three quarters at or "
        f"under {upper}"
    )
