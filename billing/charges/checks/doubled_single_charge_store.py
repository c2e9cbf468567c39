"""Every single charge of some payers."""

from typing import Any

import pyarrow as pa
from sqlalchemy import select

from billing import tables as t
from finance.columns import Bulk
from finance.facts.versions import believed


def read_single_charges_of(bulk: Bulk, known: int, payers: pa.Table) -> list[dict[str, Any]]:
    """Those believed, in order of number. ``payers``: a column ``payer``."""
    staged, c = bulk.stage("charged_singly", payers), t.one_off_charge.c
    rows: list[dict[str, Any]] = bulk.read(
        select(c.nr, c.ref, c.bill_payer, c.service, c.on, c.amount, c.reason)
        .where(believed(t.one_off_charge, known), c.bill_payer.in_(select(staged.c.payer)))
        .order_by(c.nr)
    ).to_pylist()
    return rows
