"""The SQL of explaining charges: one person's facts in every version, their part of a run, and their ledger entries."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, func, or_, select

from billing import tables as t
from billing.assessments import store as assessments
from billing.assessments.tables import assessment_batch
from billing.charges.calendars import BillCalendar
from billing.charges.facts import BY_LINE, FEE, KINDS, ONE_OFF
from billing.charges.news import PERSON
from billing.charges.store import read_calendars
from billing.charges.stream import NAME
from billing.explain.past import InRun, Past, Posting, Row
from finance.facts import tables as f
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.runs import Run, Status

_LINE_KINDS = [KINDS[each] for each in BY_LINE]
_OF_LINE = (
    f.agreed_rate,
    f.suspension,
    f.funding_share,
    f.contribution,
    f.nursing_award,
    t.top_up_agreement,
    t.charge_exemption,
    t.delivery,
)
_NEAR = 500


def _rows(connection: Connection, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query).mappings()]


def _versions(connection: Connection, table: Table, condition: ColumnElement[bool]) -> list[Row]:
    return _rows(connection, select(table).where(condition).order_by(table.c.learned, table.c.nr))


def _of(rows: Iterable[Row], *names: str) -> list[int]:
    return sorted({row[name] for row in rows for name in names if row.get(name) is not None})


def find_line(connection: Connection, ref: str) -> Row | None:
    """A service line by reference, as last believed."""
    table = f.service_line
    found = _rows(
        connection,
        select(table).where(table.c.ref == ref).order_by(table.c.superseded.is_not(None), table.c.learned.desc()),
    )
    return found[0] if found else None


def lines_near(connection: Connection, ref: str) -> list[str]:
    """References of lines that begin as this one does; of a person, their lines."""
    sl = f.service_line
    who = connection.execute(select(f.person.c.nr).where(f.person.c.ref == ref)).scalars().first()
    if who is not None:
        return list(
            connection.execute(
                select(sl.c.ref).where(sl.c.person == who, sl.c.superseded.is_(None)).order_by(sl.c.ref)
            ).scalars()
        )
    for length in range(len(ref), 0, -1):
        begins = func.lower(sl.c.ref).startswith(ref[:length].lower(), autoescape=True)
        found = connection.execute(
            select(sl.c.ref).where(begins, sl.c.superseded.is_(None)).order_by(sl.c.ref).limit(_NEAR)
        )
        near = list(found.scalars())
        if near:
            return near
    return []


def read_past(connection: Connection, person: int) -> Past:
    """Every version of every fact that bears on one person's charges."""
    sl = f.service_line
    found: dict[str, list[Row]] = {}

    def read(table: Table, column: str, numbers: Iterable[int]) -> list[Row]:
        wanted = sorted(set(numbers))
        found[table.name] = _versions(connection, table, table.c[column].in_(wanted)) if wanted else []
        return found[table.name]

    lines = read(sl, "person", [person])
    read(f.person, "nr", [person])
    read(f.package, "nr", _of(lines, "package"))
    contracts = read(f.contract, "nr", _of(lines, "contract"))
    read(f.payee, "nr", _of(contracts, "payee"))
    services = _of(read(f.service, "nr", _of(lines, "service")), "nr")
    for table in _OF_LINE:
        read(table, "line", _of(lines, "nr"))
    read(f.funder, "nr", _of(found["funding_share"], "funder"))
    read(t.waiver, "person", [person])
    read(t.client_rate, "service", services)
    own = _versions(
        connection,
        t.bill_payer,
        or_(t.bill_payer.c.person == person, t.bill_payer.c.nr.in_(_of(found["top_up_agreement"], "bill_payer"))),
    )
    found["bill_payer"] = own
    read(t.one_off_charge, "bill_payer", _of(own, "nr"))
    of_contract = _of(lines, "contract")
    for table in (f.rate, f.block):
        priced = and_(table.c.contract.in_(of_contract), table.c.service.in_(services))
        found[table.name] = _versions(connection, table, priced) if lines else []
    bands = sorted({row["band"] for row in found["nursing_award"]})
    found["nursing_rate"] = _versions(connection, f.nursing_rate, f.nursing_rate.c.band.in_(bands)) if bands else []
    words = assessments.words(connection, person)
    numbers = {
        *_of([row for rows in found.values() for row in rows], "learned", "superseded"),
        *(each.learned for each in words),
    }
    changes = _rows(connection, select(f.change).where(f.change.c.nr.in_(sorted(numbers))))
    kept = connection.execute(
        select(assessment_batch.c.change).where(assessment_batch.c.change.in_(sorted({each.learned for each in words})))
    ).scalars()
    refs = {(name, row["nr"]): row["ref"] for name, rows in found.items() for row in rows}
    return Past(person, found, {row["nr"]: row for row in changes}, words, frozenset(kept), refs)


def read_runs(connection: Connection) -> list[Run]:
    """The charge runs that keep workings, the newest first."""
    gone = (Status.DRAFT, Status.ABANDONED)
    return sorted(
        (each for each in ledger.read_runs(connection, NAME) if each.status not in gone), key=lambda run: -run.nr
    )


