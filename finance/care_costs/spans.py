"""Which days each line is payable, and what share of its price is paid on each."""

import numpy as np

from finance.care_costs.facts import UNKNOWN, Lines, Suspensions
from finance.care_costs.retainers import read_retainer
from finance.columns import Ints
from finance.days import FOR_EVER
from finance.timelines import Timeline


def line_first(lines: Lines, line_from: Ints) -> Ints:
    """First payable day: not before the line, its package, its contract, or the days this run looks at."""
    stated = np.maximum(np.maximum(lines.starts, lines.package_starts), lines.contract_starts)
    return np.maximum(stated, line_from)


def last_by_death(lines: Lines) -> Ints:
    """First day not payable because the person has died: the day of death, and the days the contract adds, are paid."""
    return np.where(lines.died == UNKNOWN, FOR_EVER, lines.died + 1 + lines.days_after_death)


def line_end(lines: Lines, last_by_death: Ints, up_to: int) -> Ints:
    """First day not payable: the line's own end, its package's, its contract's, after a death, or the run's."""
    stated = np.minimum(np.minimum(lines.ends, lines.package_ends), lines.contract_ends)
    return np.minimum(np.minimum(stated, last_by_death), up_to)


def suspension_steps(lines: Lines, suspensions: Suspensions, retainers: list[str]) -> tuple[Timeline, Ints]:
    """The share paid on each suspended day: a timeline by line, and the share for each of its rows."""
    line = np.searchsorted(lines.nr, suspensions.line)
    paid = np.where(suspensions.paid >= 0, suspensions.paid, lines.retainer[np.minimum(line, len(lines) - 1)])
    owner, first, end, share = [], [], [], []
    for place in np.unique(paid):
        rows = np.flatnonzero(paid == place)
        opens = suspensions.starts[rows]
        for basis, days in read_retainer(retainers[int(place)]):
            closes = suspensions.ends[rows] if days is None else np.minimum(opens + days, suspensions.ends[rows])
            real = opens < closes
            owner.append(line[rows][real])
            first.append(opens[real])
            end.append(closes[real])
            share.append(np.full(int(real.sum()), basis, np.int64))
            opens = closes
    if not owner:
        empty = np.empty(0, np.int64)
        return Timeline.of(empty, empty, empty), empty
    return Timeline.of(np.concatenate(owner), np.concatenate(first), np.concatenate(end)), np.concatenate(share)
