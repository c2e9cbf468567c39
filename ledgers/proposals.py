"""Due less posted: the one idea, over columns. What is due, worked out afresh, less what the ledger holds, is
proposed.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from finance.columns import Ints, codes, dates, ints, words
from finance.timelines import distinct, group_starts
from ledgers.coding.rules import Coding, Combination
from ledgers.runs import PROPOSAL


@dataclass(frozen=True)
class Keyed:
    """Rows by what the ledger knows them by. ``kind`` is a place in the stream's list of kinds; days are day
    numbers.
    """

    subject: Ints
    kind: Ints
    funder: Ints
    party: Ints
    period: Ints

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Self:
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def __len__(self) -> int:
        return len(self.subject)


@dataclass(frozen=True)
class DueRows(Keyed):
    pence: Ints


@dataclass(frozen=True)
class PostedRows(Keyed):
    """Entries as they stand in the ledger, one row each."""

    pence: Ints
    revision: Ints
    debit: Ints
    credit: Ints

    @classmethod
    def of(cls, entries: pa.Table, kinds: list[str]) -> "PostedRows":
        """Entries as they were read. ``kinds``: the stream's own; a kind that is not among them is -1."""
        return cls(
            ints(entries, "subject"),
            codes(entries, "kind", kinds),
            ints(entries, "funder"),
            ints(entries, "party"),
            ints(entries, "period_starts"),
            ints(entries, "amount"),
            ints(entries, "revision"),
            ints(entries, "debit"),
            ints(entries, "credit"),
        )


@dataclass(frozen=True)
class Proposal(Keyed):
    """What to post. ``of_due``: the row of the due table (-1 where nothing is due any more); ``revision``: this
    posting's place among those of its key; ``debit`` and ``credit``: the accounts the key was last posted to, 0 if
    never.
    """

    due: Ints
    posted: Ints
    revision: Ints
    debit: Ints
    credit: Ints
    of_due: Ints


def propose(due: DueRows, posted: PostedRows) -> Proposal:
    """One row for every key whose due differs from what is posted. Rows of ``due`` have distinct keys."""
    if len(posted):
        subjects = distinct(posted.subject)
        place = np.minimum(np.searchsorted(subjects, due.subject), len(subjects) - 1)
        met = subjects[place] == due.subject
    else:
        met = np.zeros(len(due), bool)
    fresh = np.flatnonzero(~met & (due.pence != 0))
    nought = np.zeros(len(fresh), np.int64)
    new = due.take(fresh)
    first = Proposal(
        new.subject, new.kind, new.funder, new.party, new.period, new.pence, nought, nought + 1, nought, nought, fresh
    )
    if not len(posted):
        return first
    again = _against(due, np.flatnonzero(met), posted)
    return Proposal(*(np.concatenate([getattr(first, f.name), getattr(again, f.name)]) for f in fields(Proposal)))


def _against(due: DueRows, rows: Ints, posted: PostedRows) -> Proposal:
    some = due.take(rows)
    zero_due, zero_posted = np.zeros(len(posted), np.int64), np.zeros(len(some), np.int64)
    key = [
        np.concatenate([getattr(some, name), getattr(posted, name)])
        for name in ("subject", "period", "kind", "funder", "party")
    ]
    revision = np.concatenate([zero_posted, posted.revision])
    order = np.lexsort((revision, *reversed(key)))
    key = [each[order] for each in key]
    first = group_starts(*key)
    if not len(first):
        return Proposal(*([np.empty(0, np.int64)] * len(fields(Proposal))))
    last = np.append(first[1:], len(order)) - 1

    def summed(one: Ints, other: Ints) -> Ints:
        return np.asarray(np.add.reduceat(np.concatenate([one, other])[order], first), dtype=np.int64)

    def latest(of_posted: Ints) -> Ints:
        return np.asarray(np.concatenate([zero_posted, of_posted])[order][last], dtype=np.int64)

    is_due = summed(some.pence, zero_due)
    is_posted = summed(zero_posted, posted.pence)
    source = np.maximum.reduceat(np.concatenate([rows, zero_due - 1])[order], first)
    subject, period, kind, funder, party = (each[first] for each in key)
    made = Proposal(
        subject,
        kind,
        funder,
        party,
        period,
        is_due,
        is_posted,
        latest(posted.revision) + 1,
        latest(posted.debit),
        latest(posted.credit),
        source,
    )
    return made.take(is_due != is_posted)


def accounts_of(
    proposed: Proposal, coding: Coding, code: Ints, combination: Callable[[int], Combination], effective: Ints
) -> tuple[Ints, Ints]:
    """The accounts (debited, credited) of each row. A key posted before keeps its own; a new one is coded by the rules
    of its effective day. ``code``: a number for everything its coding turns on, which ``combination`` spells out.
    """
    if not len(proposed):
        return proposed.debit, proposed.credit
    distinct, which = np.unique(code, return_inverse=True)
    combinations = [combination(each) for each in distinct.tolist()]
    debit, credit = coding.columns(combinations, which.astype(np.int64), effective)
    fresh = proposed.debit == 0
    return np.where(fresh, debit, proposed.debit), np.where(fresh, credit, proposed.credit)


def as_proposal(
    proposed: Proposal,
    kinds: list[str],
    accounts: tuple[Ints, Ints],
    *,
    ends: Ints,
    cause: Ints,
    window: int,
    service: Ints | None = None,
    person: Ints | None = None,
) -> pa.Table:
    """The proposal as a run keeps it, in order of subject, period, kind, funder and party.

    ``ends``: the first day after each row's period. ``window``: the first day of the run's own; earlier periods are
    late.
    """
    nought = np.zeros(len(proposed), np.int64)
    order = np.lexsort((proposed.party, proposed.funder, proposed.kind, proposed.period, proposed.subject))
    columns: dict[str, Ints] = {
        "subject": proposed.subject,
        "kind": proposed.kind,
        "funder": proposed.funder,
        "party": proposed.party,
        "period_starts": proposed.period,
        "period_ends": ends,
        "due": proposed.due,
        "posted": proposed.posted,
        "amount": proposed.due - proposed.posted,
        "revision": proposed.revision,
        "service": nought if service is None else service,
        "person": nought if person is None else person,
        "debit": accounts[0],
        "credit": accounts[1],
        "cause": cause,
        "late": (proposed.period < window).astype(np.int64),
    }
    made = {}
    for field in PROPOSAL:
        column = columns[field.name][order]
        if field.name == "kind":
            made[field.name] = words(column, kinds)
        elif pa.types.is_date(field.type):
            made[field.name] = dates(column)
        else:
            made[field.name] = pa.array(column).cast(field.type)
    return pa.table(made, schema=PROPOSAL)
