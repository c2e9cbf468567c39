"""The SQL of expected contributions: one person's bill calendar, and who recorded an assessment."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, select

from billing import tables as t
from finance.facts.tables import change


def charging_week(connection: Connection, person: int) -> dt.date | None:
    """The first day of any one period of the person's bill calendar; None where they have no payer."""
    b, c = t.bill_payer, t.bill_calendar
    query = (
        select(c.c.anchor)
        .join_from(b, c, (c.c.nr == b.c.calendar) & c.c.superseded.is_(None))
        .where(b.c.person == person, b.c.superseded.is_(None))
        .order_by(b.c.nr)
    )
    return connection.execute(query).scalars().first()


def told(connection: Connection, nr: int) -> Row[Any]:
    """Who told us of a change, when, and from what."""
    return connection.execute(select(change).where(change.c.nr == nr)).one()
