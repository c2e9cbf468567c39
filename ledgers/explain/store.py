"""The SQL of explaining: a subject's part of a run's sealed workings, its entries, what was held and what was found."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, or_, select

from finance.facts.versions import Row
from ledgers import store as ledger
from ledgers import tables as t
from ledgers.explain.sealed import Posting, Sealed
from ledgers.runs import Run, Status

Filters = list[tuple[str, str, Any]] | list[list[tuple[str, str, Any]]]  # as pyarrow.parquet reads them


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def read_runs(connection: Connection, stream: str) -> list[Run]:
    """The runs of a stream that keep workings, the newest first."""
    gone = (Status.DRAFT, Status.ABANDONED)
    return [each for each in reversed(ledger.read_runs(connection, stream)) if each.status not in gone]


def read_sealed(
    connection: Connection,
    run: int,
    number: int | None,
    proposal: Filters,
    steps: Filters,
    parked: tuple[int, Collection[str]],
) -> Sealed:
    """A subject's part of a run: what passes the filters in a chunk; and why, if it (subject, kinds) was parked."""

    def read(what: str, filters: Filters) -> list[Row]:
        if number is None:
            return []
        blob = pa.BufferReader(ledger.read_blob(connection, run, number, what))
        return [dict(row) for row in pq.read_table(blob, filters=filters).to_pylist()]

    subject, kinds = parked
    p = t.parked.c
    why = _rows(connection, select(t.parked).where(p.run == run, p.subject == subject, p.kind.in_(kinds)))
    return Sealed(read("proposal", proposal), read("steps", steps), why[0] if why else None)


def read_postings(
    connection: Connection, stream: str, about: ColumnElement[bool], periods: Collection[dt.date]
) -> list[Posting]:
    """Entries of a stream in periods that start on these days, in the order they were posted."""
    e, done, debit, credit = t.entry.c, t.run_event.c, t.account.alias(), t.account.alias()
    released = select(func.min(done.nr)).where(done.run == e.run, done.action == "released").scalar_subquery()
    own = [e[name] for name in Posting.__annotations__ if name in e and name not in ("debit", "credit")]
    query = (
        select(
            *own,
            t.run.c.calendar,
            _code(debit).label("debit"),
            _code(credit).label("credit"),
            released.label("released"),
        )
        .join_from(t.entry, t.run, t.run.c.nr == e.run)
        .join(debit, debit.c.nr == e.debit)
        .join(credit, credit.c.nr == e.credit)
        .where(e.stream == stream, e.period_starts.in_(sorted(periods)), about)
        .order_by(e.recorded, e.run, e.period_starts, e.subject, e.kind, e.funder)
    )
    return [Posting(**row) for row in _rows(connection, query)]


def _code(account: FromClause) -> ColumnElement[str]:
    c = account.c
    named: ColumnElement[str] = c.entity + "-" + c.cost_centre + "-" + c.subjective + "-" + c.analysis + " " + c.name
    return named


def read_holds(connection: Connection, stream: str, lines: Collection[int], payees: Collection[int]) -> list[Row]:
    """Every hold there has been on these lines or payees of a stream, oldest first."""
    h = t.hold.c
    of_them = or_(
        *(and_(h.scope == scope, h.target.in_(sorted(some))) for scope, some in (("line", lines), ("payee", payees)))
    )
    return _rows(connection, select(t.hold).where(h.stream == stream, of_them).order_by(h.nr))


def read_findings(connection: Connection, run: int, subject: int, parties: Collection[int]) -> list[Row]:
    """What a run's reviewer was shown of a subject, and of its payees as a whole."""
    f = t.finding.c
    mine = or_(f.subject == subject, and_(f.subject.is_(None), f.party.in_(sorted(parties))))
    return _rows(connection, select(t.finding).where(f.run == run, mine).order_by(f.nr))


def read_party(connection: Connection, run: int, party: int) -> Row | None:
    """What a run did for a payee as a whole."""
    p = t.run_party.c
    return next(iter(_rows(connection, select(t.run_party).where(p.run == run, p.party == party))), None)
