"""SQL of approvals: who signed for a run, what else was signed for that day, and who entered what decides its money."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Date,
    Row,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    or_,
    select,
    table,
)

from finance.facts.versions import believed
from finance.names import same_person
from ledgers import tables as t
from ledgers.runs import Run
from ledgers.streams import Decider


def add_approval(connection: Connection, **values: object) -> None:
    connection.execute(insert(t.approval).values(**values))


def drop_approvals(connection: Connection, run: int) -> None:
    """Take back every signature on a run."""
    connection.execute(delete(t.approval).where(t.approval.c.run == run))


def read_approvals(connection: Connection, run: int) -> list[Row[Any]]:
    """Who signed for a run, in order."""
    return list(connection.execute(select(t.approval).where(t.approval.c.run == run).order_by(t.approval.c.place)))


def signed_that_day(connection: Connection, run: Run, day: dt.date) -> tuple[int, dict[int, int]]:
    """What other runs of the stream were signed for on a day: pence of those of the calendar whose days meet this one’s
    (an interim run across the end of a period counts with the runs of both, whole), and of each payee whatever the
    days.
    """
    a, p = t.approval.c, t.run_party.c
    begins = dt.datetime.combine(day, dt.time())
    r = t.run.c
    signed = select(a.run).where(a.approved_at >= begins, a.approved_at < begins + dt.timedelta(days=1))
    others = select(r.nr).where(r.stream == run.stream, r.nr != run.nr, r.nr.in_(signed))
    meet = or_(r.window_starts == run.window_starts, and_(r.window_starts < run.up_to, r.up_to > run.window_starts))
    same = select(func.sum(r.to_sign_for)).where(r.nr.in_(others), r.calendar == run.calendar, meet)
    rows = connection.execute(select(p.party, p.total, p.brought_forward).where(p.run.in_(others)))
    payees: dict[int, int] = {}
    for row in rows:
        payees[row.party] = payees.get(row.party, 0) + max(row.total + max(row.brought_forward, 0), 0)
    return int(connection.execute(same).scalar_one() or 0), payees


def decided_by(connection: Connection, decider: Decider, run: Run, who: str) -> set[int]:
    """What facts of a table that a run knew of, and that somebody entered or asked for, are told by among its lines.

    Facts that go on deciding run after run, only where the run before did not know them or they begin in its days.
    Whoever took one back, or put another in its place, decides the line as much as whoever entered it. Names are told
    apart once each, not once a fact.
    """
    more: list[ColumnClause[Any]] = [column("starts")] if decider.lasting else []
    more += [column(decider.by)] if decider.by else []
    change = table("change", column("nr"), column("by"))
    fact = table(decider.table, column("learned"), column("superseded"), column(decider.column), *more)
    c, value = fact.c, fact.c[decider.column]

    def theirs(named: ColumnElement[Any]) -> ColumnElement[bool]:
        return named.in_(
            [each for each in connection.execute(select(named).distinct()).scalars() if each and same_person(each, who)]
        )

    changes = select(change.c.nr).where(theirs(change.c.by))
    mine: list[ColumnElement[bool]] = [c.learned.in_(changes)] if decider.told else []
    mine += [theirs(c[decider.by])] if decider.by else []
    query = select(value).where(believed(fact, run.known), or_(*mine))
    if decider.lasting:
        begins = bindparam("begins", run.window_starts, Date)
        query = query.where(or_(c.learned > run.known_before, c.starts >= begins))
    found = set(connection.execute(query).scalars())
    if decider.told:
        since = run.known_before if decider.lasting else 0
        back = select(value).where(c.superseded.in_(changes), c.superseded <= run.known, c.superseded > since)
        found |= set(connection.execute(back).scalars())
    return found - {None}
