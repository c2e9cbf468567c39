"""SQL of what direct debits take: of which bills, the receipts they make, and what comes back."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import and_, select

from billing.direct_debits import tables as t
from billing.direct_debits.announcing import CollectionStanding
from billing.direct_debits.states import BACK, OPEN, CollectionStatus
from billing.direct_debits.store import among, append
from billing.receipts import tables as r
from billing.receipts.balances_store import came_by
from finance.columns import Bulk, Ints, codes, ints
from finance.days import FOR_EVER
from finance.facts.store import next_nr
from ledgers import tables as l
from ledgers.streams import RECEIPTS

METHOD = "direct debit"


def taken_of(bulk: Bulk, bills: Ints, until: dt.date | None = None) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """For each of these bills, which are in order of number: pence on their way and not in the ledger yet, and the
    first day of their collection (FOR_EVER: none); pence collected or on their way; and whether anything collected of
    it came back. ``until``: as at the end of that day.
    """
    first = np.full(len(bills), FOR_EVER, np.int64)
    coming, taken, back = np.zeros(len(bills), np.int64), np.zeros(len(bills), np.int64), np.zeros(len(bills), bool)
    part, happened = t.collection_bill.c, t.collection_event.c
    every = select(part.collection, part.bill, part.amount)
    if until is not None:
        every = every.where(part.collection.in_(select(happened.collection).where(happened.on <= until)))
    parts = among(bulk, every, part.bill, bills)
    if not parts.num_rows:
        return coming, first, taken, back
    of, pence, row = ints(parts, "collection"), ints(parts, "amount"), np.searchsorted(bills, ints(parts, "bill"))
    query = select(happened.collection, happened.step, happened.status, happened.collect_on).order_by(
        happened.collection, happened.step
    )
    query = query if until is None else query.where(happened.on <= until)
    events = among(bulk, query, happened.collection, np.unique(of))
    last = np.searchsorted(ints(events, "collection"), of, side="right") - 1
    status, step = codes(events, "status", [str(each) for each in CollectionStatus])[last], ints(events, "step")[last]
    on_its_way, came_in, came_back = (
        np.isin(status, [list(CollectionStatus).index(each) for each in kinds])
        for kinds in (OPEN, [CollectionStatus.COLLECTED], BACK)
    )
    waiting = on_its_way | (came_in & np.isin(of, _unposted(bulk, of[came_in], step[came_in], until)))
    np.add.at(coming, row[waiting], pence[waiting])
    np.minimum.at(first, row[waiting], ints(events, "collect_on")[last][waiting])
    np.add.at(taken, row[on_its_way | came_in], pence[on_its_way | came_in])
    back[row[came_back]] = True
    return coming, first, taken, back


def _unposted(bulk: Bulk, collections: Ints, steps: Ints, until: dt.date | None) -> list[int]:
    """Those of these collections (collected at these steps) whose receipt no run has posted yet, or had by a day."""
    refs = {receipt_ref(nr, step): nr for nr, step in zip(collections.tolist(), steps.tolist(), strict=True)}
    if not refs:
        return []
    staged = bulk.stage("receipts_made", pa.table({"ref": pa.array(list(refs), pa.string())}))
    told, entry = r.receipt.c, l.entry.c
    posted = and_(entry.stream == RECEIPTS.name, entry.kind == "receipt", entry.subject == told.nr)
    if until is not None:
        posted = and_(posted, came_by(until))
    query = select(told.ref).where(told.superseded.is_(None), told.ref.in_(select(staged.c.ref)))
    waiting = bulk.read(query.where(~select(entry.run).where(posted).exists()))
    return [refs[ref] for ref in waiting["ref"].to_pylist()]


def receipt_ref(collection: int, step: int) -> str:
    """The reference of the receipt a collection makes: a sum presented again makes another."""
    return f"DD{collection:07d}-{step}"


def add_receipts(
    bulk: Bulk, change: int, by: str, collected: Sequence[tuple[CollectionStanding, int, dt.date]]
) -> None:
    """Record a receipt for each collection (with the step at which it was collected, and the day), told to its
    bills.
    """
    if not collected:
        return
    first, told = next_nr(bulk, r.receipt), next_nr(bulk, r.allocation)
    receipts: list[dict[str, object]] = []
    allocations: list[dict[str, object]] = []
    for nr, (each, step, on) in enumerate(collected, first):
        ref = receipt_ref(each.nr, step)
        receipts.append(
            {
                "nr": nr,
                "learned": change,
                "ref": ref,
                "bill_payer": each.bill_payer,
                "on": on,
                "amount": each.amount,
                "method": METHOD,
                "payer_reference": ref,
                "entered_by": by,
            }
        )
        for bill, pence in each.parts:
            allocations.append(
                {
                    "nr": told + len(allocations),
                    "learned": change,
                    "ref": f"{ref}-B{bill}",
                    "receipt": nr,
                    "bill": bill,
                    "amount": pence,
                    "entered_by": by,
                }
            )
    append(bulk, r.receipt, receipts)
    append(bulk, r.allocation, allocations)


def add_return(bulk: Bulk, change: int, by: str, each: CollectionStanding, on: dt.date, reason: str) -> None:
    """Record that the bank took back what a collection brought in."""
    ref = receipt_ref(each.nr, each.steps)
    told = r.receipt.c
    rows = bulk.read(select(told.nr).where(told.ref == ref, told.superseded.is_(None)))
    assert rows.num_rows == 1, f"collection {each.nr} was collected and has no receipt {ref}"
    append(
        bulk,
        r.receipt_return,
        [
            {
                "nr": next_nr(bulk, r.receipt_return),
                "learned": change,
                "ref": f"{ref}-R",
                "receipt": rows["nr"][0].as_py(),
                "on": on,
                "reason": reason,
                "entered_by": by,
            }
        ],
    )
