"""What a reader is shown of holds: who told what to wait, since when and why, and how much each keeps back."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pyarrow.compute as pc
from sqlalchemy import Connection, Row

from finance.names import Named
from ledgers import holds_store, store
from ledgers.holds import Holds
from ledgers.runs import POSTED, Run, Status
from ledgers.streams import STREAMS
from ledgers.views.records import Called, HoldShown
from ledgers.views.store import Naming, read_lines


def read_holds(connection: Connection, stream: str, naming: Naming) -> list[HoldShown]:
    """The holds of a stream in force."""
    return _shown(connection, holds_store.read_holds(connection, stream), lambda _: naming)


Target = tuple[str, str, int]
"""What a hold is of: its stream, line or payee, and the number of that."""


def read_every_hold(
    connection: Connection,
    naming_of: Callable[[str], Naming],
    on: dt.date | None,
    only: Collection[Target] | None = None,
) -> list[HoldShown]:
    """The holds of every stream in force, or that stood on a day, by number. ``only``: those of these alone."""
    if on is None:
        rows = [each for stream in STREAMS for each in holds_store.read_holds(connection, stream)]
    else:
        rows = holds_store.read_standing(connection, on)
    if only is not None:
        rows = [each for each in rows if (each.stream, each.scope, each.target) in only]
    return sorted(_shown(connection, rows, naming_of), key=lambda each: each.nr)


def _shown(connection: Connection, rows: Iterable[Row[Any]], naming_of: Callable[[str], Naming]) -> list[HoldShown]:
    found = list(rows)
    back = _kept_back(connection, found)
    return [
        HoldShown(
            each.nr,
            each.stream,
            each.scope,
            _called(connection, each, naming_of(each.stream)),
            each.target,
            each.reason,
            each.held_by,
            each.held_at,
            holds_store.held_on(each),
            back[each.nr],
        )
        for each in found
    ]


def _called(connection: Connection, hold: Row[Any], naming: Naming) -> Called:
    """What the stream calls it; its number, where the stream has no name for it."""
    named: Called | None
    if hold.scope == "payee":
        named = naming.parties(connection, [hold.target]).get(hold.target)
    else:
        kinds = [
            ("care", hold.target),
            *((each.name, hold.target) for each in STREAMS[hold.stream].kinds if each.of_line),
        ]
        named = next(iter(naming.subjects(connection, kinds).values()), None)
    return named or Named(str(hold.target), "")


def _kept_back(connection: Connection, holds: Iterable[Row[Any]]) -> dict[int, int]:
    """Pence of each hold: what waits for it in the newest run of each calendar. Of a run that is released that is what
    it was released without; money of one that was posted before it was held is kept back by nobody.
    """
    back: dict[int, int] = {each.nr: 0 for each in holds}
    by_stream: dict[str, list[Row[Any]]] = {}
    for each in holds:
        by_stream.setdefault(each.stream, []).append(each)
    for stream, some in by_stream.items():
        for run in _newest(connection, stream):
            lines = read_lines(connection, run)
            lines_out, payees_out = holds_store.held_for(connection, run)
            for each in some:
                if each.target in (lines_out if each.scope == "line" else payees_out) or run.status not in _GONE:
                    waiting = Holds.of([each]).waiting(lines)
                    back[each.nr] += pc.sum(waiting["amount"]).as_py() or 0
    return back


_GONE = (Status.RELEASING, *POSTED)


def _newest(connection: Connection, stream: str) -> list[Run]:
    """The newest run of each calendar that was worked out and not given up: it holds what an urgent one held."""
    worked_out = [
        each
        for each in store.read_runs(connection, stream)
        if each.status not in (Status.DRAFT, Status.ABANDONED) and each.lines and not each.is_urgent
    ]
    return list({each.calendar: each for each in worked_out}.values())
