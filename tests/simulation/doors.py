"""The product's two doors to a database, kept open between transactions: opening them is most of what a short verb
costs.

SQLite reads a schema of some seven hundred parts each time a file is opened, and SQLAlchemy translates every query anew
for each new engine. Here connections go back to a pool, and a database that nobody uses any more is handed to the next
verb with all it has translated. A file kept open through two copies of the SQLite library can have no log beside it, so
its journal is in memory; ``plain`` leaves the doors as the product has them, and one life in ten is lived through
those.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

from sqlalchemy import Executable, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from interfaces.database import connection as product
from interfaces.database.connection import ColumnTransaction, Database


class QuickDatabase(Database):
    """A database whose connections are kept."""

    def __init__(self, url: str | URL, plain: bool = False) -> None:
        super().__init__(url)
        self.plain = plain
        self.keeps = self.sqlite and not plain
        if self.keeps:
            event.remove(self.engine, "connect", product._prepare_sqlite)
            event.listen(self.engine, "connect", _prepare)
            thrown_away = self.engine.pool
            self.engine.pool = QueuePool(
                thrown_away._creator, dialect=thrown_away._dialect, _dispatch=thrown_away.dispatch
            )
            event.listen(self.engine, "checkin", _may_write_again)

    def _open(self, writing: bool) -> Any:
        if not (self.keeps and self._idle):
            return super()._open(writing)
        raw = self._idle.pop()
        raw.adbc_connection.set_autocommit(False)
        if writing:
            with raw.cursor() as cursor:
                cursor.execute("COMMIT")
                cursor.execute("BEGIN IMMEDIATE")
        return raw

    def _put_back(self, raw: Any) -> None:
        if not self.keeps:
            super()._put_back(raw)
            return
        raw.adbc_connection.set_autocommit(True)
        self._idle.append(raw)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _may_write_again(connection: sqlite3.Connection | None, _record: object) -> None:
    """The product says of a connection that it only reads, and throws it away afterwards."""
    if connection is not None:
        connection.execute("PRAGMA query_only = OFF")


def without_log(url: URL) -> None:
    """Bring what is in the log beside a SQLite file into it, and keep none from now on. Nobody else may have it
    open.
    """
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            assert mode == "delete", mode


# Translating ----------------------------------------------------------------------------------------------------------

_translated: dict[Any, str] = {}


@contextmanager
def translated_once() -> Iterator[None]:
    """Queries over columns are written out with their values; the same with the same values is written out once."""
    product_own = ColumnTransaction._sql

    def once(self: ColumnTransaction, statement: Executable) -> str:
        asked = statement._generate_cache_key()  # type: ignore[attr-defined]
        if asked is None:
            return product_own(self, statement)
        values = tuple((type(each.effective_value), str(each.effective_value)) for each in asked.bindparams)
        key = (self._sqlite, asked.key, values)
        if key not in _translated:
            if len(_translated) > 20_000:
                _translated.clear()
            _translated[key] = product_own(self, statement)
        return _translated[key]

    ColumnTransaction._sql = once  # type: ignore[method-assign]
    try:
        yield
    finally:
        ColumnTransaction._sql = product_own  # type: ignore[method-assign]


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
