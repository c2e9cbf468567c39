"""What each segment of care costs in each charging week, and what the provider has already collected of it."""

from dataclasses import dataclass

import numpy as np

from billing.charges.segments import Segments
from finance.care_costs.calculate import Calculation
from finance.care_costs.facts import CARE, CONTRIBUTION, NURSING_DEDUCTED, TOP_UP, Columns
from finance.columns import Ints
from finance.timelines import group_starts

COUNCIL = 0


@dataclass(frozen=True)
class Costs(Columns):
    """One row a segment and charging week, in that order, in whole pence."""

    segment: Ints
    week: Ints
    cost: Ints  # what the care costs the council
    collected: Ints  # the client's contribution the payee collects or nets, nought or above


def costs(care: Calculation) -> Costs:
    """The council's part of the price of care, less nursing the NHS pays for and top-ups the payee collects.

    What other funders bear is no cost of the council's, so nothing of it is charged. Never below nought.
    """
    due, sums = care.due, care.sums
    kind = sums.kind[due.row]
    rows = np.flatnonzero((due.funder == COUNCIL) & np.isin(kind, (CARE, NURSING_DEDUCTED, TOP_UP, CONTRIBUTION)))
    segment, week = sums.line[due.row[rows]], sums.period[due.row[rows]]
    pence, collected = due.pence[rows], kind[rows] == CONTRIBUTION
    first = group_starts(segment, week)
    if not len(first):
        return Costs(*([np.empty(0, np.int64)] * 4))
    cost = np.add.reduceat(np.where(collected, 0, pence), first)
    taken = np.add.reduceat(np.where(collected, -pence, 0), first)
    return Costs(segment[first], week[first], np.maximum(cost, 0), taken)


def priced_weeks(costs: Costs, cut_up: Segments, week_starts: Ints) -> tuple[Ints, Ints]:
    """The days of each row of costs that its segment covers: (first, end)."""
    opens = week_starts[costs.week]
    return np.maximum(opens, cut_up.first[costs.segment]), np.minimum(opens + 7, cut_up.end[costs.segment])
