"""Top-up agreements nobody has signed."""

import datetime as dt
from typing import Any

from sqlalchemy import or_, select

from billing import tables as t
from finance.columns import Bulk
from finance.facts.versions import believed


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
