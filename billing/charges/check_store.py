"""What the checks of a charge run read: who was billed before, who has died, and what could not be billed."""

import datetime as dt
from typing import Any

from sqlalchemy import except_, func, or_, select

from billing import tables as t
from finance import tables as f
from finance.assessments.tables import assessment
from finance.care_costs.store import believed
from finance.columns import Bulk


def read_billed(bulk: Bulk) -> set[int]:
    """Every payer who has ever had a bill."""
    return set(bulk.read(select(t.bill.c.party).distinct())["party"].to_pylist())


def read_died(bulk: Bulk, known: int) -> dict[int, dt.date]:
    """The day each person who has died did so."""
    p = f.person.c
    rows = bulk.read(select(p.nr, p.died).where(believed(f.person, known), p.died.is_not(None)))
    return dict(zip(rows["nr"].to_pylist(), rows["died"].to_pylist(), strict=True))


def read_unsigned(bulk: Bulk, known: int, up_to: dt.date) -> list[dict[str, Any]]:
    """Top-up agreements in force with no signature."""
    a = t.top_up_agreement.c
    rows: list[dict[str, Any]] = bulk.read(
        select(a.line, a.bill_payer, a.weekly)
        .where(believed(t.top_up_agreement, known), a.signed.is_(None), a.starts < up_to)
        .where(or_(a.ends.is_(None), a.ends >= up_to))
        .order_by(a.nr)
    ).to_pylist()
    return rows


def count_with_nobody_to_bill(bulk: Bulk, known: int, up_to: dt.date) -> int:
    """People assessed to pay something, with care in force, for whom no bill payer is known."""
    sl, a, b = f.service_line, assessment.c, t.bill_payer
    assessed = select(a.person).where(
        a.learned <= known, a.charge > 0, a.starts < up_to, or_(a.ends.is_(None), a.ends >= up_to)
    )
    care = select(sl.c.person).where(believed(sl, known), sl.c.starts < up_to, or_(sl.c.ends.is_(None), sl.c.ends >= up_to))
    payers = select(b.c.person).where(believed(b, known), b.c.person.is_not(None))
    left = except_(assessed.where(a.person.in_(care)), payers).subquery()
    return int(bulk.read(select(func.count().label("people")).select_from(left))["people"][0].as_py())
