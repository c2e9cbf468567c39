"""From facts as stored to what the rules are asked about: one person's, or many people's as columns; bad ones
set apart.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa

from billing.care_accounts.stretches import A_WEEK, BroughtIn, CareAccounts, Cares, daily_parts, kept_on
from finance.care_cap import AccountFacts, Budget, Met, MeteredCare, Terms, Transfer
from finance.columns import Ints, codes, ends, ints, texts
from finance.days import FOR_EVER, day, spoken
from finance.timelines import group_starts

DIRECTIONS = ["in", "out"]
IN, OUT = range(2)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of some people. ``people``: their numbers, in order.

    ``charges``: person, line, period_starts, starts, ends, care_home, pence, intake; the latest intake of a line's
    period stands. ``budgets`` and ``transfers``: the facts believed.
    """

    people: Ints
    charges: pa.Table
    budgets: pa.Table
    transfers: pa.Table

    def only(self, person: int) -> Self:
        def mine(rows: pa.Table) -> pa.Table:
            return rows.filter(pa.array(ints(rows, "person") == person))

        return type(self)(np.asarray([person], np.int64), mine(self.charges), mine(self.budgets), mine(self.transfers))


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why one person's account cannot be worked out, and what to do. It is left as it was."""

    person: int
    what: str
    what_to_do: str


def standing(charges: pa.Table) -> pa.Table:
    """The charges that stand: of each person, line and bill period, those of the latest intake, without noughts."""
    person, line, period, intake = (ints(charges, name) for name in ("person", "line", "period_starts", "intake"))
    order = np.lexsort((intake, period, line, person))
    begins = group_starts(person[order], line[order], period[order])
    if not len(begins):
        return charges
    newest = np.maximum.reduceat(intake[order], begins)
    kept = intake[order] == np.repeat(newest, np.diff(np.append(begins, len(order))))
    rows = order[kept]
    return charges.take(pa.array(rows[ints(charges, "pence")[rows] > 0]))


def accounts(stored: Stored, terms: Terms) -> tuple[CareAccounts, list[Wrong]]:
    """Facts as columns, ``who`` a place in ``stored.people``; and people whose facts cannot be so, who have
    none of them.
    """
    people = stored.people
    charged = standing(stored.charges)
    from_charges, from_budgets = _charged(charged, people), _budgeted(stored.budgets, people)
    cares = Cares(
        *(np.concatenate([getattr(from_charges, name), getattr(from_budgets, name)]) for name in Cares.__slots__)
    )
    moved = stored.transfers
    who, on, direction = _who(moved, people), ints(moved, "starts"), codes(moved, "direction", DIRECTIONS)
    closed = np.full(len(people), FOR_EVER, np.int64)
    np.minimum.at(closed, who[direction == OUT], on[direction == OUT])
    wrong = _wrong(stored, terms, who, on, direction, closed)
    opened = np.full(len(people), FOR_EVER, np.int64)
    np.minimum.at(opened, cares.who, cares.first)
    np.minimum.at(opened, who, on)
    brought = direction == IN
    every = BroughtIn(who[brought], on[brought], ints(moved, "accrued", 0)[brought], ints(moved, "cap", 0)[brought])
    bad = np.isin(people, [each.person for each in wrong])
    if bad.any():
        cares = cares.take(~bad[cares.who])
        kept = ~bad[every.who]
        every = BroughtIn(*(getattr(every, name)[kept] for name in BroughtIn.__slots__))
        opened[bad] = FOR_EVER
    return CareAccounts(opened, closed, cares, every), wrong


def one(stored: Stored, name: str) -> AccountFacts:
    """One person's facts, as the rules take them."""
    care = []
    for row in standing(stored.charges).to_pylist():
        care.append(MeteredCare.charged(row["starts"], row["ends"], row["pence"], care_home=row["care_home"]))
    budgets = []
    for row in stored.budgets.to_pylist():
        first = max(row["starts"], row["required"])
        if row["ends"] is None or first < row["ends"]:
            care.append(MeteredCare(first, row["ends"], Met.OTHERWISE, row["weekly"], row["living_costs"]))
            budgets.append(Budget(first, row["ends"]))
    moved = stored.transfers.to_pylist()
    brought = [Transfer(r["starts"], r["accrued"], r["cap"], r["council"]) for r in moved if r["direction"] == "in"]
    out = [row["starts"] for row in moved if row["direction"] == "out"]
    return AccountFacts(name, tuple(care), tuple(budgets), tuple(brought), min(out, default=None))


def _who(rows: pa.Table, people: Ints) -> Ints:
    return np.asarray(np.searchsorted(people, ints(rows, "person")), np.int64)


def _charged(rows: pa.Table, people: Ints) -> Cares:
    first, end = ints(rows, "starts"), ints(rows, "ends")
    daily = daily_parts(ints(rows, "pence"), end - first)
    home = np.asarray(rows["care_home"].to_numpy(zero_copy_only=False), bool)
    return Cares(_who(rows, people), first, end, daily, np.zeros(len(first), bool), home)


def _budgeted(rows: pa.Table, people: Ints) -> Cares:
    """Needs met otherwise count from the later of the budget's first day and the day the assessment had to be made."""
    first, end = np.maximum(ints(rows, "starts"), ints(rows, "required")), ends(rows)
    home = np.asarray(rows["living_costs"].to_numpy(zero_copy_only=False), bool)
    every = Cares(_who(rows, people), first, end, ints(rows, "weekly") * A_WEEK, np.ones(len(first), bool), home)
    return every.take(first < end)


def _wrong(stored: Stored, terms: Terms, who: Ints, on: Ints, direction: Ints, closed: Ints) -> list[Wrong]:
    """Transfers that cannot be so. One word a person is enough: their account waits until it is put right."""
    moved = stored.transfers
    if not moved.num_rows:
        return []
    brought = direction == IN
    empty = brought & ((ints(moved, "accrued") < 0) | (ints(moved, "cap") < 0))
    no_cap = brought & (ints(moved, "accrued", 0) > 0) & (ints(moved, "cap", 0) == 0)
    off = brought & ~kept_on(terms, on)
    again = (on > closed[who]) | ((on == closed[who]) & brought)
    refs = texts(moved, "ref")
    found: dict[int, Wrong] = {}
    for row in np.flatnonzero(empty | no_cap | off | again).tolist():
        when = spoken(day(int(on[row])))
        if empty[row] or no_cap[row]:
            what = f"transfer {refs[row]}, brought in on {when}, has no total, or no cap beside it."
            to_do = "Ask that council for the accrued costs and the cap they were measured by."
        elif off[row]:
            what = f"transfer {refs[row]} was brought in on {when}, when no care accounts are kept."
            to_do = "Correct the day, or switch care accounts on from it."
        else:
            what = f"transfer {refs[row]} on {when} follows the day another council took over."
            to_do = "Correct the days. An account that has closed is not opened again: ask before recording a return."
        person = int(stored.people[who[row]])
        found.setdefault(person, Wrong(person, what, to_do))
    return list(found.values())
