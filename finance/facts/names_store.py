"""SQL of names: what the things facts are about are called, by number, and which number a reference stands for."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from finance.names import Named
from finance.problems import Refusal

AT_ONCE = 1_000


class NoSuchReference(Refusal):
    """A reference nobody has told us of."""


def batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted({int(each) for each in numbers})
    for first in range(0, len(wanted), AT_ONCE):
        yield wanted[first : first + AT_ONCE]


def newest(connection: Connection, table: Table, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """The newest version of facts, believed or not."""
    found: dict[int, Row[Any]] = {}
    for some in batches(numbers):
        for row in connection.execute(select(table).where(table.c.nr.in_(some)).order_by(table.c.nr, table.c.learned)):
            found[row.nr] = row
    return found


def names(connection: Connection, table: Table, numbers: Iterable[int]) -> dict[int, Named]:
    """References and names of facts, by number."""
    return {nr: Named(row.ref, row.name) for nr, row in newest(connection, table, numbers).items()}


def number_of(connection: Connection, table: Table, ref: str) -> int:
    """The number a reference stands for. Raises NoSuchReference, with near misses."""
    numbers = list(connection.execute(select(table.c.nr).where(table.c.ref == ref).order_by(table.c.learned)).scalars())
    if numbers:
        return int(numbers[-1])
    what = table.name.replace("_", " ")
    here = table.c.superseded.is_(None)
    near = get_close_matches(ref, connection.execute(select(table.c.ref).where(here).limit(20_000)).scalars(), 3)
    remedy = f"Did you mean {' or '.join(near)}?" if near else "Check the reference in the case system."
    raise NoSuchReference(f"There is no {what} “{ref}”.", remedy)
