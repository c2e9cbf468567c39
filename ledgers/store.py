"""SQL of the run machine and the ledger: runs, chunks, holds, approvals, entries."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    Connection,
    Join,
    Row,
    Select,
    and_,
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
from ledgers.officers.store import limits_of as limits_of
from ledgers.officers.store import role_of as role_of
from ledgers.runs import OPEN, POSTED, Finding, Run, Status

_RUN = (
    "nr", "stream", "calendar", "calendar_name", "up_to", "window_starts", "pay_date", "status", "known",
    "known_before", "run_before", "prepared_by", "submitted_by", "drafted_at", "signature", "lines", "total",
    "to_sign_for", "policy",
)  # fmt: skip


class NoSuchRun(Refusal):
    """A run was asked for that does not exist."""


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    return Run(**{**values, "status": Status(values["status"])})


def read_run(connection: Connection, nr: int) -> Run:
    row = connection.execute(select(*(t.run.c[name] for name in _RUN)).where(t.run.c.nr == nr)).one_or_none()
    if row is None:
        raise NoSuchRun(f"There is no run {nr}.", "List the runs to find its number.")
    return _run(row)


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
        .order_by(t.run.c.released_at.desc(), t.run.c.nr.desc())
        .limit(1)
    ).one_or_none()
    return _run(row) if row else None


def add_run(connection: Connection, **values: object) -> int:
    made = connection.execute(insert(t.run).values(**values).returning(t.run.c.nr)).scalar_one()
    return int(made)


def set_run(connection: Connection, run: Run, *, was: Sequence[Status], **values: object) -> None:
    """Change a run, if it is still where it was thought to be."""
    done = connection.execute(
        update(t.run).where(t.run.c.nr == run.nr, t.run.c.status.in_([str(s) for s in was])).values(**values)
    )
    if done.rowcount != 1:
        raise Refusal(f"Someone else has just changed {run.title}.", "Look at it again.")


# Chunks -------------------------------------------------------------------------------------------------------------


def chunk_numbers(connection: Connection, run: int, posted: bool | None = None) -> list[int]:
    query = select(t.chunk.c.number).where(t.chunk.c.run == run).order_by(t.chunk.c.number)
    if posted is not None:
        query = query.where(t.chunk.c.posted == posted)
    return list(connection.execute(query).scalars())


def chunk_hashes(connection: Connection, run: int) -> list[tuple[int, str]]:
    rows = connection.execute(select(t.chunk.c.number, t.chunk.c.sha256).where(t.chunk.c.run == run).order_by("number"))
    return [(row.number, row.sha256) for row in rows]


def read_blob(connection: Connection, run: int, number: int, what: str = "proposal") -> bytes:
    return bytes(
        connection.execute(
            select(t.chunk.c[what]).where(t.chunk.c.run == run, t.chunk.c.number == number)
        ).scalar_one()
    )  # fmt: skip


def chunk_of(connection: Connection, run: int, subject: int) -> int | None:
    """The chunk whose range holds a subject."""
    return connection.execute(
        select(t.chunk.c.number).where(
            t.chunk.c.run == run, t.chunk.c.first_subject <= subject, t.chunk.c.end_subject > subject
        )
    ).scalars().first()  # fmt: skip


def drop_workings(connection: Connection, run: int) -> None:
    """Forget what a run worked out (it was abandoned or is worked out afresh)."""
    for table in (t.chunk, t.run_party, t.finding, t.parked):
        connection.execute(delete(table).where(table.c.run == run))


# Findings, parties, holds, outstanding --------------------------------------------------------------------------------


def save_findings(bulk: Bulk, run: int, findings: Sequence[Finding]) -> None:
    """A run's findings, in place of any left by a calculation cut off here."""
    bulk.execute(t.finding.delete().where(t.finding.c.run == run))
    words = {"check_name": [each.check for each in findings], "severity": [each.severity for each in findings],
             "what": [each.what for each in findings]}  # fmt: skip
    numbers = {"subject": [each.subject for each in findings], "party": [each.party for each in findings],
               "amount": [each.amount for each in findings], "before": [each.before for each in findings]}  # fmt: skip
    bulk.append(t.finding, pa.table({
        "run": pa.repeat(pa.scalar(run, pa.int64()), len(findings)),
        **{name: pa.array(column, pa.string()) for name, column in words.items()},
        **{name: pa.array(column, pa.int64()) for name, column in numbers.items()},
    }))  # fmt: skip


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
    """Findings that must be dealt with before the run is approved, and have not been."""
    table = t.finding
    held = select(t.hold.c.nr).where(
        t.hold.c.released_at.is_(None),
        or_(
            and_(t.hold.c.scope == "line", t.hold.c.target == table.c.subject),
            and_(t.hold.c.scope == "payee", t.hold.c.target == table.c.party),
        ),
    )
    query = select(table).where(
        table.c.run == run, table.c.severity == "stop", table.c.accepted_by.is_(None), ~held.exists()
    )
    return list(connection.execute(query.order_by(table.c.nr)))


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


