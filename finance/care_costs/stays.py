"""Absences told in pieces: what meets is one stay, and its days are counted from the first of them.

A ward is changed, a form is sent each month, a line is replaced half-way: nobody came home for it. Suspensions under
the same share that meet or overlap are one stay, on one line or on lines of one person for one service from one payee.
"""

from dataclasses import dataclass, replace

import numpy as np

from finance.care_costs.facts import Columns, Lines, Suspensions
from finance.columns import Ints
from finance.days import FOR_EVER
from finance.timelines import group_starts


@dataclass(frozen=True)
class OtherLines(Columns):
    """Lines of people who were away when a line of theirs began, in order of number, and the days each was live."""

    nr: Ints
    person: Ints
    service: Ints
    payee: Ints
    first: Ints
    end: Ints


def opened(owner: Ints, some: Suspensions) -> Suspensions:
    """Suspensions counted from the first day of their stay, those of one owner and one share taken together."""
    order = np.lexsort((some.starts, some.paid, owner)).astype(np.int64)
    owner, paid, starts = owner[order], some.paid[order], some.starts[order]
    starting = group_starts(owner, paid)
    place = np.repeat(np.arange(len(starting)), np.diff(np.append(starting, len(order))))
    reach = np.maximum.accumulate(place * (2 * FOR_EVER) + some.ends[order]) - place * (2 * FOR_EVER)
    fresh = np.ones(len(order), bool)
    fresh[1:] = (place[1:] != place[:-1]) | (starts[1:] > reach[:-1])
    first = np.maximum.accumulate(np.where(fresh, np.arange(len(order)), 0))
    since = np.empty(len(order), np.int64)
    since[order] = some.opened[order][first]
    return replace(some, opened=since)


def begun_away(lines: Lines, some: Suspensions) -> Ints:
    """Places of lines that begin in the middle of an absence: perhaps of one that another line began."""
    if not len(some) or not len(lines):
        return np.empty(0, np.int64)
    place = np.minimum(np.searchsorted(lines.nr, some.line), len(lines) - 1)
    first = np.maximum(np.maximum(lines.starts, lines.package_starts), lines.contract_starts)[place]
    return np.unique(place[(lines.nr[place] == some.line) & (some.starts <= first) & (some.ends > first)])


def across_lines(others: OtherLines, some: Suspensions) -> Suspensions:
    """Suspensions of lines that took one another's place, counted from the first day of the stay."""
    place = np.minimum(np.searchsorted(others.nr, some.line), max(len(others) - 1, 0))
    theirs = np.flatnonzero(others.nr[place] == some.line) if len(others) else np.empty(0, np.int64)
    at = place[theirs]
    live = replace(some.take(theirs), ends=np.minimum(some.ends[theirs], others.end[at]))
    real = live.ends > np.maximum(live.starts, others.first[at])
    theirs, live, at = theirs[real], live.take(real), at[real]
    columns = np.stack([others.person[at], others.service[at], others.payee[at]])
    _, owner = np.unique(columns, axis=1, return_inverse=True)
    since = some.opened.copy()
    since[theirs] = opened(owner.reshape(-1).astype(np.int64), live).opened
    return replace(some, opened=since)
