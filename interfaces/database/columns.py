"""The column door of a database: a transaction whose rows come and go as Arrow columns, by ADBC."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from threading import RLock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    BigInteger,
    Boolean,
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
    table,
)
from sqlalchemy.types import TypeEngine

# SQLite’s driver settles a column’s type by its first batch of rows, and sets aside room for a whole batch at once
_BATCH, _ONE_BATCH = "1000000", "1000000000"


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
        compiled = statement.compile(  # type: ignore[attr-defined]  # whatever is executed can be written out
            dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}
        )
        return str(compiled).replace("%%", "%")

    def read(self, query: Select[Any]) -> pa.Table:
        sql = self._sql(query)
        try:
            rows = self._fetched(sql, _BATCH)
        except OSError as error:
            if not self._sqlite or "Type mismatch" not in str(error):
                raise
            rows = self._fetched(sql, _ONE_BATCH)  # a column empty so far was taken for numbers
        wanted = [(each.name, arrow_type(each.type)) for each in query.selected_columns]
        return pa.table(
            {name: _as_type(rows[place], kind) for place, (name, kind) in enumerate(wanted)},
            schema=pa.schema([pa.field(name, kind) for name, kind in wanted]),
        )

    def _fetched(self, sql: str, batch: str) -> pa.Table:
        with self._raw.cursor() as cursor:
            if self._sqlite:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": batch})
            cursor.execute(sql)
            return cursor.fetch_arrow_table()

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


class TrialTransaction(ColumnTransaction):
    """A transaction of which nothing is kept: what is read beside it sees what it did, one at a time."""

    def __init__(self, raw: Any, engine: Engine) -> None:
        super().__init__(raw, engine, lambda: nullcontext(self))
        self._turn = RLock()
        self._staged = count()

    def _fetched(self, sql: str, batch: str) -> pa.Table:
        with self._turn:
            return super()._fetched(sql, batch)

    def append(self, table: Table, rows: pa.Table) -> None:
        with self._turn:
            super().append(table, rows)

    def stage(self, name: str, rows: pa.Table) -> TableClause:
        with self._turn:  # another who stages under the same name meanwhile has a table of its own
            return super().stage(f"{name}_{next(self._staged)}", rows)

    def execute(self, statement: Executable) -> None:
        with self._turn:
            super().execute(statement)

    def change(self, statement: Update) -> int:
        with self._turn:
            return super().change(statement)


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
