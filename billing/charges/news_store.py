"""What has been learned since of charging, and whom it bears on."""

import numpy as np
import pyarrow as pa
from sqlalchemy import Table, select, union_all

from billing import tables as t
from billing.assessments.in_force import Decisions, first_differences
from billing.assessments.store import MOST
from billing.assessments.tables import assessment
from finance.columns import Bulk, Ints, ints
from finance.facts import tables as f
from finance.facts.versions import believed
from finance.timelines import distinct


def read_lines_of(bulk: Bulk, people: Ints, known: int) -> Ints:
    """Every line these people have, or were once believed to have."""
    if not len(people):
        return people
    staged = bulk.stage("charge_people", pa.table({"person": people}))
    sl = f.service_line.c
    return distinct(
        ints(bulk.read(select(sl.nr).where(sl.learned <= known, sl.person.in_(select(staged.c.person)))), "nr")
    )


def read_people_of(bulk: Bulk, lines: Ints, known: int) -> tuple[Ints, Ints]:
    """(line, person) for lines by number, believed now or once."""
    if not len(lines):
        return lines, lines
    staged = bulk.stage("charge_lines", pa.table({"line": distinct(lines)}))
    sl = f.service_line.c
    rows = bulk.read(
        select(sl.nr, sl.person)
        .where(sl.learned <= known, sl.nr.in_(select(staged.c.line)))
        .order_by(sl.nr, sl.learned)
    )
    nr, person = ints(rows, "nr"), ints(rows, "person")
    last = np.append(nr[1:] != nr[:-1], True) if len(nr) else np.empty(0, bool)
    return nr[last], person[last]


def read_people_ever_of(bulk: Bulk, lines: Ints, known: int) -> tuple[Ints, Ints]:
    """(line, person) for everybody each line was ever believed to be for: one moved away has charges to be
    shared again.
    """
    if not len(lines):
        return lines, lines
    staged = bulk.stage("charge_lines_ever", pa.table({"line": distinct(lines)}))
    sl = f.service_line.c
    rows = bulk.read(
        select(sl.nr, sl.person)
        .where(sl.learned <= known, sl.nr.in_(select(staged.c.line)))
        .distinct()
        .order_by(sl.nr, sl.person)
    )
    return ints(rows, "nr"), ints(rows, "person")


def read_billed_to(bulk: Bulk, payers: Ints, known: int) -> tuple[Ints, Ints]:
    """(lines whose top-ups, single charges) that any of these payers was ever to pay."""
    if not len(payers):
        return payers, payers
    staged = bulk.stage("charge_payers", pa.table({"payer": distinct(payers)}))
    a, c = t.top_up_agreement.c, t.one_off_charge.c
    lines = bulk.read(select(a.line).where(a.learned <= known, a.bill_payer.in_(select(staged.c.payer))).distinct())
    single = bulk.read(select(c.nr).where(c.learned <= known, c.bill_payer.in_(select(staged.c.payer))).distinct())
    return ints(lines, "line"), ints(single, "nr")


OF_PEOPLE = (
    (t.bill_payer, "person"),
    (t.top_up_agreement, "line"),
    (t.charge_exemption, "line"),
    (t.client_rate, "service"),
    (t.one_off_charge, "nr"),
    (t.waiver, "person"),
    (t.delivery, "line"),
)


def read_touched(bulk: Bulk, table: Table, owner: str, before: int, known: int) -> tuple[Ints, Ints]:
    """(owner, first day it can matter) for every version learned or superseded after ``before``, up to ``known``."""
    c = table.c
    first = [c.starts] if "starts" in c else [c["on"]] if "on" in c else []
    columns = [c[owner].label("owner"), *(each.label("since") for each in first)]
    rows = bulk.read(
        union_all(
            select(*columns).where(c.learned > before, c.learned <= known),
            select(*columns).where(c.learned <= before, c.superseded > before, c.superseded <= known),
        )
        .subquery()
        .select()
    )
    owners = ints(rows, "owner")
    since = ints(rows, "since") if first else np.zeros(len(owners), np.int64)
    known_owner = owners >= 0
    return owners[known_owner], since[known_owner]


def read_assessed(bulk: Bulk, before: int, known: int) -> tuple[Ints, Ints]:
    """(person, first day) of everybody whose assessment says something else at change ``known`` than at ``before``.

    Being assessed again to the same charge, on the same footing, is no news.
    """
    a = assessment.c
    fresh = select(a.person).where(a.learned > before, a.learned <= known)
    rows = bulk.read(
        select(a.person, a.starts, a.ends, a.learned, MOST, a.council_pays, a.how)
        .where(a.learned <= known, a.person.in_(fresh))
        .order_by(a.person, a.starts, a.learned)
    )
    now = Decisions.of(rows)
    return first_differences(now.take(np.flatnonzero(now.learned <= before)), now)


def read_people_with(bulk: Bulk, services: Ints, known: int) -> tuple[Ints, Ints]:
    """(person, service) for everybody with a line for one of these services."""
    staged = bulk.stage("charge_services", pa.table({"service": distinct(services)}))
    sl = f.service_line.c
    rows = bulk.read(
        select(sl.person, sl.service).where(believed(f.service_line, known), sl.service.in_(select(staged.c.service)))
    )
    return ints(rows, "person"), ints(rows, "service")
