"""SQL of approvals: who signed for a run, what else was signed for that day, and who entered what decides its money."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Row,
    ScalarSelect,
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


def drop_approvals(connection: Connection, run: int) -> list[int]:
    """Take back every signature on a run. The places they were in."""
    places = [each.place for each in read_approvals(connection, run)]
    connection.execute(delete(t.approval).where(t.approval.c.run == run))
    return places


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


def changes_by(connection: Connection, who: str) -> ScalarSelect[Any] | None:
    """The changes somebody told us of, under any spelling; None: there are none. Names are told apart once each."""
    change = table("change", column("nr"), column("by"))
    spelt = _spelt(connection, change.c.by, who)
    return select(change.c.nr).where(change.c.by.in_(spelt)).scalar_subquery() if spelt else None


def _spelt(connection: Connection, named: ColumnElement[Any], who: str) -> list[str]:
    found = connection.execute(select(named).distinct()).scalars()
    return [each for each in found if each and same_person(each, who)]


def decided_by(
    connection: Connection, decider: Decider, run: Run, who: str, changes: ScalarSelect[Any] | None
) -> set[int]:
    """What facts of a table that a run knew of, and that somebody told us of or asked for, are told by among its lines.

    Facts that go on deciding run after run, only where the run before did not know them or they begin in its days.
    Whoever took one back, or put another in its place, decides the line as much as whoever entered it. ``changes``:
    those they told us of (``changes_by``).
    """
    more = {each for each in (decider.begins, decider.by, decider.signed_in, decider.column, "nr") if each}
    fact = table(decider.table, column("learned"), column("superseded"), *(column(each) for each in sorted(more)))
    c, value = fact.c, fact.c[decider.column]
    mine: list[ColumnElement[bool]] = []
    if changes is not None:
        asked = fact.alias()
        unsigned = select(asked.c.nr).where(asked.c.learned.in_(changes))
        if decider.signed_in:
            unsigned = unsigned.where(asked.c[decider.signed_in].is_(None), asked.c.learned <= run.known)
        mine.append(c.nr.in_(unsigned) if decider.signed_in else c.learned.in_(changes))
    if decider.by:
        mine.append(c[decider.by].in_(_spelt(connection, c[decider.by], who)))
    if not mine:
        return set()
    query = select(value).where(believed(fact, run.known), or_(*mine))
    if decider.lasting:
        news = [c.learned > run.known_before]
        if decider.begins:
            news.append(c[decider.begins] >= bindparam("begins", run.window_starts, Date))
        query = query.where(or_(*news))
    found = set(connection.execute(query).scalars())
    if changes is not None and not decider.signed_in:
        since = run.known_before if decider.lasting else 0
        back = select(value).where(c.superseded.in_(changes), c.superseded <= run.known, c.superseded > since)
        found |= set(connection.execute(back).scalars())
    if decider.through and found:
        name, meant = decider.through
        owner = table(name, column("nr"), column("learned"), column("superseded"), column(meant))
        owned = select(owner.c[meant]).where(believed(owner, run.known), owner.c.nr.in_(found))
        found = set(connection.execute(owned).scalars())
    return found - {None}
