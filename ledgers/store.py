"""SQL of the run machine and the ledger: runs, chunks, holds, approvals, entries."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Join,
    Row,
    ScalarSelect,
    Select,
    Update,
    and_,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from finance.columns import Bulk
from finance.problems import Refusal
from ledgers import tables as t
from ledgers.officers.jobs import add_officers as add_officers  # who may sign is asked for here, and kept there
from ledgers.officers.store import acting as acting
from ledgers.officers.store import limits_of as limits_of
from ledgers.officers.store import role_of as role_of
from ledgers.runs import OPEN, POSTED, STAGES, Event, Finding, Run, Status
from ledgers.streams import NOT_PROPOSED, OF_NO_LINE

_RUN = (
    "nr", "stream", "calendar", "calendar_name", "up_to", "window_starts", "pay_date", "status", "known",
    "known_before", "run_before", "prepared_by", "submitted_by", "drafted_at", "signature", "lines", "total",
    "to_sign_for", "policy", "working", "cut_off",
)  # fmt: skip


class NoSuchRun(Refusal):
    """A run was asked for that does not exist."""


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    return Run(**{**values, "status": Status(values["status"]), "cut_off": bool(values["cut_off"])})


def read_run(connection: Connection, nr: int) -> Run:
    row = connection.execute(select(*(t.run.c[name] for name in _RUN)).where(t.run.c.nr == nr)).one_or_none()
    if row is None:
        raise NoSuchRun(f"There is no run {nr}.", "List the runs to find its number.")
    return _run(row)


def lock_run(connection: Connection, nr: int) -> Run:
    """A run, which nobody else changes, works out, posts or settles until this transaction ends."""
    connection.execute(touch(nr))
    return read_run(connection, nr)


def touch(nr: int, *more: ColumnElement[bool]) -> Update:
    """A change of a run that changes nothing, and takes its row: who has it goes on alone."""
    return update(t.run).where(t.run.c.nr == nr, *more).values(status=t.run.c.status)


def lock_calendar(connection: Connection, stream: str, calendar: int) -> None:
    """Let no run of a calendar be drafted, settled or changed by anybody else until this transaction ends."""
    connection.execute(touch(-1))  # touches nothing, and takes SQLite's one writer's place
    same = (t.run.c.stream == stream, t.run.c.calendar == calendar)
    connection.execute(select(t.run.c.nr).where(*same).order_by(t.run.c.nr).with_for_update())


def last_event(connection: Connection, run: Run) -> Event | None:
    """What brought a run to its stage, by whom and when."""
    e = t.run_event.c
    came = e.action.in_(STAGES.get(run.status, ()))
    query = select(e.action, e.by, e.at).where(e.run == run.nr, came).order_by(e.nr.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return Event(row.action, row.by, row.at) if row else None


def read_runs(connection: Connection, stream: str | None = None) -> list[Run]:
    query = select(*(t.run.c[name] for name in _RUN)).order_by(t.run.c.nr)
    if stream:
        query = query.where(t.run.c.stream == stream)
    return [_run(row) for row in connection.execute(query)]


def open_run(connection: Connection, stream: str, calendar: int) -> Run | None:
    found = [each for each in read_runs(connection, stream) if each.calendar == calendar and each.status in OPEN]
    return found[0] if found else None


def last_posted(connection: Connection, stream: str, calendar: int) -> Run | None:
    """The newest run of a calendar whose lines are in the ledger."""
    row = connection.execute(
        select(*(t.run.c[name] for name in _RUN))
        .where(t.run.c.stream == stream, t.run.c.calendar == calendar, t.run.c.status.in_([str(s) for s in POSTED]))
        # one run of a calendar is open at a time, so the last drafted was the last released
        .order_by(t.run.c.nr.desc())
        .limit(1)
    ).one_or_none()
    return _run(row) if row else None


def released_since_drafted(connection: Connection, run: Run) -> list[int]:
    """Runs of other calendars of a stream that are being released, or have been since this run was drafted."""
    r, e = t.run.c, t.run_event.c
    drafted = select(func.min(e.nr)).where(e.run == run.nr).scalar_subquery()
    since = select(e.run).where(e.run == r.nr, e.action == "released", e.nr > drafted).exists()
    others = select(r.nr).where(
        r.stream == run.stream, r.calendar != run.calendar, or_(r.status == str(Status.RELEASING), since)
    )
    return list(connection.execute(others.order_by(r.nr)).scalars())


def add_run(connection: Connection, **values: object) -> int:
    made = connection.execute(insert(t.run).values(**values).returning(t.run.c.nr)).scalar_one()
    return int(made)


def set_run(connection: Connection, run: Run, *, was: Sequence[Status], **values: object) -> None:
    """Change a run, if it is still where it was thought to be."""
    done = connection.execute(
        update(t.run).where(t.run.c.nr == run.nr, t.run.c.status.in_([str(s) for s in was])).values(**values)
    )
    if done.rowcount != 1:
        raise Refusal(f"Somebody else has just changed {run.title}.", "Look at it again.")


# Chunks -------------------------------------------------------------------------------------------------------------


def chunk_numbers(connection: Connection, run: int, posted: bool | None = None) -> list[int]:
    query = select(t.chunk.c.number).where(t.chunk.c.run == run).order_by(t.chunk.c.number)
    if posted is not None:
        query = query.where(t.chunk.c.posted == posted)
    return list(connection.execute(query).scalars())


def chunk_ranges(connection: Connection, run: int) -> dict[int, tuple[int, int]]:
    """The range of subjects each chunk of a run covers, by number."""
    c = t.chunk.c
    rows = connection.execute(select(c.number, c.first_subject, c.end_subject).where(c.run == run))
    return {row.number: (row.first_subject, row.end_subject) for row in rows}


def chunk_hashes(connection: Connection, run: int) -> list[tuple[int, str]]:
    rows = connection.execute(select(t.chunk.c.number, t.chunk.c.sha256).where(t.chunk.c.run == run).order_by("number"))
    return [(row.number, row.sha256) for row in rows]


def hashes_of(run: int) -> Select[tuple[str]]:
    """The hash of every chunk of a run, in order."""
    return select(t.chunk.c.sha256).where(t.chunk.c.run == run).order_by(t.chunk.c.number)


def read_blob(connection: Connection, run: int, number: int, what: str = "proposal") -> bytes:
    return bytes(
        connection.execute(select(t.chunk.c[what]).where(t.chunk.c.run == run, t.chunk.c.number == number)).scalar_one()
    )


def chunk_of(connection: Connection, run: int, subject: int) -> int | None:
    """The chunk whose range holds a subject."""
    return (
        connection.execute(
            select(t.chunk.c.number).where(
                t.chunk.c.run == run, t.chunk.c.first_subject <= subject, t.chunk.c.end_subject > subject
            )
        )
        .scalars()
        .first()
    )


def chunk_at(connection: Connection, run: int, covers: tuple[int, int]) -> int | None:
    """The number of the chunk that covers exactly these subjects, if there is one."""
    c = t.chunk.c
    query = select(c.number).where(c.run == run, c.first_subject == covers[0], c.end_subject == covers[1])
    return connection.execute(query).scalar_one_or_none()


def drop_workings(connection: Connection, run: int) -> None:
    """Forget what a run worked out (it was abandoned or is worked out afresh)."""
    for kept in (t.chunk, t.run_party, t.finding, t.parked):
        connection.execute(delete(kept).where(kept.c.run == run))


# Findings, parties, holds, outstanding --------------------------------------------------------------------------------


def save_findings(bulk: Bulk, run: int, findings: Sequence[Finding]) -> None:
    """A run's findings, in place of any left by a calculation cut off here."""
    bulk.execute(t.finding.delete().where(t.finding.c.run == run))
    words = {
        "check_name": [each.check for each in findings],
        "severity": [each.severity for each in findings],
        "what": [each.what for each in findings],
        "kind": [each.kind for each in findings],
    }
    numbers = {
        "subject": [each.subject for each in findings],
        "party": [each.party for each in findings],
        "amount": [each.amount for each in findings],
        "before": [each.before for each in findings],
    }
    bulk.append(
        t.finding,
        pa.table(
            {
                "run": pa.repeat(pa.scalar(run, pa.int64()), len(findings)),
                **{name: pa.array(column, pa.string()) for name, column in words.items()},
                **{name: pa.array(column, pa.int64()) for name, column in numbers.items()},
            }
        ),
    )


