"""SQL of rows that wait for a second person, and of what became of them. Both are only ever added to."""

import datetime as dt
from collections.abc import Iterable, Sequence

import pyarrow as pa
from sqlalchemy import Connection, Select, insert, select

from finance.columns import Bulk
from finance.facts import store
from finance.facts.tables import change, waiting_answer, waiting_row
from finance.facts.waiting import CONFIRMED, OVERTAKEN, WITHDRAWN, WaitingRow

_row, _said, _told = waiting_row.c, waiting_answer.c, change.c


def _rows() -> "Select[tuple[object, ...]]":
    return (
        select(
            _row.nr,
            _row.change,
            _row.extract,
            _told.source,
            _row.source_row,
            _row.ref,
            _row.content,
            _row.why,
            _told.by,
            _told.moment,
            _told.sha256,
            _said.answer,
            _said.answered_by,
            _said.answered_at,
            _said.reason,
            _said.change.label("recorded"),
        )
        .join_from(waiting_row, change, _row.change == _told.nr)
        .outerjoin(waiting_answer, _said.waiting == _row.nr)
        .order_by(_row.nr)
    )


def read_rows(connection: Connection, load: int | None = None, answered: bool = False) -> list[WaitingRow]:
    """The rows that wait, or with ``answered`` all there ever were; of one load, or of all."""
    query = _rows() if answered else _rows().where(_said.waiting.is_(None))
    if load is not None:
        query = query.where(_row.change == load)
    return [WaitingRow(**row._mapping) for row in connection.execute(query)]


def of_extract(bulk: Bulk, extract: str) -> pa.Table:
    """``nr``, ``ref`` and ``content`` of the rows of an extract that wait."""
    waits = select(_row.nr, _row.ref, _row.content).outerjoin(waiting_answer, _said.waiting == _row.nr)
    return bulk.read(waits.where(_row.extract == extract, _said.waiting.is_(None)).order_by(_row.nr))


def add(bulk: Bulk, learned: int, rows: Sequence[dict[str, object]]) -> None:
    """Rows that wait, as told by a change."""
    first = store.next_nr(bulk, waiting_row)
    numbered = [{"nr": first + place, "change": learned, **row} for place, row in enumerate(rows)]
    if numbered:
        bulk.append(waiting_row, pa.Table.from_pylist(numbered))


def overtake(bulk: Bulk, learned: int, nrs: Sequence[int], by: str, at: dt.datetime) -> None:
    """The same references were told anew by a change."""
    _answer(bulk, nrs, answer=OVERTAKEN, answered_by=by, role=None, answered_at=at, change=learned)


def confirm(bulk: Bulk, learned: int, nrs: Sequence[int], by: str, role: str, at: dt.datetime) -> None:
    """What the rows say is recorded by a change."""
    _answer(bulk, nrs, answer=CONFIRMED, answered_by=by, role=role, answered_at=at, change=learned)


def _answer(bulk: Bulk, nrs: Sequence[int], **said: object) -> None:
    if not nrs:
        return
    kinds = [(name, _KINDS[name]) for name in ("waiting", *said)]
    rows = [{"waiting": nr, **said} for nr in nrs]
    bulk.append(waiting_answer, pa.Table.from_pylist(rows, schema=pa.schema(kinds)))


_KINDS = {
    "waiting": pa.int64(),
    "answer": pa.string(),
    "answered_by": pa.string(),
    "role": pa.string(),
    "answered_at": pa.timestamp("us"),
    "change": pa.int64(),
}


def withdraw(connection: Connection, nrs: Iterable[int], by: str, why: str, at: dt.datetime) -> None:
    """The rows are not to be confirmed."""
    rows = [{"waiting": nr, "answer": WITHDRAWN, "answered_by": by, "answered_at": at, "reason": why} for nr in nrs]
    connection.execute(insert(waiting_answer), rows)
