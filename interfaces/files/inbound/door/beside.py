"""Rows that wait, beside what is believed under the same references, in the words of the file."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from finance.facts.names_store import newest
from finance.facts.waiting import NoSuchLoad, WaitingRow
from finance.facts.waiting_store import read_rows
from interfaces.files.inbound.layouts.fields import CANCELLED, TERMS_FROM, Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.layouts.value_types import Unreadable, read_date

Change = tuple[str, str | None, str | None]


@dataclass(frozen=True, slots=True)
class RowBeside:
    """A row that waits, or waited. ``changes``: each column it says otherwise than what is believed, what that was and
    what it is to be; of a new reference, all it says.
    """

    row: WaitingRow
    new: bool
    changes: tuple[Change, ...]

    @property
    def said(self) -> list[str]:
        """The changes, a sentence each."""
        if CANCELLED.name in self.row.columns:
            return ["it goes whole"]
        if self.new:
            return [f"{_label(name)} {now}" for name, _, now in self.changes]
        return [f"{_label(name)} {was or 'nothing'} → {now or 'nothing'}" for name, was, now in self.changes]


def _label(name: str) -> str:
    return name.replace("_", " ")


def read_beside(connection: Connection, load: int) -> list[RowBeside]:
    """Every row that came with a load and waits, or waited, beside what is believed. Raises NoSuchLoad."""
    rows = read_rows(connection, load, answered=True)
    if not rows:
        raise NoSuchLoad(f"Nothing that waits came with load {load}.", "List what waits: outturn waiting list")
    believed: dict[tuple[str, str], dict[str, str]] = {}
    for name in dict.fromkeys(each.extract for each in rows):
        mine = [each for each in rows if each.extract == name]
        found = as_told(connection, EXTRACTS[name], {each.ref: _since(each) for each in mine})
        believed.update({(name, ref): said for ref, said in found.items()})
    return [_beside(each, believed.get((each.extract, each.ref))) for each in rows]


def _since(row: WaitingRow) -> dt.date | None:
    """The day a row's terms are to hold from, where it gives one."""
    given = row.columns.get(TERMS_FROM.name, "")
    try:
        return read_date(given)
    except Unreadable:  # “always”, or nothing: what was told first stands beside it
        return None


def _beside(row: WaitingRow, was: Mapping[str, str] | None) -> RowBeside:
    extract, now = EXTRACTS[row.extract], row.columns
    names = [each.name for each in (*extract.fields[1:], *extract.of_the_row)]
    if was is None:
        return RowBeside(row, True, tuple((name, None, now[name]) for name in names if name in now))
    told = {name: _alike(extract, name, now) for name in names}
    changes = [(name, was.get(name), now.get(name)) for name in names if was.get(name) != told[name]]
    return RowBeside(row, False, tuple(changes))


def _alike(extract: Extract, name: str, row: Mapping[str, str]) -> str | None:
    """A value of a row as it would be written back, so that 1.5 and 1.50 are one; what is not read stays as it came."""
    field, text = extract.by_name[name], row.get(name)
    if text is None or field.links:
        return text
    beside = row.get(field.kind.beside, "")
    try:
        return field.kind.write(field.kind.read(text, beside), beside)
    except Unreadable:  # it was read when it came; here it is only shown
        return text


def as_written(extract: Extract, row: Mapping[str, str]) -> dict[str, str]:
    """A row as it would be written back, what is left out standing for what the layout says it does."""
    given = {each.name: each.otherwise for each in extract.fields if each.otherwise} | dict(row)
    said = {each.name: _alike(extract, each.name, given) for each in extract.fields}
    return {name: value for name, value in said.items() if value is not None}


def as_told(connection: Connection, extract: Extract, refs: Mapping[str, dt.date | None]) -> dict[str, dict[str, str]]:
    """What is believed under references, in the words of the file: by reference, each column that holds something.

    ``refs``: with the day whose terms are asked for, of what has terms that hold from a day.
    """
    table = extract.table
    rows: list[Any] = []
    for some in _some(refs):
        query = select(table).where(table.c.ref.in_(some), table.c.superseded.is_(None))
        rows += connection.execute(query).mappings().all()
    return in_words(
        connection, extract, [{**row, **_terms(connection, extract, row["nr"], refs[row["ref"]])} for row in rows]
    )


def in_words(
    connection: Connection, extract: Extract, values: Sequence[Mapping[str, Any]]
) -> dict[str, dict[str, str]]:
    """Versions of an extract's table in the words of the file: by reference, each column that holds something."""
    links = {
        each.column: newest(connection, EXTRACTS[each.links].table, {row[each.column] for row in values} - {None})
        for each in extract.fields
        if each.links
    }
    found: dict[str, dict[str, str]] = {}
    for row in values:
        said: dict[str, str] = {}
        for each in extract.fields:
            value = row.get(each.column)
            if value is None:
                continue
            linked = links[each.column].get(value) if each.links else None
            said[each.name] = linked.ref if linked else each.kind.write(value, said.get(each.kind.beside, ""))
        found[row["ref"]] = said
    return found


def _terms(connection: Connection, extract: Extract, owner: int, on: dt.date | None) -> dict[str, object]:
    """The terms that hold on a day, of what has terms from a day on; none where they are those it began with."""
    later = extract.later
    if later is None or on is None:
        return {}
    mine = select(*(later.c[name] for name in extract.dated)).where(
        later.c[extract.noun] == owner, later.c.superseded.is_(None), later.c.starts <= on
    )
    row = connection.execute(mine.order_by(later.c.starts.desc()).limit(1)).mappings().first()
    return dict(row) if row else {}


def _some(refs: Mapping[str, object]) -> list[list[str]]:
    every = sorted(refs)
    return [every[first : first + 500] for first in range(0, len(every), 500)]
