"""What is due to the ledger from the facts about receipts, as believed at a change; and why that differs from before.

Columns only. Four sorts of fact post: receipts, receipts returned, refunds and write-offs. A payer of nought is money
nobody has been found for. A request nobody has signed for is due nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints

RECEIPT, UNIDENTIFIED, RETURNED, RETURNED_UNIDENTIFIED, REFUND, WRITE_OFF, INTEREST = range(7)
KINDS = [
    "receipt",
    "unidentified receipt",
    "returned receipt",
    "returned unidentified receipt",
    "refund",
    "write-off",
    "refund interest",
]
GIVING_BACK = (REFUND, INTEREST)
"""What a refund posts: all that is paid, and the interest in it, which is owed and was never received."""
SORT = np.asarray([0, 0, 1, 1, 2, 3, 2], dtype=np.int64)
"""The sort of fact behind each kind: a receipt, a return, a refund, a write-off."""
SORTS = 4

CAUSES = (
    "it was recorded",
    "it is for another payer",
    "its day or amount was corrected",
    "it was cancelled",
    "its day has come",
    "an earlier run left it unsettled",
    "no more is given up than is owed",
)
NEW, MOVED, CORRECTED, CANCELLED, DAY_CAME, UNSETTLED, OWED = (1 << place for place in range(len(CAUSES)))


def cause_words(mask: int) -> str:
    """The causes in a mask, in words."""
    return "; ".join(words for place, words in enumerate(CAUSES) if mask >> place & 1)


@dataclass(frozen=True)
class ReceiptVersions:
    """Versions of facts of one sort. ``superseded``: 0 while believed. ``payer``: 0 when none is given. ``owner``: the
    receipt of a return or an identification. ``pence``, and of a refund ``interest`` besides: 0 for a request nobody
    has signed for."""

    nr: Ints
    learned: Ints
    superseded: Ints
    on: Ints
    pence: Ints
    payer: Ints
    owner: Ints
    interest: Ints

    def __len__(self) -> int:
        return len(self.nr)

    def take(self, rows: Ints | NDArray[np.bool_]) -> Self:
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def at(self, known: int) -> Self:
        """Those believed at a change, in order of number."""
        held = self.take((self.learned <= known) & ((self.superseded == 0) | (self.superseded > known)))
        return held.take(np.argsort(held.nr, kind="stable"))


@dataclass(frozen=True)
class ReceiptFacts:
    """Every version of the facts a run looks at. Returns come with their receipts."""

    receipts: ReceiptVersions
    identifications: ReceiptVersions
    returns: ReceiptVersions
    refunds: ReceiptVersions
    write_offs: ReceiptVersions

    def of_sort(self, sort: int) -> ReceiptVersions:
        return (self.receipts, self.returns, self.refunds, self.write_offs)[sort]


@dataclass(frozen=True)
class ReceiptsDue:
    """What is due at a change: one row a fact. ``pence`` is signed: below nought lowers what the payer owes."""

    nr: Ints
    kind: Ints
    payer: Ints
    on: Ints
    pence: Ints
    learned: Ints

    def take(self, rows: Ints | NDArray[np.bool_]) -> Self:
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})

    def __len__(self) -> int:
        return len(self.nr)

    @classmethod
    def together(cls, parts: Sequence["ReceiptsDue"]) -> "ReceiptsDue":
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))


def due_at(facts: ReceiptFacts, known: int, up_to: int) -> ReceiptsDue:
    """What the facts believed at change ``known`` make due for days before ``up_to``."""
    receipts = _identified(facts.receipts.at(known), facts.identifications.at(known))
    returns, found = _returned(facts.returns.at(known), receipts)
    unknown = receipts.payer == 0
    write_offs = facts.write_offs.at(known)
    rows = [
        _rows(receipts, np.where(unknown, UNIDENTIFIED, RECEIPT), receipts.payer, -receipts.pence),
        _rows(
            returns,
            np.where(receipts.payer[found] == 0, RETURNED_UNIDENTIFIED, RETURNED),
            receipts.payer[found],
            receipts.pence[found],
        ),
        *_given_back(facts.refunds.at(known)),
        _of_kind(write_offs, WRITE_OFF, -write_offs.pence),
    ]
    every = ReceiptsDue.together(rows)
    return every.take((every.on < up_to) & (every.pence != 0))


def _rows(facts: ReceiptVersions, kind: Ints, payer: Ints, pence: Ints) -> ReceiptsDue:
    return ReceiptsDue(facts.nr, kind.astype(np.int64), payer, facts.on, pence, facts.learned)


def _of_kind(facts: ReceiptVersions, kind: int, pence: Ints) -> ReceiptsDue:
    return _rows(facts, np.full(len(facts), kind, np.int64), facts.payer, pence)


def _given_back(refunds: ReceiptVersions) -> tuple[ReceiptsDue, ReceiptsDue]:
    """What is paid, interest and all; and the interest, which the council owes though it never received it."""
    paid = _of_kind(refunds, REFUND, refunds.pence + refunds.interest)
    return paid, _of_kind(refunds, INTEREST, -refunds.interest)


def _identified(receipts: ReceiptVersions, found: ReceiptVersions) -> ReceiptVersions:
    """Receipts with the payer found out later in place of the one they came with; the latest word stands."""
    latest = found.take(np.lexsort((found.nr, found.learned, found.owner)))
    place, known = _look(receipts.nr, latest.owner)
    if not known.any():
        return receipts
    return replace(
        receipts,
        payer=np.where(known, latest.payer[place], receipts.payer),
        learned=np.where(known, np.maximum(latest.learned[place], receipts.learned), receipts.learned),
    )


def _returned(returns: ReceiptVersions, receipts: ReceiptVersions) -> tuple[ReceiptVersions, Ints]:
    """(returns of receipts believed, the row of each one's receipt). Of two returns of one receipt the first stands:
    money can be taken back but once."""
    place, known = _look(returns.owner, receipts.nr)
    _, first = np.unique(returns.owner, return_index=True)
    once = np.zeros(len(returns), bool)
    once[first] = True
    kept = known & once
    return returns.take(kept), place[kept]


def _look(wanted: Ints, among: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """(place of the last row of ``among``, sorted, that equals each wanted number; whether there is one)."""
    if not len(among):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), bool)
    place = np.maximum(np.searchsorted(among, wanted, side="right") - 1, 0)
    return place, among[place] == wanted


def causes(now: ReceiptsDue, then: ReceiptsDue, up_to_then: int) -> dict[tuple[int, int], int]:
    """(sort, number) of every fact whose due differs from what it was, and why. ``then`` holds days not come yet."""
    facts: dict[tuple[int, int], int] = {}
    was = _by_fact(then)
    stands = _by_fact(now)
    for fact, (payer, on, pence) in stands.items():
        if fact not in was:
            facts[fact] = NEW
            continue
        old_payer, old_on, old_pence = was[fact]
        mask = (MOVED if payer != old_payer else 0) | (CORRECTED if (on, pence) != (old_on, old_pence) else 0)
        facts[fact] = mask or (DAY_CAME if on >= up_to_then else 0)
    facts.update({fact: CANCELLED for fact in was if fact not in stands})
    return facts


def _by_fact(due: ReceiptsDue) -> dict[tuple[int, int], tuple[int, int, tuple[int, ...]]]:
    """(payer, day, pence of each kind) of every fact."""
    columns = (SORT[due.kind], due.nr, due.payer, due.on, due.pence)
    found: dict[tuple[int, int], tuple[int, int, tuple[int, ...]]] = {}
    for sort, nr, payer, on, pence in zip(*(each.tolist() for each in columns), strict=True):
        before = found.get((sort, nr), (payer, on, ()))[2]
        found[sort, nr] = (payer, on, (*before, pence))
    return found
