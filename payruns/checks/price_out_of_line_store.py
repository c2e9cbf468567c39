"""Prices: those in force in a run’s days, those that stood before, and the lines that a contract’s card prices."""

import pyarrow as pa
from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal, or_, select

from finance.columns import Bulk
from finance.days import Span
from finance.facts import tables as t
from finance.facts.versions import believed
from payruns.checks.two_places_store import DIRECT_PAYMENT

CELL = ("contract", "service", "unit")


def _on(price: FromClause, days: Span) -> ColumnElement[bool]:
    return and_(price.c.starts < days.end, or_(price.c.ends.is_(None), price.c.ends > days.first))


def _direct_payments(known: int) -> Select[tuple[int]]:
    return select(t.service.c.nr).where(believed(t.service, known), t.service.c.kind == DIRECT_PAYMENT)


def any_told(bulk: Bulk, since: int, known: int) -> bool:
    """Whether any price believed was told since a change."""
    told = [
        bulk.read(
            select(func.count().label("count"))
            .select_from(price)
            .where(believed(price, known), price.c.learned > since)
        )
        for price in (t.agreed_rate, t.rate)
    ]
    return any(rows["count"][0].as_py() for rows in told)


def read_agreed(bulk: Bulk, known: int, days: Span) -> pa.Table:
    """Prices agreed for lines, in force on some of these days; a sum paid for one person directly is no price."""
    a, sl, k = t.agreed_rate, t.service_line, t.contract
    return bulk.read(
        select(a.c.nr, a.c.line, a.c.rate, a.c.starts, a.c.learned, sl.c.contract, sl.c.service, sl.c.unit)
        .add_columns(k.c.calendar, k.c.payee)
        .join_from(a, sl, and_(sl.c.nr == a.c.line, believed(sl, known)))
        .join(k, and_(k.c.nr == sl.c.contract, believed(k, known)))
        .where(believed(a, known), _on(a, days), sl.c.service.not_in(_direct_payments(known)))
    )


def read_cards(bulk: Bulk, known: int, days: Span) -> pa.Table:
    """Prices of contracts’ cards, in force on some of these days, and what they are told apart by."""
    r, k = t.rate, t.contract
    return bulk.read(
        select(r.c.nr, r.c.contract, r.c.service, r.c.unit, r.c.rate, r.c.starts, r.c.learned)
        .add_columns(r.c.day_category, r.c.minutes_from, r.c.age_from, k.c.calendar, k.c.payee)
        .join_from(r, k, and_(k.c.nr == r.c.contract, believed(k, known)))
        .where(believed(r, known), _on(r, days), r.c.service.not_in(_direct_payments(known)))
    )


def read_agreed_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """Prices agreed for lines that have ended, and versions superseded since a change: ``nr``, ``line``, ``rate``, the
    day they held until, or begin (``on``).
    """
    a = t.agreed_rate.c
    moved = select(a.nr, a.line, a.rate, a.starts.label("on"), literal(1).label("moved")).where(
        a.learned <= since, a.superseded > since, a.superseded <= known
    )
    told = t.agreed_rate.alias()
    fresh = select(told.c.line).where(believed(told, known), told.c.learned > since)
    ended = select(a.nr, a.line, a.rate, a.ends.label("on"), literal(0).label("moved")).where(
        believed(t.agreed_rate, known), a.ends.is_not(None), a.line.in_(fresh)
    )
    return pa.concat_tables([bulk.read(moved), bulk.read(ended)])


def read_cards_before(bulk: Bulk, since: int, known: int) -> pa.Table:
    """The same of cards, with the cell they price."""
    r = t.rate.c
    cell = (r.nr, r.contract, r.service, r.unit, r.day_category, r.minutes_from, r.age_from, r.rate)
    moved = select(*cell, r.starts.label("on"), literal(1).label("moved")).where(
        r.learned <= since, r.superseded > since, r.superseded <= known
    )
    ended = select(*cell, r.ends.label("on"), literal(0).label("moved")).where(
        believed(t.rate, known), r.ends.is_not(None)
    )
    return pa.concat_tables([bulk.read(moved), bulk.read(ended)])


def read_lines_priced(bulk: Bulk, known: int, cells: pa.Table) -> pa.Table:
    """Lines (``nr``) of some contracts, services and units (``CELL``)."""
    sl, staged = t.service_line, bulk.stage("cells_out_of_line", cells)
    same = and_(*(staged.c[name] == sl.c[name] for name in CELL))
    return bulk.read(
        select(sl.c.nr, sl.c.contract, sl.c.service, sl.c.unit).join_from(sl, staged, same).where(believed(sl, known))
    )
