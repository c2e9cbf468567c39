"""Whose charge rests on what was known before a day."""

import datetime as dt

from sqlalchemy import or_, select

from billing.assessments.decisions import How
from billing.assessments.tables import assessment
from finance.assessment import Outcome
from finance.columns import Bulk


def read_assessed_before(bulk: Bulk, end: dt.date, on: dt.date, known: int) -> set[int]:
    """People whose charge on a day was assessed on their means for days from before another, ``end``."""
    a = assessment.c
    query = (
        select(a.person, a.starts, a.charge, a.how)
        .where(a.starts <= on, or_(a.ends.is_(None), a.ends > on), a.learned <= known)
        .order_by(a.person, a.learned)
    )
    standing = {row["person"]: row for row in bulk.read(query).to_pylist()}
    return {
        person
        for person, row in standing.items()
        if row["charge"] and row["starts"] < end and How.of(row["how"]).outcome is Outcome.ASSESSED
    }
