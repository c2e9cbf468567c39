"""A database and a disk watched moment by moment, so that a verb can be stopped at any of them.

A moment is the beginning of a transaction, each statement in it, its end, and each thing done to a file. At the moment
drawn for it a verb dies (nothing of it goes on, not even what it does when it fails), finds the disk full, or loses its
connection; and between its transactions another verb may be let in (``turns``).
"""

import errno
import gc
import itertools
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_manager
import pyarrow as pa
from sqlalchemy import Connection, Executable, Select, Table, TableClause, Update, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError

import scheduler
from interfaces.database.columns import ColumnTransaction
from tests.quickness import translated_once
from tests.simulation.doors import QuickDatabase

DIES, DISK_FULL, DROPS = "dies", "disk is full", "connection drops"
FAULTS = (DIES, DISK_FULL, DROPS)
DATABASE, FILE = "database", "file"


class Died(BaseException):
    """The process that carried out a verb is no more. Nobody in it hears of this."""


@dataclass(frozen=True)
class Fault:
    """What is to go wrong, and at which moment of the verb (the first is 1)."""

    kind: str
    at: int


@dataclass
class Watch:
    """One verb as it goes: how far it has come, what is to strike it, and whom it lets in."""

    fault: Fault | None = None
    let_in: Callable[[], None] | None = None
    inside: bool = False
    """Whether another may be let in while a transaction is open: PostgreSQL alone can bear it."""
    moments: int = 0
    depth: int = 0
    dead: bool = False
    wrote: bool = False
    """Whether anything may have been changed, in the database or the folder."""
    struck: BaseException | None = None
    folder: str = ""
    process: str = ""

    def moment(self, of: str, what: str) -> None:
        """One moment. Raises what strikes the verb at it; Died ever after, once it is dead."""
        if self.dead:
            raise Died
        if self.let_in and (self.inside or not self.depth):
            self.let_in()
        self.moments += 1
        self.wrote = self.wrote or of == FILE or what in ("append", "execute")
        if self.fault and not self.struck and self.moments >= self.fault.at:
            self._strike(self.fault.kind, of, what)

    def _strike(self, kind: str, of: str, what: str) -> None:
        if kind == DIES:
            self.dead, self.struck = True, Died(f"at moment {self.moments}, {what}")
            raise self.struck
        if kind == DISK_FULL and of == FILE:
            self.struck = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        elif kind == DISK_FULL and what in ("append", "execute", "commit"):
            self.struck = adbc_driver_manager.OperationalError("database or disk is full", status_code=13)
        elif kind == DROPS and of == DATABASE:
            why = Exception("server closed the connection unexpectedly")
            self.struck = OperationalError(what, None, why)
        if self.struck:
            raise self.struck


_here = threading.local()
_processes = itertools.count(1)
_alive: set[str] = set()


@contextmanager
def watched(watch: Watch, folder: Path) -> Iterator[None]:
    """Everything done to files under a folder by this thread is a moment of the verb watched."""
    watch.folder = str(folder)
    watch.process = f"simulated process {next(_processes)}"
    _alive.add(watch.process)
    _here.watch = watch
    try:
        yield
    finally:
        _here.watch = None
        _alive.discard(watch.process)


def me() -> str:
    """The process a verb is carried out by, as the scheduler tells others of itself."""
    watch: Watch | None = getattr(_here, "watch", None)
    return watch.process if watch else "simulated process 0"


def gone(who: str, *_when: object) -> bool:
    """Whether a process has ended."""
    return who not in _alive


class WatchedDatabase(QuickDatabase):
    """A database whose every step is a moment of one verb."""

    def __init__(self, url: str | URL, plain: bool = False) -> None:
        super().__init__(url, plain)
        self.watching = Watch()
        event.listen(self.engine, "before_cursor_execute", self._statement)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.watching.moment(
            DATABASE, "read" if statement.lstrip().upper().startswith(("SELECT", "PRAGMA")) else "execute"
        )

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with self._watched(super().begin()) as door:
            yield door

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._watched(super().read()) as door:
            yield door

    @contextmanager
    def bulk(self) -> Iterator[ColumnTransaction]:
        with self._watched(super().bulk()) as door:
            yield door

    @contextmanager
    def read_bulk(self) -> Iterator[ColumnTransaction]:
        with self._watched(super().read_bulk()) as door:
            yield door

    @contextmanager
    def _watched(self, opened: AbstractContextManager[Any]) -> Iterator[Any]:
        watch = self.watching
        watch.moment(DATABASE, "begin")
        watch.depth += 1  # what opening it says to the database is inside it already
        try:
            with opened as door:
                yield WatchedColumns(door, watch) if isinstance(door, ColumnTransaction) else door
                watch.moment(DATABASE, "commit")
        finally:
            watch.depth -= 1
        watch.moment(DATABASE, "committed")


