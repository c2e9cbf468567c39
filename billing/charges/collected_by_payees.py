"""What the payee collects from the client, as the pay run takes it off: it is never billed again, and never lost.

A contribution is netted for the days the payee is paid for, whatever is charged for them. So it is worked out by the
rules of paying: no exemption, delivery or client rate comes into it, and days away and after a death are those paid.
"""

from dataclasses import dataclass, replace

import numpy as np

from billing.charges.facts import ChargeFacts
from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import CONTRIBUTION, ByLine, CareFacts, Columns
from finance.care_costs.prices import Card, Trouble
from finance.columns import Ints
from finance.money import Rounding
from finance.timelines import group_starts


@dataclass(frozen=True)
class CollectedByPayees(Columns):
    """One row a line and charging week, in that order: pence, above nought."""

    line: Ints
    week: Ints
    pence: Ints


def collected(
    facts: ChargeFacts, week_starts: Ints, line_from: Ints, up_to: int, rounding: Rounding, cells: Card | None
) -> tuple[CollectedByPayees, Trouble]:
    """What is collected for each line and week; and lines whose days paid cannot be worked out."""
    lines = np.unique(facts.care.contributions.line)
    none = np.empty(0, np.int64)
    if not len(lines) or not len(week_starts):
        return CollectedByPayees(none, none, none), Trouble(none, none, none)
    some = _only(replace(facts.care, suspensions=facts.paid), lines)
    made = calculate_due(some, Periods(week_starts, week_starts + 7), line_from[lines], up_to, rounding, cells)
    rows = np.flatnonzero(made.sums.kind == CONTRIBUTION)
    line, week = made.sums.line[rows], made.sums.period[rows]
    first = group_starts(line, week)
    pence = -np.add.reduceat(made.sums.pence[rows], first) if len(first) else none
    kept = pence != 0
    trouble = replace(made.troubles, line=lines[made.troubles.line])
    return CollectedByPayees(lines[line[first]][kept], week[first][kept], pence[kept]), trouble


def _only(care: CareFacts, lines: Ints) -> CareFacts:
    """Some lines, numbered by their place among them, with what is said of them."""

    def theirs(table: ByLine) -> ByLine:
        place = np.minimum(np.searchsorted(lines, table.line), len(lines) - 1)
        met = lines[place] == table.line
        return replace(table.take(met), line=place[met])

    some = replace(care.lines.take(lines), nr=np.arange(len(lines), dtype=np.int64))
    return replace(care, lines=some).each_about_lines(theirs)
