"""What the checks of a charge run read: who was billed before, who has died, and what could not be billed."""

import datetime as dt
from typing import Any

from sqlalchemy import or_, select

from billing import tables as t
from finance import tables as f
from finance.care_costs.store import believed
from finance.columns import Bulk


def read_billed(bulk: Bulk) -> set[int]:
    """Every payer who has ever had a bill."""
    return set(bulk.read(select(t.bill.c.party).distinct())["party"].to_pylist())


def read_died(bulk: Bulk, known: int) -> dict[int, dt.date]:
    """The day each person who has died did so."""
    p = f.person.c
    rows = bulk.read(select(p.nr, p.died).where(believed(f.person, known), p.died.is_not(None)))
    return dict(zip(rows["nr"].to_pylist(), rows["died"].to_pylist(), strict=True))


def read_unsigned(bulk: Bulk, known: int, up_to: dt.date) -> list[dict[str, Any]]:
    """Top-up agreements in force with no signature."""
    a = t.top_up_agreement.c
    rows: list[dict[str, Any]] = bulk.read(
        select(a.line, a.bill_payer, a.weekly)
        .where(believed(t.top_up_agreement, known), a.signed.is_(None), a.starts < up_to)
        .where(or_(a.ends.is_(None), a.ends >= up_to))
        .order_by(a.nr)
    ).to_pylist()
    return rows
