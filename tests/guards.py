"""Putting rows in behind the database's back: what a test makes up whole, or spoils so that something else notices."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import Connection, Executable, text

from interfaces.database.connection import Database


@contextmanager
def guards_lifted(database: Database, *tables: str) -> Iterator[Connection]:
    """A transaction in which the database's own guards of these tables (of all, when none is named) do not stand."""
    with database.begin() as connection:
        if not database.sqlite:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        every = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        guards = [each for each in every if not tables or each.tbl_name in tables]
        for name, _, _ in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, _, made in guards:
            connection.exec_driver_sql(made)


def carry_out(database: Database, statement: Executable) -> None:
    """One statement with the guards of its table lifted (of all, where it does not say of which it is)."""
    table = getattr(statement, "table", None)
    with guards_lifted(database, *([] if table is None else [table.name])) as connection:
        connection.execute(statement)


def put_in_unasked(database: Database, *statements: str) -> None:
    """Statements of a session of SQLite that has turned checks and references off, as any session may for itself."""
    assert database.engine.url.database is not None
    with closing(sqlite3.connect(database.engine.url.database)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
