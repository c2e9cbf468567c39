"""Adjustments for days another system paid."""

import pyarrow as pa
from sqlalchemy import select

from finance.columns import Bulk
from finance.days import day
from finance.facts import tables as t
from finance.facts.versions import believed
from payruns.store import Calendar


def read_too_early(bulk: Bulk, calendar: Calendar, known: int) -> pa.Table:
    """Adjustments for days before the calendar went live here: another system paid those days, so nothing is due."""
    a = t.adjustment.c
    return bulk.read(
        select(a.nr, a.payee, a.amount)
        .where(believed(t.adjustment, known), a.calendar == calendar.nr, a.on < day(calendar.go_live))
        .order_by(a.nr)
    )
