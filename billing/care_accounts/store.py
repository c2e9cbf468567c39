"""The SQL of care accounts: what is believed and was charged, what is recorded, and what is added to it."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, Connection, Row, Select, Table, and_, func, insert, or_, select

from billing.care_accounts import tables as t
from billing.care_accounts.changes import Additions, RecordedLines
from billing.care_accounts.facts import Stored
from billing.care_accounts.positions import COLUMNS, Positions
from billing.care_accounts.posted_charges import with_noughts
from billing.care_accounts.weeks import KINDS
from finance.columns import Bulk, Ints, codes, ints
from finance.facts.tables import change, person, service_line
from finance.facts.versions import believed
from ledgers.runs import POSTED
from ledgers.streams import CHARGES
from ledgers.tables import run as ledger_run

_FEW = 20_000  # people asked after by name; more are read by the range of their numbers
_OF_CHARGES = ("person", "line", "period_starts", "starts", "ends", "care_home", "pence", "intake")


# Meterings and what they take in -----------------------------------------------------------------------------------


def last_metering(bulk: Bulk) -> dict[str, Any] | None:
    """The latest metering: learned, up_to, known, terms; None when accounts were never metered."""
    m = t.metering.c
    rows = bulk.read(select(m.learned, m.up_to, m.known, m.terms).order_by(m.learned.desc()).limit(1)).to_pylist()
    return rows[0] if rows else None


def metering_by(bulk: Bulk, known: int) -> dict[str, Any] | None:
    """The latest metering known at a change."""
    m = t.metering.c
    query = select(m.learned, m.up_to, m.known, m.terms).where(m.learned <= known)
    rows = bulk.read(query.order_by(m.learned.desc()).limit(1)).to_pylist()
    return rows[0] if rows else None


def last_metering_here(connection: Connection, known: int | None = None) -> Row[Any] | None:
    """The same through the door for records, of those by a change."""
    query = select(t.metering).order_by(t.metering.c.learned.desc()).limit(1)
    if known is not None:
        query = query.where(t.metering.c.learned <= known)
    return connection.execute(query).one_or_none()


def runs_to_take_in(bulk: Bulk) -> list[int]:
    """Released runs of charges not yet taken in, in the order they were released."""
    r = ledger_run.c
    query = (
        select(r.nr)
        .where(
            r.stream == CHARGES.name, r.status.in_([str(each) for each in POSTED]), r.nr.not_in(select(t.intake.c.run))
        )
        .order_by(r.released_at, r.nr)
    )
    return [int(each) for each in ints(bulk.read(query), "nr")]


def take_in(bulk: Bulk, learned: int, run: int, rows: pa.Table) -> None:
    """Keep what one run charged (rows of ``posted_charges.ROWS``), as learned by a metering."""
    last = bulk.read(select(func.max(t.intake.c.nr, type_=BigInteger).label("nr")))["nr"][0].as_py() or 0
    nr = last + 1
    bulk.append(t.intake, pa.table({"nr": [nr], "run": [run], "learned": [learned]}))
    rows = with_noughts(rows, _said_of_others(bulk, rows["line"].unique()))
    bulk.append(t.charge, rows.append_column("intake", pa.array(np.full(rows.num_rows, nr, np.int64))))


def _said_of_others(bulk: Bulk, lines: pa.Array) -> pa.Table:
    """What was taken in of lines that were once believed to be somebody else's: person, line, period_starts."""
    asked = bulk.stage("care_account_lines", pa.table({"line": lines}))
    one, c = service_line.c, t.charge.c
    moved = (
        select(one.nr)
        .where(one.nr.in_(select(asked.c.line)))
        .group_by(one.nr)
        .having(func.count(one.person.distinct()) > 1)
    )
    found = bulk.read(moved)["nr"].to_pylist()
    query = select(c.person, c.line, c.period_starts).where(c.line.in_(found)).distinct()
    return bulk.read(query)


def add_metering(bulk: Bulk, **values: object) -> None:
    bulk.append(t.metering, pa.Table.from_pylist([values]))


# Whose account has news ----------------------------------------------------------------------------------------------


def everyone(bulk: Bulk) -> Ints:
    """Everybody with anything in an account."""
    return _different(bulk, [select(table.c.person) for table in (t.charge, t.transfer, t.independent_budget)])


