"""SQL of officers: the changes asked for, and the roles and limits the database lets a signature name."""

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from finance.locking import Alone
from finance.names import name_key
from ledgers import tables as t
from ledgers.officers.authority import Authority, OfficerChange, standing


def read_changes(connection: Connection) -> list[OfficerChange]:
    """Every change ever asked for, in order."""
    rows = connection.execute(select(t.officer_change).order_by(t.officer_change.c.nr))
    return [OfficerChange(**row._mapping) for row in rows]


def read_standing(connection: Connection) -> Authority:
    """Who may sign now, and for how much."""
    return standing(read_changes(connection))


def acting(connection: Connection, name: str, right: str, deed: str) -> str:
    """The officer ``name`` is, as the list has it. Raises NotAnOfficer or NoRight unless they may do ``deed``."""
    return read_standing(connection).acting(name, right, deed)


def read_alone(connection: Connection) -> Authority:
    """The same, with nobody else changing it until this transaction ends: two who end each other leave one."""
    connection.execute(Alone(t.officer_change))
    return read_standing(connection)


def role_of(connection: Connection, name: str) -> str | None:
    """An officer's role; none for anybody who is not on the list."""
    now = read_standing(connection)
    return now.roles.get(now.spelled(name) or "")


def limits_of(connection: Connection, role: str) -> list[int]:
    """The pence a role may sign for; empty: nothing."""
    limit = read_standing(connection).limits.get(role)
    return [] if limit is None else [limit]


def alone_of(connection: Connection, role: str) -> int | None:
    """The pence a role signs for with nobody else; None: whatever it may sign for."""
    return read_standing(connection).alone.get(role)


def add_change(
    connection: Connection,
    *,
    name: str | None,
    role: str | None,
    limit: int | None,
    reason: str,
    by: str,
    at: dt.datetime,
    founding: int | None = None,
    rights: str | None = None,
    alone: int | None = None,
) -> int:
    """Record a change asked for. Returns its number."""
    made = connection.execute(
        insert(t.officer_change)
        .values(
            name=name,
            role=role,
            limit=limit,
            reason=reason,
            asked_by=by,
            asked_at=at,
            founding=founding,
            rights=rights,
            alone=alone,
        )
        .returning(t.officer_change.c.nr)
    ).scalar_one()
    return int(made)


def confirm(connection: Connection, change: OfficerChange, by: str, at: dt.datetime) -> None:
    """Confirm a change: from now on a signature may name its role and limit."""
    c = t.officer_change.c
    unconfirmed = update(t.officer_change).where(c.nr == change.nr, c.confirmed_by.is_(None))
    done = connection.execute(unconfirmed.values(confirmed_by=by, confirmed_at=at))
    assert done.rowcount == 1, f"change {change.nr} to the officers was confirmed by somebody meanwhile"
    said = {"change": change.nr, "confirmed_by": by}
    o, tier = t.officer.c, t.approval_tier.c
    if (
        change.name is not None
        and not connection.execute(select(o.name).where(o.name == change.name, o.role == change.role)).first()
    ):
        connection.execute(
            insert(t.officer).values(name=change.name, role=change.role, key=name_key(change.name), **said)
        )
    if (
        change.limit is not None
        and not connection.execute(
            select(tier.role).where(tier.role == change.role, tier.limit == change.limit)
        ).first()
    ):
        connection.execute(insert(t.approval_tier).values(role=change.role, limit=change.limit, **said))
