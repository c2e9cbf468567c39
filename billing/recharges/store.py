"""What a pay run posted for other funders, who is billed for each, and what has been recharged already."""

from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Row, and_, or_, select

from billing.tables import bill_payer
from finance import tables as f
from finance.care_costs.store import believed
from finance.columns import Bulk
from ledgers import tables as t

NAME = "recharges"


def read_borne_by_others(bulk: Bulk, run: int, nursing_funder: int) -> pa.Table:
    """The entries of a pay run other funders bear, in the ledger's order; nursing care too where a funder is given."""
    e = t.entry.c
    theirs = or_(e.funder != 0, e.kind == "nursing") if nursing_funder else e.funder != 0
    return bulk.read(
        select(e.subject, e.kind, e.funder, e.period_starts, e.period_ends, e.revision, e.amount, e.debit)
        .where(e.stream == "payments", e.run == run, theirs)
        .order_by(e.subject, e.period_starts, e.kind, e.funder, e.revision)
    )


def read_about(bulk: Bulk, run: int, known: int) -> pa.Table:
    """The person and service of every line a run posted for other funders."""
    e, sl, p, s = t.entry, f.service_line, f.person, f.service
    return bulk.read(
        select(sl.c.nr, sl.c.person, sl.c.service, s.c.kind, p.c.support_reason, p.c.born)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .join(s, and_(s.c.nr == sl.c.service, believed(s, known)))
        .where(believed(sl, known), sl.c.nr.in_(select(e.c.subject).where(e.c.run == run, or_(e.c.funder != 0, e.c.kind == "nursing"))))
    )


def read_payers(connection: Connection) -> dict[int, int]:
    """The bill payer of each funder."""
    b = bill_payer.c
    rows = connection.execute(select(b.funder, b.nr).where(b.superseded.is_(None), b.funder.is_not(None)).order_by(b.nr.desc()))
    return {row.funder: row.nr for row in rows}


def read_funders(connection: Connection) -> dict[int, Row[Any]]:
    """Funders by number: reference, name and kind."""
    c = f.funder.c
    rows: list[Row[Any]] = list(connection.execute(select(c.nr, c.ref, c.name, c.kind).where(c.superseded.is_(None))))
    return {row.nr: row for row in rows}


def read_recharged(connection: Connection, source: int) -> tuple[int, str] | None:
    """The run that recharged a pay run, if one has, and its status; a draft one was cut off before it posted."""
    r = t.run.c
    found = connection.execute(
        select(r.nr, r.status).where(r.stream == NAME, r.policy == source_words(source))
    ).first()
    return (found.nr, found.status) if found else None


def source_words(source: int) -> str:
    """How a recharge run remembers the pay run it was raised with."""
    return f'{{"raised with run": {source}}}'
