"""Where each account stands: its total, how fast it counts, the day the cap was reached or will be."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from billing.care_accounts.stretches import PARTS, AccountStretches, CareAccounts, Flags
from billing.care_accounts.totals import NEVER, MeterTotals
from finance.care_cap import Terms
from finance.care_cap.statement import FURTHEST_DAYS
from finance.columns import Ints
from finance.days import FOR_EVER
from finance.keys import keyed
from finance.money import round_pence

COLUMNS = ("total", "cap", "metered_to", "care_home", "weekly", "reached", "left", "projected", "closed")


@dataclass(frozen=True, slots=True)
class Positions:
    """One row a person who has an account. Money is pence, ``left`` 420ths of a penny; NEVER stands for no day.

    ``metered_to``: the first day not metered, where charges and budgets end. ``weekly``: what counted on the last day
    metered, as pence a week. ``projected``: the day the cap will be reached if care goes on as on that day; the day it
    was reached, where it was.
    """

    who: Ints
    total: Ints
    cap: Ints
    metered_to: Ints
    care_home: Ints
    weekly: Ints
    reached: Ints
    left: Ints
    projected: Ints
    closed: Ints

    def take(self, rows: Ints | Flags) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def __len__(self) -> int:
        return len(self.who)


def positions(accounts: CareAccounts, cut: AccountStretches, made: MeterTotals, terms: Terms, up_to: int) -> Positions:
    """Where every account that was ever kept stands."""
    who = np.flatnonzero(made.cap != NEVER)
    stop = np.minimum(accounts.closed, up_to)
    metered_to = np.full(len(accounts), NEVER, np.int64)
    care = accounts.cares
    np.maximum.at(metered_to, care.who, np.minimum(care.end, stop[care.who]))
    metered_to = np.where(metered_to == NEVER, stop, metered_to)[who]
    last = np.searchsorted(keyed(cut.who, cut.first), keyed(who, metered_to - 1), side="right") - 1
    reached = made.reached[who]
    counted = np.where((reached == NEVER) & cut.kept[last], cut.counted[last], 0)
    room = made.cap[who] * PARTS - made.parts[who]
    days = np.where(counted > 0, -(-room // np.maximum(counted, 1)), FOR_EVER)
    near = days <= FURTHEST_DAYS
    projected = np.where(reached != NEVER, reached, np.where(near, metered_to + days - 1, NEVER))
    closed = np.where(accounts.closed[who] <= up_to, accounts.closed[who], NEVER)
    weekly = round_pence(counted * 7, PARTS, terms.rounding)
    return Positions(
        who,
        made.rounded(terms.rounding)[who],
        made.cap[who],
        metered_to,
        _in_a_home(accounts, who, metered_to),
        weekly,
        reached,
        np.where(reached != NEVER, made.left[who], 0),
        projected,
        closed,
    )


def _in_a_home(accounts: CareAccounts, who: Ints, metered_to: Ints) -> Ints:
    """Whether care was in a home on the last day metered."""
    day = np.full(len(accounts), NEVER, np.int64)
    day[who] = metered_to - 1
    care = accounts.cares
    on = care.home & (care.first <= day[care.who]) & (day[care.who] < care.end) & (care.daily > 0)
    found = np.zeros(len(accounts), np.int64)
    found[care.who[on]] = 1
    return found[who]
