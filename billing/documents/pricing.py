"""The prices behind a run's charges: the days of each line at each price, worked out from the same facts by the
same rules.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from billing.charges.facts import ChargeFacts
from billing.charges.policy import ChargingPolicy
from billing.charges.segments import as_lines, live_end, live_first, segments
from billing.documents.building import PricedDays
from finance.care_costs.absences import ShareOfDays
from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import CARE, UNITS
from finance.care_costs.retainers import WHOLE_SHARE
from finance.columns import Ints
from finance.days import day


@dataclass(frozen=True)
class LinePrices:
    """Pieces of every line, by line number and day: how much is ``units`` over ``parts``, in the unit's
    smallest part; ``share`` of its price in hundredths of a per cent.
    """

    line: Ints
    first: Ints
    end: Ints
    unit: Ints
    rate: Ints
    units: Ints
    parts: Ints
    share: Ints

    def of(self, line: int) -> list[PricedDays]:
        """One line's pieces, in order of day."""
        low, high = np.searchsorted(self.line, [line, line + 1])
        return [
            PricedDays(
                line,
                day(int(self.first[at])),
                day(int(self.end[at])),
                UNITS[int(self.unit[at])],
                int(self.rate[at]),
                Fraction(int(self.units[at]), int(self.parts[at])),
                int(self.share[at]),
            )
            for at in range(int(low), int(high))
        ]

    def shares(self, line: int) -> list[ShareOfDays]:
        """The share of its price on every day of a line."""
        return [ShareOfDays(line, each.first, each.end, each.share) for each in self.of(line)]

    @classmethod
    def none(cls) -> "LinePrices":
        return cls(*(np.empty(0, np.int64) for _ in range(8)))


def prices(
    facts: ChargeFacts, week_starts: Ints, up_to: int, policy: ChargingPolicy, since: Ints | None = None
) -> LinePrices:
    """The price of each day of care from the first of ``week_starts``, or from the day ``since`` of each line, up to
    ``up_to``."""
    lines = facts.care.lines
    if not len(lines) or not len(week_starts):
        return LinePrices.none()
    first = np.full(len(lines), week_starts[0], np.int64) if since is None else since
    cut_up = segments(
        lines,
        live_first(lines, first),
        live_end(lines, facts.care.terms, up_to, policy.days_after_death),
        facts.words,
        facts.exemptions,
        facts.client_rates,
        facts.deliveries,
        int(week_starts[0]),
    )
    cut_up_lines = as_lines(facts.care, cut_up, facts.client_rates, facts.deliveries)
    made = calculate_due(cut_up_lines, Periods(week_starts, week_starts + 7), cut_up.first, up_to, policy.rounding)
    p = made.priced
    rows = np.flatnonzero(p.kind == CARE)
    line = facts.nr[cut_up.line[p.line[rows]]]
    order = np.lexsort((p.first[rows], line))
    rows, line = rows[order], line[order]
    units = p.quantity[rows] * made.count[rows] * WHOLE_SHARE
    parts = made.denominator[rows]
    return LinePrices(line, p.first[rows], p.end[rows], p.unit[rows], p.rate[rows], units, parts, p.share[rows])