def charged_since(bulk: Bulk, since: int) -> Ints:
    """People whose charges were taken in since a metering."""
    fresh = select(t.intake.c.nr).where(t.intake.c.learned > since)
    return _different(bulk, [select(t.charge.c.person).where(t.charge.c.intake.in_(fresh))])


def told_since(bulk: Bulk, since: int) -> Ints:
    """People about whom a budget or transfer was learned, or no longer believed, since a metering."""
    facts = t.FACTS.values()
    return _different(
        bulk, [select(fact.c.person).where(or_(fact.c.learned > since, fact.c.superseded > since)) for fact in facts]
    )


def going_on(bulk: Bulk, was_over: dt.date, up_to: dt.date) -> Ints:
    """People whose care or transfers reach into the days from ``was_over`` up to a day."""
    c, b, m = t.charge.c, t.independent_budget.c, t.transfer.c
    return _different(
        bulk,
        [
            select(c.person).where(c.ends > was_over, c.starts < up_to),
            select(b.person).where(b.superseded.is_(None), or_(b.ends.is_(None), b.ends > was_over), b.starts < up_to),
            select(m.person).where(m.superseded.is_(None), m.starts >= was_over, m.starts <= up_to),
        ],
    )


def _different(bulk: Bulk, queries: Sequence[Select[Any]]) -> Ints:
    found = [ints(bulk.read(query.distinct()), "person") for query in queries]
    return np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)


# What is stored of some people ---------------------------------------------------------------------------------------


def _charges(known: int | None) -> Select[Any]:
    query = select(*(t.charge.c[name] for name in _OF_CHARGES))
    if known is not None:
        query = query.join(t.intake, t.intake.c.nr == t.charge.c.intake).where(t.intake.c.learned <= known)
    return query


def _facts(table: Table, known: int | None) -> Select[Any]:
    return select(table).where(believed(table, known))


def stored(bulk: Bulk, people: Ints, known: int | None = None) -> Stored:
    """Charges, budgets and transfers of these people (in order), as believed now or as known at a change."""
    queries = (_charges(known), _facts(t.independent_budget, known), _facts(t.transfer, known))
    owners = (t.charge, t.independent_budget, t.transfer)
    rows = [_of(bulk, query, table, people) for query, table in zip(queries, owners, strict=True)]
    return Stored(people, *rows)


def recorded(bulk: Bulk, people: Ints) -> RecordedLines:
    """Every line recorded of these people; ``who`` is a place among them."""
    w = t.week.c
    rows = _of(bulk, select(w.person, w.kind, w.starts, w.ends, w.pence, w.revision), t.week, people)
    return RecordedLines(
        np.searchsorted(people, ints(rows, "person")),
        codes(rows, "kind", KINDS),
        ints(rows, "starts"),
        ints(rows, "ends"),
        ints(rows, "pence"),
        ints(rows, "revision"),
    )


def last_positions(bulk: Bulk, people: Ints | None = None, known: int | None = None) -> pa.Table:
    """The latest position of these people (of everybody), as known at a change."""
    p = t.position.c
    query = select(p.person, p.learned, *(p[name] for name in COLUMNS))
    if known is not None:
        query = query.where(p.learned <= known)
    rows = _of(bulk, query, t.position, people) if people is not None else bulk.read(query)
    who, learned = ints(rows, "person"), ints(rows, "learned")
    order = np.lexsort((learned, who))
    last = np.append(who[order][1:] != who[order][:-1], True) if len(order) else np.empty(0, bool)
    return rows.take(pa.array(order[last]))


def ever_reached(bulk: Bulk, known: int) -> Ints:
    """People whose cap was reached by some metering known at a change, in order."""
    p = t.position.c
    return _different(bulk, [select(p.person).where(p.reached.is_not(None), p.learned <= known)])


def _of(bulk: Bulk, query: Select[Any], table: Table, people: Ints) -> pa.Table:
    """The rows of a query that are these people's."""
    if len(people) <= _FEW:
        asked = bulk.stage("care_account_people", pa.table({"person": people}))
        return bulk.read(query.where(table.c.person.in_(select(asked.c.person))))
    low, high = int(people[0]), int(people[-1])
    rows = bulk.read(query.where(table.c.person.between(low, high)))
    return rows.filter(pa.array(np.isin(ints(rows, "person"), people)))


