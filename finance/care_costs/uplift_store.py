"""SQL of the prices that hold on a day, or begin after it: rate cards, agreed rates and blocks, with whose they are."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, literal, null, or_, select

from finance.care_costs.uplift import PriceChanged, PriceHeld
from finance.facts import tables as t
from finance.facts.versions import believed

_of, _payee, _service, _line = t.contract.c, t.payee.c, t.service.c, t.service_line.c


def read_prices(connection: Connection, since: dt.date) -> list[PriceHeld]:
    """Every price that is not over before a day, by contract, service and reference."""
    found: list[PriceHeld] = []
    for query in (_of_contracts(t.rate, since), _of_contracts(t.block, since), _of_lines(since)):
        for row in connection.execute(query).mappings():
            told = dict(row)
            ends = [each for each in (told.pop("contract_ends"), told.pop("line_ends")) if each is not None]
            found.append(PriceHeld(**told, over=min(ends, default=None)))
    return sorted(found, key=lambda each: (each.contract, each.service, each.table, each.ref))


def _of_contracts(table: Table, since: dt.date) -> "Select[Any]":
    price = table.c
    joined = table.join(t.contract, price.contract == _of.nr).join(t.service, price.service == _service.nr)
    return _prices(table, joined, since, price.unit, null(), null())


def _of_lines(since: dt.date) -> "Select[Any]":
    joined = (
        t.agreed_rate.join(t.service_line, t.agreed_rate.c.line == _line.nr)
        .join(t.contract, _line.contract == _of.nr)
        .join(t.service, _line.service == _service.nr)
    )
    query = _prices(t.agreed_rate, joined, since, _line.unit, _line.ref, _line.ends)
    return query.where(believed(t.service_line, None))


def _prices(
    table: Table,
    joined: FromClause,
    since: dt.date,
    unit: ColumnElement[Any],
    line: ColumnElement[Any],
    line_ends: ColumnElement[Any],
) -> "Select[Any]":
    price = table.c
    query: Select[Any] = select(
        literal(table.name).label("table"),
        price.ref,
        price.learned,
        price.rate,
        unit.label("unit"),
        price.starts,
        price.ends,
        _of.ref.label("contract"),
        _payee.ref.label("payee"),
        _service.ref.label("service"),
        line.label("line"),
        _of.ends.label("contract_ends"),
        line_ends.label("line_ends"),
    )
    return (
        query.select_from(joined.join(t.payee, _of.payee == _payee.nr))
        .where(or_(price.ends.is_(None), price.ends > since))
        .where(*(believed(each, None) for each in (table, t.contract, t.payee, t.service)))
    )


def read_source(connection: Connection, change: int) -> str | None:
    """What a change was told from; None where there is no such change."""
    return connection.execute(select(t.change.c.source).where(t.change.c.nr == change)).scalar_one_or_none()


def read_changed(connection: Connection, change: int) -> list[PriceChanged]:
    """The prices a change told of, ended or not."""
    found: list[PriceChanged] = []
    for table in (t.rate, t.block, t.agreed_rate):
        price = table.c
        touched = select(price.nr).where(or_(price.learned == change, price.superseded == change))
        by_nr: dict[int, list[dict[str, Any]]] = {}
        for row in connection.execute(select(table).where(price.nr.in_(touched)).order_by(price.nr, price.learned)):
            by_nr.setdefault(row.nr, []).append(dict(row._mapping))
        for versions in by_nr.values():
            before = next((each for each in versions if each["superseded"] == change), None)
            now = next((each for each in versions if each["learned"] == change), None)
            if now is not None:
                found.append(PriceChanged(table.name, str(now["ref"]), change, now, before, now["superseded"] is None))
    return found
