"""The running total of a care account, exact, from the facts alone: what counted, on which days, and why.

The total is a fraction of a penny exactly; it is rounded in one place, :mod:`finance.care_cap.account`, as a total.
"""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from finance.care_cap.counting import NONE, CountedDay, count_day
from finance.care_cap.facts import AccountFacts, BadAccountFact, Met, MeteredCare
from finance.care_cap.terms import Terms
from finance.days import spoken

COUNTING = "counts towards the cap"
PART = "the cap is reached on this day"
REACHED = "the cap has been reached"
NOTHING = "no care that counts"
OFF = "care accounts are not kept on these days"
ELSEWHERE = "another council is responsible"


@dataclass(frozen=True, slots=True)
class MeteredDays:
    """Days ``[first, end)`` on which the same counts every day. ``before`` is the exact total as the first begins."""

    first: dt.date
    end: dt.date
    before: Fraction
    cap_pence: int | None
    day: CountedDay
    why: str

    @property
    def days(self) -> int:
        return (self.end - self.first).days

    def total_at(self, day: dt.date) -> Fraction:
        """The exact total as a day inside it (or its end) begins."""
        return self.before + self.day.counted * (day - self.first).days


@dataclass(frozen=True, slots=True)
class Jump:
    """A change of the total that is no day of care: a yearly adjustment, or a total from another council."""

    on: dt.date
    adjustment: bool
    before: Fraction
    after: Fraction
    why: str


@dataclass(frozen=True, slots=True)
class Meter:
    """One person's account up to, not including, ``end``. ``reached_on`` is None while the total is under the cap."""

    person: str
    end: dt.date
    pieces: tuple[MeteredDays, ...]
    jumps: tuple[Jump, ...]
    total_exact: Fraction
    cap_pence: int | None
    reached_on: dt.date | None
    closed_on: dt.date | None

    @property
    def share(self) -> Fraction:
        """How much of the cap has been reached: nought to one."""
        if not self.cap_pence:
            return Fraction(int(self.reached_on is not None))
        return self.total_exact / self.cap_pence

    @property
    def room_exact(self) -> Fraction:
        return Fraction(self.cap_pence or 0) - self.total_exact


def meter(facts: AccountFacts, terms: Terms, end: dt.date) -> Meter:
    """The account from the first fact up to ``end``.

    Raises NoValueOnDay where accounts are kept on a day with no cap, or no daily living costs for care in a home, and
    BadAccountFact for a total brought in on a day when accounts are not kept.
    """
    run = _Run(facts, terms)
    for first, last in pairwise(_cuts(facts, terms, end)):
        run.through(first, last)
    closed = facts.carried_out if facts.carried_out is not None and facts.carried_out <= end else None
    return Meter(facts.person, end, tuple(run.pieces), tuple(run.jumps), run.total, run.cap, run.reached, closed)


def _cuts(facts: AccountFacts, terms: Terms, end: dt.date) -> list[dt.date]:
    known = facts.change_days()
    start = min(known, default=end)
    inside = {day for day in known | terms.change_days() if start <= day < end}
    return sorted(inside | {end}) if inside else []


