"""Weeks of one segment that cannot differ: the first is priced, and stands for the rest. It saves time and
changes nothing.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from billing.charges.segments import Segments
from billing.charges.weekly_costs import Costs
from finance.care_costs.facts import CATEGORIES, MONTH, ONE_OFF, CareFacts
from finance.columns import Ints
from finance.days import bank_holidays, number
from finance.keys import packed
from finance.timelines import ranges

BANK_HOLIDAY = CATEGORIES.index("bank holiday")


def alike(facts: CareFacts, cut_up: Segments, week_starts: Ints) -> NDArray[np.bool_]:
    """Which segments cost the same in each of their weeks: whole weeks, one pattern a week, and nothing dated inside.

    ``facts``: segments in the shape of lines. What a bank holiday, a birthday, a month's length or a change of price,
    funding or nursing care may alter is left out, and so is anybody who was away.
    """
    lines, first, end = facts.lines, cut_up.first, cut_up.end
    if not len(week_starts):
        return np.zeros(len(first), bool)
    opened, last = int(week_starts[0]), int(week_starts[-1]) + 7
    whole = ((first - opened) % 7 == 0) & ((end - opened) % 7 == 0) & (end - first >= 14)
    made = whole & (lines.every_weeks == 1) & ~np.isin(lines.unit, (MONTH, ONE_OFF)) & (cut_up.delivery < 0)
    holiday = any(opened <= number(each) < last for each in bank_holidays())
    made &= ~((lines.closed == 1) & holiday)
    made &= lines.whole_weeks != 1
    for line, starts, stops in (
        (each.line, each.starts, each.ends) for each in (facts.agreed, facts.shares, facts.contributions, facts.awards)
    ):
        made[line[_within(starts, stops, first[line], end[line])]] = False
    made[facts.suspensions.line] = False
    made[facts.terms.line] = False
    if _within(facts.nursing.starts, facts.nursing.ends, opened, last).any():
        made[facts.awards.line] = False
    return np.asarray(made & ~_by_uneven_card(facts, opened, last, holiday), dtype=np.bool_)


def _within(starts: Ints, ends: Ints, first: Ints | int, end: Ints | int) -> NDArray[np.bool_]:
    """Rows that begin or end inside each span."""
    return np.asarray(((starts > first) & (starts < end)) | ((ends > first) & (ends < end)), dtype=np.bool_)


def _by_uneven_card(facts: CareFacts, opened: int, last: int, holiday: bool) -> NDArray[np.bool_]:
    """Segments priced by a rate card whose rates may differ from week to week."""
    card, lines = facts.card, facts.lines
    uneven = _within(card.starts, card.ends, opened, last) | (card.age_from >= 0) | (card.age_until >= 0)
    uneven |= (card.category == BANK_HOLIDAY) & holiday
    keys = np.unique(_key(card.contract[uneven], card.service[uneven], card.unit[uneven]))
    return np.asarray(np.isin(_key(lines.contract, lines.service, lines.unit), keys), dtype=np.bool_)


def _key(contract: Ints, service: Ints, unit: Ints) -> Ints:
    return packed(contract, (service, 1 << 24), (unit, 1 << 8))


def first_weeks(facts: CareFacts, cut_up: Segments, alike: NDArray[np.bool_]) -> CareFacts:
    """The same facts with only the first week of segments whose weeks are alike."""
    ends = np.where(alike, np.minimum(cut_up.first + 7, cut_up.end), facts.lines.package_ends)
    return replace(facts, lines=replace(facts.lines, package_ends=ends))


def repeated(costs: Costs, cut_up: Segments, alike: NDArray[np.bool_]) -> Costs:
    """Costs of the first of weeks alike, for each of them."""
    weeks = np.where(alike, (cut_up.end - cut_up.first) // 7, 1)[costs.segment]
    row = np.repeat(np.arange(len(costs), dtype=np.int64), weeks)
    made = costs.take(row)
    return replace(made, week=made.week + ranges(np.zeros(len(weeks), np.int64), weeks))
