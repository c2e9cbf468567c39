"""SQL of the proof: what was billed, which files were issued, who was posted something, and numbers left out."""

import pyarrow as pa
from sqlalchemy import Column, Connection, and_, func, select

from billing.tables import bill
from finance.columns import Bulk
from ledgers import tables as t
from ledgers.runs import Run
from ledgers.streams import DEBT, RECEIPTS, SETTLEMENT


def left_out(connection: Connection, nr: Column[int]) -> int:
    """How many are missing between the first and the last of what is numbered with none left out."""
    last, there = connection.execute(select(func.coalesce(func.max(nr), 0), func.count(nr))).one()
    return int(last - there)


def given_back_unreceived(connection: Connection) -> list[tuple[int, int]]:
    """Payers who have been given back more than was received of them, and by how many pence."""
    e, over = t.entry.c, func.sum(t.entry.c.amount)
    money = and_(e.stream == RECEIPTS.name, e.kind.in_(["receipt", "returned receipt", "refund"]))
    gave = select(e.party).where(e.stream == RECEIPTS.name, e.kind == "refund")
    query = select(e.party, over).where(money, e.party.in_(gave)).group_by(e.party).having(over > 0)
    return [(party, int(pence)) for party, pence in connection.execute(query.order_by(e.party))]


def read_billed(bulk: Bulk, run: Run) -> dict[int, int]:
    """Pence billed to each payer by a run."""
    rows = bulk.read(select(bill.c.party, bill.c.amount).where(bill.c.run == run.nr, bill.c.stream == run.stream))
    return dict(zip(rows["party"].to_pylist(), rows["amount"].to_pylist(), strict=True))


def read_issued(bulk: Bulk, run: int) -> pa.Table:
    """kind and party of every file a run has issued."""
    return bulk.read(select(t.export.c.kind, t.export.c.party).where(t.export.c.run == run))


def read_payees_posted(bulk: Bulk, run: int) -> pa.Table:
    """party, and how often it was paid, of everybody a run posted something for."""
    e = t.entry.c
    paid = func.count().filter(e.kind == SETTLEMENT).label("paid")
    query = select(e.party, paid).where(e.run == run, e.kind != DEBT)
    return bulk.read(query.group_by(e.party).order_by(e.party))
