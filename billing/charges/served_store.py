"""The SQL of who is served and not charged: everybody with care on a day who had had no bill by then."""

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from billing import tables as t
from billing.assessments.decisions import How
from billing.assessments.tables import assessment, circumstance
from billing.charges.news import PERSON
from billing.charges.served import Served, in_order
from billing.charges.stream import NAME
from finance.assessment import Outcome
from finance.facts import tables as f
from finance.money import RATE_PER_PENNY
from ledgers import holds_store, store
from ledgers.runs import Status
from ledgers.tables import parked


def read_served(connection: Connection, on: dt.date) -> list[Served]:
    """Those nobody is looking at first."""
    lines = _lines(connection, on)
    billed = set(connection.execute(select(t.bill.c.party).where(t.bill.c.issued <= on).distinct()).scalars())
    payers = _payers(connection)
    people: dict[int, list[Any]] = {}
    for row in lines:
        if payers.get(row.person, (None, None))[0] not in billed:
            people.setdefault(row.person, []).append(row)
    exempt, collected = _of_lines(connection, t.charge_exemption, on), _collected(connection, on)
    words, told, stuck, held = _words(connection, on), _told(connection), _stuck(connection), _held(connection)
    made = []
    for person, mine in people.items():
        payer, ref = payers.get(person, (None, None))
        word = words.get(person)
        made.append(
            Served(
                person,
                mine[0].ref,
                mine[0].name,
                min(row.since for row in mine),
                ref,
                person in told,
                word is not None,
                None if word is None else word.charge,
                word is not None
                and word.charge is not None
                and How.of(word.how).outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT),
                all(row.line in exempt for row in mine),
                sum(collected.get(row.line, 0) for row in mine) // RATE_PER_PENNY,
                all(row.line in collected or row.line in exempt for row in mine),
                stuck.get(person, ""),
                ("payee", payer) in held or any(("line", row.line) in held for row in mine),
            )
        )
    return in_order(made)


def _on(table: Table, on: dt.date) -> ColumnElement[bool]:
    c = table.c
    return c.superseded.is_(None) & (c.starts <= on) & or_(c.ends.is_(None), c.ends > on)


def _lines(connection: Connection, on: dt.date) -> list[Any]:
    """Every line live on a day, of people who had not died by then, and since when they have had it."""
    sl, p = f.service_line, f.person
    query = (
        select(sl.c.nr.label("line"), sl.c.person, sl.c.starts.label("since"), p.c.ref, p.c.name)
        .join_from(sl, p, (p.c.nr == sl.c.person) & p.c.superseded.is_(None))
        .where(_on(sl, on), or_(p.c.died.is_(None), p.c.died >= on))
        .order_by(sl.c.person, sl.c.nr)
    )
    return list(connection.execute(query))


def _payers(connection: Connection) -> dict[int, tuple[int, str]]:
    b = t.bill_payer.c
    query = select(b.person, b.nr, b.ref).where(b.superseded.is_(None), b.person.is_not(None)).order_by(b.nr.desc())
    return {row.person: (row.nr, row.ref) for row in connection.execute(query)}


def _of_lines(connection: Connection, table: Table, on: dt.date) -> set[int]:
    return set(connection.execute(select(table.c.line).where(_on(table, on))).scalars())


def _collected(connection: Connection, on: dt.date) -> dict[int, int]:
    """What the provider collects of the client’s contribution, by line, hundredths of a penny a week."""
    c = f.contribution.c
    query = select(c.line, c.weekly).where(_on(f.contribution, on), c.kind == "client", c.collector == "provider")
    return {row.line: row.weekly for row in connection.execute(query)}


def _words(connection: Connection, on: dt.date) -> dict[int, Any]:
    """The last word about each person’s charge on a day."""
    a = assessment.c
    query = (
        select(a.person, a.charge, a.how)
        .where(a.starts <= on, or_(a.ends.is_(None), a.ends > on))
        .order_by(a.person, a.learned)
    )
    return {row.person: row for row in connection.execute(query)}


def _told(connection: Connection) -> set[int]:
    c = circumstance.c
    return set(connection.execute(select(c.person).where(c.superseded.is_(None)).distinct()).scalars())


def _stuck(connection: Connection) -> dict[int, str]:
    """Whom the last run of each bill calendar could not charge, and why."""
    runs = [each for each in store.read_runs(connection, NAME) if each.status not in (Status.DRAFT, Status.ABANDONED)]
    last = {each.calendar: each.nr for each in runs}
    query = select(parked.c.subject, parked.c.what).where(parked.c.run.in_(last.values()), parked.c.kind == PERSON)
    return {row.subject: row.what for row in connection.execute(query.order_by(parked.c.run))}


def _held(connection: Connection) -> set[tuple[str, int]]:
    return {(row.scope, row.target) for row in holds_store.read_holds(connection, NAME)}
