"""A copy to try things on: the same facts, marked, and nothing is issued from it."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Table, create_engine, insert, text
from sqlalchemy.engine import URL

from billing.documents.tables import dispatch, document
from finance.problems import Guarded
from interfaces.database.connection import Database
from interfaces.database.sandbox import SandboxRefused, make_sandbox, sandbox_mark
from ledgers.tables import export
from tests.builders import policy_holds
from tests.conftest import NewDatabase

AT = dt.datetime(2026, 5, 4, 9)
FILE: dict[str, dict[str, object]] = {"export": {"kind": "journal", "party": 0, "name": "a.csv"}}


@pytest.fixture
def place(new_database: NewDatabase, database: Database) -> Iterator[URL]:
    """An address beside the database, where there is nothing."""
    name = f"{database.url.database}_trial" if not database.sqlite else f"{database.url.database}.trial.db"
    yield database.url.set(database=name)
    if not database.sqlite:
        server = create_engine(database.url.set(drivername="postgresql+psycopg", database="postgres"))
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        server.dispose()


def test_a_sandbox_has_the_same_and_issues_nothing(database: Database, place: URL) -> None:
    nr = policy_holds(database, "[payments]\ntolerance_percent = 7\n")
    _, mark = make_sandbox(database, said(place), by="Ann", at=AT)
    with database.read() as connection:
        assert sandbox_mark(connection) is None
    copied = Database(place)
    try:
        with copied.read() as connection:
            assert sandbox_mark(connection) == mark and mark.made_by == "Ann"
        assert policy_holds(copied, "[payments]\ntolerance_percent = 8\n") == nr + 1
        for table in (export, document, dispatch):
            with pytest.raises(Guarded, match="no file and no paper is issued"), copied.begin() as connection:
                connection.execute(insert(table).values(**_row(table) | FILE.get(table.name, {})))
    finally:
        copied.close()
    assert policy_holds(database, "[payments]\ntolerance_percent = 9\n") == nr + 1  # the copy's is not there
    with pytest.raises(SandboxRefused, match="already"):
        make_sandbox(database, said(place), by="Ann", at=AT)


def said(place: URL) -> str:
    return place.render_as_string(hide_password=False)


def _row(table: Table) -> dict[str, object]:
    """Something in every column that must hold something."""
    some: dict[type, object] = {str: "x", int: 1, dt.date: AT.date(), dt.datetime: AT, bytes: b"x", bool: True}
    return {each.name: some[each.type.python_type] for each in table.c if not each.nullable and each.name != "nr"}


def test_a_sandbox_is_of_the_same_kind(database: Database) -> None:
    other = "postgresql://localhost/x" if database.sqlite else "sqlite:////tmp/x.db"
    with pytest.raises(SandboxRefused, match="is not the address"):
        make_sandbox(database, "trial", by="Ann", at=AT)
    with pytest.raises(SandboxRefused, match="same kind"):
        make_sandbox(database, other, by="Ann", at=AT)
