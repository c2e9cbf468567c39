"""A fact in every version: which was believed at a change, asked of a table or of rows; and who told us of each."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_

from finance.days import spoken

Row = Mapping[str, Any]
Name = Callable[[str, int], str]  # a table and a number, to what an officer calls that fact


def believed(table: FromClause, known: int | None) -> ColumnElement[bool]:
    """The versions of a fact believed once change ``known`` had been learned; those believed now, when it is None."""
    still: ColumnElement[bool] = table.c.superseded.is_(None)
    return still if known is None else and_(table.c.learned <= known, or_(still, table.c.superseded > known))


def is_believed(row: Row, known: int) -> bool:
    """The same, of one version."""
    return bool(row["learned"] <= known and (row["superseded"] is None or row["superseded"] > known))


def overlaps(row: Row, first: dt.date, end: dt.date) -> bool:
    """Whether a fact applies to any of these days."""
    return bool(row["starts"] < end and (row.get("ends") is None or row["ends"] > first))


@dataclass(frozen=True)
class Versions:
    """Facts that bear on something: every version by table name, oldest first, and every change that told us of one."""

    rows: Mapping[str, Sequence[Row]]
    changes: Mapping[int, Row]

    def at(self, table: str, known: int) -> list[Row]:
        """The versions believed once change ``known`` had been learned."""
        return [row for row in self.rows.get(table, ()) if is_believed(row, known)]

    def all_at(self, known: int) -> dict[str, list[Row]]:
        return {table: self.at(table, known) for table in self.rows}

    def find(self, table: str, nr: int, known: int) -> Row | None:
        """A fact by number: as known at a change, as last believed before it, or as first learned after it."""
        rows = [row for row in self.rows.get(table, ()) if row["nr"] == nr]
        then = [row for row in rows if row["learned"] <= known]
        return next((row for row in rows if is_believed(row, known)), then[-1] if then else next(iter(rows), None))

    def one(self, table: str, nr: int, known: int) -> Row:
        """The same, of a fact there must be."""
        row = self.find(table, nr, known)
        assert row is not None, f"{table} {nr} is pointed at and was never told of"
        return row

    def ref(self, table: str, nr: int) -> str:
        """The reference of a fact, or its number where it has not been read."""
        return next(
            (str(row["ref"]) for row in self.rows.get(table, ()) if row["nr"] == nr), f"{table.replace('_', ' ')} {nr}"
        )

    def names(self, known: int) -> Name:
        """Gives the name and reference of a fact by its number, as known at a change."""

        def name(table: str, nr: int) -> str:
            if table == "funder" and not nr:
                return "the council"
            row = self.find(table, nr, known)
            return f"{row['name']} ({row['ref']})" if row and row.get("name") else self.ref(table, nr)

        return name

    def source(self, change: int, row: int | None = None) -> str:
        """Where something was learned: the file and its line, or the screen."""
        said = self.changes[change]["source"]
        return f"{said} row {row}" if row else str(said)

    def teller(self, change: int) -> str:
        """When something was learned, and who told us."""
        said = self.changes[change]
        return f"{spoken(said['moment'].date())} by {said['by']}"

    def learned(self, change: int, row: int | None = None) -> str:
        """Who told us, when, and from what."""
        return f"recorded {self.teller(change)} from {self.source(change, row)}"
