"""The running totals of many accounts, exact: where each stretch begins, the days the cap is reached, and every jump.

A total is ``parts`` (420ths of a penny) and, after a yearly adjustment or a total brought in, a ``rest`` of less than
one part, a fraction kept exactly. Rounding needs only to know whether there is a rest. Equal to
:func:`finance.care_cap.meter` for every person, which is what the tests hold it to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from billing.care_accounts.stretches import PARTS, AccountStretches, CareAccounts, Flags
from finance.columns import Ints
from finance.money import Rounding
from finance.timelines import group_starts

NEVER = -1
NONE = Fraction(0)
Objects = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Jumps:
    """Rounded changes of a total that are no day of care. ``adjustment``: yearly; otherwise brought in."""

    who: Ints
    on: Ints
    adjustment: Flags
    pence: Ints


@dataclass(frozen=True, slots=True)
class MeterTotals:
    """The totals as each stretch begins (``before``, ``more``: there is a rest), and where every account stands.

    ``turn``: days of a stretch before the one on which the cap is reached (all of them where it is not); ``room``:
    parts left as that day begins. By person: ``parts`` and ``rest`` of the total (``some``: there is a rest), the
    ``cap`` (NEVER where accounts were not kept), the day ``reached`` (or NEVER) and the whole parts ``left`` as it
    began.
    """

    before: Ints
    more: Flags
    turn: Ints
    room: Ints
    jumps: Jumps
    parts: Ints
    rest: Objects
    some: Flags
    cap: Ints
    reached: Ints
    left: Ints

    def rounded(self, rounding: Rounding) -> Ints:
        return round_parts(self.parts, self.some, rounding)


def round_parts(parts: Ints, more: Flags, rounding: Rounding) -> Ints:
    """The one rounding, for totals of nought or more. ``more``: the total is a little above the parts."""
    whole, rest = np.divmod(parts, PARTS)
    half = rest * 2 == PARTS
    up = rest * 2 > PARTS
    up |= half if rounding is Rounding.HALF_UP else half & (more | (whole % 2 == 1))
    return np.asarray(whole + up, np.int64)


def totals(accounts: CareAccounts, cut: AccountStretches, rounding: Rounding) -> MeterTotals:
    """Add up, stage by stage: a stage is the days of one person between two changes of the cap or totals brought in."""
    run = _Run(accounts, cut, rounding)
    for rows in _stages(accounts, cut):
        run.through(rows)
    return run.totals()


def _stages(accounts: CareAccounts, cut: AccountStretches) -> Iterator[Ints]:
    """Rows of everybody's first stage, then of their second, and so on."""
    rows = np.flatnonzero(cut.kept)
    if not len(rows):
        return
    who, cap = cut.who[rows], cut.cap[rows]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (who[1:] != who[:-1]) | (cap[1:] != cap[:-1])
    if len(accounts.brought.who):
        came = set(zip(accounts.brought.who.tolist(), accounts.brought.on.tolist(), strict=True))
        few = np.flatnonzero(np.isin(who, accounts.brought.who))
        days = zip(who[few].tolist(), cut.first[rows[few]].tolist(), strict=True)
        fresh[few] |= np.asarray([each in came for each in days], bool)
    count = np.cumsum(fresh)
    begins = group_starts(who)
    stage = count - np.repeat(count[begins], np.diff(np.append(begins, len(rows))))
    order = np.argsort(stage, kind="stable")
    for part in np.split(order, np.cumsum(np.bincount(stage))[:-1]):
        yield rows[part]


