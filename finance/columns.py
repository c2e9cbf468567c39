"""Whole columns in and out of a database. A store is handed a :class:`Bulk`; who made it is not its business."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Connection, Executable, Select, Table, TableClause, Update

from finance.days import FOR_EVER

Ints = NDArray[np.int64]


class Bulk(Protocol):
    """One transaction that reads and writes whole columns. It commits when its ``with`` block ends well."""

    def read(self, query: Select[Any]) -> pa.Table:
        """The rows of a query, as Arrow columns typed as the tables declare them."""
        ...

    def append(self, table: Table, rows: pa.Table) -> None:
        """Add rows; the columns are matched by name and cast to the table's types."""
        ...

    def stage(self, name: str, rows: pa.Table) -> TableClause:
        """Put rows in a temporary table, to join with; it goes when the transaction ends."""
        ...

    def execute(self, statement: Executable) -> None:
        """Carry out one statement that returns no rows."""
        ...

    def change(self, statement: Update) -> int:
        """Carry out an update, and say how many rows it changed. It takes those rows until the transaction ends."""
        ...

    def beside(self) -> "AbstractContextManager[Bulk]":
        """Another transaction, to read by in a second thread meanwhile. It sees what is committed, not what
        this one did.
        """
        ...


def ints(rows: pa.Table, name: str, null: int = -1) -> Ints:
    """An integer or date column as int64 (dates as day numbers), with ``null`` where there is none."""
    column = rows[name]
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    column = column.cast(pa.int64())
    if column.null_count:
        column = column.fill_null(null)
    return np.asarray(column.to_numpy(), dtype=np.int64)


def ends(rows: pa.Table, name: str = "ends") -> Ints:
    """An end-date column, with "no end" where there is none."""
    return ints(rows, name, null=FOR_EVER)


def dates(days: Ints) -> pa.Array:
    """Day numbers as dates."""
    return pa.array(np.asarray(days).astype(np.int32)).cast(pa.date32())


def words(places: Ints, known: Sequence[str]) -> pa.Array:
    """Places in a list of words as the words."""
    return pa.DictionaryArray.from_arrays(pa.array(np.asarray(places).astype(np.int8)), list(known)).cast(pa.string())


def texts(rows: pa.Table, name: str) -> NDArray[np.object_]:
    """A text column as Python strings (None where there is none)."""
    return np.asarray(rows[name].to_pylist(), dtype=object)


def encoded(rows: pa.Table, name: str) -> pa.DictionaryArray:
    """A column as its distinct values, and the place of each row’s among them."""
    dictionary = rows[name].combine_chunks().dictionary_encode()
    return dictionary.combine_chunks() if isinstance(dictionary, pa.ChunkedArray) else dictionary


def codes(rows: pa.Table, name: str, known: list[str]) -> Ints:
    """A text column as its place in a list of known words; -1 for anything else."""
    dictionary = encoded(rows, name)
    words = dictionary.dictionary.to_pylist()
    table = np.asarray([known.index(word) if word in known else -1 for word in words] + [-1], dtype=np.int64)
    index = np.asarray(dictionary.indices.fill_null(len(words)).to_numpy(zero_copy_only=False), dtype=np.int64)
    return np.asarray(table[index], dtype=np.int64)


class Database(Protocol):
    """A council's database: transactions for records and for columns, of those who write and of those who only read.

    Writers wait for one another, for so long and no longer; whoever reads waits for nobody and keeps nobody waiting.
    """

    def begin(self) -> AbstractContextManager[Connection]: ...

    def read(self) -> AbstractContextManager[Connection]: ...

    def bulk(self) -> AbstractContextManager[Bulk]: ...

    def read_bulk(self) -> AbstractContextManager[Bulk]: ...