# Adding ---------------------------------------------------------------------------------------------------------------


def add_weeks(bulk: Bulk, learned: int, people: Ints, made: Additions, causes: pa.Array) -> None:
    """Record lines; ``causes`` says why, row by row."""
    bulk.append(
        t.week,
        pa.table(
            {
                "person": people[made.who],
                "kind": pa.array(np.asarray(KINDS, object)[made.kind], pa.string()),
                "starts": _dates(made.first),
                "revision": made.revision.astype(np.int16),
                "ends": _dates(made.end),
                "pence": made.pence,
                "reversal": made.reversal,
                "cause": causes,
                "learned": np.full(len(made), learned, np.int64),
            }
        ),
    )


def add_positions(bulk: Bulk, learned: int, people: Ints, made: Positions) -> None:
    bulk.append(
        t.position,
        positions_table(people, made).append_column("learned", pa.array(np.full(len(made), learned, np.int64))),
    )


def positions_table(people: Ints, made: Positions) -> pa.Table:
    """Positions as the table keeps them, without the change that tells them."""
    never = made.reached < 0
    return pa.table(
        {
            "person": people[made.who],
            "total": made.total,
            "cap": made.cap,
            "metered_to": _dates(made.metered_to),
            "care_home": made.care_home.astype(bool),
            "weekly": made.weekly,
            "reached": _dates(made.reached),
            "left": pa.array(made.left, mask=never),
            "projected": _dates(made.projected),
            "closed": _dates(made.closed),
        }
    )


def _dates(days: Ints) -> pa.Array:
    """Day numbers as dates, empty where there is none."""
    return pa.array(np.asarray(days, np.int32), pa.int32(), mask=days < 0).cast(pa.date32())


# One person, and lists, for people to read ---------------------------------------------------------------------------


def lines_of(connection: Connection, nr: int, known: int | None = None) -> list[Row[Any]]:
    """One person's account line by line, with the moment and the person who recorded each."""
    w = t.week.c
    query = (
        select(
            w.kind, w.starts, w.ends, w.revision, w.pence, w.reversal, w.cause, w.learned, change.c.moment, change.c.by
        )
        .join_from(t.week, change, change.c.nr == w.learned)
        .where(w.person == nr)
        .order_by(w.starts, w.kind, w.revision)
    )
    if known is not None:
        query = query.where(w.learned <= known)
    return list(connection.execute(query))


def position_of(connection: Connection, nr: int, known: int | None = None) -> Row[Any] | None:
    query = select(t.position).where(t.position.c.person == nr).order_by(t.position.c.learned.desc()).limit(1)
    if known is not None:
        query = query.where(t.position.c.learned <= known)
    return connection.execute(query).one_or_none()


def statements_of(connection: Connection, nr: int) -> list[Row[Any]]:
    """Statements given to one person, the first first."""
    s = t.statement
    return list(connection.execute(select(s).where(s.c.person == nr).order_by(s.c.on)))


def add_statement(connection: Connection, **values: object) -> None:
    connection.execute(insert(t.statement).values(**values))


def last_statements(bulk: Bulk) -> pa.Table:
    """The day each person's last statement was given."""
    s = t.statement.c
    return bulk.read(select(s.person, func.max(s.on, type_=s.on.type).label("on")).group_by(s.person))


def named(connection: Connection, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """(reference, name) of people."""
    found: dict[int, tuple[str, str]] = {}
    for first in range(0, len(numbers), 1_000):
        part = list(numbers[first : first + 1_000])
        rows = connection.execute(
            select(person.c.nr, person.c.ref, person.c.name).where(person.c.nr.in_(part), person.c.superseded.is_(None))
        )
        found.update({row.nr: (row.ref, row.name) for row in rows})
    return found


def number_of(connection: Connection, ref: str) -> int | None:
    """A person's number by their reference."""
    return connection.execute(
        select(person.c.nr).where(and_(person.c.ref == ref, person.c.superseded.is_(None)))
    ).scalar_one_or_none()


def latest_change(connection: Connection) -> int:
    return int(connection.execute(select(func.max(change.c.nr))).scalar_one() or 0)
