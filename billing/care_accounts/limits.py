"""What may be charged once the cap is watched: living costs in a home and nothing elsewhere, from the day it is reached.

Two ways, equal to the penny. :func:`lowered` takes the days the cap was reached, as the accounts last had them, and lowers
the charges of any weeks by them: for people whose cap was reached in weeks already metered. :func:`charge_within_cap`
works the accounts out and gives the charge of any days: right the first time, in the very week the cap is reached.
"""

from dataclasses import dataclass

import numpy as np

from billing.care_accounts.stretches import A_WEEK, PARTS, Stretches, daily_parts
from billing.care_accounts.totals import Totals, round_parts
from finance.care_cap import Terms
from finance.columns import Ints
from finance.days import day, number
from finance.money import Rounding
from finance.timelines import keyed


@dataclass(frozen=True, slots=True)
class Limits:
    """People whose cap has been reached, in order of person, one row each.

    From day ``since`` nothing is charged but daily living costs in a care home (:meth:`living_weekly`); on that day itself
    ``left`` (420ths of a penny) is charged as well. ``learned``: the change that told us; ``care_home``: 1 where care
    was in a home on the last day metered.
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
        """(person, first day, pence a week, pence left on that first day): one row a limit, and one more from each day on
        which daily living costs change. The weekly pence are daily living costs where care was in a home on the last day
        metered, else nought."""
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


def lowered(limits: Limits, person: Ints, first: Ints, end: Ints, home: Ints, elsewhere: Ints) -> Ints:
    """The charge of each row's days ``[first, end)`` once the limit has been put on it, in pence, rounded once.

    One row a person and charging week (or part of one): ``home`` and ``elsewhere`` are the pence charged for those days
    before the limit, for care in a care home and for all other care. Daily living costs must not change inside a row.
    """
    result = home + elsewhere
    row = limits.row_of(person)
    some = np.flatnonzero(row >= 0)
    some = some[limits.since[row[some]] < end[some]]
    if not len(some):
        return result
    at, days = row[some], end[some] - first[some]
    house, other = daily_parts(home[some], days), daily_parts(elsewhere[some], days)
    living = np.minimum(house, limits.living_weekly(first[some]) * A_WEEK)
    before = np.clip(limits.since[at] - first[some], 0, days)
    on_the_day = limits.since[at] >= first[some]
    left = np.where(on_the_day, np.minimum(limits.left[at], house + other - living), 0)
    parts = before * (house + other) + (days - before) * living + left
    result[some] = _rounded(parts, np.zeros(len(some), np.int64), limits.terms.rounding)
    return result


def charge_within_cap(
    cut: Stretches, made: Totals, rounding: Rounding, who: Ints, first: Ints, end: Ints
) -> Ints:  # fmt: skip
    """The charge of each row's days, for needs the council met, in pence, rounded once: the pure rule, over columns."""
    charge, less = _charged_by(cut, made, who, end)
    before, less_before = _charged_by(cut, made, who, first)
    return _rounded(charge - before, less - less_before, rounding)


def _charged_by(cut: Stretches, made: Totals, who: Ints, days: Ints) -> tuple[Ints, Ints]:
    """Parts charged since the first stretch up to each day, and how many rests of a part must come off them.

    On the day the cap is reached the council charges what was left below it, up to what counts of its own charge. A total
    with a rest leaves that much less than whole parts: it comes off where the rounding is.
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


def _within(cut: Stretches, made: Totals, on_day: Ints, inside: Ints, at: Ints | slice = slice(None)) -> Ints:
    """Parts charged in the first days of stretches: all that is asked, then the day of reaching, then living costs."""
    turn = made.turn[at]
    after = np.maximum(inside - turn - 1, 0) * cut.living[at]
    return np.minimum(inside, turn) * cut.asked[at] + np.where(inside > turn, on_day[at] + after, 0)


def _rounded(parts: Ints, rests: Ints, rounding: Rounding) -> Ints:
    """Parts, less ``rests`` times something between nought and one part, as pence."""
    return round_parts(parts - rests, rests > 0, rounding)
