"""What a reader of a pay run is shown beside what every stream shows: its lines, with people, services and payees by
name."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table

from finance.care_costs.news import cause_words
from finance.facts import tables as t
from finance.facts.names_store import names, newest, number_of
from finance.names import Named
from ledgers.runs import Run
from ledgers.views.records import largest
from ledgers.views.store import Naming
from ledgers.views.store import read_lines as lines_of

NO_SERVICE_LINE = {"block": t.block, "adjustment": t.adjustment}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line of a pay run is about: a service line, a block contract or an adjustment."""

    ref: str
    person: Named | None
    service: Named | None

    def __str__(self) -> str:
        about = ", ".join(str(each) for each in (self.person, self.service) if each)
        return f"{self.ref}: {about}" if about else self.ref


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line a pay run proposes: due less posted is the amount. ``funder``: None where the council itself bears it."""

    about: Subject | None
    number: int
    payee: Named
    kind: str
    funder: Named | None
    starts: dt.date
    ends: dt.date
    due: int
    posted: int
    amount: int
    revision: int
    late: bool
    why: str


def payees(connection: Connection, numbers: Iterable[int]) -> dict[int, Named]:
    return names(connection, t.payee, numbers)


def subjects(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Subject]:
    """What each (kind, number) is about. Every kind but block and adjustment is a kind of service line."""
    asked = sorted({(kind, int(nr)) for kind, nr in wanted})
    rows: dict[str, dict[int, Row[Any]]] = {}
    for table in (t.service_line, t.block, t.adjustment):
        rows[table.name] = newest(connection, table, [nr for kind, nr in asked if _home(kind) is table])
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
    return NO_SERVICE_LINE.get(kind, t.service_line)


NAMING = Naming(payees, subjects)
"""What pay runs call their payees and lines."""


def read_lines(
    connection: Connection, run: Run, *, payee: str | None, late: bool, limit: int
) -> tuple[list[LineShown], int]:
    """The lines a run proposes, those that move most money first, at most so many; and how many there are in all.

    ``payee``: only that payee's, by reference. ``late``: only adjustments to earlier periods. Raises NoSuchReference.
    """
    party = number_of(connection, t.payee, payee) if payee else None
    every = lines_of(connection, run, party, late=True if late else None)
    some = largest(every, limit).to_pylist()
    about = subjects(connection, [(each["kind"], each["subject"]) for each in some])
    named = payees(connection, [each["party"] for each in some])
    funders = names(connection, t.funder, [each["funder"] for each in some if each["funder"]])
    return [
        LineShown(
            about.get((each["kind"], each["subject"])),
            each["subject"],
            named[each["party"]],
            each["kind"],
            funders.get(each["funder"]),
            each["period_starts"],
            each["period_ends"],
            each["due"],
            each["posted"],
            each["amount"],
            each["revision"],
            each["late"],
            cause_words(each["cause"]),
        )
        for each in some
    ], every.num_rows
