"""The lines that should stand in many accounts: each week's metered pence, each adjustment and total brought in.

A week's pence are the difference of two rounded totals, as in :mod:`finance.care_cap.account`.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from billing.care_accounts.stretches import PARTS, AccountStretches, CareAccounts, Flags
from billing.care_accounts.totals import MeterTotals, round_parts
from finance.care_cap import AccountKind, Terms
from finance.columns import Ints
from finance.days import weekday_number
from finance.keys import keyed, unkeyed
from finance.timelines import group_starts, ranges

KINDS = [str(each) for each in (AccountKind.METERED, AccountKind.ADJUSTMENT, AccountKind.BROUGHT_IN)]
METERED, ADJUSTMENT, BROUGHT_IN = range(3)


@dataclass(frozen=True, slots=True)
class AccountLines:
    """Lines of accounts, one a key (``who``, ``kind``, ``first``). ``kind`` is a place in :data:`KINDS`."""

    who: Ints
    kind: Ints
    first: Ints
    end: Ints
    pence: Ints

    def take(self, rows: Ints | Flags) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.who)


def week_first(days: Ints, terms: Terms) -> Ints:
    """The first day of the metered week that holds each day."""
    return np.asarray(days - (weekday_number(days) - terms.week_begins) % 7, np.int64)


def due_lines(
    accounts: CareAccounts, cut: AccountStretches, made: MeterTotals, terms: Terms, up_to: int
) -> AccountLines:
    """Every line that is not nought: weeks that are over by ``up_to``, save the last before another council
    took over.
    """
    over = int(week_first(np.asarray([up_to]), terms)[0])
    until = np.where(accounts.closed <= up_to, accounts.closed, over)
    weeks, jumps = _weeks(cut, made, terms, until), _jumps(made, until)
    if len(jumps):
        both = AccountLines(
            *(np.concatenate([getattr(weeks, f.name), getattr(jumps, f.name)]) for f in fields(AccountLines))
        )
        weeks = both.take(np.lexsort((both.first, both.kind, both.who)))
    return weeks if weeks.pence.all() else weeks.take(weeks.pence != 0)


def _weeks(cut: AccountStretches, made: MeterTotals, terms: Terms, until: Ints) -> AccountLines:
    some = np.flatnonzero((cut.counted > 0) & (made.before < cut.cap * PARTS) & (cut.first < until[cut.who]))
    who, first = cut.who[some], cut.first[some]
    end = np.minimum(cut.end[some], until[who])
    opens = week_first(first, terms)
    count = (end - opens + 6) // 7
    row = np.repeat(np.arange(len(some)), count)
    week = opens[row] + 7 * ranges(np.zeros(len(some), np.int64), count)
    after = _rounded_at(cut, made, some[row], np.minimum(week + 7, end[row]), terms)
    before = np.empty_like(after)  # as the piece before it ended, in the same stretch
    before[1:] = after[:-1]
    opening = np.cumsum(count) - count
    before[opening] = _rounded_at(cut, made, some, first, terms)
    pence = after - before
    key = keyed(who[row], week)
    groups = group_starts(key)
    total = np.add.reduceat(pence, groups) if len(groups) else pence
    owner, monday = unkeyed(key[groups])
    return AccountLines(owner, np.full(len(groups), METERED), monday, np.minimum(monday + 7, until[owner]), total)


def _rounded_at(cut: AccountStretches, made: MeterTotals, rows: Ints, day: Ints, terms: Terms) -> Ints:
    """The rounded total as a day inside a stretch (or its end) begins."""
    cap = cut.cap[rows] * PARTS
    parts = np.minimum(made.before[rows] + cut.counted[rows] * (day - cut.first[rows]), cap)
    return round_parts(parts, made.more[rows] & (parts < cap), terms.rounding)


def _jumps(made: MeterTotals, until: Ints) -> AccountLines:
    jumps = made.jumps
    here = jumps.on < until[jumps.who]
    who, on, pence = jumps.who[here], jumps.on[here], jumps.pence[here]
    kind = np.where(jumps.adjustment[here], ADJUSTMENT, BROUGHT_IN)
    order = np.lexsort((on, kind, who))
    who, on, kind, pence = who[order], on[order], kind[order], pence[order]
    groups = group_starts(who, kind, on)
    total = np.add.reduceat(pence, groups) if len(groups) else pence
    return AccountLines(who[groups], kind[groups].astype(np.int64), on[groups], on[groups] + 1, total)
