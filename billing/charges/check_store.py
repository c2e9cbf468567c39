"""What the checks of a charge run read: who was billed before, who has died, and what could not be billed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import and_, or_, select

from billing import tables as t
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


NO_WHOLE_WEEK = -(10**15)