def read_findings(connection: Connection, run: int) -> list[Row[Any]]:
    return list(connection.execute(select(t.finding).where(t.finding.c.run == run).order_by(t.finding.c.nr)))


def accept_finding(connection: Connection, run: int, nr: int, by: str, reason: str) -> None:
    done = connection.execute(
        update(t.finding)
        .where(t.finding.c.run == run, t.finding.c.nr == nr, t.finding.c.accepted_by.is_(None))
        .values(accepted_by=by, accepted_reason=reason)
    )
    if done.rowcount != 1:
        raise Refusal(f"Finding {nr} of run {run} is not waiting for anybody.", "List the findings of the run.")


def open_stops(connection: Connection, run: int) -> list[Row[Any]]:
    """Findings that must be dealt with before the run is approved, and have neither been accepted nor stand behind a
    hold of its stream. Whether a hold keeps out all that a finding is about is looked at when the run is approved.
    """
    table = t.finding
    stream = select(t.run.c.stream).where(t.run.c.nr == run).scalar_subquery()
    held = select(t.hold.c.nr).where(_in_force(stream), _names(table.c))
    query = unaccepted_stops(run).where(~held.exists())
    return list(connection.execute(query))


def unaccepted_stops(run: int) -> Select[Any]:
    """Findings of a run that stop its approval and that nobody has accepted, in order."""
    c = t.finding.c
    return select(t.finding).where(c.run == run, c.severity == "stop", c.accepted_by.is_(None)).order_by(c.nr)


