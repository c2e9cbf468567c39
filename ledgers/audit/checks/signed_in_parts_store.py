"""Who signed alone for which runs."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, select

from ledgers.tables import approval


def read_signed(connection: Connection, since: dt.date) -> list[Row[Any]]:
    """Signatures that were enough alone, since a day, in order of run."""
    a = approval.c
    query = select(a.run, a.prepared_by, a.approved_by, a.role, a.to_sign_for, a.approved_at)
    begins = dt.datetime.combine(since, dt.time())
    return list(connection.execute(query.where(a.needed == 1, a.approved_at >= begins).order_by(a.run)))
