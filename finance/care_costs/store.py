"""The facts the cost of care is worked out from, as columns, as known at one change; and what has changed since."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Select, and_, false, func, or_, select

from finance.care_costs.building import WANTED, OthersLines, care_facts, other_lines
from finance.care_costs.facts import CareFacts
from finance.care_costs.stays import OtherLines
from finance.columns import Bulk, Ints
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed
from finance.timelines import distinct


def last_change(connection: Connection) -> int:
    """The number of the newest change; 0 where nothing has ever been learned."""
    return int(connection.execute(select(func.coalesce(func.max(t.change.c.nr), 0))).scalar_one())


@dataclass(frozen=True)
class Window:
    """What a run looks at: days ``[starts, up_to)`` of every line of a pay calendar, and earlier days of lines in
    scope.

    ``calendar``: None for lines of every calendar, and then no adjustments. ``scope_line``/``scope_since``: lines with
    late news or unsettled money, and the first day of each to work out. ``only``: no lines but these; None: all.
    """

    calendar: int | None
    known: int
    starts: int
    up_to: int
    scope_line: Ints
    scope_since: Ints
    only: Ints | None = None


def read_facts(bulk: Bulk, window: Window) -> CareFacts:
    """Every fact the run's calculation reads: half of the tables by a second transaction, meanwhile."""
    with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
        behind = meanwhile.submit(lambda: {name: _all(other, name, window) for name in _BEHIND})
        rows = {"service_line": _lines(bulk, window)}
        rows |= {name: _all(bulk, name, window) for name in WANTED if name not in (*rows, *_BEHIND)}
        return care_facts(rows | behind.result(), lines_of(bulk, window.known))


_BEHIND = ("person", "package", "agreed_rate", "suspension", "funding_share", "contribution", "nursing_award")


def _wanted(name: str, window: Window) -> Select[Any]:
    """What a calculation reads of a table of facts."""
    table = t.metadata.tables[name]
    return select(*(table.c[each] for each in WANTED[name])).where(believed(table, window.known))


def _all(bulk: Bulk, name: str, window: Window) -> pa.Table:
    """Rows in order of number, or of the line they hang on and their start; contracts and adjustments of the window."""
    c = t.metadata.tables[name].c
    query = _wanted(name, window).order_by(*([c.line, c.starts] if "line" in c else []), c.nr)
    if name == "contract" and window.calendar is not None:
        query = query.where(c.calendar == window.calendar)
    if name == "adjustment":
        query = query.where(false() if window.calendar is None else c.calendar == window.calendar)
        query = query.where(c.on < day(window.up_to))
    return bulk.read(query)


def _lines(bulk: Bulk, window: Window) -> pa.Table:
    """Lines live in the window, and those in scope, in order of number."""
    scope = bulk.stage("scope", pa.table({"line": window.scope_line}))
    sl = t.service_line.c
    live = and_(sl.starts < day(window.up_to), or_(sl.ends.is_(None), sl.ends > day(window.starts)))
    query = _wanted("service_line", window).where(or_(live, sl.nr.in_(select(scope.c.line))))
    if window.only is not None:
        query = query.where(sl.nr.in_(select(bulk.stage("only_lines", pa.table({"line": window.only})).c.line)))
    return bulk.read(query.order_by(sl.nr))


def lines_of(bulk: Bulk, known: int) -> OthersLines:
    """Reads every line of the people it is asked about."""

    def read(people: Ints) -> OtherLines:
        sl, rows = t.service_line.c, dict[str, pa.Table]()
        mine = sl.person.in_(select(bulk.stage("away", pa.table({"person": distinct(people)})).c.person))
        own = select(sl.nr, sl.person, sl.service, sl.package, sl.contract, sl.starts, sl.ends)
        rows["service_line"] = bulk.read(own.where(believed(t.service_line, known), mine).order_by(sl.nr))
        for table, more in ((t.package, ()), (t.contract, (t.contract.c.payee,))):
            of = rows["service_line"][table.name].unique()
            named = table.c.nr.in_(select(bulk.stage(f"away_{table.name}", pa.table({"nr": of})).c.nr))
            wanted = select(table.c.nr, table.c.starts, table.c.ends, *more).where(believed(table, known), named)
            rows[table.name] = bulk.read(wanted.order_by(table.c.nr))
        return other_lines(rows)

    return read


def read_funder_kinds(bulk: Bulk, known: int) -> dict[int, str]:
    """What kind of funder each number is."""
    rows = bulk.read(select(t.funder.c.nr, t.funder.c.kind).where(believed(t.funder, known)))
    return dict(zip(rows["nr"].to_pylist(), rows["kind"].to_pylist(), strict=True))


# What has changed ---------------------------------------------------------------------------------------------------
