"""Who has died, and when."""

import datetime as dt

from sqlalchemy import select

from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed


def read_died(bulk: Bulk, known: int) -> dict[int, dt.date]:
    """The day each person who has died did so."""
    p = f.person.c
    rows = bulk.read(select(p.nr, p.died).where(believed(f.person, known), p.died.is_not(None)))
    return dict(zip(rows["nr"].to_pylist(), rows["died"].to_pylist(), strict=True))
