"""Which days each line is payable, and what share of its price is paid on each."""

import numpy as np

from finance.care_costs.facts import UNKNOWN, LaterTerms, Lines, Suspensions
from finance.care_costs.retainers import read_retainer
from finance.care_costs.terms import holding, paid_after_death
from finance.columns import Ints
from finance.days import FOR_EVER
from finance.timelines import Timeline, cut


def line_first(lines: Lines, line_from: Ints) -> Ints:
    """First payable day: not before the line, its package, its contract, or the days this run looks at."""
    stated = np.maximum(np.maximum(lines.starts, lines.package_starts), lines.contract_starts)
    return np.maximum(stated, line_from)


def last_by_death(lines: Lines, terms: LaterTerms, term_days: Timeline) -> Ints:
    """First day not payable because the person has died: the day of death, and the days the contract adds, are paid."""
    return np.where(lines.died == UNKNOWN, FOR_EVER, lines.died + 1 + paid_after_death(lines, terms, term_days))


def line_end(lines: Lines, last_by_death: Ints, up_to: int) -> Ints:
    """First day not payable: the line's own end, its package's, its contract's, after a death, or the run's."""
    stated = np.minimum(np.minimum(lines.ends, lines.package_ends), lines.contract_ends)
    return np.minimum(np.minimum(stated, last_by_death), up_to)


def suspension_steps(
    lines: Lines, terms: LaterTerms, term_days: Timeline, suspensions: Suspensions, retainers: list[str]
) -> tuple[Timeline, Ints]:
    """The share paid on each suspended day: a timeline by line, and the share for each of its rows.

    Where the contract says the share, each day goes by what the contract says that day, and is counted from the first
    day away.
    """
    line = np.searchsorted(lines.nr, suspensions.line).astype(np.int64)
    row, first, end = cut(
        suspensions.starts, suspensions.ends, *term_days.change_days(line, suspensions.starts, suspensions.ends)
    )
    line, opened, given = line[row], suspensions.opened[row], suspensions.paid[row]
    paid = np.where(given >= 0, given, holding(term_days, lines.retainer, terms.retainer, line, first))
    owner, opens, closes, share = [], [], [], []
    for place in np.unique(paid):
        rows = np.flatnonzero(paid == place)
        starts = opened[rows]
        for basis, days in read_retainer(retainers[int(place)]):
            stops = end[rows] if days is None else starts + days
            begins, stops = np.maximum(starts, first[rows]), np.minimum(stops, end[rows])
            real = begins < stops
            owner.append(line[rows][real])
            opens.append(begins[real])
            closes.append(stops[real])
            share.append(np.full(int(real.sum()), basis, np.int64))
            starts = starts + (days or 0)
    if not owner:
        empty = np.empty(0, np.int64)
        return Timeline.of(empty, empty, empty), empty
    return Timeline.of(np.concatenate(owner), np.concatenate(opens), np.concatenate(closes)), np.concatenate(share)