class _Run:
    """The total as it stands while the days go by."""

    def __init__(self, facts: AccountFacts, terms: Terms) -> None:
        self.facts, self.terms = facts, terms
        self.pieces: list[MeteredDays] = []
        self.jumps: list[Jump] = []
        self.total = NONE
        self.cap: int | None = None
        self.reached: dt.date | None = None
        self._waiting = sorted(facts.care, key=lambda each: each.first, reverse=True)
        self._active: list[MeteredCare] = []

    def through(self, first: dt.date, end: dt.date) -> None:
        if self.facts.carried_out is not None and first >= self.facts.carried_out:
            return self._stand(first, end, ELSEWHERE)
        if not self.terms.metering(first):
            if any(each.on == first for each in self.facts.brought_in):
                raise BadAccountFact(
                    f"A total was brought in on {spoken(first)}, when no care accounts are kept.",
                    "Correct the day, or switch care accounts on in policy.",
                )
            return self._stand(first, end, OFF)
        self._adjust(first)
        self._bring_in(first)
        return self._care(first, end)

    def _adjust(self, day: dt.date) -> None:
        """Section 16: the share of the cap that has been reached is the same after the change as before."""
        old, new = self.cap, self.terms.cap_pence(day)
        self.cap = new
        if old and new != old and self.terms.accrued_follows(day):
            self._jump(day, True, self.total * new / old, f"the cap went from {old} to {new} pence")
        elif old is not None and new < old and self.total > new:
            self._jump(day, True, Fraction(new), f"the cap fell to {new} pence")
        self._mark(day)

    def _bring_in(self, day: dt.date) -> None:
        assert self.cap is not None
        for each in self.facts.brought_in:
            if each.on == day:
                added = Fraction(each.accrued_pence * self.cap, each.cap_pence) if each.cap_pence else NONE
                self._jump(day, False, min(self.total + added, Fraction(self.cap)), f"brought in from {each.council}")
        self._mark(day)

    def _jump(self, day: dt.date, adjustment: bool, after: Fraction, why: str) -> None:
        self.jumps.append(Jump(day, adjustment, self.total, after, why))
        self.total = after

    def _mark(self, day: dt.date) -> None:
        """Reached stays reached, unless the cap itself has gone up."""
        assert self.cap is not None
        if self.total < self.cap:
            self.reached = None
        elif self.reached is None:
            self.reached = day

    def _care(self, first: dt.date, end: dt.date) -> None:
        """Whole days while there is room, one part day, then none."""
        assert self.cap is not None
        full = self._day(first, None)
        room = self.cap - self.total
        whole = (end - first).days
        if full.counted:
            whole = min(whole, room // full.counted)
        turn = first + dt.timedelta(days=whole)
        if room and whole:
            self._add(first, turn, full, COUNTING if full.counted else NOTHING)
            room = self.cap - self.total
            if not room and self.reached is None:
                self.reached = turn - dt.timedelta(days=1)
        elif not room:
            turn = first
        if turn < end and room:
            after = turn + dt.timedelta(days=1)
            self._add(turn, after, self._day(first, room), PART)
            self.reached, turn = turn, after
        if turn < end:
            self._add(turn, end, self._day(first, NONE), REACHED)

    def _day(self, day: dt.date, room: Fraction | None) -> CountedDay:
        daily = dict.fromkeys(((home, met) for home in (True, False) for met in Met), NONE)
        budget = any(each.on(day) for each in self.facts.budgets)
        for each in self._care_on(day):
            if each.met is Met.COUNCIL or budget:
                daily[each.care_home, each.met] += each.daily
        home = daily[True, Met.COUNCIL] or daily[True, Met.OTHERWISE]
        return count_day(
            home_council=daily[True, Met.COUNCIL],
            home_otherwise=daily[True, Met.OTHERWISE],
            away_council=daily[False, Met.COUNCIL],
            away_otherwise=daily[False, Met.OTHERWISE],
            living=self.terms.living_daily(day) if home else NONE,
            room=room,
        )

    def _care_on(self, day: dt.date) -> list[MeteredCare]:
        """The care in hand on a day. Days are asked for in order, so each care is taken up and put down once."""
        while self._waiting and self._waiting[-1].first <= day:
            self._active.append(self._waiting.pop())
        self._active = [each for each in self._active if each.on(day)]
        return self._active

    def _add(self, first: dt.date, end: dt.date, day: CountedDay, why: str) -> None:
        piece = MeteredDays(first, end, self.total, self.cap, day, why)
        self.pieces.append(piece)
        self.total = piece.total_at(end)

    def _stand(self, first: dt.date, end: dt.date, why: str) -> None:
        """Days that do not count. What the council charges is charged whole."""
        asked = NONE
        if why == OFF:
            asked = sum((each.daily for each in self._care_on(first) if each.met is Met.COUNCIL), NONE)
        self.pieces.append(MeteredDays(first, end, self.total, None, CountedDay(asked, asked, NONE, NONE), why))
