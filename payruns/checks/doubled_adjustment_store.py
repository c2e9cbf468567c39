"""Every adjustment of some payees."""

import pyarrow as pa
from sqlalchemy import select

from finance.columns import Bulk, Ints
from finance.facts import tables as t
from finance.facts.versions import believed


def read_adjustments_of(bulk: Bulk, known: int, payees: Ints) -> pa.Table:
    """Every adjustment of these payees that is believed."""
    staged = bulk.stage("adjusted", pa.table({"payee": payees}))
    a = t.adjustment.c
    return bulk.read(
        select(a.nr, a.ref, a.payee, a.person, a.on, a.amount, a.reason)
        .where(believed(t.adjustment, known), a.payee.in_(select(staged.c.payee)))
        .order_by(a.nr)
    )
