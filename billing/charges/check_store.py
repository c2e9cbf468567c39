"""What the checks of a charge run read: who was billed before, who has died, and what could not be billed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, and_, func, or_, select

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


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Somebody assessed to pay something, with care, who has never had a bill. ``payer``: None where there is nobody to
    bill; ``since``: the first day of their care."""

    ref: str
    name: str
    weekly: int
    since: dt.date
    payer: str | None


def read_unbilled(connection: Connection, on: dt.date) -> list[Unbilled]:
    """Everybody with care and a charge on a day who had had no bill by then, those waiting longest first."""
    sl, p, a, b = f.service_line, f.person, assessment, t.bill_payer
    care = (
        select(sl.c.person, func.min(sl.c.starts).label("since"))
        .where(sl.c.superseded.is_(None), sl.c.starts <= on, or_(sl.c.ends.is_(None), sl.c.ends > on))
        .group_by(sl.c.person)
        .subquery()
    )
    latest = (
        select(a.c.person, func.max(a.c.learned).label("learned"))
        .where(a.c.starts <= on, or_(a.c.ends.is_(None), a.c.ends > on))
        .group_by(a.c.person)
        .subquery()
    )
    said = and_(
        a.c.person == latest.c.person,
        a.c.learned == latest.c.learned,
        a.c.starts <= on,
        or_(a.c.ends.is_(None), a.c.ends > on),
    )
    billed = select(t.bill.c.party).where(t.bill.c.issued <= on)
    query = (
        select(p.c.ref, p.c.name, a.c.charge, care.c.since, b.c.ref.label("payer"))
        .join_from(care, p, and_(p.c.nr == care.c.person, p.c.superseded.is_(None)))
        .join(latest, latest.c.person == p.c.nr)
        .join(a, said)
        .outerjoin(b, and_(b.c.person == p.c.nr, b.c.superseded.is_(None)))
        .where(a.c.charge > 0, or_(b.c.nr.is_(None), b.c.nr.not_in(billed)))
        .order_by(care.c.since, p.c.ref)
    )
    return [Unbilled(row.ref, row.name, row.charge, row.since, row.payer) for row in connection.execute(query)]
