"""What may be charged once the cap is watched: living costs in a home and nothing elsewhere, from the day it is
reached.

:func:`over_the_cap` takes the days the cap was reached, as the accounts last had them, and says what they take off
charges of any weeks. :func:`charge_within_cap` is the rule itself, over columns of accounts worked out.
"""

from dataclasses import dataclass, replace

import numpy as np

from billing.care_accounts.stretches import (
    PARTS,
    AccountStretches,
    BroughtIn,
    CareAccounts,
    Cares,
    daily_parts,
    stretches,
)
from billing.care_accounts.totals import MeterTotals, round_parts, totals
from finance.care_cap import Terms
from finance.columns import Ints
from finance.days import FOR_EVER, day, number
from finance.keys import keyed, unkeyed
from finance.money import Rounding
from finance.timelines import group_starts


@dataclass(frozen=True, slots=True)
class Limits:
    """People whose cap has been reached, in order of person, one row each.

    From day ``since`` nothing is charged but daily living costs in a care home (:meth:`living_weekly`); on that day
    itself ``left`` (420ths of a penny) is charged as well. ``learned``: the change that told us; ``care_home``: 1 where
    care was in a home on the last day metered.
    """

    person: Ints
    since: Ints
    left: Ints
    learned: Ints
    care_home: Ints
    terms: Terms

    def living_weekly(self, days: Ints) -> Ints:
        """Daily living costs in a care home on each day, pence a week."""
        distinct, back = np.unique(days, return_inverse=True)
        weekly = [int(self.terms.living_daily(day(int(each))) * 7) for each in distinct]
        return np.asarray(weekly, np.int64)[back]

    def as_columns(self) -> tuple[Ints, Ints, Ints, Ints]:
        """(person, first day, pence a week, pence left on that first day): one row a limit, and one more from each day
        on which daily living costs change. The weekly pence are daily living costs where care was in a home on the last
        day metered, else nought.
        """
        changes = [number(each) for each in self.terms.change_days()]
        every = [(place, int(first), True) for place, first in enumerate(self.since)]
        every += [(place, on, False) for place, first in enumerate(self.since) for on in changes if on > first]
        every.sort()
        place = np.asarray([each[0] for each in every], np.int64)
        first = np.asarray([each[1] for each in every], np.int64)
        weekly = np.where(self.care_home[place] == 1, self.living_weekly(first), 0)
        left = np.where([each[2] for each in every], self.left[place] // PARTS, 0)
        return self.person[place], first, weekly, left.astype(np.int64)

    def row_of(self, person: Ints) -> Ints:
        """Each person's row, -1 for those under the cap."""
        if not len(self.person):
            return np.full(len(person), -1, np.int64)
        place = np.minimum(np.searchsorted(self.person, person), len(self.person) - 1)
        return np.where(self.person[place] == person, place, -1)


@dataclass(frozen=True, slots=True)
class ChargesBeforeLimit:
    """What is about to be charged for needs the council meets, before the limit and net of what is waived: one row a
    line and charging week (or part of a line's week). ``week``: the first day of the charging week; ``home``: 1 where
    the line is care in a care home; the rest days ``[first, end)`` and pence.
    """

    person: Ints
    week: Ints
    first: Ints
    end: Ints
    home: Ints
    pence: Ints


def over_the_cap(limits: Limits, rows: ChargesBeforeLimit) -> Ints:
    """What the limit takes off each row, in pence: nought for people under the cap and for days before they reached it.

    What may be charged is worked out for each person and charging week, exactly and by the day, and rounded once. What
    comes off is taken from care elsewhere before care in a home, in the order of the rows.
    """
    off = np.zeros(len(rows.person), np.int64)
    row = limits.row_of(rows.person)
    some = (
        np.flatnonzero((row >= 0) & (limits.since[row] < rows.end) & (rows.pence > 0))
        if len(limits.person)
        else off[:0]
    )
    if not len(some):
        return off
    place, who = np.unique(row[some], return_inverse=True)
    cut, made = _limited(limits, place, who, rows, some)
    key = keyed(who, rows.week[some])
    order = np.lexsort((rows.home[some], key))
    begins = group_starts(key[order])
    total = np.add.reduceat(rows.pence[some][order], begins)
    week = unkeyed(key[order][begins])[1]
    may = charge_within_cap(cut, made, limits.terms.rounding, who[order][begins], week, week + 7)
    sizes = np.diff(np.append(begins, len(order)))
    pence = rows.pence[some][order]
    before = np.cumsum(pence) - pence
    before -= np.repeat(before[begins], sizes)
    off[some[order]] = np.clip(np.repeat(total - may, sizes) - before, 0, pence)
    return off


def _limited(
    limits: Limits, place: Ints, who: Ints, rows: ChargesBeforeLimit, some: Ints
) -> tuple[AccountStretches, MeterTotals]:
    """The days these rows cover, with the cap reached on the days the limits say."""
    first, end = rows.first[some], rows.end[some]
    opened, none = np.full(len(place), FOR_EVER, np.int64), np.empty(0, np.int64)
    np.minimum.at(opened, who, first)
    care = Cares(
        who, first, end, daily_parts(rows.pence[some], end - first), np.zeros(len(some), bool), rows.home[some] == 1
    )
    accounts = CareAccounts(opened, np.full(len(place), FOR_EVER, np.int64), care, BroughtIn(none, none, none, none))
    cut = stretches(accounts, limits.terms, int(end.max()))
    blank = totals(accounts, cut, limits.terms.rounding)
    since = limits.since[place][cut.who]
    on_the_day = (since >= cut.first) & (since < cut.end)
    return cut, replace(
        blank,
        more=np.zeros(len(cut), bool),
        turn=np.clip(since - cut.first, 0, cut.days),
        room=np.where(on_the_day, limits.left[place][cut.who], 0),
    )


def charge_within_cap(
    cut: AccountStretches, made: MeterTotals, rounding: Rounding, who: Ints, first: Ints, end: Ints
) -> Ints:
    """The charge of each row's days, for needs the council met, in pence, rounded once: the pure rule, over columns."""
    charge, less = _charged_by(cut, made, who, end)
    before, less_before = _charged_by(cut, made, who, first)
    return _rounded(charge - before, less - less_before, rounding)


def _charged_by(cut: AccountStretches, made: MeterTotals, who: Ints, days: Ints) -> tuple[Ints, Ints]:
    """Parts charged since the first stretch up to each day, and how many rests of a part must come off them.

    On the day the cap is reached the council charges what was left below it, up to what counts of its own charge. A
    total with a rest leaves that much less than whole parts: it comes off where the rounding is.
    """
    past = (made.turn == 0) & (made.room == 0)
    whole_left = cut.council <= made.room - made.more
    on_day = np.where(past, cut.living, cut.living + np.where(whole_left, cut.council, made.room))
    short = ~past & ~whole_left & made.more & (made.turn < cut.days)
    sums, shorts = (np.cumsum(each) - each for each in (_within(cut, made, on_day, cut.days), short.astype(np.int64)))
    if not len(cut):
        return np.zeros(len(who), np.int64), np.zeros(len(who), np.int64)
    place = np.searchsorted(keyed(cut.who, cut.first), keyed(who, days), side="right") - 1
    ours = (place >= 0) & (cut.who[np.maximum(place, 0)] == who)
    place = np.maximum(place, 0)
    inside = np.minimum(days, cut.end[place]) - cut.first[place]
    part = _within(cut, made, on_day, inside, place)
    taken = shorts[place] + (short[place] & (inside > made.turn[place]))
    before = np.searchsorted(cut.who, who)  # nothing was charged before a person's first stretch
    nought = np.minimum(before, len(cut) - 1)
    return np.where(ours, sums[place] + part, sums[nought]), np.where(ours, taken, shorts[nought])


def _within(
    cut: AccountStretches, made: MeterTotals, on_day: Ints, inside: Ints, at: Ints | slice = slice(None)
) -> Ints:
    """Parts charged in the first days of stretches: all that is asked, then the day of reaching, then living costs."""
    turn = made.turn[at]
    after = np.maximum(inside - turn - 1, 0) * cut.living[at]
    return np.minimum(inside, turn) * cut.asked[at] + np.where(inside > turn, on_day[at] + after, 0)


def _rounded(parts: Ints, rests: Ints, rounding: Rounding) -> Ints:
    """Parts, less ``rests`` times something between nought and one part, as pence."""
    return round_parts(parts - rests, rests > 0, rounding)
