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
import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_manager import dbapi
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Executable,
    Integer,
    LargeBinary,
    Select,
    SmallInteger,
    Table,
    TableClause,
    Update,
    column,
    create_engine,
    event,
    make_url,
    table,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeEngine

from finance.problems import Busy, Refusal
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
_ONE_BATCH = "1000000000"
_MAPPED_BYTES = 1 << 31  # of a SQLite file: read through memory the system shares, not a page at a time


class DatabaseUnreachable(Refusal):
    """The database cannot be opened."""


def arrow_type(kind: TypeEngine[Any]) -> pa.DataType:
    """The Arrow type of a table's column."""
    for sql, arrow in (
        (SmallInteger, pa.int16()),
        (BigInteger, pa.int64()),
        (Boolean, pa.bool_()),
        (Integer, pa.int32()),
        (DateTime, pa.timestamp("us")),
        (Date, pa.date32()),
        (LargeBinary, pa.binary()),
    ):
        if isinstance(kind, sql):
            return arrow
    return pa.string()


class ColumnTransaction:
    """A transaction over Arrow columns: the Bulk that stores are handed."""

    def __init__(
        self, raw: Any, engine: Engine, another: Callable[[], AbstractContextManager["ColumnTransaction"]]
    ) -> None:
        self._raw = raw
        self._engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        self._another = another

    def _sql(self, statement: Executable) -> str:
        compiled = statement.compile(  # type: ignore[attr-defined]
            dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(compiled).replace("%%", "%")

    def read(self, query: Select[Any]) -> pa.Table:
        with self._raw.cursor() as cursor:
            # the driver settles a column's type by its first batch, and one empty so far would be numbers
            if self._sqlite:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _ONE_BATCH})
            cursor.execute(self._sql(query))
            rows = cursor.fetch_arrow_table()
        wanted = [(each.name, arrow_type(each.type)) for each in query.selected_columns]
        return pa.table(
            {name: _as_type(rows[place], kind) for place, (name, kind) in enumerate(wanted)},
            schema=pa.schema([pa.field(name, kind) for name, kind in wanted]),
        )

    def append(self, table: Table, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        columns = {name: rows[name].cast(arrow_type(table.c[name].type)) for name in rows.column_names}
        if self._sqlite:
            columns = {name: _for_sqlite(values) for name, values in columns.items()}
        with self._raw.cursor() as cursor:
            cursor.adbc_ingest(table.name, pa.table(columns), mode="append")

    def stage(self, name: str, rows: pa.Table) -> TableClause:
        with self._raw.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.adbc_ingest(name, rows, mode="create", temporary=True)
            if not self._sqlite:
                cursor.execute(f"ANALYZE {name}")
        return table(name, *(column(each) for each in rows.column_names))

    def execute(self, statement: Executable) -> None:
        with self._raw.cursor() as cursor:
            cursor.execute(self._sql(statement))

    def change(self, statement: Update) -> int:
        changed = statement.returning(*statement.table.primary_key)
        with self._raw.cursor() as cursor:  # the drivers do not say alike how many rows an update met
            cursor.execute(self._sql(changed))
            return int(cursor.fetch_arrow_table().num_rows)

    def beside(self) -> AbstractContextManager["ColumnTransaction"]:
        return self._another()


def _as_type(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.type == kind:
        return column
    if column.null_count == len(column):
        return pa.chunked_array([pa.nulls(len(column), kind)])
    if pa.types.is_timestamp(kind) and pa.types.is_string(column.type):
        return pc.strptime(pc.utf8_slice_codeunits(column, 0, 19), format="%Y-%m-%d %H:%M:%S", unit="us")
    return column.cast(kind)


def _for_sqlite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        different = column.unique()  # a run records a million rows at one moment
        words = pc.strftime(different, format="%Y-%m-%d %H:%M:%S")
        return words.take(pc.index_in(column, different))
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8())
    return column


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
        self.databases: weakref.WeakSet[Database] = weakref.WeakSet()

    @classmethod
    def of(cls, file: str) -> "_OneDoor":
        path = str(Path(file).resolve())
        with cls._guard:
            return cls._files.setdefault(path, _OneDoor(path))

    @classmethod
    def let_go_of_all(cls) -> None:
        for door in list(cls._files.values()):
            door._let_go()

    def _let_go(self) -> None:
        for database in list(self.databases):
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
            self._door.databases.add(self)

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
        """A connection is dear to open, so two are kept, in no transaction."""
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
        return dbapi.Connection(_Lent(), adbc_driver_manager.AdbcConnection(self._reached()))

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
        """Let go of every connection."""
        self.engine.dispose()
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
