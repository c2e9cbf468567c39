"""One database, two doors: SQLAlchemy for records, and Arrow columns (ADBC) for anything by the hundred thousand.

Through either door one goes to write or only to read. Whoever writes begins as a writer, so that what they read is
still so when they write; whoever reads sees one moment, waits for nobody and keeps nobody waiting. Nothing waits for
ever, and what the database refuses is told in plain words (``plainly``). See docs/decisions/0010.
"""

import datetime as dt
import os
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import adbc_driver_manager
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from finance.problems import Busy, Refusal
from interfaces.database.columns import ColumnTransaction, TrialTransaction
from interfaces.database.plainly import WAIT_SECONDS, in_plain_words
from interfaces.files.outbound.leaving import own_file, own_folder

Watch = Callable[[str], None]
"""Told ``begin`` or ``read`` before a transaction is opened, when it holds nothing yet, and ``commit`` before
it commits.
"""

_IDLE_MINUTES = 15  # a verb that stops dead in a transaction is put out after it, and what it held is let go
_POSTGRESQL = (
    f"-c lock_timeout={WAIT_SECONDS}s -c idle_in_transaction_session_timeout={_IDLE_MINUTES}min -c "
    f"tcp_keepalives_idle=60"
)
_KEPT = 2  # PostgreSQL connections, one for each thing done at once
_MAPPED_BYTES = 1 << 31  # of a SQLite file: read through memory the system shares, not a page at a time


class DatabaseUnreachable(Refusal):
    """The database cannot be opened."""


class _OneDoor:
    """Keeps the two doors of a SQLite file from standing open at once in one process.

    They are two copies of the SQLite library. When either closes the file, the operating system drops the locks of
    both (https://sqlite.org/howtocorrupt.html, 2.2.1), so they take turns. What one door keeps open between two of its
    transactions (to open a file is to read its thousand tables and guards) is let go before the other opens, before
    another process is begun from this one, and when another file has been put in its place. PostgreSQL needs none of
    this.
    """

    _files: ClassVar[dict[str, "_OneDoor"]] = {}
    _guard = threading.Lock()

    def __init__(self, file: str) -> None:
        self._file = file
        self._turn = threading.RLock()
        self._open: str | None = None
        self._writing = False
        self._kept: tuple[str, tuple[int, int]] | None = None  # the door last used, and the file it opened
        self._databases: weakref.WeakSet[Database] = weakref.WeakSet()

    @classmethod
    def of(cls, file: str) -> "_OneDoor":
        path = str(Path(file).resolve())
        with cls._guard:
            return cls._files.setdefault(path, _OneDoor(path))

    @classmethod
    def let_go_of_all(cls) -> None:
        for door in list(cls._files.values()):
            door._let_go()

    def joined(self, database: "Database") -> None:
        with self._guard:
            self._databases.add(database)

    def left(self, database: "Database") -> None:
        with self._guard:
            self._databases.discard(database)

    @contextmanager
    def in_turn(self) -> Iterator[bool]:
        """Whether the turn came: to close what stands open in another’s transaction would drop that one’s locks."""
        came = self._turn.acquire(timeout=WAIT_SECONDS)
        try:
            yield came
        finally:
            if came:
                self._turn.release()

    def _let_go(self) -> None:
        with self._guard:
            every = list(self._databases)
        for database in every:
            database.close()

    def _keep_to(self, door: str) -> None:
        """Nothing stands open but of this door and of the file that has this name today."""
        try:
            found = os.stat(self._file)
            to_keep = door, (found.st_dev, found.st_ino)
        except OSError:  # there is none
            to_keep = None
        if to_keep is None or to_keep != self._kept:
            self._let_go()
        self._kept = to_keep

    @contextmanager
    def through(self, door: str, writing: bool) -> Iterator[None]:
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise Busy(f"Other work of this process has held the database for {WAIT_SECONDS} seconds.", "Try again.")
        before = self._open, self._writing
        try:
            assert self._open in (None, door) and not (door == self._open == "columns"), (
                f"a transaction for {door} was opened inside one for {self._open}; end that one first"
            )
            assert not (self._writing and writing), (
                "a writer was begun inside another, and would wait for it; end that one first"
            )
            if self._open is None:
                self._keep_to(door)
            self._open, self._writing = door, self._writing or writing
            yield
        finally:
            self._open, self._writing = before
            self._turn.release()