class _Run:
    """The totals as they stand while the stages go by."""

    def __init__(self, accounts: CareAccounts, cut: AccountStretches, rounding: Rounding) -> None:
        size, people = len(cut), len(accounts)
        self.accounts, self.cut, self.rounding = accounts, cut, rounding
        self.before, self.more = np.zeros(size, np.int64), np.zeros(size, bool)
        self.turn, self.room = cut.days.copy(), np.zeros(size, np.int64)
        self.parts, self.rest = np.zeros(people, np.int64), np.full(people, NONE, object)
        self.some = np.zeros(people, bool)
        self.cap, self.reached = np.full(people, NEVER, np.int64), np.full(people, NEVER, np.int64)
        self.left = np.zeros(people, np.int64)
        self.jumps: list[tuple[Ints, Ints, bool, Ints]] = []

    def through(self, rows: Ints) -> None:
        cut = self.cut
        who = cut.who[rows]
        begins = group_starts(who)
        people, day = who[begins], cut.first[rows[begins]]
        self._adjust(people, day, cut.cap[rows[begins]], cut.follows[rows[begins]])
        self._mark(people, day)
        if len(self.accounts.brought.who):
            self._bring_in(people, day)
            self._mark(people, day)
        sizes = np.diff(np.append(begins, len(rows)))
        adds = cut.counted[rows] * cut.days[rows]
        run = np.cumsum(adds) - adds
        start = run - np.repeat(run[begins] - self.parts[people], sizes)
        full = np.repeat(self.cap[people] * PARTS, sizes)
        some = np.repeat(self.some[people], sizes)
        crossing = (start < full) & (start + adds >= full)
        self.before[rows] = np.minimum(start, full)
        self.more[rows] = some & (start < full)
        self.turn[rows[start >= full]] = 0
        self._reach(rows[crossing], (full - start)[crossing], some[crossing])
        last = np.append(begins[1:], len(rows)) - 1
        self.parts[people] = np.minimum((start + adds)[last], full[last])
        at_cap = people[self.parts[people] == full[last]]
        self.rest[at_cap], self.some[at_cap] = NONE, False

    def _adjust(self, people: Ints, day: Ints, new: Ints, follows: Flags) -> None:
        """Section 16: the share of the cap that has been reached is the same after the change as before."""
        old = self.cap[people]
        self.cap[people] = new
        parts, some = self.parts[people], self.some[people]
        moved = ((parts > 0) | some) & (old > 0) & (new != old)
        scaled = moved & follows
        lowered = moved & ~follows & (new < old) & ((parts > new * PARTS) | ((parts == new * PARTS) & some))
        if not scaled.any() and not lowered.any():
            return
        changed = people[scaled | lowered]
        before = self._rounded(changed)
        for each, was, now in zip(people[scaled].tolist(), old[scaled].tolist(), new[scaled].tolist(), strict=True):
            self._set(each, (int(self.parts[each]) + self.rest[each]) * now / was)
        for each, now in zip(people[lowered].tolist(), new[lowered].tolist(), strict=True):
            self._set(each, Fraction(now * PARTS))
        self.jumps.append((changed, day[scaled | lowered], True, self._rounded(changed) - before))

    def _bring_in(self, people: Ints, day: Ints) -> None:
        brought = self.accounts.brought
        place = np.minimum(np.searchsorted(people, brought.who), len(people) - 1)
        here = np.flatnonzero((people[place] == brought.who) & (day[place] == brought.on) & (brought.cap > 0))
        for each in here.tolist():
            person = np.asarray([brought.who[each]])
            cap, before = int(self.cap[person[0]]), self._rounded(person)
            added = Fraction(int(brought.accrued[each]) * cap, int(brought.cap[each])) * PARTS
            total = int(self.parts[person[0]]) + self.rest[person[0]] + added
            self._set(int(person[0]), min(total, Fraction(cap * PARTS)))
            self.jumps.append((person, brought.on[each : each + 1], False, self._rounded(person) - before))

    def _set(self, person: int, total: Fraction) -> None:
        whole = total.numerator // total.denominator
        self.parts[person], self.rest[person] = whole, total - whole
        self.some[person] = total != whole

    def _rounded(self, people: Ints) -> Ints:
        return round_parts(self.parts[people], self.some[people], self.rounding)

    def _mark(self, people: Ints, day: Ints) -> None:
        """Reached stays reached, unless the cap itself has gone up."""
        under = self.parts[people] < self.cap[people] * PARTS
        self.reached[people[under]] = NEVER
        now = ~under & (self.reached[people] == NEVER)
        self.reached[people[now]], self.left[people[now]] = day[now], 0

    def _reach(self, rows: Ints, room: Ints, some: Flags) -> None:
        """The cap is reached in these stretches: on which day, and what was left as it began."""
        counted = self.cut.counted[rows]
        turn = -(-room // counted) - 1
        self.turn[rows], self.room[rows] = turn, room - turn * counted
        who = self.cut.who[rows]
        self.reached[who] = self.cut.first[rows] + turn
        self.left[who] = self.room[rows] - some

    def totals(self) -> MeterTotals:
        none = np.empty(0, np.int64)
        who, on, pence = (np.concatenate([none, *(each[place] for each in self.jumps)]) for place in (0, 1, 3))
        kind = np.concatenate([np.empty(0, bool), *(np.full(len(each[0]), each[2]) for each in self.jumps)])
        return MeterTotals(
            self.before,
            self.more,
            self.turn,
            self.room,
            Jumps(who, on, kind, pence),
            self.parts,
            self.rest,
            self.some,
            self.cap,
            self.reached,
            self.left,
        )
