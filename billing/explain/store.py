"""The SQL of explaining charges: one person's facts, their part of a charge run, and what a bill is made of."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from billing import tables as t
from billing.assessments import store as assessments
from billing.assessments.tables import assessment_batch
from billing.charges.calendars import BillCalendar
from billing.charges.facts import BY_LINE, FEE, KINDS, ONE_OFF
from billing.charges.news import PERSON
from billing.charges.store import read_calendars
from billing.charges.stream import NAME
from billing.explain.person import InRun, PersonCharged
from finance.facts import tables as f
from finance.facts.versions import Row, Versions
from finance.facts.versions_store import Reading, numbers, rows_of
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.explain import store
from ledgers.runs import Run

_LINE_KINDS = [KINDS[each] for each in BY_LINE]


def read_person(connection: Connection, person: int) -> PersonCharged:
    """Every version of every fact that bears on one person's charges."""
    reading = Reading(connection)
    lines = reading.read(f.service_line, "person", [person])
    reading.of_lines(lines)
    reading.read(f.person, "nr", [person])
    for table in (t.top_up_agreement, t.charge_exemption, t.delivery):
        reading.read(table, "line", numbers(lines, "nr"))
    reading.read(t.waiver, "person", [person])
    reading.read(t.client_rate, "service", numbers(lines, "service"))
    agreed = sorted(numbers(reading.rows["top_up_agreement"], "bill_payer"))
    payers = reading.where(t.bill_payer, or_(t.bill_payer.c.person == person, t.bill_payer.c.nr.in_(agreed)))
    reading.read(t.bill_calendar, "nr", numbers(payers, "calendar"))
    words = assessments.words(connection, person)
    told = {each.learned for each in words}
    kept = select(assessment_batch.c.change).where(assessment_batch.c.change.in_(sorted(told)))
    return PersonCharged(person, reading.versions(*told), words, frozenset(connection.execute(kept).scalars()))


def read_in_run(connection: Connection, run: Run, person: PersonCharged) -> InRun:
    """One person's part of a run, and the entries of that run and earlier ones of its calendar."""
    known = sorted(numbers(person.facts.rows["service_line"], "nr"))
    lines = [nr for nr in known if _whose(connection, nr, run.known) == person.nr]
    mine = [
        [("subject", "in", lines or [-1]), ("kind", "in", _LINE_KINDS)],
        [("subject", "=", person.nr), ("kind", "=", KINDS[FEE])],
    ]
    number = ledger.chunk_of(connection, run.nr, person.nr)
    sealed = store.read_sealed(connection, run.nr, number, mine, [("person", "=", person.nr)], (person.nr, [PERSON]))
    calendar = next(each for each in read_calendars(connection, run.known) if each.nr == run.calendar)
    e = books.entry.c
    about = or_(and_(e.subject.in_(lines), e.kind.in_(_LINE_KINDS)), and_(e.subject == person.nr, e.kind == KINDS[FEE]))
    periods = {row["period_starts"] for row in sealed.proposal} | _periods(sealed.steps, calendar)
    entries = [each for each in store.read_postings(connection, NAME, about, periods) if each.calendar == run.calendar]
    subjects, parties = numbers(sealed.proposal, "subject"), numbers(sealed.proposal, "party")
    held = frozenset((row["scope"], row["target"]) for row in store.read_holds(connection, NAME, subjects, parties))
    return InRun(
        run,
        calendar,
        person,
        sealed,
        [each for each in entries if each.run < run.nr],
        [each for each in entries if each.run == run.nr],
        held,
    )


def _periods(steps: Iterable[Row], calendar: BillCalendar) -> set[dt.date]:
    """The first day of every bill period the steps reach into."""
    return {
        calendar.period(row["starts"] + dt.timedelta(weeks=place)).first
        for row in steps
        for place in range(row["weeks"])
    }


def _whose(connection: Connection, line: int, known: int) -> int:
    """Whose line it is as known at a change, or was last believed to be by then."""
    sl = f.service_line.c
    query = select(sl.person).where(sl.nr == line, sl.learned <= known).order_by(sl.learned.desc())
    found = connection.execute(query).scalars().first()
    return -1 if found is None else int(found)


def read_bill_entries(connection: Connection, bill: Any) -> list[Row]:
    """What a bill is made of: its payer's entries of its run."""
    e = books.entry.c
    query = select(e.subject, e.kind, e.party, e.period_starts, e.period_ends, e.amount).where(
        e.run == bill.run, e.stream == bill.stream, e.party == bill.party
    )
    return rows_of(connection, query.order_by(e.period_starts, e.subject, e.kind))


def people_of(connection: Connection, entries: Iterable[Row], known: int) -> list[int]:
    """The people a bill's entries are about, but for single charges."""
    some = list(entries)
    people = {row["subject"] for row in some if row["kind"] == KINDS[FEE]}
    lines = {row["subject"] for row in some if row["kind"] in _LINE_KINDS}
    return sorted(people | {_whose(connection, nr, known) for nr in lines})


def read_single_charges(connection: Connection, entries: Iterable[Row]) -> Versions:
    """The single charges among these entries, in every version."""
    reading = Reading(connection)
    reading.read(t.one_off_charge, "nr", {row["subject"] for row in entries if row["kind"] == KINDS[ONE_OFF]})
    return reading.versions()


def payer_of(connection: Connection, nr: int) -> Row:
    """A bill payer by number, as last believed."""
    table = t.bill_payer
    return rows_of(connection, select(table).where(table.c.nr == nr).order_by(table.c.learned.desc()))[0]
