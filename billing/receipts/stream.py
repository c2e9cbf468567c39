"""The receipts stream: money received, taken back, given back and given up, ready for the run machine.

There is one cash book a council, so one calendar, 0; a period is a day. An amount above nought raises what the payer
owes, below nought lowers it. A receipt nobody has been found for stands on party 0: identified, it leaves there and
comes to its payer, by the same due less posted as everything else. Only facts told since the last run, or whose day has
come, are worked out; and what was given up, which stands only while so much is owed (``backing``).
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from billing.receipts import balances_store, store
from billing.receipts.backing import Backed, as_due, backed, concerned, parked
from billing.receipts.checks import find
from billing.receipts.facts import (
    KINDS,
    OWED,
    SORT,
    SORTS,
    UNSETTLED,
    WRITE_OFF,
    ReceiptFacts,
    ReceiptsDue,
    causes,
    due_at,
)
from billing.receipts.policy import ReceiptsPolicy
from finance.columns import Bulk, Ints, codes, dates, ints, words
from finance.days import FOR_EVER, number
from ledgers import entries_store
from ledgers import store as ledger
from ledgers.coding.rules import Coding, Combination
from ledgers.proposals import PostedRows, Proposal, accounts_of, as_proposal, propose
from ledgers.runs import Finding, Run, Worked
from ledgers.streams import RECEIPTS

NAME = RECEIPTS.name
CALENDAR, CALENDAR_NAME = 0, "cash book"
_LAST_SUBJECT = 2**62


class Receipts:
    """The stream of money received."""

    name = NAME
    settles = False

    def __init__(self, coding: Coding) -> None:
        self.coding = coding

    def prepare(self, bulk: Bulk, run: Run) -> "PreparedReceipts":
        left = ledger.read_outstanding(bulk, run)
        sort = SORT[codes(left, "kind", KINDS)]
        subject = ints(left, "subject")
        facts = store.read_facts(bulk, run, {each: subject[sort == each] for each in range(SORTS)})
        signed = due_at(facts, run.known, number(run.up_to))
        return PreparedReceipts(run, facts, signed, _backed(bulk, signed, _posted(bulk, run, facts)), self.coding)

    def findings(self, bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
        return find(bulk, run, proposal)

    def withheld(self, bulk: Bulk, run: Run, parties: Any) -> dict[int, str]:
        return {}

    def conclude(self, bulk: Bulk, run: Run, posted: pa.Table, at: dt.datetime) -> None:
        """Nothing else: a receipt needs no paper of its own."""


def _posted(bulk: Bulk, run: Run, facts: ReceiptFacts) -> PostedRows:
    """What the ledger holds of these facts: every version's day is looked at, for an entry stands on the day it was
    told of."""
    sorts = [facts.of_sort(sort) for sort in range(SORTS)]
    pairs = np.unique(
        np.column_stack([np.concatenate([each.nr for each in sorts]), np.concatenate([each.on for each in sorts])]),
        axis=0,
    )
    scope = pa.table({"subject": pairs[:, 0], "period_starts": dates(pairs[:, 1])})
    rows = entries_store.read_posted(bulk, NAME, run.calendar, dt.date.max, scope)
    made = PostedRows.of(rows, KINDS)
    ours = np.zeros(len(made), bool)
    for sort, each in enumerate(sorts):  # a receipt and a refund may have the same number
        ours |= (SORT[made.kind] == sort) & np.isin(made.subject, each.nr)
    return made.take(ours)


def _backed(bulk: Bulk, signed: ReceiptsDue, posted: PostedRows) -> Backed:
    """What is due of what was signed for, by the accounts of whoever it concerns."""
    payers = concerned(signed)
    if not len(payers):
        return Backed.as_signed(signed, posted)
    return backed(signed, posted, balances_store.read_accounts(bulk, payers))


@dataclass(frozen=True)
class PreparedReceipts:
    """One run's facts and posted entries, cut into chunks by the facts' numbers. ``signed``: what the facts alone make
    due."""

    run: Run
    facts: ReceiptFacts
    signed: ReceiptsDue
    backed: Backed
    coding: Coding

    @property
    def due(self) -> ReceiptsDue:
        return self.backed.due

    @property
    def posted(self) -> PostedRows:
        return self.backed.posted

    @cached_property
    def _causes(self) -> dict[tuple[int, int], int]:
        then = due_at(self.facts, self.run.known_before, FOR_EVER)
        found = causes(self.signed, then, number(self.run.window_starts))
        sort = int(SORT[WRITE_OFF])
        signed = self.signed.nr[self.signed.kind == WRITE_OFF].tolist()
        moved = {(sort, nr): OWED for nr in signed if nr in self.backed.lowered or not found.get((sort, nr))}
        return found | {fact: found.get(fact, 0) | cause for fact, cause in moved.items()}

    @cached_property
    def chunks(self) -> list[tuple[int, int]]:
        size = ReceiptsPolicy.from_json(self.run.policy).lines_a_chunk
        subjects = np.unique(np.concatenate([self.signed.nr, self.posted.subject]))
        inner = subjects[size::size].tolist()
        return [*zip([0, *inner], [*inner, _LAST_SUBJECT], strict=True)]

    def work_out(self, number_: int) -> Worked:
        first, end = self.chunks[number_]
        due = self.due.take((self.due.nr >= first) & (self.due.nr < end))
        posted = self.posted.take((self.posted.subject >= first) & (self.posted.subject < end))
        waits = self.signed.take((self.signed.nr >= first) & (self.signed.nr < end))
        return Worked(self._table(propose(as_due(due), posted)), _steps(due), parked(waits, self.backed.waiting))

    def _table(self, proposed: Proposal) -> pa.Table:
        """The proposal as the run keeps it, each row with its two accounts and its cause."""
        facts = zip(SORT[proposed.kind].tolist(), proposed.subject.tolist(), strict=True)
        cause = np.asarray([self._causes.get(fact) or UNSETTLED for fact in facts], dtype=np.int64)
        window = number(self.run.window_starts)
        return as_proposal(
            proposed, KINDS, self._accounts(proposed), ends=proposed.period + 1, cause=cause, window=window
        )

    def _accounts(self, proposed: Proposal) -> tuple[Ints, Ints]:
        def combination(kind: int) -> Combination:
            return Combination(KINDS[kind])

        return accounts_of(proposed, self.coding, proposed.kind, combination, proposed.period)


def _steps(due: ReceiptsDue) -> pa.Table:
    """Behind each line: the fact, the change that told us of it, and what it makes due."""
    return pa.table(
        {
            "subject": due.nr,
            "kind": words(due.kind, KINDS),
            "party": due.payer,
            "period_starts": dates(due.on),
            "learned": due.learned,
            "due": due.pence,
        }
    )
