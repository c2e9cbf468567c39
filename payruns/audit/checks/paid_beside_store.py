"""Adjustments posted beside a line that came to the same."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from finance.facts import tables as f
from ledgers import tables as t
from ledgers.audit.findings import looked_at_from
from ledgers.streams import PAYMENTS


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
    own, line = _posted("adjustment").subquery("own"), _posted("care").subquery("line")
    query = (
        select(a.ref, sl.ref, p.ref, a.entered_by, a.reason, own.c.pence, own.c.run, line.c.run)
        .join_from(f.adjustment, own, own.c.subject == a.nr)
        .join(line, (line.c.party == own.c.party) & (line.c.pence == own.c.pence))
        .join(f.service_line, (sl.nr == line.c.subject) & sl.superseded.is_(None) & (sl.person == a.person))
        .join(f.payee, (p.nr == own.c.party) & p.superseded.is_(None))
        .where(a.superseded.is_(None), own.c.pence > 0, own.c.recorded >= looked_at_from(on))
        .where(a.on >= line.c.period_starts, a.on < line.c.period_ends)
        .order_by(a.ref, sl.ref)
    )
    return [PaidBeside(*row[:6], runs=(row[6], row[7])) for row in connection.execute(query)]


def _posted(kind: str) -> Select[Any]:
    """What all runs have posted of each line and period for a payee, whoever bears it; and the last run that did."""
    e = t.entry.c
    of = (e.subject, e.party, e.period_starts, e.period_ends)
    sums = (func.sum(e.amount).label("pence"), func.max(e.run).label("run"), func.max(e.recorded).label("recorded"))
    return select(*of, *sums).where(e.stream == PAYMENTS.name, e.kind == kind).group_by(*of)