def add_hold(connection: Connection, stream: str, scope: str, target: int, reason: str, by: str, at: dt.datetime) -> int:
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


def _in_force(stream: str) -> ColumnElement[bool]:
    return and_(t.hold.c.stream == stream, t.hold.c.released_at.is_(None))


def read_holds(connection: Connection, stream: str) -> list[Row[Any]]:
    """Holds in force."""
    return list(connection.execute(select(t.hold).where(_in_force(stream)).order_by(t.hold.c.nr)))


def held_targets(connection: Connection, stream: str) -> tuple[set[int], set[int]]:
    """(lines, payees) told to wait."""
    rows = read_holds(connection, stream)
    return {row.target for row in rows if row.scope == "line"}, {row.target for row in rows if row.scope == "payee"}


def read_outstanding(bulk: Bulk, stream: str, calendar: int) -> pa.Table:
    """Subjects an earlier run of a calendar left unsettled, and since when."""
    table = t.outstanding.c
    of_calendar = table.run.in_(runs_of_calendar(stream, calendar))
    return bulk.read(select(table.subject, table.kind, table.since).where(table.stream == stream, of_calendar))


def runs_of_calendar(stream: str, calendar: int) -> Select[tuple[int]]:
    return select(t.run.c.nr).where(t.run.c.stream == stream, t.run.c.calendar == calendar)


def parked_of(run: int) -> Select[tuple[int, str, dt.date]]:
    return select(t.parked.c.subject, t.parked.c.kind, t.parked.c.since).where(t.parked.c.run == run)


def add_event(connection: Connection, run: int, action: str, by: str, at: dt.datetime, note: str | None) -> None:
    connection.execute(insert(t.run_event).values(run=run, action=action, by=by, at=at, note=note))


# Officers and approval ------------------------------------------------------------------------------------------------


def add_approval(connection: Connection, **values: object) -> None:
    connection.execute(insert(t.approval).values(**values))


def drop_approval(connection: Connection, run: int) -> None:
    connection.execute(delete(t.approval).where(t.approval.c.run == run))


def read_approval(connection: Connection, run: int) -> Row[Any] | None:
    return connection.execute(select(t.approval).where(t.approval.c.run == run)).one_or_none()


# Entries --------------------------------------------------------------------------------------------------------------

LINE_KINDS_NOT = ("settlement", "debt")
_KEY = ("period_starts", "subject", "kind", "funder", "party")


class InOrder(Join):
    """A join worked from left to right. SQLite keeps to that order for CROSS JOIN alone, and without it reads every entry."""

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
    ours = and_(e.stream == stream, e.kind.not_in(LINE_KINDS_NOT))
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


def read_posted_by(bulk: Bulk, run: int) -> pa.Table:
    """The keys of every line a run has posted."""
    e = t.entry.c
    return bulk.read(select(*(e[name] for name in _KEY)).where(e.run == run, e.kind.not_in(LINE_KINDS_NOT)))


def control_balances(connection: Connection, stream: str) -> dict[int, int]:
    """What the ledger itself says each payee is owed: lines less settlements, all time."""
    e = t.entry.c
    rows = connection.execute(
        select(
            e.party,
            func.sum(e.amount).filter(e.kind.not_in(LINE_KINDS_NOT)),
            func.sum(e.amount).filter(e.kind.in_(LINE_KINDS_NOT)),
        )
        .where(e.stream == stream)
        .group_by(e.party)
    )
    return {party: int(due or 0) - int(paid or 0) for party, due, paid in rows}
