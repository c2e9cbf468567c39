"""How many units each piece holds: days over seven, planned visits counted, months by their own length."""

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.facts import FOUR_WEEKS, HOUR, MONTH, ONE_OFF, WEEK, LaterTerms, Lines
from finance.care_costs.pieces import Pieces
from finance.care_costs.prices import TOO_LARGE, Trouble
from finance.care_costs.retainers import WHOLE_SHARE
from finance.care_costs.terms import holding
from finance.columns import Ints
from finance.days import count_every, weekday_number
from finance.timelines import Timeline

COMMON = 37_758_000 * WHOLE_SHARE  # a multiple of every denominator below


def count(lines: Lines, terms: LaterTerms, term_days: Timeline, priced: Pieces, holidays: Ints) -> Ints:
    """Days in each piece, or planned days where the line has a weekly pattern, or weeks begun where they are whole."""
    days = priced.end - priced.first
    every = lines.every_weeks[priced.line]
    patterned = np.flatnonzero((priced.normal != 0) | (priced.holiday != 0))
    counted = days.copy()
    if len(patterned):
        counted[patterned] = _planned(
            priced.take(patterned), _monday(lines.starts[priced.line[patterned]]), every[patterned], holidays
        )
    spaced = np.flatnonzero((every > 1) & (priced.normal == 0) & (priced.holiday == 0) & (priced.kind == 0))
    if len(spaced):
        monday = _monday(lines.starts[priced.line[spaced]])
        counted[spaced] = sum(
            count_every(priced.first[spaced], priced.end[spaced], monday + weekday, 7 * every[spaced])
            for weekday in range(7)
        )
    whole = np.flatnonzero((priced.unit == WEEK) & (priced.length == 1))
    if len(whole):
        counted[whole] = _weeks_begun(lines, terms, term_days, priced.take(whole))
    one_off = np.flatnonzero(priced.unit == ONE_OFF)
    if len(one_off):
        start = lines.starts[priced.line[one_off]]
        counted[one_off] = (start >= priced.first[one_off]) & (start < priced.end[one_off])
    return counted


def _monday(day: Ints) -> Ints:
    return day - weekday_number(day)


def _planned(some: Pieces, monday: Ints, every: Ints, holidays: Ints) -> Ints:
    found = np.zeros(len(some), np.int64)
    for weekday in range(7):
        rows = np.flatnonzero((some.normal >> weekday) & 1)
        if len(rows):
            found[rows] += count_every(some.first[rows], some.end[rows], monday[rows] + weekday, 7 * every[rows])
    for holiday in holidays:
        weekday = int(weekday_number(np.asarray([holiday]))[0])
        change = ((some.holiday >> weekday) & 1) - ((some.normal >> weekday) & 1)
        rows = np.flatnonzero((change != 0) & (some.first <= holiday) & (holiday < some.end))
        if len(rows):
            on = ((holiday - monday[rows]) // 7) % every[rows] == 0
            found[rows] += change[rows] * on
    return found


def _weeks_begun(lines: Lines, terms: LaterTerms, term_days: Timeline, some: Pieces) -> Ints:
    """Weeks, Monday to Sunday, whose first day that is paid so is in each piece: a Monday, the line’s own first day, or
    the first on which the contract says so."""
    monday, every = _monday(lines.starts[some.line]), lines.every_weeks[some.line]
    before = holding(term_days, lines.whole_weeks, terms.whole_weeks, some.line, some.first - 1)
    fresh = ((some.first == lines.begun[some.line]) | (before != 1)) & (weekday_number(some.first) != 0)
    on = (some.first - monday) // 7 % every == 0
    return np.asarray(count_every(some.first, some.end, monday, 7 * every) + (fresh & on), dtype=np.int64)


def denominator(priced: Pieces) -> Ints:
    """What rate times quantity times count is divided by, to reach hundredths of a penny."""
    small = np.where(priced.unit == HOUR, 60, 100)
    patterned = (priced.normal != 0) | (priced.holiday != 0)
    over = np.where(patterned, 1, 7)
    by_time = (priced.unit == WEEK) | (priced.unit == MONTH)
    over[by_time] = priced.length[by_time]
    over[priced.unit == FOUR_WEEKS] = 28
    over[priced.unit == ONE_OFF] = 1
    return small * over * WHOLE_SHARE


def troubles(pieces: tuple[Pieces, Trouble], over_funded: Trouble, collected_twice: Trouble) -> Trouble:
    """Every reason a line cannot be worked out, with figures too large to be right among them."""
    found, trouble = pieces
    limit = np.iinfo(np.int64).max // (WHOLE_SHARE * 400)
    large = np.flatnonzero(found.rate > limit // np.maximum(found.quantity, 1))
    more = Trouble(found.line[large], np.full(len(large), TOO_LARGE, np.int64), found.first[large])
    return Trouble.join([trouble, more, over_funded, collected_twice])


def sound(lines: Lines, troubles: Trouble) -> NDArray[np.bool_]:
    """Which lines can be worked out in full. The rest are parked whole."""
    good = np.ones(len(lines), bool)
    good[troubles.line] = False
    return good


def sound_pieces(pieces: tuple[Pieces, Trouble], sound: NDArray[np.bool_]) -> Pieces:
    """The pieces of every line that can be worked out."""
    kept = sound[pieces[0].line]
    return pieces[0] if bool(kept.all()) else pieces[0].take(kept)
