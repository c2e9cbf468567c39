"""A credit is backed by money: what stands of each write-off, and which refunds there is money for. Pure.

What is given up can be no more than is owed without it, so a write-off stands only as far as a bill it is for has
something left: the rest falls away by itself, and comes back if the bill does. A refund can be no more than was
received and not used; one that would be waits, whole, until there is the money.

Both are judged by what is posted and what this run is about to post of receipts and returns.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa

from billing.receipts.balances import BalanceRows, position
from billing.receipts.facts import GIVING_BACK, KINDS, RECEIPT, REFUND, RETURNED, WRITE_OFF, ReceiptsDue
from finance.columns import Ints, dates, words
from finance.money import sterling
from finance.problems import Refusal
from ledgers.proposals import DueRows, PostedRows, propose
from ledgers.runs import PARKED


@dataclass(frozen=True)
class Backed:
    """What is due once credit is backed by money, and what of it is posted. ``waiting``: refunds with no money behind
    them, by number, and what there is for each; ``lowered``: write-offs of which less stands than was signed for."""

    due: ReceiptsDue
    posted: PostedRows
    waiting: dict[int, int]
    lowered: frozenset[int]

    @classmethod
    def as_signed(cls, due: ReceiptsDue, posted: PostedRows) -> Self:
        return cls(due, posted, {}, frozenset())


def as_due(due: ReceiptsDue) -> DueRows:
    """What is due, as rows of the ledger."""
    return DueRows(due.nr, due.kind, np.zeros(len(due), np.int64), due.payer, due.on, due.pence)


def concerned(due: ReceiptsDue) -> Ints:
    """Payers who are given money back or whose debt is given up."""
    return np.unique(due.payer[(due.kind == REFUND) | (due.kind == WRITE_OFF)])


def backed(due: ReceiptsDue, posted: PostedRows, accounts: BalanceRows) -> Backed:
    """``due``: as the facts alone make it; ``accounts``: what is posted of the payers it concerns."""
    found = position(_with_this_run(due, posted, accounts))
    standing = found.standing()
    given_up = due.kind == WRITE_OFF
    stands = np.asarray([standing.get(nr, 0) for nr in due.nr[given_up].tolist()], dtype=np.int64)
    pence = due.pence.copy()
    pence[given_up] = -stands
    lowered = frozenset(due.nr[given_up][due.pence[given_up] != -stands].tolist())
    waiting = _waiting(due, posted, found.refundable())
    waits = np.isin(due.kind, GIVING_BACK) & np.isin(due.nr, list(waiting))
    gave = np.isin(posted.kind, GIVING_BACK) & np.isin(posted.subject, list(waiting))
    return Backed(replace(due, pence=pence).take(~waits & (pence != 0)), posted.take(~gave), waiting, lowered)


def _waiting(due: ReceiptsDue, posted: PostedRows, there_is: dict[int, int]) -> dict[int, int]:
    """Refunds that come to more than there is, but for interest, in the order they were asked for, and what there is
    for each."""
    gave = posted.take(np.isin(posted.kind, GIVING_BACK))
    proposed = propose(as_due(due.take(np.isin(due.kind, GIVING_BACK))), gave)
    more: dict[int, dict[int, int]] = {}
    for nr, payer, pence in zip(
        proposed.subject.tolist(), proposed.party.tolist(), (proposed.due - proposed.posted).tolist(), strict=True
    ):
        by_payer = more.setdefault(nr, {})
        by_payer[payer] = by_payer.get(payer, 0) + pence
    left = dict(there_is)
    waiting = {}
    for nr in sorted(more):
        short = {payer: pence for payer, pence in more[nr].items() if pence > max(left.get(payer, 0), 0)}
        if short:
            waiting[nr] = left.get(next(iter(short)), 0)
            continue
        for payer, pence in more[nr].items():
            left[payer] = left.get(payer, 0) - pence
    return waiting


def _with_this_run(due: ReceiptsDue, posted: PostedRows, accounts: BalanceRows) -> BalanceRows:
    """The accounts with what this run posts of receipts and returns, and every write-off whole."""
    rows = accounts.entries
    other = np.asarray([kind != KINDS[WRITE_OFF] for kind in rows["kind"].to_pylist()], dtype=bool)
    money = np.isin(due.kind, [RECEIPT, RETURNED])
    of_money = np.isin(posted.kind, [RECEIPT, RETURNED])
    proposed = propose(as_due(due.take(money)), posted.take(of_money))
    whole = due.take(due.kind == WRITE_OFF)
    kind = np.concatenate([proposed.kind, whole.kind])
    more = pa.table(
        {
            "party": np.concatenate([proposed.party, whole.payer]),
            "kind": words(kind, KINDS),
            "subject": np.concatenate([proposed.subject, whole.nr]),
            "on": dates(np.concatenate([proposed.period, whole.on])),
            "pence": np.concatenate([proposed.due - proposed.posted, whole.pence]),
        }
    )
    more = more.filter(pa.array(np.isin(more["party"].to_numpy(), list(accounts.balance))))
    gone, kept = rows.filter(pa.array(~other)), rows.filter(pa.array(other))
    balance = dict(accounts.balance)
    for sign, table in ((1, more), (-1, gone)):
        for party, pence in zip(table["party"].to_pylist(), table["pence"].to_pylist(), strict=True):
            balance[party] += sign * pence
    entries = pa.concat_tables([kept, more.select(kept.column_names).cast(kept.schema)])
    return replace(accounts, entries=entries, balance=balance)


class MoneyHeld(Refusal):
    """A refund of money that the same run holds back."""


def check_held(posted: pa.Table, waits: pa.Table) -> None:
    """Raise MoneyHeld where a run gives money back to a payer and holds money of theirs: what is given back might be
    what is held."""
    held = {row["party"] for row in waits.select(["party", "amount"]).to_pylist() if row["amount"] < 0}
    for row in posted.select(["kind", "party", "amount"]).to_pylist():
        if row["kind"] == KINDS[REFUND] and row["amount"] > 0 and row["party"] in held:
            raise MoneyHeld(
                f"The run gives {sterling(row['amount'])} back to a payer, and money of theirs in it is held.",
                "Hold the payer, so that the refund waits as well, or let the money go.",
            )


def parked(due: ReceiptsDue, waiting: dict[int, int]) -> pa.Table:
    """Refunds that wait for money, as a run keeps what it cannot work out."""
    waits = due.take(np.isin(due.kind, GIVING_BACK) & np.isin(due.nr, list(waiting)))
    rows = waits.take(waits.kind == REFUND)
    pence = {nr: int(waits.pence[waits.nr == nr].sum()) for nr in rows.nr.tolist()}
    said = [
        f"A refund of {sterling(pence[nr])} is more than was received and not used: {sterling(waiting[nr])}."
        for nr in rows.nr.tolist()
    ]
    do = "Ask for no more than that, or withdraw it. It is looked at again by the next run."
    return pa.table(
        {
            "subject": rows.nr,
            "kind": words(rows.kind, KINDS),
            "what": said,
            "what_to_do": [do] * len(rows),
            "since": dates(rows.on),
        },
        schema=PARKED,
    )
