"""What each segment of care costs in each charging week."""

from dataclasses import dataclass

import numpy as np

from finance.care_costs.calculate import Calculation
from finance.care_costs.facts import CARE, NURSING_DEDUCTED, TOP_UP, Columns
from finance.columns import Ints
from finance.timelines import group_starts

COUNCIL = 0


@dataclass(frozen=True)
class Costs(Columns):
    """One row a segment and charging week, in that order, in whole pence."""

    segment: Ints
    week: Ints
    cost: Ints  # what the care costs the council


def costs(care: Calculation) -> Costs:
    """The council's part of the price of care, less nursing the NHS pays for and top-ups the payee collects.

    What other funders bear is no cost of the council's, so nothing of it is charged. Never below nought.
    """
    due, sums = care.due, care.sums
    kind = sums.kind[due.row]
    rows = np.flatnonzero((due.funder == COUNCIL) & np.isin(kind, (CARE, NURSING_DEDUCTED, TOP_UP)))
    segment, week = sums.line[due.row[rows]], sums.period[due.row[rows]]
    first = group_starts(segment, week)
    if not len(first):
        return Costs(*([np.empty(0, np.int64)] * 3))
    return Costs(segment[first], week[first], np.maximum(np.add.reduceat(due.pence[rows], first), 0))
