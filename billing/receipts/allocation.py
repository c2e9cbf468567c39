"""Which money pays which bill: as told, then refunds, then the oldest bill first. Worked out afresh, never stored.

``Money`` is whatever lowers what a payer owes: receipts, credit notes, write-offs. ``BillsOwed`` is what it may go to:
bills, and refunds (money given back, which takes from what was received before any bill does). All of a council's
payers are worked out at once, over columns; nobody's money ever meets somebody else's bill.

What was given up is no money. It goes only where it is told to, never on to another bill, and it makes way: what a
payer has left over once every bill is paid pays what was given up, before it is anybody's to give back.

Laws: allocated + left = the amount, for every row of both; no row has more than its amount; a payer with money left
over has nothing left to pay, and nothing given up.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints


@dataclass(frozen=True)
class Money:
    """One row a receipt, credit note or write-off. ``on``: day number; ``pence``: nought or above; ``given_up``: the
    rows that are write-offs, which are no money."""

    payer: Ints
    on: Ints
    pence: Ints
    given_up: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    @cached_property
    def real(self) -> NDArray[np.bool_]:
        """Whether each row is money."""
        return ~np.isin(np.arange(len(self)), self.given_up)

    def __len__(self) -> int:
        return len(self.payer)


@dataclass(frozen=True)
class BillsOwed:
    """One row a bill or refund. ``on``: the day it is to be paid. ``first``: refunds, which come before any bill."""

    payer: Ints
    on: Ints
    pence: Ints
    first: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.payer)


@dataclass(frozen=True)
class AllocationsTold:
    """What an officer or a credit note says: so much of this row of money to this row of what is owed, in order."""

    money: Ints
    owed: Ints
    pence: Ints

    @classmethod
    def nothing(cls) -> "AllocationsTold":
        return cls(*(np.empty(0, np.int64) for _ in range(3)))


@dataclass(frozen=True)
class Allocation:
    """Who pays what: ``money`` and ``owed`` are rows of what was given in; ``told`` tells as told from oldest first.
    ``money_left`` of what was given up is what falls away. ``granted``: of each told row, what could be done of it."""

    money: Ints
    owed: Ints
    pence: Ints
    told: NDArray[np.bool_]
    money_left: Ints
    owed_left: Ints
    granted: Ints


def allocate(money: Money, owed: BillsOwed, told: AllocationsTold | None = None) -> Allocation:
    """Allocate every payer's money. A told row is done as far as both sides still have anything left, and not at all
    where they are of different payers."""
    assert (money.pence >= 0).all() and (owed.pence >= 0).all()
    told = told or AllocationsTold.nothing()
    granted = _grant(money, owed, told)
    money_left, owed_left = money.pence.copy(), owed.pence.copy()
    np.subtract.at(money_left, told.money, granted)
    np.subtract.at(owed_left, told.owed, granted)
    source, goal, pence = _oldest_first(money, owed, np.where(money.real, money_left, 0), owed_left)
    np.subtract.at(money_left, source, pence)
    np.subtract.at(owed_left, goal, pence)
    spare, row, paid = _made_way(money, owed, told, granted, money_left)
    np.subtract.at(money_left, spare, paid)
    np.subtract.at(granted, row, paid)
    np.add.at(money_left, told.money[row], paid)
    some = granted > 0
    return Allocation(
        np.concatenate([told.money[some], source, spare]),
        np.concatenate([told.owed[some], goal, told.owed[row]]),
        np.concatenate([granted[some], pence, paid]),
        np.arange(int(some.sum()) + len(source) + len(spare)) < some.sum(),
        money_left,
        owed_left,
        granted,
    )


def _made_way(
    money: Money, owed: BillsOwed, told: AllocationsTold, granted: Ints, money_left: Ints
) -> tuple[Ints, Ints, Ints]:
    """(money row, told row of what was given up, pence): what is left over pays what was given up, the oldest bill
    first."""
    rows = np.flatnonzero(~money.real[told.money] & (granted > 0))
    goals = told.owed[rows]
    given_up = BillsOwed(owed.payer[goals], owed.on[goals], granted[rows], np.zeros(len(rows), bool))
    spare, row, pence = _oldest_first(money, given_up, np.where(money.real, money_left, 0), given_up.pence)
    return spare, rows[row], pence


def _grant(money: Money, owed: BillsOwed, told: AllocationsTold) -> Ints:
    """How much of each told row can be done. Only payers told too much are gone through row by row."""
    same = money.payer[told.money] == owed.payer[told.owed]
    wanted = np.where(same, np.maximum(told.pence, 0), 0)
    of_money, of_owed = np.zeros(len(money), np.int64), np.zeros(len(owed), np.int64)
    np.add.at(of_money, told.money, wanted)
    np.add.at(of_owed, told.owed, wanted)
    over = (of_money > money.pence)[told.money] | (of_owed > owed.pence)[told.owed]
    if not over.any():
        return wanted
    trouble = np.isin(money.payer[told.money], money.payer[told.money[over]]) & same
    money_left, owed_left = money.pence.copy(), owed.pence.copy()
    for row in np.flatnonzero(trouble).tolist():
        source, goal = told.money[row], told.owed[row]
        wanted[row] = min(wanted[row], money_left[source], owed_left[goal])
        money_left[source] -= wanted[row]
        owed_left[goal] -= wanted[row]
    return wanted


def _oldest_first(money: Money, owed: BillsOwed, money_left: Ints, owed_left: Ints) -> tuple[Ints, Ints, Ints]:
    """(money row, owed row, pence): each payer's money laid end to end beside what they owe, oldest first.

    Every payer has a stretch of one long line, as long as the greater of their two sums. Laid along it, each row of
    either side covers an interval; where two intervals meet, that much of the one pays the other.
    """
    sources = np.lexsort((money.on, money.payer))
    goals = np.lexsort((owed.on, ~owed.first, owed.payer))
    sources, goals = sources[money_left[sources] > 0], goals[owed_left[goals] > 0]
    payers = np.unique(np.concatenate([money.payer[sources], owed.payer[goals]]))
    of_source, of_goal = np.searchsorted(payers, money.payer[sources]), np.searchsorted(payers, owed.payer[goals])
    totals = [np.zeros(len(payers), np.int64) for _ in range(2)]
    np.add.at(totals[0], of_source, money_left[sources])
    np.add.at(totals[1], of_goal, owed_left[goals])
    stretch = np.maximum(*totals)
    begins = np.cumsum(stretch) - stretch
    first, end = _laid(money_left[sources], of_source, begins, totals[0])
    goal_first, goal_end = _laid(owed_left[goals], of_goal, begins, totals[1])
    if not len(first) or not len(goal_first):
        none = np.empty(0, np.int64)
        return none, none, none
    cuts = np.unique(np.concatenate([first, end, goal_first, goal_end]))
    at, width = cuts[:-1], np.diff(cuts)
    source = np.maximum(np.searchsorted(first, at, side="right") - 1, 0)
    goal = np.maximum(np.searchsorted(goal_first, at, side="right") - 1, 0)
    meet = (first[source] <= at) & (at < end[source]) & (goal_first[goal] <= at) & (at < goal_end[goal])
    return sources[source[meet]], goals[goal[meet]], width[meet]


def _laid(pence: Ints, payer: Ints, begins: Ints, total: Ints) -> tuple[Ints, Ints]:
    """(first, end) of each row's interval; rows are in order of payer."""
    reached = np.cumsum(pence)
    end = reached + (begins - (np.cumsum(total) - total))[payer]
    return end - pence, end