def read_in_run(connection: Connection, run: Run, past: Past) -> InRun:
    """One person's part of a run."""
    person = past.person
    lines = [nr for nr in _of(past.versions["service_line"], "nr") if _whose(connection, nr, run.known) == person]
    number = ledger.chunk_of(connection, run.nr, person)
    proposal: list[Row] = []
    steps: list[Row] = []
    if number is not None:
        mine = [
            [("subject", "in", lines or [-1]), ("kind", "in", _LINE_KINDS)],
            [("subject", "=", person), ("kind", "=", KINDS[FEE])],
        ]
        proposal = _read(connection, run.nr, number, "proposal", mine)
        steps = _read(connection, run.nr, number, "steps", [("person", "=", person)])
    p = books.parked
    parked = _rows(connection, select(p).where(p.c.run == run.nr, p.c.subject == person, p.c.kind == PERSON))
    calendar = next(each for each in read_calendars(connection, run.known) if each.nr == run.calendar)
    e = books.entry.c
    about = or_(and_(e.subject.in_(lines), e.kind.in_(_LINE_KINDS)), and_(e.subject == person, e.kind == KINDS[FEE]))
    entries = _postings(
        connection, run, about, sorted({row["period_starts"] for row in proposal} | _periods(steps, calendar))
    )
    return InRun(
        run,
        calendar,
        past,
        proposal,
        steps,
        parked[0] if parked else None,
        [each for each in entries if each.run < run.nr],
        [each for each in entries if each.run == run.nr],
        read_holds(connection),
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


def _read(connection: Connection, run: int, number: int, what: str, filters: Any) -> list[Row]:
    blob = ledger.read_blob(connection, run, number, what)
    return [dict(row) for row in pq.read_table(pa.BufferReader(blob), filters=filters).to_pylist()]


def _postings(connection: Connection, run: Run, about: ColumnElement[bool], periods: list[dt.date]) -> list[Posting]:
    """Entries of this run and of earlier runs of its calendar."""
    e, debit, credit = books.entry.c, books.account.alias(), books.account.alias()
    query = (
        select(
            e.run,
            e.subject,
            e.kind,
            e.party,
            e.period_starts,
            e.amount,
            e.recorded,
            _code(debit).label("debit"),
            _code(credit).label("credit"),
        )
        .join_from(books.entry, books.run, books.run.c.nr == e.run)
        .join(debit, debit.c.nr == e.debit)
        .join(credit, credit.c.nr == e.credit)
        .where(
            e.stream == NAME, e.period_starts.in_(periods), about, books.run.c.calendar == run.calendar, e.run <= run.nr
        )
        .order_by(e.run, e.period_starts, e.subject, e.kind)
    )
    return [
        Posting(
            row["run"],
            (row["subject"], row["kind"], row["party"], row["period_starts"]),
            row["amount"],
            row["recorded"],
            row["debit"],
            row["credit"],
        )
        for row in _rows(connection, query)
    ]


def _code(account: Any) -> ColumnElement[str]:
    c = account.c
    named: ColumnElement[str] = c.entity + "-" + c.cost_centre + "-" + c.subjective + "-" + c.analysis + " " + c.name
    return named


def read_holds(connection: Connection) -> frozenset[tuple[str, int]]:
    """(line or payee, number) of everything of this stream ever told to wait."""
    h = books.hold.c
    return frozenset(
        (row.scope, row.target) for row in connection.execute(select(h.scope, h.target).where(h.stream == NAME))
    )


def read_bill_entries(connection: Connection, bill: Any) -> list[Row]:
    """What a bill is made of: its payer's entries of its run."""
    e = books.entry.c
    query = select(e.subject, e.kind, e.party, e.period_starts, e.period_ends, e.amount).where(
        e.run == bill.run, e.stream == bill.stream, e.party == bill.party
    )
    return _rows(connection, query.order_by(e.period_starts, e.subject, e.kind))


def people_of(connection: Connection, entries: Iterable[Row], known: int) -> list[int]:
    """The people a bill's entries are about, but for single charges."""
    some = list(entries)
    people = {row["subject"] for row in some if row["kind"] == KINDS[FEE]}
    return sorted(
        people
        | {_whose(connection, nr, known) for nr in {row["subject"] for row in some if row["kind"] in _LINE_KINDS}}
    )


def read_single_charges(connection: Connection, entries: Iterable[Row]) -> dict[int, list[Row]]:
    """Every version of the single charges among these entries, with who told us, by number."""
    numbers = sorted({row["subject"] for row in entries if row["kind"] == KINDS[ONE_OFF]})
    if not numbers:
        return {}
    c = t.one_off_charge
    query = select(c, f.change.c.moment, f.change.c.by, f.change.c.source).join(f.change, f.change.c.nr == c.c.learned)
    found: dict[int, list[Row]] = {}
    for row in _rows(connection, query.where(c.c.nr.in_(numbers)).order_by(c.c.learned)):
        found.setdefault(row["nr"], []).append(row)
    return found


def payer_of(connection: Connection, nr: int) -> Row:
    """A bill payer by number, as last believed."""
    table = t.bill_payer
    return _rows(connection, select(table).where(table.c.nr == nr).order_by(table.c.learned.desc()))[0]
