"""PostgreSQL for measuring: a server of its own, given the memory a council's would have; or the one named by
PG_URL.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests import embedded

MEMORY_SHARE = 4
"""A quarter of the machine's memory, as PostgreSQL's own manual advises a server that does nothing else
(https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS); it ships with 128 MB."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database, dropped at the end."""
    given = os.environ.get("PG_URL")
    if given is None:
        with _own_server() as url:
            yield url
        return
    server = make_url(given).set(drivername="postgresql")
    name = f"outturn_bench_{os.getpid()}"
    _do(server.render_as_string(hide_password=False), f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _do(server.render_as_string(hide_password=False), f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def _own_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="outturn-bench-pg-"))
    server = embedded.start(folder)
    try:
        _do(server.get_uri(), f"ALTER SYSTEM SET shared_buffers = '{_memory_mb() // MEMORY_SHARE}MB'")
        embedded.stop(server)
        server = embedded.start(folder)
        yield server.get_uri()
    finally:
        embedded.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _memory_mb() -> int:
    """What this machine has, or what its container may use of it."""
    have = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    allowed = limit.read_text().strip() if limit.exists() else "max"
    return min(have, have if allowed == "max" else int(allowed)) >> 20


def _do(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
