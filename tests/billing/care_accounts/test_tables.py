"""The tables of care accounts: made as the code declares them, and guarded: nothing recorded is changed or deleted."""

import datetime as dt
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table, delete, insert, text, update

from billing.care_accounts import tables as t
from finance.facts.tables import change
from finance.problems import Guarded
from interfaces.database.connection import Database

RECORDS = (t.intake, t.charge, t.metering, t.week, t.position, t.statement)
SAMPLES = {"DATE": dt.date(2028, 10, 2), "TEXT": "metered", "BOOLEAN": True}


def test_the_database_has_these_tables_as_declared(database: Database) -> None:
    with database.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name in t.metadata.tables,
            },
        )
        assert list(compare_metadata(context, t.metadata)) == []


@pytest.mark.parametrize("table", RECORDS, ids=lambda each: each.name)
def test_a_record_is_never_changed_or_deleted(database: Database, table: Table) -> None:
    with database.begin() as connection:
        for nr in (1, 2):
            connection.execute(
                insert(change).values(nr=nr, moment=dt.datetime(2028, 10, 9), by="officer", what="x", source="y")
            )
        _row(connection, t.intake)
        if table is not t.intake:
            _row(connection, table)
    for column in table.columns:
        _refused(database, update(table).values({column.name: column}))
    _refused(database, delete(table))
    if not database.sqlite:
        _refused(database, text(f"TRUNCATE {table.name} CASCADE"))


@pytest.mark.parametrize("table", t.FACTS.values(), ids=lambda each: each.name)
def test_a_fact_may_be_superseded_once_and_nothing_else(database: Database, table: Table) -> None:
    with database.begin() as connection:
        for nr in (1, 2):
            connection.execute(
                insert(change).values(nr=nr, moment=dt.datetime(2028, 10, 9), by="officer", what="x", source="y")
            )
        _row(connection, table)
    for column in table.columns:
        if column.name != "superseded":
            _refused(database, update(table).values({column.name: column}))
    _refused(database, delete(table))
    with database.begin() as connection:
        assert connection.execute(update(table).values(superseded=2)).rowcount == 1
    _refused(database, update(table).values(superseded=1))


def _row(connection: Any, table: Table) -> None:
    columns = [each for each in table.columns if each.name != "superseded"]
    connection.execute(insert(table).values({each.name: SAMPLES.get(str(each.type), 1) for each in columns}))


def _refused(database: Database, statement: Any) -> None:
    with pytest.raises(Guarded, match="never|once"), database.begin() as connection:
        connection.execute(statement)