def stops_let_through(connection: Connection, run: int) -> int:
    """How many findings that stop approval were neither accepted nor stood in for by a hold the run keeps."""
    h = t.run_held.c
    stood_in = select(h.run).where(h.run == run, h.instead, _names(t.finding.c, h)).exists()
    return len(connection.execute(unaccepted_stops(run).where(~stood_in)).all())


def _names(finding: Any, hold: Any = t.hold.c) -> ColumnElement[bool]:
    """A hold names a finding's line or its payee. What is no line is not held by holding the line of its number."""
    return or_(
        and_(
            hold.scope == "line",
            hold.target == finding.subject,
            or_(finding.kind.is_(None), finding.kind.not_in(OF_NO_LINE)),
        ),
        and_(hold.scope == "payee", hold.target == finding.party),
    )


def read_parties(connection: Connection, run: int) -> list[Row[Any]]:
    return list(connection.execute(select(t.run_party).where(t.run_party.c.run == run).order_by(t.run_party.c.party)))


def carried_forward(bulk: Bulk, run: int | None) -> dict[int, int]:
    """What each payee was owed (below nought: owed us) after a run."""
    if run is None:
        return {}
    rows = bulk.read(
        select(t.run_party.c.party, t.run_party.c.carried_forward).where(
            t.run_party.c.run == run, t.run_party.c.carried_forward != 0
        )
    )
    return dict(zip(rows["party"].to_pylist(), rows["carried_forward"].to_pylist(), strict=True))


def add_hold(
    connection: Connection, stream: str, scope: str, target: int, reason: str, by: str, at: dt.datetime
) -> int:
    made = connection.execute(
        insert(t.hold)
        .values(stream=stream, scope=scope, target=target, reason=reason, held_by=by, held_at=at)
        .returning(t.hold.c.nr)
    ).scalar_one()
    return int(made)


def end_hold(connection: Connection, nr: int, by: str, at: dt.datetime) -> None:
    done = connection.execute(
        update(t.hold).where(t.hold.c.nr == nr, t.hold.c.released_at.is_(None)).values(released_by=by, released_at=at)
    )
    if done.rowcount != 1:
        raise Refusal(f"There is no hold {nr} in force.", "List the holds to find its number.")


def _in_force(stream: str | ScalarSelect[str]) -> ColumnElement[bool]:
    return and_(t.hold.c.stream == stream, t.hold.c.released_at.is_(None))


def read_holds(connection: Connection, stream: str, *, kept: bool = False) -> list[Row[Any]]:
    """Holds in force. ``kept``: nobody lets them go until this transaction ends, which notes them with a run."""
    query = select(t.hold).where(_in_force(stream)).order_by(t.hold.c.nr)
    return list(connection.execute(query.with_for_update() if kept else query))


