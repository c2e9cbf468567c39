"""The SQL of explaining: one subject's facts in every version, its part of a run's workings, and its ledger entries."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from finance.care_costs.facts import KINDS
from finance.care_costs.rows import Row
from finance.facts import tables as t
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run, Status
from payruns.explain.past import ADJUSTMENT, BLOCK, LINE, TABLE_OF, Past, Posting, Sealed, as_posting
from payruns.stream import NAME

_TABLES = {LINE: t.service_line, BLOCK: t.block, ADJUSTMENT: t.adjustment}
_KINDS = {
    LINE: [each for each in KINDS if each not in ("block", "adjustment")],
    BLOCK: ["block"],
    ADJUSTMENT: ["adjustment"],
}
_NEAR = 500


def find(connection: Connection, ref: str) -> list[tuple[str, int]]:
    """(sort, number) of everything explainable with this reference: still believed first, then lines, blocks,
    adjustments.
    """
    found: list[tuple[bool, str, int]] = []
    for sort, table in _TABLES.items():
        query = select(table.c.nr, table.c.superseded).where(table.c.ref == ref).order_by(table.c.learned.desc())
        row = connection.execute(query).first()
        if row:
            found.append((row.superseded is not None, sort, row.nr))
    return [(sort, nr) for gone, sort, nr in sorted(found, key=lambda each: each[0])]


def near(connection: Connection, ref: str) -> list[str]:
    """References that begin as this one does: as many of its letters as some reference shares."""
    for length in range(len(ref), 0, -1):
        found: list[str] = []
        for table in _TABLES.values():
            begins = func.lower(table.c.ref).startswith(ref[:length].lower(), autoescape=True)
            query = select(table.c.ref).where(begins, table.c.superseded.is_(None)).order_by(table.c.ref).limit(_NEAR)
            found += connection.execute(query).scalars()
        if found:
            return found
    return []


def lines_of(connection: Connection, ref: str) -> tuple[str, list[str]] | None:
    """What else a reference names, a person or a package, and the lines it has."""
    for noun, table, column in (("person", t.person, "person"), ("package", t.package, "package")):
        nr = connection.execute(select(table.c.nr).where(table.c.ref == ref)).scalars().first()
        if nr is not None:
            lines = select(t.service_line.c.ref).where(
                t.service_line.c[column] == nr, t.service_line.c.superseded.is_(None)
            )
            return noun, list(connection.execute(lines.order_by(t.service_line.c.ref)).scalars())
    return None


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _versions(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[Row]:
    return _rows(connection, select(table).where(condition).order_by(table.c.learned, table.c.nr))


def _of(rows: Iterable[Row], *names: str) -> set[int]:
    return {row[name] for row in rows for name in names if row.get(name) is not None}


def read_past(connection: Connection, sort: str, nr: int) -> Past:
    """Every version of every fact that bears on a line, a block or an adjustment."""
    own = _versions(connection, _TABLES[sort], _TABLES[sort].c.nr == nr)
    found: dict[str, list[Row]] = {name: [] for name in t.FACTS}
    found[TABLE_OF[sort]] = own

    def read(table: Table, numbers: set[int], column: str = "nr") -> list[Row]:
        found[table.name] = _versions(connection, table, table.c[column].in_(sorted(numbers))) if numbers else []
        return found[table.name]

    contracts = read(t.contract, _of(own, "contract"))
    read(t.payee, _of([*own, *contracts], "payee"))
    read(t.pay_calendar, _of([*own, *contracts], "calendar"))
    services = _of(own, "service")
    read(t.service, services)
    read(t.person, _of(own, "person"))
    if sort == LINE:
        read(t.package, _of(own, "package"))
        for table in (t.agreed_rate, t.suspension, t.funding_share, t.contribution, t.nursing_award):
            read(table, {nr}, "line")
        read(t.funder, _of(found["funding_share"], "funder"))
        for table in (t.rate, t.block):
            on = and_(table.c.contract.in_(sorted(_of(own, "contract"))), table.c.service.in_(sorted(services)))
            found[table.name] = _versions(connection, table, on)
        bands = {row["band"] for row in found["nursing_award"]}
        if bands:
            found["nursing_rate"] = _versions(connection, t.nursing_rate, t.nursing_rate.c.band.in_(sorted(bands)))
    numbers = _of([row for rows in found.values() for row in rows], "learned", "superseded")
    changes = _rows(connection, select(t.change).where(t.change.c.nr.in_(sorted(numbers))))
    return Past(sort, nr, own[-1]["ref"], found, {row["nr"]: row for row in changes})


def read_runs(connection: Connection, calendars: Iterable[int]) -> list[Run]:
    """The runs of these calendars that keep workings, the newest first."""
    wanted = set(calendars)
    gone = (Status.DRAFT, Status.ABANDONED)
    runs = [each for each in ledger.read_runs(connection, NAME) if each.calendar in wanted and each.status not in gone]
    return sorted(runs, key=lambda run: -run.nr)


def read_sealed(connection: Connection, run: int, sort: str, nr: int) -> Sealed:
    """A subject's part of a run's sealed workings."""
    if sort == LINE:
        number = ledger.chunk_of(connection, run, nr)
    else:
        number = max(ledger.chunk_numbers(connection, run), default=None)
    if number is None:
        return Sealed([], [], None)
    kinds = _KINDS[sort]

    def mine(what: str) -> list[Row]:
        blob = ledger.read_blob(connection, run, number, what)
        table = pq.read_table(pa.BufferReader(blob), filters=[("subject", "=", nr), ("kind", "in", kinds)])
        return [dict(row) for row in table.to_pylist()]

    parked = _rows(
        connection,
        select(books.parked).where(
            books.parked.c.run == run, books.parked.c.subject == nr, books.parked.c.kind.in_(kinds)
        ),
    )
    return Sealed(mine("proposal"), mine("steps"), parked[0] if parked else None)


def read_postings(connection: Connection, sort: str, nr: int, periods: Sequence[dt.date]) -> list[Posting]:
    """Ledger entries of a subject in pay periods that start on these days, in the order they were posted."""
    e, debit, credit = books.entry.c, books.account.alias(), books.account.alias()
    names = [
        each.name
        for each in books.entry.c
        if each.name in Posting.__annotations__ and each.name not in ("debit", "credit")
    ]
    query = (
        select(
            *(e[name] for name in names),
            books.run.c.calendar,
            _code(debit).label("debit"),
            _code(credit).label("credit"),
        )
        .join_from(books.entry, books.run, books.run.c.nr == e.run)
        .join(debit, debit.c.nr == e.debit)
        .join(credit, credit.c.nr == e.credit)
        .where(e.stream == NAME, e.period_starts.in_(list(periods)), e.subject == nr, e.kind.in_(_KINDS[sort]))
        .order_by(e.run, e.period_starts, e.kind, e.funder)
    )
    return [as_posting(row) for row in _rows(connection, query)]


def _code(account: Any) -> ColumnElement[str]:
    parts = [account.c.entity, account.c.cost_centre, account.c.subjective, account.c.analysis]
    code = parts[0]
    for part in parts[1:]:
        code = code + "-" + part
    named: ColumnElement[str] = code + " " + account.c.name
    return named


def read_holds(connection: Connection, line: int | None, parties: set[int]) -> list[Row]:
    """Every hold there has been on a line or its payees, oldest first."""
    h = books.hold.c
    on_payee = and_(h.scope == "payee", h.target.in_(sorted(parties)))
    on_line = and_(h.scope == "line", h.target == line)
    which = on_payee if line is None else or_(on_payee, on_line)
    return _rows(connection, select(books.hold).where(h.stream == NAME, which).order_by(h.nr))


def read_findings(connection: Connection, run: int, nr: int, parties: set[int]) -> list[Row]:
    """What a run's reviewer was shown of a subject."""
    f = books.finding.c
    mine = or_(f.subject == nr, and_(f.subject.is_(None), f.party.in_(sorted(parties))))
    return _rows(connection, select(books.finding).where(f.run == run, mine).order_by(f.nr))


def read_party(connection: Connection, run: int, party: int) -> Row | None:
    """What a run did for a payee as a whole."""
    p = books.run_party.c
    found = _rows(connection, select(books.run_party).where(p.run == run, p.party == party))
    return found[0] if found else None
