"""The SQL of explaining a change: every fact it told of, or was the end of, whatever it is about."""

from collections.abc import Iterable

from sqlalchemy import Connection, MetaData, Table, or_, select

from billing.assessments.tables import assessment
from finance.facts import tables as f
from finance.facts.versions import Row
from finance.facts.versions_store import rows_of


def read_change(connection: Connection, nr: int) -> Row | None:
    return next(iter(rows_of(connection, select(f.change).where(f.change.c.nr == nr))), None)


def last_nr(connection: Connection) -> int:
    return int(connection.execute(select(f.change.c.nr).order_by(f.change.c.nr.desc()).limit(1)).scalar() or 0)


def tables_of_facts(declared: Iterable[MetaData]) -> list[Table]:
    """Every table of facts among those declared, by name."""
    every = [table for home in declared for table in home.sorted_tables]
    found = {table.name: table for table in every if {"learned", "ref"} <= {*table.c.keys()}}
    return [found[name] for name in sorted(found)]


def read_told(connection: Connection, table: Table, nr: int) -> list[Row]:
    """What a change told of one table: new versions, and those it was the end of."""
    c = table.c
    ended = [c.superseded == nr] if "superseded" in c else []
    return rows_of(connection, select(table).where(or_(c.learned == nr, *ended)).order_by(c.ref, c.learned))


def count_assessed(connection: Connection, nr: int) -> int:
    """How many people’s assessments a change told of."""
    query = select(assessment.c.person).where(assessment.c.learned == nr).distinct()
    return len(connection.execute(query).all())
