"""Many people's care cut into stretches of days on which the same counts every day: ``finance.care_cap`` over columns.

Amounts a day are whole numbers of 420ths of a penny (:data:`PARTS`): a weekly amount, or a sum over one to seven days,
is exactly that many. ``who`` is a person's place in the accounts being worked out, from nought.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from finance.care_cap import Terms
from finance.columns import Ints
from finance.days import day, number
from finance.keys import keyed, unkeyed
from finance.problems import NoValueOnDay
from finance.timelines import group_starts

PARTS = 420  # of a penny: divisible by every number of days from one to seven
A_WEEK = PARTS // 7  # what a penny a week comes to in a day
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cares:
    """Care over ``[first, end)``, ``daily`` parts a day. ``otherwise``: met by somebody else, under a budget."""

    who: Ints
    first: Ints
    end: Ints
    daily: Ints
    otherwise: Flags
    home: Flags

    def take(self, rows: Ints | Flags) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """Totals from other councils: pence accrued before ``on``, against the cap they were measured by."""

    who: Ints
    on: Ints
    accrued: Ints
    cap: Ints


@dataclass(frozen=True, slots=True)
class CareAccounts:
    """What accounts rest on. ``opened``: each one's first fact; ``closed``: the day another council took over."""

    opened: Ints
    closed: Ints
    cares: Cares
    brought: BroughtIn

    def __len__(self) -> int:
        return len(self.opened)


@dataclass(frozen=True, slots=True)
class AccountStretches:
    """Days ``[first, end)`` in order of person and day. Amounts are parts a day; see ``finance.care_cap.counting``.

    ``asked``: what the council charges but for the cap; ``living``: daily living costs within it; ``council`` and
    ``counted``: what counts of it, and of all, while there is room. ``kept``: accounts are kept; then ``cap`` is pence.
    """

    who: Ints
    first: Ints
    end: Ints
    asked: Ints
    living: Ints
    council: Ints
    counted: Ints
    kept: Flags
    cap: Ints
    follows: Flags

    @property
    def days(self) -> Ints:
        return self.end - self.first

    def __len__(self) -> int:
        return len(self.who)


def daily_parts(pence: Ints, days: Ints) -> Ints:
    """Pence over a number of days as parts a day. The days are one to seven, or whole weeks of the same pence."""
    parts, rest = np.divmod(pence * PARTS, days)
    assert not rest.any(), "a sum does not come to a whole number of parts a day: give it by the week"
    return np.asarray(parts, np.int64)


def stretches(accounts: CareAccounts, terms: Terms, up_to: int) -> AccountStretches:
    """Cut at every day on which a person's care, the terms or a total brought in changes anything, up to a day.

    Raises NoValueOnDay where accounts are kept on a day that has no cap, or no daily living costs for care in a home.
    """
    who, first, end, sums = _cut(accounts, terms, up_to)
    table = _TermTable.of(terms, int(first.min()) if len(first) else up_to, up_to)
    at = table.place(first)
    kept = table.kept[at]
    home_council, home_otherwise, away_council, away_otherwise = sums
    living = table.living(at, kept & (home_council + home_otherwise > 0))
    living_council = np.minimum(home_council, living)
    living_otherwise = np.minimum(home_otherwise, living - living_council)
    asked = home_council + away_council
    council = home_council - living_council + away_council
    counted = council + home_otherwise - living_otherwise + away_otherwise
    return AccountStretches(
        who,
        first,
        end,
        asked,
        np.where(kept, living_council, asked),
        np.where(kept, council, 0),
        np.where(kept, counted, 0),
        kept,
        table.cap[at],
        table.follows[at],
    )


def _cut(accounts: CareAccounts, terms: Terms, up_to: int) -> tuple[Ints, Ints, Ints, list[Ints]]:
    """Stretches, and the four sums a day: in a home and elsewhere, met by the council and otherwise."""
    stop = np.minimum(accounts.closed, up_to)
    everyone = np.flatnonzero(accounts.opened < stop)
    care = accounts.cares
    ends = np.minimum(care.end, stop[care.who])
    real = (care.first < ends) & (care.daily > 0)
    care, ends = care.take(real), ends[real]
    changes = np.asarray(sorted(number(each) for each in terms.change_days()), np.int64)
    by_terms, on = np.repeat(everyone, len(changes)), np.tile(changes, len(everyone))
    inside = (on > accounts.opened[by_terms]) & (on < stop[by_terms])
    brought = accounts.brought
    here = brought.on < stop[brought.who]
    none = np.zeros(len(care.who), np.int64)
    sort = np.where(care.home, 0, 2) + care.otherwise
    edges = [
        (everyone, accounts.opened[everyone]),
        (everyone, stop[everyone]),
        (by_terms[inside], on[inside]),
        (brought.who[here], brought.on[here]),
    ]
    bare = sum(len(each) for each, _ in edges)
    key = np.concatenate([*(keyed(*each) for each in edges), keyed(care.who, care.first), keyed(care.who, ends)])
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = group_starts(key)
    sums = []
    for place in range(4):
        mine = np.where(sort == place, care.daily, none)
        delta = np.concatenate([np.zeros(bare, np.int64), mine, -mine])[order]
        sums.append(np.cumsum(np.add.reduceat(delta, begins) if len(begins) else delta))
    owner, opens = unkeyed(key[begins])
    inner = np.flatnonzero(owner[1:] == owner[:-1])
    return owner[inner], opens[inner], opens[inner + 1], [each[inner] for each in sums]


@dataclass(frozen=True)
class _TermTable:
    """The terms as columns: one row for each day on which they change."""

    starts: Ints
    kept: Flags
    cap: Ints
    follows: Flags
    terms: Terms

    @classmethod
    def of(cls, terms: Terms, first: int, up_to: int) -> "_TermTable":
        days = sorted({first, *(n for each in terms.change_days() if first < (n := number(each)) < up_to)})
        kept = [terms.metering(day(each)) for each in days]
        cap = [terms.cap_pence(day(each)) if on else -1 for each, on in zip(days, kept, strict=True)]
        follows = [on and terms.accrued_follows(day(each)) for each, on in zip(days, kept, strict=True)]
        return cls(
            np.asarray(days, np.int64),
            np.asarray(kept, bool),
            np.asarray(cap, np.int64),
            np.asarray(follows, bool),
            terms,
        )

    def place(self, days: Ints) -> Ints:
        return np.asarray(np.searchsorted(self.starts, days, side="right") - 1, np.int64)

    def living(self, at: Ints, wanted: Flags) -> Ints:
        """Daily living costs in parts, asked only for the days that have care in a home."""
        values = np.zeros(len(self.starts), np.int64)
        for each in np.unique(at[wanted]).tolist():
            exact = self.terms.living_daily(day(int(self.starts[each]))) * PARTS
            assert exact.denominator == 1, "daily living costs are whole pence a week"
            values[each] = int(exact)
        return np.where(wanted, values[at], 0)


def kept_on(terms: Terms, days: Ints) -> Flags:
    """Whether accounts are kept on each of these days."""
    distinct, back = np.unique(days, return_inverse=True)
    return np.asarray([_kept(terms, int(each)) for each in distinct], bool)[back]


def _kept(terms: Terms, number_: int) -> bool:
    try:
        return terms.metering(day(number_))
    except NoValueOnDay:
        return False
