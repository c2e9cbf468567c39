"""SQL of names: what the things numbered in the ledger are called, and which number a reference stands for."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, func, select

from finance.days import spoken
from finance.facts import tables as t
from finance.problems import Refusal
from interfaces.files.outbound import creditor, journal
from ledgers import store as books
from ledgers import tables as ledger
from ledgers.runs import Run

AT_ONCE = 1_000
SERVICE_LINE_KINDS_NOT = {"block": t.block, "adjustment": t.adjustment}


class NoSuchReference(Refusal):
    """A reference nobody has told us of."""


class OfAnotherStream(Refusal):
    """A run of another stream was named."""


SHOWN_BY = {
    "payments": "payrun show {}",
    "charges": "billrun show {}",
    "recharges": "billrun show {}",
    "receipts": "receipt findings {}",
    "deferred payments": "deferred findings {}",
}
"""The verb that shows a run of each stream. A number alone says nothing of whose run it is: one count serves
all streams.
"""


def read_run_of(connection: Connection, nr: int, streams: Iterable[str]) -> Run:
    """The run, if it is of one of these streams. Raises NoSuchRun, or OfAnotherStream, which says what shows it."""
    run = books.read_run(connection, nr)
    if run.stream not in streams:
        shown = SHOWN_BY.get(run.stream)
        raise OfAnotherStream(
            f"{run.heading} is a run of {run.stream}.",
            f"To see it: outturn {shown.format(nr)}" if shown else "Name a run of this stream.",
        )
    return run


def last_deed(connection: Connection) -> str | None:
    """What was done last that the database keeps with a name: facts told, or a step in a run's life."""
    c, e = t.change.c, ledger.run_event.c
    told = connection.execute(select(c.moment, c.by, c.what).order_by(c.nr.desc()).limit(1)).first()
    step = connection.execute(select(e.at, e.by, e.run, e.action).order_by(e.at.desc(), e.nr.desc()).limit(1)).first()
    deeds = [(told.moment, told.by, told.what)] if told else []
    deeds += [(step.at, step.by, f"run {step.run} {step.action}")] if step else []
    if not deeds:
        return None
    moment, by, what = max(deeds)
    return f"{what}, by {by} at {moment:%H:%M} (UTC) on {spoken(moment.date())}"


@dataclass(frozen=True, slots=True)
class Named:
    """What something is called."""

    ref: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.ref})" if self.name and self.name != self.ref else self.ref


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line of a run is about: a service line, a block contract or an adjustment."""

    ref: str
    person: Named | None
    service: Named | None

    def __str__(self) -> str:
        about = ", ".join(str(each) for each in (self.person, self.service) if each)
        return f"{self.ref}: {about}" if about else self.ref


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted({int(each) for each in numbers})
    for first in range(0, len(wanted), AT_ONCE):
        yield wanted[first : first + AT_ONCE]


def _newest(connection: Connection, table: Table, numbers: Iterable[int]) -> dict[int, Row[Any]]:
    """The newest version of facts, believed or not."""
    found: dict[int, Row[Any]] = {}
    for some in _batches(numbers):
        for row in connection.execute(select(table).where(table.c.nr.in_(some)).order_by(table.c.nr, table.c.learned)):
            found[row.nr] = row
    return found


def names(connection: Connection, table: Table, numbers: Iterable[int]) -> dict[int, Named]:
    """References and names of facts, by number."""
    return {nr: Named(row.ref, row.name) for nr, row in _newest(connection, table, numbers).items()}


def payees(connection: Connection, numbers: Iterable[int]) -> dict[int, Named]:
    return names(connection, t.payee, numbers)


def subjects(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """What each (kind, number) is about. Every kind but block and adjustment is a kind of service line."""
    asked = sorted({(kind, int(nr)) for kind, nr in wanted})
    rows: dict[str, dict[int, Row[Any]]] = {}
    for table in (t.service_line, t.block, t.adjustment):
        rows[table.name] = _newest(connection, table, [nr for kind, nr in asked if _home(kind) is table])
    every = [row._mapping for found in rows.values() for row in found.values()]
    people = names(connection, t.person, [each["person"] for each in every if each.get("person")])
    services = names(connection, t.service, [each["service"] for each in every if each.get("service")])
    made = {}
    for kind, nr in asked:
        row = rows[_home(kind).name].get(nr)
        if row is not None:
            about = row._mapping
            made[kind, nr] = Subject(row.ref, people.get(about.get("person") or 0), services.get(about["service"]))
    return made


def _home(kind: str) -> Table:
    return SERVICE_LINE_KINDS_NOT.get(kind, t.service_line)


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


def read_quarantine(connection: Connection, extract: str | None, limit: int) -> list[Row[Any]]:
    """Rows set aside, the latest first, with the file and moment they came."""
    q, c = t.quarantine.c, t.change.c
    query = select(q.nr, q.extract, q.source_row, q.ref, q.what, q.what_to_do, q.content, c.source, c.moment).join_from(
        t.quarantine, t.change, q.change == c.nr
    )
    if extract:
        query = query.where(q.extract == extract)
    return list(connection.execute(query.order_by(q.nr.desc()).limit(limit)))


def read_events(connection: Connection, run: int) -> list[Row[Any]]:
    """What happened to a run, in order."""
    e = ledger.run_event
    return list(connection.execute(select(e).where(e.c.run == run).order_by(e.c.nr)))


def read_parked(connection: Connection, run: int) -> list[Row[Any]]:
    p = ledger.parked
    return list(connection.execute(select(p).where(p.c.run == run).order_by(p.c.kind, p.c.subject)))


def read_changes(connection: Connection, numbers: Iterable[int]) -> dict[int, dt.datetime]:
    """When each change was recorded."""
    return {
        row.nr: row.moment
        for some in _batches(numbers)
        for row in connection.execute(select(t.change.c.nr, t.change.c.moment).where(t.change.c.nr.in_(some)))
    }


def read_export(connection: Connection, asked: str) -> Row[Any]:
    """An issued file, without its content, by its name, its batch number (AP000012) or its export number."""
    e = ledger.export
    if asked.isdecimal():
        which = e.c.nr == int(asked)
    elif batch := _BATCH.fullmatch(asked):
        which = and_(e.c.run == int(batch["run"]), e.c.kind == BATCH_KINDS[batch["kind"]])
        if batch["payee"]:
            which = and_(which, e.c.party == number_of(connection, t.payee, batch["payee"]))
    else:
        which = e.c.name == asked
    rows = connection.execute(select(*(column for column in e.c if column.name != "content")).where(which)).all()
    if len(rows) != 1:
        what = f"There is no issued file “{asked}”." if not rows else f"“{asked}” is {len(rows)} files."
        raise NoSuchReference(
            what, "Give its file name, its batch number or its export number: outturn payrun files RUN --list."
        )
    return rows[0]


BATCH_KINDS = {"AP": creditor.KIND, "GL": journal.KIND, "GD": journal.DEBT_KIND}
_BATCH = re.compile(r"(?P<kind>AP|GL|GD)(?P<run>\d{6,})(?:-(?P<payee>.+))?")


def finding_counts(connection: Connection, runs: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many findings of each severity wait in each run."""
    f = ledger.finding.c
    found: dict[int, dict[str, int]] = {}
    for some in _batches(runs):
        waiting = select(f.run, f.severity, func.count()).where(f.run.in_(some), f.accepted_by.is_(None))
        for run, severity, count in connection.execute(waiting.group_by(f.run, f.severity)):
            found.setdefault(run, {})[severity] = count
    return found
