"""Which lines were paid for of late, and which of some had begun by then."""

import datetime as dt

import pyarrow as pa
from sqlalchemy import select

from finance.columns import Bulk, Ints, ints
from finance.facts import tables as f
from finance.facts.versions import believed
from ledgers.streams import PAYMENTS
from ledgers.tables import entry


def read_paid_since(bulk: Bulk, since: dt.date) -> Ints:
    """Lines of care with money posted to payees for a period since a day."""
    e = entry.c
    query = select(e.subject).where(
        e.stream == PAYMENTS.name, e.kind == "care", e.period_starts >= since, e.amount != 0
    )
    return ints(bulk.read(query.distinct()), "subject")


def read_begun_before(bulk: Bulk, known: int, on: dt.date, lines: pa.Table) -> set[int]:
    """Those of some lines (``line``) that had begun by a day."""
    staged, sl = bulk.stage("charged_unpaid", lines), f.service_line.c
    rows = bulk.read(
        select(sl.nr).where(believed(f.service_line, known), sl.starts < on, sl.nr.in_(select(staged.c.line)))
    )
    return set(rows["nr"].to_pylist())