class WatchedColumns:
    """A transaction over columns whose every statement is a moment."""

    def __init__(self, columns: ColumnTransaction, watch: Watch) -> None:
        self._columns, self._watch = columns, watch

    def read(self, query: Select[Any]) -> pa.Table:
        self._watch.moment(DATABASE, "read")
        return self._columns.read(query)

    def append(self, table: Table, rows: pa.Table) -> None:
        self._watch.moment(DATABASE, "append")
        self._columns.append(table, rows)

    def stage(self, name: str, rows: pa.Table) -> TableClause:
        self._watch.moment(DATABASE, "stage")
        return self._columns.stage(name, rows)

    def execute(self, statement: Executable) -> None:
        self._watch.moment(DATABASE, "execute")
        self._columns.execute(statement)

    def change(self, statement: Update) -> int:
        self._watch.moment(DATABASE, "execute")
        return self._columns.change(statement)

    @contextmanager
    def beside(self) -> Iterator["WatchedColumns"]:
        with self._columns.beside() as other:
            yield WatchedColumns(other, self._watch)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._columns, name)


# One thing at a time --------------------------------------------------------------------------------------------------


class InOrder:
    """Stands in for a pool of threads: what is submitted is done at once, so that a life is the same each time
    it is lived.
    """

    def __init__(self, *_given: Any, **_named: Any) -> None:
        pass

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        made: Future[Any] = Future()
        try:
            made.set_result(work(*given, **named))
        except Exception as error:
            made.set_exception(error)
        return made

    def map(self, work: Callable[..., Any], *each: Any, **_named: Any) -> Iterator[Any]:
        return iter([work(*some) for some in zip(*each, strict=False)])

    def shutdown(self, *_given: Any, **_named: Any) -> None:
        pass

    def __enter__(self) -> "InOrder":
        return self

    def __exit__(self, *_error: object) -> None:
        pass


OURS = ("finance", "ledgers", "payruns", "billing", "interfaces")


@contextmanager
def simulated() -> Iterator[None]:
    """While lives are simulated: no pool of threads in our own packages, every write under the folder watched, and a
    verb that has died is a process that has ended.
    """
    modules = [
        each
        for name, each in list(sys.modules.items())
        if name.split(".")[0] in OURS and getattr(each, "ThreadPoolExecutor", None) is ThreadPoolExecutor
    ]
    write, sync, who, ended = os.write, os.fsync, scheduler.me, scheduler.gone
    _watch_files()
    scheduler.me, scheduler.gone = me, gone  # type: ignore[assignment]
    logging.disable(logging.ERROR)
    for each in modules:
        each.ThreadPoolExecutor = InOrder  # type: ignore[attr-defined]
    os.write, os.fsync = _written(write), _synced(sync)  # type: ignore[assignment]
    often = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)  # a life makes and lets go of millions of small things
    try:
        with translated_once():
            yield
    finally:
        gc.set_threshold(*often)
        os.write, os.fsync = write, sync
        scheduler.me, scheduler.gone = who, ended
        logging.disable(logging.NOTSET)
        for each in modules:
            each.ThreadPoolExecutor = ThreadPoolExecutor  # type: ignore[attr-defined]


def _mine(handle: int) -> Watch | None:
    watch = getattr(_here, "watch", None)
    if watch is None:
        return None
    return watch if os.readlink(f"/proc/self/fd/{handle}").startswith(watch.folder) else None


def _written(write: Callable[[int, Any], int]) -> Callable[[int, Any], int]:
    def half_then_whole(handle: int, content: Any) -> int:
        watch = _mine(handle)
        if watch is None:
            return write(handle, content)
        if watch.dead:
            raise Died
        try:
            watch.moment(FILE, "write")
        except BaseException:
            write(handle, bytes(content)[: len(content) // 2])
            raise
        return write(handle, content)

    return half_then_whole


def _synced(sync: Callable[[int], None]) -> Callable[[int], None]:
    def once_watched(handle: int) -> None:
        watch = _mine(handle)
        if watch is not None:
            watch.moment(FILE, "sync")
        sync(handle)

    return once_watched


_CHANGES = {"os.remove": 1, "os.rename": 2, "os.link": 2, "os.mkdir": 1, "os.rmdir": 1, "os.truncate": 1, "os.chmod": 1}
_listening: list[bool] = []


def _watch_files() -> None:
    """Listen to what this process does to files. Python cannot be told to stop listening, so it is told once."""
    if not _listening:
        _listening.append(True)
        sys.addaudithook(_heard)


def _heard(what: str, given: tuple[Any, ...]) -> None:
    if what != "open" and what not in _CHANGES:
        return
    watch = getattr(_here, "watch", None)
    if watch is None:
        return
    if what == "open":
        writes = isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        names = given[:1] if writes else ()
    else:
        names = given[: _CHANGES[what]]
    if any(isinstance(each, (str, os.PathLike)) and os.fspath(each).startswith(watch.folder) for each in names):
        watch.moment(FILE, what)
