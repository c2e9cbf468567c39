"""The product's two doors to a database, kept open between transactions: opening them is most of what a short verb
costs.

SQLite reads a schema of a thousand parts each time a file is opened, and SQLAlchemy translates every query anew for
each new engine. Here both doors stay open, and a database that nobody uses any more is handed to the next verb with all
it has translated. A file kept open through two copies of the SQLite library can have no log beside it, so
its journal is in memory; ``plain`` leaves the doors as the product has them, and one life in ten is lived through
those.
"""

import sqlite3
from contextlib import closing
from typing import TypeVar

from sqlalchemy import event
from sqlalchemy.engine import URL

from interfaces.database import connection as product
from interfaces.database.connection import Database


class QuickDatabase(Database):
    """A database whose connections are kept, of both doors at once."""

    def __init__(self, url: str | URL, plain: bool = False) -> None:
        super().__init__(url)
        self.plain = plain
        if self._door and not plain:
            self._door.left(self)
            event.remove(self.engine, "connect", product._prepare_sqlite)
            event.listen(self.engine, "connect", _prepare)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def without_log(url: URL) -> None:
    """Bring what is in the log beside a SQLite file into it, and keep none from now on. Nobody else may have it
    open.
    """
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            assert mode == "delete", mode


# Databases at rest ----------------------------------------------------------------------------------------------------

_at_rest: dict[tuple[type[QuickDatabase], URL, bool], list[QuickDatabase]] = {}


_kept: dict[tuple[URL, bool], QuickDatabase] = {}
AnyKind = TypeVar("AnyKind", bound=QuickDatabase)


def taken(kind: type[AnyKind], url: URL, plain: bool) -> AnyKind:
    """A database at rest under this address, or a new one."""
    resting = _at_rest.get((kind, url, plain))
    found = resting.pop() if resting else kind(url, plain)
    assert isinstance(found, kind)
    return found


def kept(url: URL, plain: bool) -> QuickDatabase:
    """The one database at this address that is for looking by."""
    if (url, plain) not in _kept:
        _kept[url, plain] = QuickDatabase(url, plain)
    return _kept[url, plain]


def rest(database: QuickDatabase) -> None:
    """Nobody uses this database for now."""
    _at_rest.setdefault((type(database), database.url, database.plain), []).append(database)


def close(url: URL) -> None:
    """Close every connection to an address, before another database goes by it."""
    for one, kept_here in _kept.items():
        if one[0] == url:
            kept_here.close()
    for of, resting in _at_rest.items():
        if of[1] == url:
            for each in resting:
                each.close()
