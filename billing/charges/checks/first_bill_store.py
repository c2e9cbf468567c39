"""Who has ever been billed."""

from sqlalchemy import select

from billing import tables as t
from finance.columns import Bulk


def read_billed(bulk: Bulk) -> set[int]:
    """Every payer who has ever had a bill."""
    return set(bulk.read(select(t.bill.c.party).distinct())["party"].to_pylist())
