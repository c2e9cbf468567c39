"""One at a time: a lock on a table, taken first by whoever reads it and then writes what follows from that.

Two who both read “nobody has signed yet” would both sign. With the lock the second waits until the first has ended,
reads what the first wrote, and is refused by the verb's own rule, which names the first. It goes when the transaction
ends, however it ends; nobody waits for it longer than the database lets them (``interfaces/database/plainly.py``).
"""

from typing import Any

from sqlalchemy import ClauseElement, Executable, Table
from sqlalchemy.ext.compiler import compiles


class Alone(Executable, ClauseElement):
    """Let nobody else write to a table, or take this lock, until this transaction ends. Reading goes on."""

    inherit_cache = False

    def __init__(self, table: Table) -> None:
        self.table = table


@compiles(Alone, "postgresql")
def _on_postgresql(lock: Alone, compiler: Any, **_more: Any) -> str:
    return f"LOCK TABLE {compiler.preparer.format_table(lock.table)} IN SHARE ROW EXCLUSIVE MODE"


@compiles(Alone, "sqlite")
def _on_sqlite(lock: Alone, compiler: Any, **_more: Any) -> str:
    """SQLite has one writer's place, which whoever writes has taken already. This touches nothing, and is
    refused to readers.
    """
    table, key = (
        compiler.preparer.format_table(lock.table),
        compiler.preparer.quote(next(iter(lock.table.primary_key)).name),
    )
    return f"UPDATE {table} SET {key} = {key} WHERE 1 = 0"
