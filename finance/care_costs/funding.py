"""Who bears what: each line's care split between its funders, and not a penny lost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.amounts import Sums
from finance.care_costs.facts import CARE, Columns, FundingShares, Lines
from finance.care_costs.pieces import Pieces
from finance.care_costs.prices import OVER_FUNDED, Trouble
from finance.care_costs.quantities import COMMON
from finance.care_costs.retainers import WHOLE_SHARE
from finance.columns import Ints
from finance.money import share
from finance.timelines import Timeline, group_starts, ranges


@dataclass(frozen=True)
class Due(Columns):
    """What is due: one row a line, period, kind and funder. ``row`` is its place in the sums."""

    row: Ints
    funder: Ints
    pence: Ints


def share_changes(lines: Lines, shares: FundingShares) -> Timeline:
    """The days on which any line's funding changes (several funders may share a day)."""
    return Timeline.of(np.searchsorted(lines.nr, shares.line).astype(np.int64), shares.starts, shares.ends)


def over_funded(lines: Lines, shares: FundingShares, line_first: Ints, line_end: Ints) -> Trouble:
    """Lines whose funders’ percentages come to more than the whole on some payable day."""
    part = shares.take(shares.fixed == 0)
    owner = np.searchsorted(lines.nr, part.line).astype(np.int64)
    line, day = np.concatenate([owner, owner]), np.concatenate([part.starts, part.ends])
    order = np.lexsort((day, line))
    line, day = line[order], day[order]
    standing = np.cumsum(np.concatenate([part.amount, -part.amount])[order])
    last = np.append(group_starts(line, day)[1:], len(line)) - 1 if len(line) else order
    line, day, standing = line[last], day[last], standing[last]
    until = np.append(day[1:], 0)  # a line's last day has nothing standing after it
    over = (standing > WHOLE_SHARE) & (np.maximum(day, line_first[line]) < np.minimum(until, line_end[line]))
    line, day = line[over], np.maximum(day, line_first[line])[over]
    return Trouble(line, np.full(len(line), OVER_FUNDED, np.int64), day)


def due(
    lines: Lines,
    sums: Sums,
    shares: FundingShares,
    share_changes: Timeline,
    priced: Pieces,
    exact: tuple[Ints, Ints],
    piece_order: Ints,
    period_starts: Ints,
    period_ends: Ints,
) -> Due:
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
    return np.asarray(np.bincount(which[odd], minlength=len(line)) == 0)


def _by_percent(
    rows: Ints, sums: Sums, owner: Ints, shares: FundingShares, period_starts: Ints
) -> tuple[Ints, Ints, Ints]:
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
    once = group_starts(which, funder)  # a funder with two shares of one line bears their sum
    which, funder, weight = which[once], funder[once], np.add.reduceat(weight, once)
    part, rest = np.divmod(sums.pence[rows][which] * weight, WHOLE_SHARE)
    starts = group_starts(which)
    short = sums.pence[rows] - np.add.reduceat(part, starts)
    ranked = np.lexsort((funder, -rest, which))
    rank = np.empty(len(which), np.int64)
    rank[ranked] = np.arange(len(which)) - starts[which[ranked]]
    return rows[which], funder, part + (rank < short[which])


def _exactly(
    rows: Ints,
    sums: Sums,
    owner: Ints,
    shares: FundingShares,
    priced: Pieces,
    exact: tuple[Ints, Ints],
    piece_order: Ints,
) -> tuple[Ints, Ints, Ints]:
    """Row by row in whole numbers of any size, for fixed sums and for funding that changes inside a period."""
    made: list[tuple[int, int, int]] = []
    low, high = np.searchsorted(owner, sums.line[rows]), np.searchsorted(owner, sums.line[rows], side="right")
    last = np.append(sums.first_piece[1:], len(piece_order))[rows]
    columns = [each.tolist() for each in (shares.funder, shares.fixed, shares.amount, shares.starts, shares.ends)]
    for row, pence, opens, closes, start, stop in zip(
        rows.tolist(),
        sums.pence[rows].tolist(),
        sums.first_piece[rows].tolist(),
        last.tolist(),
        low.tolist(),
        high.tolist(),
        strict=True,
    ):
        terms = sorted(zip(*(each[start:stop] for each in columns), strict=True))
        weights = {0: 0}
        for day, (days, cost) in _stretches(piece_order[opens:closes], priced, exact).items():
            for funder, part in _split_stretch(cost, day, days, terms):
                weights[funder] = weights.get(funder, 0) + part
        funders = sorted(weights)
        parts = share(pence, [weights[each] for each in funders]) if any(weights.values()) else [0] * len(funders)
        made += [(row, funder, part) for funder, part in zip(funders, parts, strict=True)]
    table = np.asarray(made, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _stretches(pieces: Ints, priced: Pieces, exact: tuple[Ints, Ints]) -> dict[int, tuple[int, int]]:
    """Days and exact cost of each stretch of one row, by its first day: pieces of several bands share their days."""
    found: dict[int, tuple[int, int]] = {}
    for piece in pieces.tolist():
        day, days = int(priced.first[piece]), int(priced.end[piece] - priced.first[piece])
        cost = (int(exact[0][piece]) * COMMON + int(exact[1][piece])) * WHOLE_SHARE
        found[day] = (days, cost + found.get(day, (days, 0))[1])
    return found


def _split_stretch(
    cost: int, day: int, days: int, terms: list[tuple[int, int, int, int, int]]
) -> list[tuple[int, int]]:
    """One stretch's exact cost by funder, in hundredths of a penny over COMMON times WHOLE_SHARE: always a whole
    number.

    ``terms``, in order: (funder, fixed?, amount, starts, ends). Funder 0 is the council.
    """
    left, parts = cost, []
    for funder, fixed, amount, starts, ends in terms:
        if fixed and starts <= day < ends:
            taken = min(left, amount * days * (COMMON // 7) * WHOLE_SHARE)
            parts.append((funder, taken))
            left -= taken
    council = left
    for funder, fixed, amount, starts, ends in terms:
        if not fixed and starts <= day < ends:
            taken = left * amount // WHOLE_SHARE
            assert taken * WHOLE_SHARE == left * amount, "a percentage of an exact cost is exact at this scale"
            parts.append((funder, taken))
            council -= taken
    parts.append((0, council))
    return parts
