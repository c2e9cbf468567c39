"""A fresh, migrated database for each test that asks: on SQLite, and on a real PostgreSQL.

``PG_URL`` names a PostgreSQL server to use; without it one is started for the session in a temporary folder and stopped
by its own handle at the end. Which kinds a test is run on: ``tests/drawing.py``.
"""

import copy
import datetime as dt
import gc
import itertools
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import psycopg
import pytest
from hypothesis import core, settings
from sqlalchemy import Executable
from sqlalchemy.engine import URL, make_url

from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from tests import embedded
from tests.drawing import KINDS, drawn, draws
from tests.guards import carry_out
from tests.quickness import compiled_once, in_memory, translated_once, types_asked_once

in_memory()
os.environ["OUTTURN_LOG"] = str(Path(tempfile.gettempdir()) / f"outturn-tests-{os.getpid()}.log")

settings.register_profile("steady", deadline=None)  # a busy machine is not a failing test
settings.load_profile("steady")

NewDatabase = Callable[[], Database]
Made = TypeVar("Made")
Tell = Callable[..., int]


class Grown(Protocol):
    def __call__(self, make: Callable[[Database], Made], /) -> Made: ...


AT = dt.datetime(2026, 4, 20, 9)  # when facts are told of, unless a test says


SEED = int(os.environ.setdefault("HISTORIES_SEED", str(random.SystemRandom().randrange(10**9))))
"""What random histories are made from: another in every run, the same in all of its processes."""


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("hypothesis_seed", None) is None:
        setattr(core, "global_force_seed", SEED)  # noqa: B010  # as the library’s own option does


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if draws(config):
        items[:], left = drawn(items, _seed(config))
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """What stands when the tests begin stands till they end: Python need not look through it again and again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.getoption("hypothesis_seed", None) is None:
        terminalreporter.write_line(
            f"Random histories were made from seed {SEED}: --hypothesis-seed={SEED} makes them again"
            f"{', and draws the same databases' if draws(config) else ''}."
        )


def _seed(config: pytest.Config) -> int:
    """What this run draws by: the seed that is given, as one run before is made again."""
    given = config.getoption("hypothesis_seed", None)
    return SEED if given is None else int(given)


_SERVER = pytest.StashKey[tuple[Any, Path]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a whole run the server is started while the process is small: starting it copies the process, and once tests
    have filled a gigabyte the system may refuse."""
    if "PYTEST_XDIST_WORKER" in os.environ and "postgresql" in KINDS and not os.environ.get("PG_URL"):
        session.config.stash[_SERVER] = _start()


def _start() -> tuple[Any, Path]:
    folder = Path(tempfile.mkdtemp(prefix="outturn-pg-"))
    return embedded.start(folder), folder


@pytest.fixture(scope="session", autouse=True)
def quickly() -> Iterator[None]:
    with compiled_once(), translated_once(), types_asked_once():
        yield


@pytest.fixture(scope="session")
def postgresql_server(pytestconfig: pytest.Config) -> Iterator[URL]:
    """A server where databases may be made and dropped."""
    given = os.environ.get("PG_URL")
    if given:
        yield make_url(given).set(drivername="postgresql")
        return
    server, folder = pytestconfig.stash.get(_SERVER, None) or _start()
    url = make_url(server.get_uri()).set(drivername="postgresql")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _on_server(url, f"ALTER SYSTEM SET {setting}")
    _on_server(url, "SELECT pg_reload_conf()")
    yield url
    _kept.pop(url.render_as_string(hide_password=False)).close()
    embedded.stop(server)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> Iterator[str]:
    """The name of a migrated database to copy: far quicker than migrating one for each test."""
    name = f"outturn_template_{os.getpid()}"
    _on_server(postgresql_server, f"CREATE DATABASE {name}")
    database = Database(postgresql_server.set(database=name))
    migrate(database)
    database.close()
    yield name
    _on_server(postgresql_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


class Copies:
    """Makes databases of one kind as copies of others: of the empty one, unless told which."""

    def __init__(self, folder: Path, empty: Path | str, server: URL | None) -> None:
        self.folder, self.empty, self.server = folder, empty, server
        self.made: list[Database] = []

    def __call__(self, like: Database | None = None) -> Database:
        name = f"outturn_{os.getpid()}_{next(_numbers)}"
        if self.server is None:
            path = self.folder / f"{name}.db"
            shutil.copyfile(str(like.url.database) if like else self.empty, path)
            self.made.append(Database(f"sqlite:///{path}"))
        else:
            template = like.url.database if like else self.empty
            _on_server(self.server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # not by its log
            self.made.append(Database(self.server.set(database=name)))
        return self.made[-1]

    def drop(self) -> None:
        for database in self.made:
            database.close()
            if self.server is not None:
                _on_server(self.server, f"DROP DATABASE IF EXISTS {database.url.database} WITH (FORCE)")


@pytest.fixture(params=KINDS)
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Copies]:
    if request.param == "sqlite":
        made = Copies(tmp_path, request.getfixturevalue("sqlite_template"), None)
    else:
        server = request.getfixturevalue("postgresql_server")
        made = Copies(tmp_path, request.getfixturevalue("postgresql_template"), server)
    yield made
    made.drop()


@pytest.fixture
def new_database(copies: Copies) -> NewDatabase:
    """Makes an empty, migrated database each time it is called: for tests that need more than one."""
    return copies


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[object, bool], tuple[Database, Any]]]:
    """What ``grown`` has made so far, by what makes it and whether on SQLite."""
    made: dict[tuple[object, bool], tuple[Database, Any]] = {}
    yield made
    for database, _ in made.values():
        database.close()


@pytest.fixture
def grown(
    copies: Copies, kept: dict[tuple[object, bool], tuple[Database, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Grown:
    """``grown(make)``: what ``make`` gives of an empty database. It is made once, however many tests ask, and each is
    given a copy, with a copy of its database inside it: for a past that is dear to live and the same in every test.
    """

    def grow(make: Callable[[Database], Made], /) -> Made:
        key = make, copies.server is None
        if key not in kept:
            first = Copies(tmp_path_factory.mktemp("grown"), copies.empty, copies.server)()
            kept[key] = first, make(first)
            if first.sqlite:
                with first.engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            first.close()
        first, made = kept[key]
        given: Made = copy.deepcopy(made, {id(first): copies(first)})
        return given

    return grow


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    """An empty, migrated database."""
    return new_database()


@pytest.fixture
def tamper() -> Callable[[Database, Executable], None]:
    """Carries out one statement with the database's own guards lifted: for tests that something else notices."""

    return carry_out


_numbers = itertools.count(1)
_kept: dict[str, psycopg.Connection[Any]] = {}


def _on_server(url: URL, statement: str) -> None:
    """One statement beside every test's own database, over a connection that is kept."""
    given = url.render_as_string(hide_password=False)
    connection = _kept.get(given)
    if connection is None or connection.closed:
        connection = _kept[given] = psycopg.connect(given, autocommit=True)
    connection.execute(statement)


@pytest.fixture
def tell(database: Database) -> Tell:
    """Record facts in the words of the files: ``tell(people=[...], incomes=[...])``. Gives the change."""

    def record(
        *, by: str = "Intake team", at: dt.datetime = AT, source: str = "letter", **facts: list[dict[str, object]]
    ) -> int:
        from interfaces.files.inbound.door.loading import record_facts

        done = record_facts(database, facts, by=by, at=at, source=source)
        return max(each.change or 0 for each in done.values())

    return record
