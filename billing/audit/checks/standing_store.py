"""Waivers, and figures of assessments set by hand, that have stood for long."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, literal, or_, select

from billing.assessments.tables import figure_override, override_approval
from billing.tables import waiver
from finance.facts.tables import person

LONG = 182
"""Days after which it is asked whether it should stand still."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A waiver or a figure set by hand. ``sort``: what it is, in words; ``weekly``: pence, None: all, or a share."""

    sort: str
    ref: str
    person: str
    starts: dt.date
    weekly: int | None
    requested_by: str
    approved_by: str


def read_standing_long(connection: Connection, on: dt.date) -> Sequence[Standing]:
    """Those in force on the day that began long before."""
    w, o, said = waiver.c, figure_override.c, override_approval.c
    waived = select(
        literal("waiver"), w.ref, person.c.ref, w.starts, w.weekly, w.requested_by, w.approved_by
    ).join_from(waiver, person, (person.c.nr == w.person) & person.c.superseded.is_(None))
    by_hand = (
        select(
            literal("figure by hand of ") + o.of,
            *(o.ref, person.c.ref, o.starts, o.amount, o.requested_by, said.approved_by),
        )
        .join_from(figure_override, override_approval, (said.override == o.nr) & (said.learned == o.learned))
        .join(person, (person.c.nr == o.person) & person.c.superseded.is_(None))
    )
    found: list[Row[Any]] = []
    for query, c in ((waived, w), (by_hand, o)):
        rows = query.where(c.superseded.is_(None), c.starts <= on - dt.timedelta(days=LONG))
        found += connection.execute(rows.where(or_(c.ends.is_(None), c.ends > on)).order_by(c.nr)).all()
    return [Standing(*tuple(row)) for row in found]
