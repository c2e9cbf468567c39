"""New databases by the hundred: a migrated one is copied, in memory where the machine has a place for it."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy.engine import URL, make_url

from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from tests import embedded
from tests.simulation.doors import without_log

IN_MEMORY = Path("/dev/shm")
_count = itertools.count(1)


class Databases(Protocol):
    """Where a council's database comes from. ``folder``: a place for files beside it."""

    folder: Path

    def new(self) -> URL: ...
    def drop(self, url: URL) -> None: ...
    def copy(self, url: URL) -> URL:
        """Another database that holds what this one holds. Nobody may have it open."""
        ...


class OnSqlite:
    """Databases that are files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.template = folder / "template.db"
        self.template.write_bytes(_migrated())
        self.free: list[Path] = []

    def new(self) -> URL:
        return self._copied(self.template)

    def copy(self, url: URL) -> URL:
        return self._copied(Path(str(url.database)))

    def _copied(self, path: Path) -> URL:
        made = self.free.pop() if self.free else self.folder / f"council_{os.getpid()}_{next(_count)}.db"
        shutil.copyfile(path, made)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            shutil.copyfile(wal, made.with_name(made.name + "-wal"))
        return make_url(f"sqlite:///{made}")

    def drop(self, url: URL) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{url.database}{end}").unlink(missing_ok=True)
        self.free.append(Path(str(url.database)))


@cache
def _migrated() -> bytes:
    """An empty SQLite file with every migration in it."""
    with place() as folder:
        url = make_url(f"sqlite:///{folder / 'migrated.db'}")
        database = Database(url)
        migrate(database)
        database.close()
        without_log(url)
        return Path(str(url.database)).read_bytes()


class OnPostgresql:
    """Databases of a server."""

    def __init__(self, server: URL, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.free: list[str] = []
        self.template = f"outturn_simulated_{os.getpid()}"
        self._say(f"CREATE DATABASE {self.template}")
        database = Database(server.set(database=self.template))
        migrate(database)
        database.close()

    def new(self) -> URL:
        return self._made(self.template)

    def copy(self, url: URL) -> URL:
        return self._made(str(url.database))

    def _made(self, template: str) -> URL:
        name = self.free.pop() if self.free else f"outturn_lived_{os.getpid()}_{next(_count)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.server.set(database=name)

    def drop(self, url: URL) -> None:
        self._say(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")
        self.free.append(str(url.database))

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.server.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        self.drop(self.server.set(database=self.template))


@contextmanager
def place() -> Iterator[Path]:
    """A folder that goes when it is no longer wanted."""
    there = IN_MEMORY if IN_MEMORY.is_dir() else None
    folder = Path(tempfile.mkdtemp(prefix="outturn-simulated-", dir=there))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def databases(kind: str, server: URL | None = None) -> Iterator[Databases]:
    """Databases of a kind: ``sqlite``, or ``postgresql`` on this server, that of ``PG_URL``, or one started for
    the purpose.
    """
    with place() as folder:
        if kind == "sqlite":
            yield OnSqlite(folder)
            return
        with nullcontext(server) if server else _server() as url:
            made = OnPostgresql(url, folder)
            try:
                yield made
            finally:
                made.close()


@contextmanager
def _server() -> Iterator[URL]:
    given = os.environ.get("PG_URL")
    if given:
        yield make_url(given).set(drivername="postgresql")
        return
    with place() as folder:
        server = embedded.start(folder)
        try:
            yield _made_quick(make_url(server.get_uri()).set(drivername="postgresql"))
        finally:
            embedded.stop(server)


def _made_quick(url: URL) -> URL:
    """What is lost when the machine stops matters to nobody here."""
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    return url
