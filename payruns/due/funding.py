"""Who bears what: each line's care split between its funders, and not a penny lost."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from finance.money import share
from finance.timelines import Timeline, group_starts, ranges
from payruns.due.amounts import Sums
from payruns.due.facts import CARE, Columns, FundingShares, Lines
from payruns.due.prices import Pieces
from payruns.due.quantities import COMMON
from payruns.due.retainers import WHOLE_SHARE

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Due(Columns):
    """What is due: one row a line, period, kind and funder. ``row`` is its place in the sums."""

    row: Ints
    funder: Ints
    pence: Ints


def share_changes(lines: Lines, shares: FundingShares) -> Timeline:
    """The days on which any line's funding changes (several funders may share a day)."""
    return Timeline.of(np.searchsorted(lines.nr, shares.line).astype(np.int64), shares.starts, shares.ends)


def due(
    lines: Lines, sums: Sums, shares: FundingShares, share_changes: Timeline, priced: Pieces, exact: tuple[Ints, Ints],
    piece_order: Ints, period_starts: Ints, period_ends: Ints,
) -> Due:  # fmt: skip
    """Care borne by each funder: fixed sums first, percentages of what they leave, the rest by the council."""
    owner = np.searchsorted(lines.nr, shares.line).astype(np.int64)
    funded = np.zeros(len(lines), bool)
    funded[owner] = True
    split = (sums.kind == CARE) & funded[sums.line]
    rows = np.flatnonzero(split)
    whole = np.flatnonzero(~split & (sums.pence != 0))
    if not len(rows):
        return Due(whole, np.zeros(len(whole), np.int64), sums.pence[whole])
    first, end = period_starts[sums.period[rows]], period_ends[sums.period[rows]]
    steady = _steady(sums.line[rows], first, end, owner, shares)
    made = [
        (whole, np.zeros(len(whole), np.int64), sums.pence[whole]),
        _by_percent(rows[steady], sums, owner, shares, period_starts),
        _exactly(rows[~steady], sums, owner, shares, priced, exact, piece_order),
    ]
    row, funder, pence = (np.concatenate([each[place] for each in made]) for place in range(3))
    order = np.lexsort((funder, row))
    order = order[pence[order] != 0]
    return Due(row[order], funder[order], pence[order])


def _steady(line: Ints, first: Ints, end: Ints, owner: Ints, shares: FundingShares) -> NDArray[np.bool_]:
    """Rows whose funding is percentages alone, the same on every day of the period."""
    low, high = np.searchsorted(owner, line), np.searchsorted(owner, line, side="right")
    count = high - low
    which, place = np.repeat(np.arange(len(line)), count), ranges(low, count)
    opens, closes = shares.starts[place], shares.ends[place]
    inside = ((opens > first[which]) & (opens < end[which])) | ((closes > first[which]) & (closes < end[which]))
    standing = (opens < end[which]) & (closes > first[which])
    odd = inside | (standing & (shares.fixed[place] == 1))
    return np.bincount(which[odd], minlength=len(line)) == 0


def _by_percent(
    rows: Ints, sums: Sums, owner: Ints, shares: FundingShares, period_starts: Ints
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """Largest remainder over columns: percentages of each row's pence, the council taking what they leave."""
    line = sums.line[rows]
    low = np.searchsorted(owner, line)
    count = np.searchsorted(owner, line, side="right") - low
    which, place = np.repeat(np.arange(len(rows), dtype=np.int64), count), ranges(low, count)
    first = period_starts[sums.period[rows]][which]
    now = (shares.starts[place] <= first) & (first < shares.ends[place])
    which, place = which[now], place[now]
    left = WHOLE_SHARE - np.bincount(which, shares.amount[place], minlength=len(rows)).astype(np.int64)
    which = np.concatenate([np.arange(len(rows), dtype=np.int64), which])
    funder = np.concatenate([np.zeros(len(rows), np.int64), shares.funder[place]])
    weight = np.concatenate([left, shares.amount[place]])
    order = np.lexsort((funder, which))
    which, funder, weight = which[order], funder[order], weight[order]
    part, rest = np.divmod(sums.pence[rows][which] * weight, WHOLE_SHARE)
    starts = group_starts(which)
    short = sums.pence[rows] - np.add.reduceat(part, starts)
    ranked = np.lexsort((funder, -rest, which))
    rank = np.empty(len(which), np.int64)
    rank[ranked] = np.arange(len(which)) - starts[which[ranked]]
    return rows[which], funder, part + (rank < short[which])


def _exactly(
    rows: Ints, sums: Sums, owner: Ints, shares: FundingShares, priced: Pieces, exact: tuple[Ints, Ints],
    piece_order: Ints,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """Row by row in whole fractions, for fixed sums and for funding that changes inside a period."""
    made: list[tuple[int, int, int]] = []
    ends = np.append(sums.first_piece[1:], len(piece_order))
    for row in rows:
        weights: dict[int, Fraction] = {0: Fraction(0)}
        mine = slice(*np.searchsorted(owner, [sums.line[row], sums.line[row] + 1]))
        terms = list(zip(*(each[mine].tolist() for each in (
            shares.funder, shares.fixed, shares.amount, shares.starts, shares.ends)), strict=True))  # fmt: skip
        for piece in piece_order[sums.first_piece[row] : ends[row]]:
            day, days = int(priced.first[piece]), int(priced.end[piece] - priced.first[piece])
            cost = int(exact[0][piece]) + Fraction(int(exact[1][piece]), COMMON)
            for funder, part in _split_piece(cost, day, days, terms).items():
                weights[funder] = weights.get(funder, Fraction(0)) + part
        funders = sorted(weights)
        scale = lcm(*(weights[each].denominator for each in funders))
        whole = [int(weights[each] * scale) for each in funders]
        parts = share(int(sums.pence[row]), whole) if sum(whole) else [0] * len(whole)
        made += [(int(row), funder, part) for funder, part in zip(funders, parts, strict=True)]
    table = np.asarray(made, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _split_piece(
    cost: Fraction, day: int, days: int, terms: list[tuple[int, int, int, int, int]]
) -> dict[int, Fraction]:
    """One piece's exact cost by funder. ``terms``: (funder, fixed?, amount, starts, ends); funder 0 is the council."""
    standing = [each for each in sorted(terms) if each[3] <= day < each[4]]
    left, parts = cost, dict[int, Fraction]()
    for funder, fixed, amount, _, _ in standing:
        if fixed:
            taken = min(left, Fraction(amount * days, 7))
            parts[funder] = parts.get(funder, Fraction(0)) + taken
            left -= taken
    council = left
    for funder, fixed, amount, _, _ in standing:
        if not fixed:
            taken = left * amount / WHOLE_SHARE
            parts[funder] = parts.get(funder, Fraction(0)) + taken
            council -= taken
    parts[0] = council
    return parts
