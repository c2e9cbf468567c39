"""Facts told since a run was worked out, read for what they touch among its lines."""

import datetime as dt
from typing import Any

import numpy as np
import pyarrow.compute as pc
from sqlalchemy import Connection, Date, column, func, or_, select, table

from finance.columns import ints
from finance.facts.versions import believed
from ledgers.deciders import LINE_COLUMNS, decided
from ledgers.lines_store import read_proposal
from ledgers.runs import Run
from ledgers.since import KINDS_OF_NEWS, FactSince, NewsSince, words_of
from ledgers.streams import STREAMS, Decider

_DAYS = {"person": ("died",), "service_line": ("ends",), "package": ("ends",)}


def read_since(connection: Connection, run: Run) -> list[NewsSince]:
    """What was told since a run was worked out and touches its lines, by kind, the gravest first."""
    newest = select(func.max(table("change", column("nr")).c.nr))
    if (connection.execute(newest).scalar_one() or 0) <= run.known:
        return []
    told = [(each, _told(connection, each, run.known)) for each in STREAMS[run.stream].deciders]
    told = [(decider, found) for decider, found in told if found]
    if not told:
        return []
    lines = read_proposal(connection, run.nr, LINE_COLUMNS)
    lines = lines.filter(pc.not_equal(lines["amount"], 0))
    news: dict[tuple[str, str], tuple[int, Any]] = {}
    for decider, found in told:
        for kind in KINDS_OF_NEWS:
            values = {each.value for each in found if each.kind(decider) == kind}
            if not values:
                continue
            touched = decided(lines, decider, values)
            if touched.any():
                key = (kind, words_of(kind, decider))
                facts, before = news.get(key, (0, np.zeros(len(touched), bool)))
                news[key] = facts + sum(each.kind(decider) == kind for each in found), before | touched
    amounts = ints(lines, "amount")
    made = [
        NewsSince(kind, words, facts, int(touched.sum()), int(amounts[touched].sum()))
        for (kind, words), (facts, touched) in news.items()
    ]
    return sorted(made, key=lambda each: (KINDS_OF_NEWS.index(each.kind), -abs(each.pence), each.words))


def _told(connection: Connection, decider: Decider, known: int) -> list[FactSince]:
    """Facts of a table that were told, superseded or taken back after a change."""
    days = _DAYS.get(decider.table, ())
    fact = table(
        decider.table,
        *(column(each) for each in {"nr", "learned", "superseded", decider.column} - set(days)),
        *(column(each, Date) for each in days),
    )
    c = fact.c
    moved = select(c.nr).where(or_(c.learned > known, c.superseded > known)).distinct()
    rows = connection.execute(
        select(c.nr, c[decider.column].label("value"), c.learned, c.superseded, *(c[each] for each in days))
        .where(c.nr.in_(moved), or_(c.superseded.is_(None), c.superseded > known))
        .order_by(c.nr, c.learned)
    ).all()
    then = {row.nr: row for row in rows if row.learned <= known}
    now = {row.nr: row for row in rows if row.superseded is None}
    owners = _owners(connection, decider, {row.value for row in rows})
    made = []
    for nr in {row.nr for row in rows}:
        for value in {owners.get(row.value, row.value) for row in (then.get(nr), now.get(nr)) if row is not None}:
            if value is not None:
                made.append(FactSince(int(value), **_both(then.get(nr), now.get(nr), days)))
    return made


def _both(then: Any, now: Any, days: tuple[str, ...]) -> dict[str, dt.date | None]:
    said: dict[str, dt.date | None] = {}
    for day in days:
        said[day] = getattr(now, day, None)
        said[f"{day}_then"] = getattr(then, day, None)
    return said


def _owners(connection: Connection, decider: Decider, values: set[int]) -> dict[int, int]:
    """What each value is among the lines, where another table says."""
    if not decider.through or not values:
        return {}
    name, meant = decider.through
    owner = table(name, column("nr"), column("learned"), column("superseded"), column(meant))
    query = select(owner.c.nr, owner.c[meant].label("meant")).where(believed(owner, None), owner.c.nr.in_(values))
    return {row.nr: row.meant for row in connection.execute(query)}
