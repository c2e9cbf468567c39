"""What makes thousands of tests quick, and changes nothing of what they try."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable

from interfaces.database.columns import ColumnTransaction
from interfaces.database.connection import Database

_MEMORY = Path("/dev/shm")  # the system’s own folder in memory
_ENOUGH = 4 << 30


def in_memory() -> None:
    """Temporary folders are in memory, where the system has a folder there with room and nobody named another: a
    database copied for a test is a thousand small files, and a disk takes twenty times as long over them."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        return
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


@contextmanager
def translated_once() -> Iterator[None]:
    """Queries over columns are written out with their values; the same with the same values is written out once."""
    product_own = ColumnTransaction._sql

    def once(self: ColumnTransaction, statement: Executable) -> str:
        asked = statement._generate_cache_key()  # type: ignore[attr-defined]  # SQLAlchemy’s own key
        if asked is None:
            return product_own(self, statement)
        values = tuple((type(each.effective_value), str(each.effective_value)) for each in asked.bindparams)
        key = (self._sqlite, asked.key, values)
        if key not in _translated:
            if len(_translated) > 20_000:
                _translated.clear()
            _translated[key] = product_own(self, statement)
        return _translated[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ColumnTransaction, "_sql", once)
        yield


_translated: dict[Any, str] = {}


class _Compiled(dict[Any, Any]):
    """Statements SQLAlchemy has put into words, for every database of one kind. It would keep those of each apart."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


@contextmanager
def compiled_once() -> Iterator[None]:
    """Every engine made of one kind shares what it has compiled, as the transactions of one engine do."""
    product_own = Database.__init__
    of: dict[str, _Compiled] = {}

    def made(self: Database, *given: Any, **named: Any) -> None:
        product_own(self, *given, **named)
        self.engine.update_execution_options(compiled_cache=of.setdefault(self.engine.dialect.name, _Compiled()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", made)
        yield


@contextmanager
def types_asked_once() -> Iterator[None]:
    """A PostgreSQL server is asked once what types it has, not once for each database made on it. All are copies, so
    all have the same."""
    reached, opened = Database._reached, Database._open_postgresql
    of: dict[tuple[object, ...], Any] = {}
    one_at_a_time = threading.Lock()

    def reached_once(self: Database) -> Any:
        server = self.url.host, self.url.query.get("host"), self.url.port
        if server not in of:
            of[server] = reached(self)
        of[server].set_options(uri=self._address())
        return of[server]

    def opened_alone(self: Database) -> Any:
        with one_at_a_time:
            return opened(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_reached", reached_once)
        patch.setattr(Database, "_open_postgresql", opened_alone)
        yield
