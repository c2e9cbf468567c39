"""SQL of the run machine: runs, their chunks, findings and events, what they leave unsettled and what is still owed."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Update,
    and_,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from finance.columns import Bulk
from finance.problems import Refusal
from ledgers import tables as t
from ledgers.holds_store import in_force
from ledgers.officers.jobs import add_officers as add_officers  # who may sign is asked for here, and kept there
from ledgers.officers.store import acting as acting
from ledgers.officers.store import limits_of as limits_of
from ledgers.officers.store import role_of as role_of
from ledgers.runs import OPEN, POSTED, STAGES, Event, Finding, Run, Status
from ledgers.streams import OF_NO_LINE

_RUN = (
    "nr", "stream", "calendar", "calendar_name", "up_to", "window_starts", "pay_date", "status", "known",
    "known_before", "run_before", "prepared_by", "submitted_by", "drafted_at", "signature", "lines", "total",
    "to_sign_for", "policy", "policy_version", "working", "cut_off", "urgent_for", "urgent_nr", "urgent_why",
    "worked_from",
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


def open_run(
    connection: Connection, stream: str, calendar: int, urgent_for: tuple[str, int] | None = None
) -> Run | None:
    """The run of a calendar that is open; or the urgent one for a payee, person, line or adjustment (what, number)."""
    found = [
        each
        for each in read_runs(connection, stream)
        if each.calendar == calendar
        and each.status in OPEN
        and (each.urgent_for, each.urgent_nr) == (urgent_for or (None, None))
    ]
    return found[0] if found else None


def last_posted(connection: Connection, stream: str, calendar: int) -> Run | None:
    """The newest run of a calendar whose lines are in the ledger. Urgent runs pay few, and settle no days."""
    row = connection.execute(
        select(*(t.run.c[name] for name in _RUN))
        .where(
            t.run.c.stream == stream,
            t.run.c.calendar == calendar,
            t.run.c.urgent_for.is_(None),
            t.run.c.status.in_([str(s) for s in POSTED]),
        )
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


def newest_event(connection: Connection) -> int:
    """The number of the last thing done to any run."""
    return int(connection.execute(select(func.coalesce(func.max(t.run_event.c.nr), 0))).scalar_one())


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


def drop_workings(connection: Connection, run: Run) -> None:
    """Forget what a run worked out (it was abandoned or is worked out afresh), and keep what it was found to have."""
    names = ("check_name", "severity", "subject", "party", "kind", "amount", "before", "accepted_by")
    found = select(t.finding.c.run, literal(run.working), *(t.finding.c[name] for name in names))
    found = found.where(t.finding.c.run == run.nr).order_by(t.finding.c.nr)
    connection.execute(insert(t.finding_before).from_select(["run", "working", *names], found))
    for kept in (t.chunk, t.run_party, t.finding, t.parked):
        connection.execute(delete(kept).where(kept.c.run == run.nr))


# Findings, parties, outstanding ---------------------------------------------------------------------------------------


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
    held = select(t.hold.c.nr).where(in_force(stream), _names(table.c))
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
