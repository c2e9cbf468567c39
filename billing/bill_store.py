"""Bills: numbered when a run is released, one for each payer with lines in it; and read back. Never changed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Row, func, select

from billing import tables as t
from finance.columns import Bulk
from finance.locking import Alone
from finance.problems import Refusal
from ledgers.runs import Run

BILL, CREDIT_NOTE = "bill", "credit note"


class NoSuchBill(Refusal):
    """A bill was asked for that was never issued."""


def number_bills(
    bulk: Bulk,
    run: Run,
    posted: pa.Table,
    *,
    issued: dt.date,
    due: dt.date,
    zero_bills: bool,
    stream: str | None = None,
) -> int:
    """Give a number to a bill for each payer of ``posted`` (``party``, ``lines``, ``amount``, as the ledger holds
    them), in order of payer; one below nought is a credit note. Lines that come to nothing are billed by policy alone.
    Returns how many.
    """
    sums = posted.sort_by("party")
    if not zero_bills:
        sums = sums.filter(pc.not_equal(sums["amount"], 0))
    count = sums.num_rows
    if not count:
        return 0
    bulk.execute(Alone(t.bill))  # two runs released at once number their bills one after the other
    last = bulk.read(select(func.coalesce(func.max(t.bill.c.nr), 0).label("nr")))["nr"][0].as_py()

    def same(value: object) -> pa.Array:
        return pa.repeat(pa.scalar(value), count)

    bulk.append(
        t.bill,
        pa.table(
            {
                "nr": pa.array(np.arange(int(last) + 1, int(last) + 1 + count)),
                "run": same(run.nr),
                "party": sums["party"],
                "stream": same(stream or run.stream),
                "kind": pc.if_else(pc.less(sums["amount"], 0), CREDIT_NOTE, BILL),
                "period_starts": same(run.window_starts),
                "period_ends": same(run.up_to),
                "issued": same(issued),
                "due": same(due),
                "lines": sums["lines"],
                "amount": sums["amount"],
            }
        ),
    )
    return int(count)


def billed_up_to(connection: Connection, people: Sequence[int]) -> dict[int, dt.date]:
    """For each of some people who was billed at all, the first day their bills do not cover."""
    found: dict[int, dt.date] = {}
    for first in range(0, len(people), 500):
        query = (
            select(t.bill_payer.c.person, func.max(t.bill.c.period_ends))
            .join(t.bill, t.bill.c.party == t.bill_payer.c.nr)
            .where(t.bill_payer.c.superseded.is_(None), t.bill_payer.c.person.in_(list(people[first : first + 500])))
            .group_by(t.bill_payer.c.person)
        )
        found.update((person, ends) for person, ends in connection.execute(query).all())
    return found


def read_bill(connection: Connection, nr: int) -> Row[Any]:
    """A bill by its number."""
    found = connection.execute(select(t.bill).where(t.bill.c.nr == nr)).one_or_none()
    if found is None:
        raise NoSuchBill(f"There is no bill {t.number_of(nr)}.", "List the bills of the run to find its number.")
    return found


def read_bills(connection: Connection, run: int | None = None, party: int | None = None) -> list[Row[Any]]:
    """Bills of a run, or of a payer, in order of number."""
    query = select(t.bill).order_by(t.bill.c.nr)
    if run is not None:
        query = query.where(t.bill.c.run == run)
    if party is not None:
        query = query.where(t.bill.c.party == party)
    return list(connection.execute(query))