def hold_for_run(connection: Connection, run: int, holds: Iterable[Row[Any]], *, instead: bool) -> None:
    """Note holds a run is to be released with. ``instead``: they stand in for accepting a finding."""
    h = t.run_held.c
    there = set(connection.execute(select(h.hold).where(h.run == run)).scalars())
    rows = [
        {"run": run, "hold": each.nr, "scope": each.scope, "target": each.target, "instead": instead}
        for each in holds
        if each.nr not in there
    ]
    if rows:
        connection.execute(insert(t.run_held), rows)


def open_runs_held_by(connection: Connection, hold: int) -> list[int]:
    """Open runs that a hold keeps money out of, whatever becomes of it."""
    h = t.run_held.c
    query = select(h.run).join_from(t.run_held, t.run, t.run.c.nr == h.run)
    return list(
        connection.execute(query.where(h.hold == hold, t.run.c.status.in_([str(each) for each in OPEN]))).scalars()
    )


def drop_held(connection: Connection, run: int) -> None:
    connection.execute(delete(t.run_held).where(t.run_held.c.run == run))


def held_for(connection: Connection, run: Run) -> tuple[set[int], set[int]]:
    """(lines, payees) that wait: of a run released or being released, those it keeps out; of another, those
    held now.
    """
    if run.status in (Status.RELEASING, *POSTED):
        return held_of_run(connection, run.nr)
    rows = read_holds(connection, run.stream)
    return {row.target for row in rows if row.scope == "line"}, {row.target for row in rows if row.scope == "payee"}


def held_of_run(connection: Connection, run: int) -> tuple[set[int], set[int]]:
    """(lines, payees) that stay out of a run: the holds it is released with."""
    rows = connection.execute(select(t.run_held.c.scope, t.run_held.c.target).where(t.run_held.c.run == run)).all()
    return {row.target for row in rows if row.scope == "line"}, {row.target for row in rows if row.scope == "payee"}


def read_outstanding(bulk: Bulk, run: Run) -> pa.Table:
    """Subjects the run before left unsettled, and since when."""
    table = t.outstanding.c
    before = table.run == (run.run_before or 0)
    return bulk.read(select(table.subject, table.kind, table.since).where(table.stream == run.stream, before))


def runs_of_calendar(stream: str, calendar: int) -> Select[tuple[int]]:
    return select(t.run.c.nr).where(t.run.c.stream == stream, t.run.c.calendar == calendar)


def parked_of(run: int) -> Select[tuple[int, str, dt.date]]:
    return select(t.parked.c.subject, t.parked.c.kind, t.parked.c.since).where(t.parked.c.run == run)


def add_event(connection: Connection, run: int, action: str, by: str, at: dt.datetime, note: str | None) -> None:
    connection.execute(insert(t.run_event).values(run=run, action=action, by=by, at=at, note=note))


# Entries --------------------------------------------------------------------------------------------------------------

_KEY = ("period_starts", "subject", "kind", "funder", "party")


class InOrder(Join):
    """A join worked from left to right. SQLite keeps to that order for CROSS JOIN alone, and without it reads
    every entry.
    """

    inherit_cache = True


@compiles(InOrder)
def _in_order(join: InOrder, compiler: SQLCompiler, **how: Any) -> str:
    how.pop("asfrom", None)
    left, right = (compiler.process(each, asfrom=True, **how) for each in (join.left, join.right))
    return f"{left} CROSS JOIN {right}"


def read_posted(bulk: Bulk, stream: str, calendar: int, since: dt.date, scope: pa.Table) -> pa.Table:
    """Entries of a calendar's runs from ``since`` on, and earlier ones of the (subject, period_starts) rows in scope.

    Columns: the key, revision, amount, debit, credit, run. Cost follows the window and the scope, not the ledger.
    Other calendars' entries of the same keys come with an amount of nought: a line that has moved to this calendar was
    paid by another, and its revisions are numbered on from there.
    """
    e = t.entry.c
    columns = [*(e[name] for name in _KEY), e.revision, e.amount, e.debit, e.credit, e.run]
    ours = and_(e.stream == stream, e.kind.not_in(NOT_PROPOSED))
    rows = bulk.read(select(*columns).where(ours, e.period_starts >= since))
    if scope.num_rows:
        staged = bulk.stage("posted_scope", scope)
        same = and_(e.period_starts == staged.c.period_starts, e.subject == staged.c.subject)
        earlier = bulk.read(select(*columns).select_from(InOrder(staged, t.entry, same)).where(ours, same))
        rows = pa.concat_tables([rows, earlier])
    runs = bulk.read(runs_of_calendar(stream, calendar))
    own = pc.is_in(rows["run"], runs["nr"].combine_chunks())
    if pc.all(own).as_py() in (True, None):
        return rows
    nought = pa.scalar(0, pa.int64())
    return rows.set_column(rows.column_names.index("amount"), "amount", pc.if_else(own, rows["amount"], nought))


