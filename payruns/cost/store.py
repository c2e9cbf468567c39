"""The SQL of costing: what is believed now of the contracts, services and funders asked about, and of one
person's package.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select

from finance.care_costs.rows import Row
from finance.columns import Bulk
from finance.facts import tables as t

BY_LINE = (t.agreed_rate, t.funding_share, t.contribution, t.nursing_award, t.suspension)


@dataclass(frozen=True)
class Believed:
    """Facts believed now, by table. ``person``: the one asked about, if any, and their ``lines`` that go on.

    ``near``: references like those that were asked for, (table, reference), and are not there.
    """

    rows: Mapping[str, list[Row]]
    person: Row | None = None
    lines: list[Row] = field(default_factory=list)
    near: Mapping[tuple[str, str], list[str]] = field(default_factory=dict)

    def by_ref(self, table: str, ref: str) -> Row | None:
        return next((row for row in self.rows[table] if row["ref"] == ref), None)

    def by_nr(self, table: str, nr: int) -> Row:
        return next(row for row in self.rows[table] if row["nr"] == nr)

    def refs(self, table: str) -> list[str]:
        return sorted(row["ref"] for row in self.rows[table])


@dataclass(frozen=True)
class Wanted:
    """The references a costing names."""

    contracts: set[str]
    funders: set[str]
    person: str | None


def _now(connection: Connection, table: Table, condition: ColumnElement[bool] | None = None) -> list[Row]:
    query = select(table).where(table.c.superseded.is_(None)).order_by(table.c.nr)
    rows = connection.execute(query if condition is None else query.where(condition)).mappings()
    return [dict(row) for row in rows]


def _of(rows: Iterable[Row], name: str) -> list[int]:
    return sorted({row[name] for row in rows})


def read_believed(connection: Connection, wanted: Wanted, on: dt.date) -> Believed:
    """Everything a costing may need. ``on``: the person's lines that have ended by then are left out."""
    person, lines = None, []
    if wanted.person is not None:
        found = _now(connection, t.person, t.person.c.ref == wanted.person)
        person = found[0] if found else None
    if person is not None:
        sl = t.service_line.c
        goes_on = or_(sl.ends.is_(None), sl.ends > on)
        lines = _now(connection, t.service_line, and_(sl.person == person["nr"], goes_on))
    numbers = _of(lines, "nr")
    rows: dict[str, list[Row]] = {
        table.name: _now(connection, table, table.c.line.in_(numbers)) if numbers else [] for table in BY_LINE
    }
    rows["package"] = _now(connection, t.package, t.package.c.nr.in_(_of(lines, "package"))) if lines else []
    rows["service"] = _now(connection, t.service)
    contract = t.contract.c
    named = or_(contract.ref.in_(sorted(wanted.contracts)), contract.nr.in_(_of(lines, "contract")))
    rows["contract"] = _now(connection, t.contract, named)
    contracts = _of(rows["contract"], "nr")
    for table in (t.rate, t.block, t.contract_terms):
        rows[table.name] = _now(connection, table, table.c.contract.in_(contracts)) if contracts else []
    rows["payee"] = _now(connection, t.payee, t.payee.c.nr.in_(_of(rows["contract"], "payee"))) if contracts else []
    rows["pay_calendar"] = _now(connection, t.pay_calendar)
    rows["nursing_rate"] = _now(connection, t.nursing_rate)
    funder = t.funder.c
    borne = or_(funder.ref.in_(sorted(wanted.funders)), funder.nr.in_(_of(rows["funding_share"], "funder")))
    rows["funder"] = _now(connection, t.funder, borne)
    missing = [(t.contract, ref) for ref in wanted.contracts - {row["ref"] for row in rows["contract"]}]
    missing += [(t.funder, ref) for ref in wanted.funders - {row["ref"] for row in rows["funder"]}]
    missing += [(t.person, wanted.person)] if wanted.person is not None and person is None else []
    near = {(table.name, ref): _near(connection, table, ref) for table, ref in missing}
    return Believed(rows, person, lines, near)


def _near(connection: Connection, table: Table, ref: str, most: int = 500) -> list[str]:
    """References of a table that share the first letters of one that is not there."""
    for length in range(len(ref), -1, -1):
        begins = table.c.ref.startswith(ref[:length], autoescape=True)
        query = select(table.c.ref).where(begins, table.c.superseded.is_(None)).order_by(table.c.ref).limit(most)
        found = list(connection.execute(query).scalars())
        if found:
            return found
    return []


def read_live(bulk: Bulk, service: int, unit: str, visit_minutes: int | None, on: dt.date) -> pa.Table:
    """Lines of a service, in a unit, live on a day: what prices each, in order of number. Visits of one length,
    if given.
    """
    sl, p = t.service_line, t.person
    alike = [] if visit_minutes is None else [sl.c.visit_minutes == visit_minutes]
    return bulk.read(
        select(sl.c.nr, sl.c.contract, sl.c.days, sl.c.visit_minutes, p.c.born)
        .join_from(sl, p, and_(p.c.nr == sl.c.person, p.c.superseded.is_(None)))
        .where(
            sl.c.superseded.is_(None),
            sl.c.service == service,
            sl.c.unit == unit,
            *_holds(sl, on),
            *alike,
            or_(p.c.died.is_(None), p.c.died >= on),
        )
        .order_by(sl.c.nr)
    )


def _holds(table: Table, on: dt.date) -> list[ColumnElement[bool]]:
    return [table.c.starts <= on, or_(table.c.ends.is_(None), table.c.ends > on)]


def read_agreed(bulk: Bulk, service: int, unit: str, on: dt.date) -> pa.Table:
    """(line, rate) of the rates agreed for those lines that hold on the day, in order of line."""
    a, sl = t.agreed_rate, t.service_line
    return bulk.read(
        select(a.c.line, a.c.rate)
        .join_from(a, sl, and_(sl.c.nr == a.c.line, sl.c.superseded.is_(None)))
        .where(a.c.superseded.is_(None), *_holds(a, on), *_holds(sl, on), sl.c.service == service, sl.c.unit == unit)
        .order_by(a.c.line)
    )


def read_cards(connection: Connection, service: int, unit: str, on: dt.date) -> list[dict[str, Any]]:
    """Rows of every rate card for a service and unit that hold on the day."""
    r = t.rate
    return [dict(row) for row in _now(connection, r, and_(r.c.service == service, r.c.unit == unit, *_holds(r, on)))]
