"""A copy of a council's database to try things on: marked as one, so that nothing is issued from it.

On SQLite another file, made whole beside its place and then named. On PostgreSQL another database of the same server,
which needs the right to make one, and nobody else in the first while it is copied.
"""

import datetime as dt
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, insert, make_url, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError

from finance.days import spoken
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.files.outbound.leaving import own_file
from ledgers.policy.tables import sandbox

_WHY = {
    "42P04": ("There is a database of that name already.", "Name another."),
    "55006": ("Others are using the database, and it cannot be copied meanwhile.", "Try again when they have ended."),
    "42501": ("This role may not make a database, or may not mark one as a copy.", "Ask for it as its owner."),
}


class SandboxRefused(Refusal):
    """A sandbox cannot be made there. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class SandboxMark:
    """What a sandbox is a copy of, who made it and when (UTC)."""

    of: str
    made_by: str
    made_at: dt.datetime

    @property
    def when(self) -> str:
        return f"made by {self.made_by} on {spoken(self.made_at.date())}"


def sandbox_mark(connection: Connection) -> SandboxMark | None:
    """Of a sandbox, what it is a copy of; None: this is no sandbox."""
    row = connection.execute(select(sandbox.c.of, sandbox.c.made_by, sandbox.c.made_at)).first()
    return None if row is None else SandboxMark(*row)


def make_sandbox(database: Database, address: str, *, by: str, at: dt.datetime) -> tuple[str, SandboxMark]:
    """Copy a database to another address, marked as a copy: that address, less its password. Raises SandboxRefused."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        wanted = "Write it as sqlite:///file.db or postgresql://user@host/name."
        raise SandboxRefused(f"“{address}” is not the address of a database.", wanted) from error
    if url.get_backend_name() != database.url.get_backend_name() or not url.database:
        raise SandboxRefused(
            "A sandbox is a database of the same kind as what it is a copy of.",
            f"Name another {database.url.get_backend_name()} database.",
        )
    mark = SandboxMark(database.url.render_as_string(hide_password=True), by, at)
    database.close()
    if database.sqlite:
        _copy_file(database, Path(url.database), mark)
    else:
        _copy_database(database.url, url, mark)
    return url.render_as_string(hide_password=True), mark


def _copy_file(database: Database, path: Path, mark: SandboxMark) -> None:
    if path.exists():
        raise SandboxRefused(f"{path} is there already.", "Name another file.")
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        own_file(part)
        raw = database.engine.raw_connection()
        try:
            assert raw.driver_connection is not None
            raw.driver_connection.execute("VACUUM INTO ?", (str(part),))
        finally:
            raw.close()
            database.close()
        copied = Database(f"sqlite:///{part}")
        try:
            _mark(copied, mark)
        finally:
            copied.close()
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _copy_database(source: URL, url: URL, mark: SandboxMark) -> None:
    server = create_engine(
        source.set(drivername="postgresql+psycopg", database="postgres"), isolation_level="AUTOCOMMIT"
    )
    quote = server.dialect.identifier_preparer.quote_identifier
    name, of = quote(str(url.database)), quote(str(source.database))
    try:
        with server.connect() as connection:
            _asked(connection, f"CREATE DATABASE {name} TEMPLATE {of}")
            copied = Database(source.set(database=url.database))
            try:
                _mark(copied, mark)
            except BaseException:
                copied.close()
                _asked(connection, f"DROP DATABASE {name}")
                raise
            copied.close()
    finally:
        server.dispose()


def _asked(connection: Connection, words: str) -> None:
    try:
        connection.execute(text(words))
    except DBAPIError as error:
        why = _WHY.get(getattr(error.orig, "sqlstate", "") or "")
        if why is None:
            raise
        raise SandboxRefused(*why) from error


def _mark(copied: Database, mark: SandboxMark) -> None:
    with copied.begin() as connection:
        if sandbox_mark(connection) is None:  # a copy of a copy is marked already
            row = {"nr": 1, "of": mark.of, "made_by": mark.made_by, "made_at": mark.made_at}
            connection.execute(insert(sandbox).values(row))
