"""The weekly cost told of those who pay in full, and that of their packages."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import and_, or_, select

from billing.assessments.decisions import How
from billing.assessments.tables import assessment
from billing.charges.lower import IN_FULL
from finance.assessment import Outcome
from finance.columns import Bulk
from finance.facts import tables as f
from finance.facts.versions import believed
from ledgers.lines_store import unparquet
from ledgers.runs import Run
from ledgers.tables import chunk

NO_WHOLE_WEEK = -(10**15)


@dataclass(frozen=True, slots=True)
class CostTold:
    """Somebody who pays in full: the weekly cost told with their circumstances, and what the last week of their care
    in a run comes to, in pence."""

    ref: str
    told: int
    priced: int


def read_costs_told(bulk: Bulk, run: Run) -> list[CostTold]:
    """Everybody whose last week of the run’s own days is charged at cost, by a word that tells a cost."""
    blobs = bulk.read(select(chunk.c.steps).where(chunk.c.run == run.nr).order_by(chunk.c.number))["steps"].to_pylist()
    wanted = ("person", "starts", "ends", "days", "cost", "limit")
    steps = pa.concat_tables([unparquet(blob, wanted) for blob in blobs])
    whole = pc.and_(pc.equal(steps["limit"], IN_FULL), pc.equal(steps["ends"], pa.scalar(run.up_to, pa.date32())))
    rows = steps.filter(whole).to_pylist()
    a, p = assessment.c, f.person
    words = bulk.read(
        select(a.person, a.charge, a.council_pays, a.how, p.c.ref)
        .join_from(assessment, p, and_(p.c.nr == a.person, believed(p, run.known)))
        .where(a.starts < run.up_to, or_(a.ends.is_(None), a.ends >= run.up_to), a.learned <= run.known)
        .order_by(a.person, a.learned)
    )
    standing = {row["person"]: row for row in words.to_pylist()}
    priced: dict[int, int] = {}
    for row in rows:
        whole_week = (run.up_to - row["starts"]).days % 7 == 0
        priced[row["person"]] = priced.get(row["person"], 0) + row["cost"] if whole_week else NO_WHOLE_WEEK
    return [
        CostTold(word["ref"], word["charge"] + word["council_pays"], priced[person])
        for person, word in sorted(standing.items())
        if priced.get(person, NO_WHOLE_WEEK) >= 0
        and word["charge"] is not None
        and How.of(word["how"]).outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT)
    ]
