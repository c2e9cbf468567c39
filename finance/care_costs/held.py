"""What a provider collects, held at what the line costs: no more is taken off a day’s care than a week of it comes to.

A contribution is so much a week, and care is not the same on every day of one. So the two are set side by side by the
week, at the price, the plan and the share paid of each day: what a week of such days costs, less the nursing care that
the NHS pays to the home itself, is the most that is taken off for any of them. A top-up comes first, what the client
pays after it. A line that a block pays for has no cost of its own to be held at.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.facts import (
    CARE,
    CONTRIBUTION,
    NURSING,
    NURSING_DEDUCTED,
    ONE_OFF,
    TOP_UP,
    WEEK,
    Contributions,
    Lines,
)
from finance.care_costs.pieces import Pieces
from finance.care_costs.prices import TWO_CONTRIBUTIONS, Choice, Trouble
from finance.care_costs.quantities import COMMON, denominator
from finance.columns import Ints
from finance.keys import keyed
from finance.timelines import Timeline, cut

_COLLECTED = (TOP_UP, CONTRIBUTION)


def by_block(price_choice: Choice, block_cover: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lines that cost nothing themselves: a block pays for their capacity."""
    return np.asarray(~price_choice.agreed & price_choice.missing & block_cover, dtype=np.bool_)


def collected_twice(lines: Lines, contributions: Contributions, line_first: Ints, line_end: Ints) -> Trouble:
    """Lines of which two contributions of one kind are collected for one payable day."""
    line = np.searchsorted(lines.nr, contributions.line).astype(np.int64)
    by_kind = Timeline.of(line * 2 + (contributions.kind == TOP_UP), contributions.starts, contributions.ends)
    later = np.flatnonzero((by_kind.owner[1:] == by_kind.owner[:-1]) & (by_kind.first[1:] < by_kind.end[:-1])) + 1
    line = by_kind.owner[later] // 2
    first = np.maximum(by_kind.first[later], line_first[line])
    clash = first < np.minimum(np.minimum(by_kind.end[later - 1], by_kind.end[later]), line_end[line])
    return Trouble(line[clash], np.full(int(clash.sum()), TWO_CONTRIBUTIONS, np.int64), first[clash])


def priced(lines: Lines, sound_pieces: Pieces, by_block: NDArray[np.bool_]) -> Pieces:
    """The pieces of every line that can be worked out, with what is taken off held at what the line costs."""
    p = sound_pieces
    collected = np.isin(p.kind, _COLLECTED) & (p.share > 0) & ~by_block[p.line]
    if not collected.any():
        return p
    mine = np.zeros(len(lines), bool)
    mine[p.line[collected]] = True
    about = np.flatnonzero(mine[p.line])
    tight = _tight(lines, p.take(about))
    beside = p.take(about[tight[p.line[about]]])
    rows = np.flatnonzero(collected & tight[p.line])
    if not len(rows):
        return p
    edges = Timeline.of(beside.line, beside.first, beside.end)
    place, first, end = cut(p.first[rows], p.end[rows], *edges.change_days(p.line[rows], p.first[rows], p.end[rows]))
    parts = replace(p.take(rows[place]), first=first, end=end)
    held = replace(parts, rate=_held(parts, _most(lines, beside, parts)))
    moved = np.bincount(place[held.rate != parts.rate], minlength=len(rows)) > 0
    return _in_place(p, rows[moved], held.take(moved[place])) if moved.any() else p


def _weekly(some: Pieces) -> tuple[Ints, Ints]:
    """What a week of each piece’s days comes to: hundredths of a penny, and the rest over COMMON."""
    planned = np.asarray(sum((some.normal >> weekday) & 1 for weekday in range(7)), dtype=np.int64)
    patterned = (some.normal != 0) | (some.holiday != 0)
    whole = (some.unit == WEEK) & (some.length == 1)
    count = np.where(patterned, planned, np.where(some.unit == ONE_OFF, 0, np.where(whole, 1, 7)))
    over = denominator(some)
    whole, rest = np.divmod(some.rate * some.quantity * count * some.share, over)
    return whole, rest * (COMMON // over)


def _tight(lines: Lines, some: Pieces) -> NDArray[np.bool_]:
    """Lines where more might be taken off than a week costs: the most of each kind beside the least any care costs."""
    taken, least = np.zeros(len(lines), np.int64), np.full(len(lines), np.iinfo(np.int64).max)
    for kind in (*_COLLECTED, NURSING_DEDUCTED):
        highest, rows = np.zeros(len(lines), np.int64), np.flatnonzero(some.kind == kind)
        np.maximum.at(highest, some.line[rows], some.rate[rows])
        taken += highest
    care = some.take(np.flatnonzero((some.kind == CARE) & (some.share > 0)))
    np.minimum.at(least, care.line, _weekly(care)[0] // lines.every_weeks[care.line])
    uncared = np.bincount(care.line, minlength=len(lines)) == 0
    return np.asarray((taken > least) | uncared, dtype=np.bool_)


def _most(lines: Lines, beside: Pieces, parts: Pieces) -> Ints:
    """The most that may be taken off each part: what care then costs a week, more or less by nursing care."""
    every = lines.every_weeks[parts.line]
    care = beside.take(np.flatnonzero(beside.kind == CARE))
    nursing = beside.take(np.flatnonzero(np.isin(beside.kind, (NURSING, NURSING_DEDUCTED))))
    whole, rest = (_standing(care, each, parts) for each in _weekly(care))
    added = _standing(nursing, np.where(nursing.kind == NURSING, nursing.rate, -nursing.rate), parts)
    return np.asarray(np.maximum((whole + rest // COMMON) // every + added, 0), dtype=np.int64)


def _standing(some: Pieces, value: Ints, parts: Pieces) -> Ints:
    """The sum of a value over the pieces of each part’s line that cover its first day."""
    key = np.concatenate([keyed(some.line, some.first), keyed(some.line, some.end)])
    order = np.argsort(key, kind="stable")
    so_far = np.append(0, np.cumsum(np.concatenate([value, -value])[order]))
    at = np.searchsorted(key[order], keyed(parts.line, parts.first), side="right")
    return np.asarray(so_far[at], dtype=np.int64)


def _held(parts: Pieces, most: Ints) -> Ints:
    """The rate of each part, those of the same days sharing what there is: top-ups first."""
    _, first, day = np.unique(keyed(parts.line, parts.first), return_index=True, return_inverse=True)
    left, rate = most[first], parts.rate.copy()
    for kind in _COLLECTED:
        rows = np.flatnonzero(parts.kind == kind)
        rate[rows] = np.minimum(rate[rows], left[day[rows]])
        np.subtract.at(left, day[rows], rate[rows])
    return rate


def _in_place(p: Pieces, gone: Ints, parts: Pieces) -> Pieces:
    """Some pieces in parts, all in order again."""
    kept = np.ones(len(p), bool)
    kept[gone] = False
    rest = p.take(kept)
    both = Pieces(*(np.concatenate([getattr(rest, n), getattr(parts, n)]) for n in Pieces.__dataclass_fields__))
    return both.take(np.lexsort((both.first, both.kind, both.period, both.line)).astype(np.int64))
