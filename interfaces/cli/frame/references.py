"""SQL of the desk: what was done last, rows set aside, files issued; and names, for the verbs that print them."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from finance.days import spoken
from finance.facts import tables as t
from finance.facts.names_store import NoSuchReference, batches
from finance.facts.names_store import names as names
from finance.facts.names_store import number_of as number_of
from finance.names import Named as Named
from finance.references import number_in
from interfaces.files.outbound import creditor, journal
from ledgers import tables as ledger
from payruns.views_store import payees as payees
from payruns.views_store import subjects as subjects


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


def read_changes(connection: Connection, numbers: Iterable[int]) -> dict[int, dt.datetime]:
    """When each change was recorded."""
    return {
        row.nr: row.moment
        for some in batches(numbers)
        for row in connection.execute(select(t.change.c.nr, t.change.c.moment).where(t.change.c.nr.in_(some)))
    }


def read_export(connection: Connection, asked: str) -> Row[Any]:
    """An issued file, without its content, by its name, its batch number (AP000012) or its export number."""
    e = ledger.export
    if (number := number_in(asked)) is not None:
        which = e.c.nr == number
    elif batch := _BATCH.fullmatch(asked):
        which = and_(e.c.run == number_in(batch["run"]), e.c.kind == BATCH_KINDS[batch["kind"]])
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
