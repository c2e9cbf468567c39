"""What was written off, who asked for it and who signed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from billing.deferred_payments.tables import deferred_write_off
from billing.receipts.tables import write_off
from ledgers.audit.findings import looked_at_from


@dataclass(frozen=True, slots=True)
class DebtGivenUp:
    """One debt given up, in pence."""

    requested_by: str
    approved_by: str
    pence: int


def read_given_up(connection: Connection, on: dt.date) -> Sequence[DebtGivenUp]:
    """Every write-off signed for, of bills and of deferred payments, dated in the days looked at."""
    found: list[DebtGivenUp] = []
    for table in (write_off, deferred_write_off):
        c = table.c
        query = select(c.requested_by, c.approved_by, c.amount).where(
            c.superseded.is_(None), c.approved_by.is_not(None), c.on.between(looked_at_from(on).date(), on)
        )
        found += [DebtGivenUp(*row) for row in connection.execute(query.order_by(c.nr))]
    return found
