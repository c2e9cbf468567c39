"""SQL of searching: facts by part of a name, a reference or a number, and what tells one from others like it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Table, select

from finance.columns import Bulk, ints
from finance.days import spoken
from finance.facts import tables as t
from finance.facts.names_store import names, newest
from finance.facts.searching import AskedFor, Found, nearness
from finance.facts.words import days_words
from finance.money import sterling
from finance.timelines import group_starts

Rows = Sequence[Row[Any]]
About = Callable[[Connection, Rows], Mapping[int, Iterable[str | None]]]


@dataclass(frozen=True)
class Sought:
    """A table of facts that is searched. ``sort``: what an officer calls one; ``name``: the column it is called by,
    where it has one; ``numbers``: columns of numbers besides its reference; ``about``: what is said of each.
    """

    sort: str
    table: Table
    about: About
    name: str = "name"
    numbers: tuple[str, ...] = ()


def search(bulk: Bulk, wanted: AskedFor, sought: Sought) -> list[Found]:
    """Facts that are what was asked for, by any version of them, as last told of."""
    c = sought.table.c
    named = [c[sought.name]] if sought.name else []
    query = select(c.nr, c.superseded, c.ref, *named, *(c[name] for name in sought.numbers))
    rows = bulk.read(query.order_by(c.nr, c.learned)).combine_chunks()
    if not rows.num_rows:
        return []
    called = rows[sought.name].combine_chunks() if sought.name else None
    numbers = [rows[name].combine_chunks() for name in ("ref", *sought.numbers)]
    near, nr = nearness(wanted, called, numbers), ints(rows, "nr")
    first = group_starts(nr)
    last = np.append(first[1:], len(nr)) - 1
    far = np.where(near < 0, _NOWHERE, near)
    best = np.minimum.reduceat(far, first)
    kept = np.flatnonzero(best < _NOWHERE)
    found = []
    for place, now in zip(kept.tolist(), rows.take(last[kept]).to_pylist(), strict=True):
        by = first[place] + int(np.argmin(far[first[place] : last[place] + 1]))
        name = str(now[sought.name]) if called is not None else ""
        was = str(called[by]) if called is not None and near[last[place]] < 0 else ""
        gone = now["superseded"] is not None
        found.append(Found(sought.sort, now["nr"], now["ref"], name, int(best[place]), was, gone))
    return found


_NOWHERE = 9


def described(connection: Connection, sought: Sought, some: Sequence[Found]) -> list[Found]:
    """The same, each with what tells it from others like it."""
    rows = newest(connection, sought.table, [each.nr for each in some])
    about = sought.about(connection, list(rows.values()))
    return [replace(each, about=", ".join(filter(None, about[each.nr]))) for each in some]


def _people(_: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    return {
        each.nr: (
            f"born {spoken(each.born)}" if each.born else None,
            f"died {spoken(each.died)}" if each.died else None,
            f"NHS number {each.nhs_number}" if each.nhs_number else None,
        )
        for each in rows
    }


def _payees(_: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    return {each.nr: (each.kind, each.supplier_number and f"supplier {each.supplier_number}") for each in rows}


def _contracts(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    payees = names(connection, t.payee, [each.payee for each in rows])
    return {each.nr: (str(payees[each.payee]), days_words(each._asdict())) for each in rows}


def _lines(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    people = names(connection, t.person, [each.person for each in rows])
    services = names(connection, t.service, [each.service for each in rows])
    return {
        each.nr: (str(people[each.person]), services[each.service].name, days_words(each._asdict())) for each in rows
    }


def _packages(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    people = names(connection, t.person, [each.person for each in rows])
    return {each.nr: (str(people[each.person]), days_words(each._asdict())) for each in rows}


def _blocks(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    contracts = names(connection, t.contract, [each.contract for each in rows])
    return {each.nr: (str(contracts[each.contract]), days_words(each._asdict())) for each in rows}


def _adjustments(connection: Connection, rows: Rows) -> Mapping[int, Iterable[str | None]]:
    payees = names(connection, t.payee, [each.payee for each in rows])
    return {each.nr: (sterling(each.amount), str(payees[each.payee]), spoken(each.on)) for each in rows}


SOUGHT = (
    Sought("person", t.person, _people, numbers=("nhs_number",)),
    Sought("payee", t.payee, _payees, numbers=("supplier_number",)),
    Sought("contract", t.contract, _contracts),
    Sought("line", t.service_line, _lines, name=""),
    Sought("package", t.package, _packages, name=""),
    Sought("block", t.block, _blocks, name=""),
    Sought("adjustment", t.adjustment, _adjustments, name=""),
    Sought("funder", t.funder, lambda _, rows: {each.nr: (each.kind,) for each in rows}),
)
"""The facts about care and those paid for it, in the order they are shown."""
