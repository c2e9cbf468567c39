"""What a pay run posted for other funders, who is billed for each, and what has been recharged already."""

import json
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, Connection, Row, and_, cast, func, or_, select

from billing.tables import bill_payer
from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed
from ledgers import tables as t
from ledgers.entries_store import InOrder
from ledgers.streams import PAYMENTS, RECHARGES

NAME = RECHARGES.name
KIND, NURSING = "recharge", "recharged nursing"


def read_borne_by_others(bulk: Bulk, run: int, nursing_funder: int) -> pa.Table:
    """The entries of a pay run other funders bear, in the ledger's order; nursing care too where a funder is given."""
    e = t.entry.c
    theirs = or_(e.funder != 0, e.kind == "nursing") if nursing_funder else e.funder != 0
    return bulk.read(
        select(e.subject, e.kind, e.funder, e.period_starts, e.period_ends, e.revision, e.amount, e.debit)
        .where(e.stream == PAYMENTS.name, e.run == run, theirs)
        .order_by(e.subject, e.period_starts, e.kind, e.funder, e.revision)
    )


def read_recharged_before(bulk: Bulk, run: int) -> pa.Table:
    """What has been recharged of the lines and periods a pay run posted for other funders: each key, and its
    newest revision.
    """
    e, r = t.entry, t.entry.alias("r")
    same = and_(r.c.stream == NAME, r.c.period_starts == e.c.period_starts, r.c.subject == e.c.subject)
    key = (r.c.subject, r.c.period_starts, r.c.kind, r.c.funder, r.c.party)
    return bulk.read(
        select(*key, func.max(r.c.revision).label("revision"))
        .select_from(InOrder(e, r, same))
        .where(e.c.run == run, or_(e.c.funder != 0, e.c.kind == "nursing"), same)
        .group_by(*key)
    )


def read_about(bulk: Bulk, run: int, known: int) -> pa.Table:
    """The person and service of every line a run posted for other funders."""
    e, sl, p, s = t.entry, f.service_line, f.person, f.service
    return bulk.read(
        select(sl.c.nr, sl.c.person, sl.c.service, s.c.kind, p.c.support_reason, p.c.born)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, believed(p, known)))
        .join(s, and_(s.c.nr == sl.c.service, believed(s, known)))
        .where(
            believed(sl, known),
            sl.c.nr.in_(select(e.c.subject).where(e.c.run == run, or_(e.c.funder != 0, e.c.kind == "nursing"))),
        )
    )


def read_payers(connection: Connection) -> dict[int, int]:
    """The bill payer of each funder."""
    b = bill_payer.c
    rows = connection.execute(
        select(b.funder, b.nr).where(b.superseded.is_(None), b.funder.is_not(None)).order_by(b.nr.desc())
    )
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
        select(r.nr, r.status).where(r.stream == NAME, r.policy == source_words(source), r.status != "abandoned")
    ).first()
    return (found.nr, found.status) if found else None


def source_words(source: int) -> str:
    """How a recharge run remembers the pay run it was raised with."""
    return f'{{"raised with run": {source}}}'


def source_of(words: str) -> int:
    """The pay run a recharge run was raised with, from what it remembers."""
    return int(json.loads(words)["raised with run"])


def read_apart(bulk: Bulk, run: int, source: int) -> list[tuple[int, int, int]]:
    """(funder, pence recharged to it, pence it bears of the pay run) wherever the two are not the same.

    Nursing care the pay run bore for nobody in particular is set beside all that was recharged as nursing, under
    funder 0, unless none was: a council may choose not to.
    """
    e = t.entry.c
    sums = select(e.run, e.kind, e.funder, cast(func.sum(e.amount), BigInteger).label("pence"))
    ours = or_(and_(e.run == run, e.stream == NAME), and_(e.run == source, e.stream == PAYMENTS.name))
    recharged: dict[int, int] = {}
    borne: dict[int, int] = {}
    for row in bulk.read(sums.where(ours).group_by(e.run, e.kind, e.funder)).to_pylist():
        theirs = recharged if row["run"] == run else borne
        nursing = row["kind"] == NURSING or (row["kind"] == "nursing" and row["funder"] == 0)
        funder = 0 if nursing else row["funder"]
        if nursing or funder:
            theirs[funder] = theirs.get(funder, 0) + row["pence"]
    if 0 not in recharged:
        borne.pop(0, None)
    every = sorted({*recharged, *borne})
    pairs = [(funder, recharged.get(funder, 0), borne.get(funder, 0)) for funder in every]
    return [each for each in pairs if each[1] != each[2]]