class Database:
    """A council's database, by URL. ``sqlite:///file.db`` or ``postgresql://…``. ``watch`` is told of every
    transaction's beginning and end: what tests of two verbs at once put between them.
    """

    def __init__(self, url: str | URL, watch: Watch | None = None) -> None:
        self.url = make_url(url)
        self.watch = watch
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and not self.url.database:
            raise DatabaseUnreachable("A database in memory alone cannot be shared.", "Name a file: sqlite:///care.db")
        if self.sqlite:
            own_folder(Path(str(self.url.database)).parent)
        self._bounded = self.url if self.sqlite else _bounded(self.url)
        driver = self.url if self.sqlite else self._bounded.set(drivername="postgresql+psycopg")
        self.engine = create_engine(driver, poolclass=QueuePool, pool_size=1 if self.sqlite else 5)
        self._idle: list[Any] = []
        self._server: Any = None
        self._guard = threading.Lock()
        self._door = _OneDoor.of(str(self.url.database)) if self.sqlite else None
        if self.sqlite:
            event.listen(self.engine, "do_connect", lambda *_: own_file(Path(str(self.url.database))))
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        if self._door:
            self._door.joined(self)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction for records, to write by: what it reads is still so when it writes."""
        self._tell("begin")
        with in_plain_words(), self._through("records", True), self._records() as connection:
            connection.execution_options(writing=True)
            with connection.begin():
                yield connection
                self._tell("commit")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for records that only reads: all of it sees the same moment. To write in it is refused."""
        self._tell("read")
        with in_plain_words(), self._through("records", False), self._records() as connection:
            if self.sqlite:
                connection.execution_options(looking=True)
            else:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def in_turn(self) -> Iterator[Engine]:
        """The engine, in this process’s turn: to look over what may be no council’s database yet."""
        with self._through("records", False):
            yield self.engine

    @contextmanager
    def _records(self) -> Iterator[Connection]:
        """A connection for records. Where the database itself went wrong, it is not used again."""
        with self.engine.connect() as connection:
            try:
                yield connection
            except DBAPIError as error:
                if not isinstance(error, IntegrityError):
                    connection.invalidate()
                raise

    def _tell(self, moment: str) -> None:
        if self.watch:
            self.watch(moment)

    def _through(self, door: str, writing: bool) -> AbstractContextManager[None]:
        return self._door.through(door, writing) if self._door else nullcontext()

    @contextmanager
    def bulk(self) -> Iterator[ColumnTransaction]:
        """A transaction for columns, to write by. It commits at the end of the block, and not at all when the
        block fails.
        """
        self._tell("begin")
        with in_plain_words(), self._through("columns", True), self._columns(writing=True) as columns:
            yield columns
            self._tell("commit")

    @contextmanager
    def trial(self) -> Iterator[TrialTransaction]:
        """A transaction for columns, to see what would come of something: nothing of it is kept."""
        self._tell("begin")
        with in_plain_words(), self._through("columns", True):
            raw = self._open(writing=True)
            try:
                yield TrialTransaction(raw, self.engine)
            finally:
                self._give_up(raw)

    @contextmanager
    def read_bulk(self) -> Iterator[ColumnTransaction]:
        """A transaction for columns that only reads (and stages what it reads by)."""
        self._tell("read")
        with in_plain_words(), self._through("columns", False), self._columns() as columns:
            yield columns

    @contextmanager
    def _columns(self, writing: bool = False) -> Iterator[ColumnTransaction]:
        raw = self._open(writing)
        try:
            yield ColumnTransaction(raw, self.engine, self._columns)
            raw.commit()
        except BaseException:
            self._give_up(raw)
            raise
        self._put_back(raw)

    def _give_up(self, raw: Any) -> None:
        try:
            raw.rollback()
        except adbc_driver_manager.Error:  # a connection that is lost has nothing to take back
            pass
        finally:
            raw.close()

    def _put_back(self, raw: Any) -> None:
        """A connection is dear to open, so it is kept, in no transaction: one of a file, two of a server."""
        raw.adbc_connection.set_autocommit(True)
        with self._guard:
            if len(self._idle) < (1 if self.sqlite else _KEPT):
                self._idle.append(raw)
                return
        raw.close()

    def _open(self, writing: bool) -> Any:
        with self._guard:
            raw = self._idle.pop() if self._idle else None
        if raw is not None:
            try:
                raw.adbc_connection.set_autocommit(False)
            except adbc_driver_manager.Error:  # the server has let go of it meanwhile
                raw.close()
                raw = None
        if self.sqlite:
            return self._begun_sqlite(raw or self._open_sqlite(), writing)
        return raw or self._open_postgresql()

    def _open_postgresql(self) -> Any:
        from adbc_driver_manager import dbapi  # slow to bring, and a verb of a few records never needs it

        return dbapi.Connection(_Lent(), adbc_driver_manager.AdbcConnection(self._reached()))  # type: ignore[arg-type]  # lent

    def _reached(self) -> Any:
        """What knows the server's types: to ask for them takes a tenth of a second, so every connection shares it."""
        import adbc_driver_postgresql as postgres

        with self._guard:
            if self._server is None:
                self._server = postgres.connect(self._address())
            return self._server

    def _address(self) -> str:
        plain = self.url.set(drivername="postgresql", query={}).render_as_string(hide_password=False)
        return f"{plain}?{urlencode(self._bounded.query, doseq=True, quote_via=quote)}"

    def _open_sqlite(self) -> Any:
        import adbc_driver_sqlite.dbapi as driver

        own_file(Path(str(self.url.database)))  # the files SQLite makes beside it are as private as it is
        raw = driver.connect(str(self.url.database))
        try:
            with raw.cursor() as cursor:
                for pragma in (f"busy_timeout = {int(WAIT_SECONDS * 1000)}", f"mmap_size = {_MAPPED_BYTES}"):
                    cursor.execute(f"PRAGMA {pragma}")
                    cursor.fetchall()
        except BaseException:
            raw.close()
            raise
        return raw

    def _begun_sqlite(self, raw: Any, writing: bool) -> Any:
        try:
            if writing:  # the driver has begun, as a reader: end that, which has read nothing
                with raw.cursor() as cursor:
                    cursor.execute("COMMIT")
                    cursor.execute("BEGIN IMMEDIATE")
        except BaseException:
            raw.close()
            raise
        return raw

    def close(self) -> None:
        """Let go of every connection that is in no transaction; one that is comes back, and is let go of next time."""
        with self._door.in_turn() if self._door else nullcontext(True) as came:
            if not came:
                return
            self.engine.pool.dispose()  # the engine’s own would forget those still in use, and nobody would close them
            with self._guard:
                while self._idle:
                    self._idle.pop().close()
                self._server = None  # closed with the last connection that came from it


class _Lent:
    """Stands where a connection closes what it came from: that is shared, and closed with the database."""

    def close(self) -> None:
        pass


def _bounded(url: URL) -> URL:
    """The same address, with an end to every wait: for a lock, for a connection, for a verb or a server that
    has gone.
    """
    given = {"connect_timeout": "30", "keepalives_idle": "60", **url.query}
    return url.set(query={**given, "options": " ".join(filter(None, [_POSTGRESQL, str(url.query.get("options", ""))]))})


def _begin_sqlite(connection: Connection) -> None:
    asked = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if asked.get('looking') else 'OFF'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if asked.get("writing") else "BEGIN")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late, and as a reader; _begin_sqlite does
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {int(WAIT_SECONDS * 1000)}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


os.register_at_fork(before=_OneDoor.let_go_of_all)


def utc_now() -> dt.datetime:
    """The moment something is recorded. Rules never ask it; the verbs that record do."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