def posted_sums(bulk: Bulk, run: int) -> pa.Table:
    """What the ledger holds of a run's lines: ``lines`` and ``amount`` (pence) of each ``party``."""
    e = t.entry.c
    lines, pence = func.count().label("lines"), cast(func.sum(e.amount), BigInteger).label("amount")
    return bulk.read(
        select(e.party, lines, pence)
        .where(e.run == run, e.kind.not_in(NOT_PROPOSED))
        .group_by(e.party)
        .order_by(e.party)
    )


def borne_by_others(run: int) -> Select[tuple[int]]:
    """A row, if other funders may bear any of a run: a share of theirs, or nursing care."""
    e = t.entry.c
    return select(e.run).where(e.run == run, or_(e.funder != 0, e.kind == "nursing")).limit(1)


def has_entries(connection: Connection, run: int) -> bool:
    """Whether anything of a run is in the ledger."""
    return connection.execute(select(t.entry.c.run).where(t.entry.c.run == run).limit(1)).first() is not None


def posted_of(connection: Connection, run: int) -> tuple[int, int]:
    """How many lines of a run the ledger holds, and their pence."""
    e = t.entry.c
    query = select(func.count(), func.coalesce(func.sum(e.amount), 0)).where(e.run == run, e.kind.not_in(NOT_PROPOSED))
    count, pence = connection.execute(query).one()
    return int(count), int(pence)


def posted_already(bulk: Bulk, run: int) -> pa.Table:
    """What a run that was cut off has posted of its lines: the columns of an entry, and ``before``, the pence of the
    same line, period, kind, funder and payee posted earlier.
    """
    e, b = t.entry.c, t.entry.alias().c
    same = and_(*(b[name] == e[name] for name in ("stream", *_KEY)), b.revision < e.revision)
    before = (
        select(cast(func.coalesce(func.sum(b.amount), 0), BigInteger)).where(same).correlate(t.entry).scalar_subquery()
    )
    columns = [e[name] for name in (*_KEY, "revision", "period_ends", "amount", "debit", "credit")]
    mine = and_(e.run == run, e.kind.not_in(NOT_PROPOSED))
    return bulk.read(
        select(*columns, before.label("before")).where(mine).order_by(e.period_starts, e.subject, e.kind, e.revision)
    )


# Owed -----------------------------------------------------------------------------------------------------------------


def read_owed(connection: Connection, run: int | None = None) -> list[Row[Any]]:
    """What releases still owe beyond posting, the oldest first; of one run, when it is named."""
    o = t.owed.c
    query = select(o.run, o.what, o.since).where(o.done_at.is_(None)).order_by(o.since, o.run, o.what)
    return list(connection.execute(query if run is None else query.where(o.run == run)))


def done(run: int, what: str, by: str, at: dt.datetime, outcome: str) -> Update:
    """What was owed is done, if it was still owed: a change of one row, or of none."""
    o = t.owed.c
    owing = (o.run == run, o.what == what, o.done_at.is_(None))
    return update(t.owed).where(*owing).values(done_at=at, done_by=by, outcome=outcome)


# Entries, as they stand -----------------------------------------------------------------------------------------------


def control_balances(connection: Connection, stream: str) -> dict[int, int]:
    """What the ledger itself says each payee is owed: lines less settlements, all time."""
    e = t.entry.c
    rows = connection.execute(
        select(
            e.party,
            func.sum(e.amount).filter(e.kind.not_in(NOT_PROPOSED)),
            func.sum(e.amount).filter(e.kind.in_(NOT_PROPOSED)),
        )
        .where(e.stream == stream)
        .group_by(e.party)
    )
    return {party: int(due or 0) - int(paid or 0) for party, due, paid in rows}
