"""Adjustments posted beside a line that came to the same."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from finance.facts import tables as f
from ledgers import tables as t
from ledgers.streams import PAYMENTS

LOOKED_BACK = 92
"""Days of posting looked at."""


@dataclass(frozen=True, slots=True)
class PaidBeside:
    """An adjustment of so many pence, the line that came to as much in its period, and the runs that posted them."""

    adjustment: str
    line: str
    payee: str
    entered_by: str
    reason: str
    pence: int
    runs: tuple[int, int]


def read_paid_beside(connection: Connection, on: dt.date) -> Sequence[PaidBeside]:
    """Of the same payee and person, the adjustment’s day in the line’s period, and the same sum."""
    a, sl, p = f.adjustment.c, f.service_line.c, f.payee.c
    own, other = t.entry.alias(), t.entry.alias()
    begins = dt.datetime.combine(on - dt.timedelta(days=LOOKED_BACK), dt.time())
    query = (
        select(a.ref, sl.ref, p.ref, a.entered_by, a.reason, own.c.amount, own.c.run, other.c.run)
        .join_from(f.adjustment, own, (own.c.subject == a.nr) & (own.c.kind == "adjustment"))
        .join(other, (other.c.party == own.c.party) & (other.c.amount == own.c.amount) & (other.c.kind == "care"))
        .join(f.service_line, (sl.nr == other.c.subject) & sl.superseded.is_(None) & (sl.person == a.person))
        .join(f.payee, (p.nr == own.c.party) & p.superseded.is_(None))
        .where(a.superseded.is_(None), own.c.amount > 0, own.c.recorded >= begins)
        .where(*(each.c.stream == PAYMENTS.name for each in (own, other)))
        .where(a.on >= other.c.period_starts, a.on < other.c.period_ends)
        .order_by(a.ref, sl.ref)
    )
    return [PaidBeside(*row[:6], runs=(row[6], row[7])) for row in connection.execute(query)]
