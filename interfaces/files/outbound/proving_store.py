"""SQL of the proof: what was billed, which files were issued, who was posted something, and numbers left out."""

from collections.abc import Iterable

import pyarrow as pa
from sqlalchemy import Column, Connection, Table, and_, func, select

from billing.tables import bill
from finance.columns import Bulk
from finance.facts.tables import change
from ledgers import tables as t
from ledgers.runs import Run
from ledgers.streams import DEBT, RECEIPTS, SETTLEMENT

_MONEY = ("receipt", "returned receipt", "refund", "refund interest")
"""What moves the money received of a payer: a refund less the interest in it."""


def left_out(connection: Connection, nr: Column[int]) -> int:
    """How many are missing between the first and the last of what is numbered with none left out."""
    last, there = connection.execute(select(func.coalesce(func.max(nr), 0), func.count(nr))).one()
    return int(last - there)


def given_back_unreceived(connection: Connection) -> list[tuple[int, int]]:
    """Payers who were given back more than had been received of them by then, and by how many pence at most."""
    e = t.entry.c
    gave = (
        select(e.party, e.run).where(e.stream == RECEIPTS.name, e.kind == "refund", e.amount > 0).distinct().subquery()
    )
    money = and_(e.stream == RECEIPTS.name, e.kind.in_(_MONEY))
    by_then = (
        select(gave.c.party, gave.c.run, func.sum(e.amount).label("pence"))
        .join(t.entry, and_(e.party == gave.c.party, e.run <= gave.c.run, money))
        .group_by(gave.c.party, gave.c.run)
        .having(func.sum(e.amount) > 0)
        .subquery()
    )
    query = select(by_then.c.party, func.max(by_then.c.pence)).group_by(by_then.c.party).order_by(by_then.c.party)
    return [(party, int(pence)) for party, pence in connection.execute(query)]


def read_billed(bulk: Bulk, run: Run) -> dict[int, int]:
    """Pence billed to each payer by a run."""
    rows = bulk.read(select(bill.c.party, bill.c.amount).where(bill.c.run == run.nr, bill.c.stream == run.stream))
    return dict(zip(rows["party"].to_pylist(), rows["amount"].to_pylist(), strict=True))


def read_issued(bulk: Bulk, run: int) -> pa.Table:
    """kind, party and name of every file a run has issued."""
    e = t.export.c
    return bulk.read(select(e.kind, e.party, e.name).where(e.run == run).order_by(e.nr))


def versions_out_of_turn(connection: Connection, facts: Iterable[Table]) -> list[tuple[str, str]]:
    """Versions of facts that no change can have told so, by table: how many, and what is wrong with them."""
    found = []
    last = int(connection.execute(select(func.coalesce(func.max(change.c.nr), 0))).scalar_one())
    for fact in facts:
        c = fact.c
        asked = {
            "told or superseded by a change that is not there": (c.learned > last) | (c.superseded > last),
            "superseded before they were told": c.superseded < c.learned,
        }
        for what, condition in asked.items():
            count = connection.execute(select(func.count()).select_from(fact).where(condition)).scalar_one()
            if count:
                found.append((f"table {fact.name}", f"has {count} versions of facts {what}"))
        first = select(c.nr, func.min(c.learned).label("told")).group_by(c.nr).subquery()
        before = func.max(first.c.told).over(order_by=first.c.nr, rows=(None, -1)).label("before")
        turns = select(first.c.nr, first.c.told, before).subquery()
        count = connection.execute(
            select(func.count()).select_from(turns).where(turns.c.told < turns.c.before)
        ).scalar_one()
        if count:
            found.append((f"table {fact.name}", f"has {count} facts told by a change gone by when they were numbered"))
    return found


def read_payees_posted(bulk: Bulk, run: int) -> pa.Table:
    """party, and how often it was paid, of everybody a run posted something for."""
    e = t.entry.c
    paid = func.count().filter(e.kind == SETTLEMENT).label("paid")
    query = select(e.party, paid).where(e.run == run, e.kind != DEBT)
    return bulk.read(query.group_by(e.party).order_by(e.party))
