"""The verbs of a run before its release: draft, work out, submit, approve, give up.

What a reviewer does to it otherwise is in ``review_jobs.py``.

Each step is one transaction that takes the run's row first, and asserts the stage it relies on. A calculation cut off
half-way is picked up where it stopped: each chunk is saved once, and only by whoever began last.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from finance.columns import Bulk, Database
from finance.days import spoken
from finance.names import same_person
from finance.problems import Refusal
from ledgers import entries_store, holds_store, store
from ledgers import parties as parties_of
from ledgers import tables as t
from ledgers.ahead import ahead
from ledgers.approvals.jobs import (
    approve_run as approve_run,  # a run's verbs are asked for here, and signing kept there
)
from ledgers.approvals.jobs import take_back_approvals
from ledgers.approvals.rules import OwnWork, to_sign_for
from ledgers.lines_store import ALREADY as ALREADY
from ledgers.lines_store import check_posted_shown as check_posted_shown
from ledgers.lines_store import check_signature as check_signature
from ledgers.lines_store import parquet as parquet
from ledgers.lines_store import read_proposal as read_proposal
from ledgers.lines_store import unparquet as unparquet
from ledgers.lines_store import whole_proposal as whole_proposal
from ledgers.officers.authority import Timetable
from ledgers.policy import jobs as policies
from ledgers.progress import Progress, quiet
from ledgers.runs import (
    PARKED,
    PROPOSAL,
    NothingToPay,
    PartPosted,
    Run,
    RunAlreadyOpen,
    Status,
    Stream,
    Worked,
    may,
    of_stream,
    overtaken,
    sign,
)
from ledgers.since import check_since
from ledgers.since_store import read_since
from ledgers.urgent import Urgent, check_beside
from ledgers.urgent_store import read_brought_forward, read_not_counted

_THERE_ALREADY = "23505"
"""PostgreSQL’s word for a key that is taken: two open a calendar’s first run at once. SQLite’s writers take turns."""


def taken(connection: Connection, run_nr: int, action: str) -> Run:
    """A run for this transaction alone, at a stage from which ``action`` may follow. Raises NoSuchRun or WrongState."""
    run = store.lock_run(connection, run_nr)
    may(action, run, store.last_event(connection, run))
    return run


def _preparing(connection: Connection, by: str, deed: str) -> str:
    """Whoever prepares a run: an officer with the right to, or the timetable."""
    return str(by) if isinstance(by, Timetable) else store.acting(connection, by, "prepare", deed)


@dataclass(frozen=True)
class Draft:
    """What a run is to cover. ``policy``: the choices that ship, or that were ``named`` for it, JSON: it goes by them
    while no version of the council's policy holds.
    """

    stream: str
    calendar: int
    calendar_name: str
    up_to: dt.date
    window_starts: dt.date
    pay_date: dt.date
    known: int
    policy: str
    named: bool = False
    urgent: Urgent | None = None


def draft_run(database: Database, draft: Draft, *, by: str, at: dt.datetime) -> Run:
    """Open a run, under the version of the policy that holds on its last day. Refuses while another of the same
    calendar (or another urgent one for the same) is open, and when there is nothing new to pay."""
    urgent = draft.urgent
    with database.begin() as connection:
        officer = _preparing(connection, by, "draft a run")
        store.lock_calendar(connection, draft.stream, draft.calendar)
        already = store.open_run(connection, draft.stream, draft.calendar, (urgent.what, urgent.nr) if urgent else None)
        if already:
            last_done = store.last_event(connection, already)
            who = f": {last_done}" if last_done else ""
            raise RunAlreadyOpen(f"{already.heading} is still {already.status}{who}.", "Finish it or abandon it first.")
        last = store.last_posted(connection, draft.stream, draft.calendar)
        if last and draft.known < last.known:
            raise Refusal("The facts asked for are older than those of the last run.", "Use the facts as they are now.")
        settled = max(draft.window_starts, last.up_to) if last else draft.window_starts
        if draft.up_to < settled:
            raise NothingToPay(
                f"Nothing is due before {spoken(draft.up_to)}: everything before {spoken(settled)} is settled.",
                "Give a later day.",
            )
        version, policy = policies.policy_for(connection, draft.stream, draft.up_to, draft.policy, draft.named)
        try:
            nr = store.add_run(
                connection,
                stream=draft.stream,
                calendar=draft.calendar,
                calendar_name=draft.calendar_name,
                up_to=draft.up_to,
                window_starts=draft.window_starts,
                pay_date=draft.pay_date,
                status=Status.DRAFT,
                known=draft.known,
                known_before=last.known if last else 0,
                run_before=last.nr if last else None,
                prepared_by=officer,
                drafted_at=at,
                lines=0,
                total=0,
                policy=policy,
                policy_version=version,
                urgent_for=urgent and urgent.what,
                urgent_nr=urgent and urgent.nr,
                urgent_why=urgent and urgent.why,
                worked_from=store.newest_event(connection),
            )
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) != _THERE_ALREADY:
                raise  # a guard, which says so itself
            raise RunAlreadyOpen("Somebody has just opened a run of this calendar.", "List the runs.") from error
        store.add_event(connection, nr, "drafted", officer, at, None)
        return store.read_run(connection, nr)


class _Overtaken(Exception):
    """The run was moved on by somebody else between two steps."""


def calculate_run(
    database: Database,
    run_nr: int,
    stream: Stream,
    *,
    by: str | None = None,
    at: dt.datetime | None = None,
    known: int | None = None,
    progress: Progress = quiet,
) -> Run:
    """Work out every chunk not yet worked out, then the totals, the findings and the signature.

    A run already calculated is worked out afresh, by the facts as they were at ``known`` when that is given. One cut
    off half-way goes on by the facts it began with. Where two work out one run at once, whoever began last goes on.
    ``by``: who asks for it; its preparer, when not given. ``at``: the moment to record.
    """
    with database.begin() as connection:
        run = taken(connection, run_nr, "calculate")
        of_stream(run, stream.name)
        officer = run.prepared_by if by is None else _preparing(connection, by, "work a run out")
        if run.is_urgent or run.status is Status.DRAFT:
            check_beside(run, read_not_counted(connection, run))
        began = {"working": run.working + 1, "worked_from": store.newest_event(connection)}
        if run.status is Status.CALCULATED:
            store.set_run(
                connection,
                run,
                was=(Status.CALCULATED,),
                status=Status.DRAFT,
                **began,
                signature=None,
                lines=0,
                total=0,
                to_sign_for=0,
                known=max(run.known, known or 0),
            )
            store.drop_workings(connection, run)
        else:
            store.set_run(connection, run, was=(Status.DRAFT,), **began)
            if run.cut_off:  # parts an earlier version kept may be marked as posted
                store.drop_workings(connection, run)
        run = store.read_run(connection, run_nr)
        done = store.chunk_ranges(connection, run.nr)
    try:
        return _work_out(database, run, stream, done, officer, at or run.drafted_at, progress)
    except _Overtaken as error:
        with database.read() as connection:
            now = store.read_run(connection, run_nr)
            raise overtaken("go on working out", now, store.last_event(connection, now)) from error


def _work_out(
    database: Database,
    run: Run,
    stream: Stream,
    done: dict[int, tuple[int, int]],
    by: str,
    at: dt.datetime,
    progress: Progress,
) -> Run:
    with database.read_bulk() as bulk:
        prepared = stream.prepare(bulk, run)
    whole = len(prepared.chunks)
    if any(number >= whole or covers != prepared.chunks[number] for number, covers in done.items()):
        # what is posted has moved on since it was cut off, and with it where the parts are cut
        _begin_afresh(database, run)
        done = {}
    todo = [number for number in range(whole) if number not in done]
    for number, worked in zip(todo, ahead(lambda each: _seal(prepared.work_out(each)), todo), strict=True):
        _save_chunk(database, run, prepared.chunks[number], number, worked)
        progress("working out", number + 1, whole)
    if run.cut_off:
        _save_chunk(database, run, ALREADY, whole, _seal(_posted_already(database, run)))
        whole += 1
    proposal = whole_proposal(database, run.nr)
    before = whole_proposal(database, run.run_before) if run.run_before else None
    with database.read_bulk() as bulk:
        findings = stream.findings(bulk, run, proposal, before)
    with database.bulk() as bulk:
        _still_mine(bulk, run)
        parties = parties_of.proposed(proposal, read_brought_forward(bulk, run) if stream.settles else {})
        if stream.settles:
            bulk.execute(t.run_party.delete().where(t.run_party.c.run == run.nr))  # left by a calculation cut off here
            bulk.append(t.run_party, parties.rows(run.nr))
        store.save_findings(bulk, run.nr, findings)
        hashes = bulk.read(store.hashes_of(run.nr))["sha256"].to_pylist()
        assert len(hashes) == whole, f"run {run.nr} has {len(hashes)} of {whole} parts"
        bulk.append(t.run_event, pa.table({"run": [run.nr], "action": ["worked out"], "by": [by], "at": [at]}))
        bulk.execute(
            update(t.run)
            .where(t.run.c.nr == run.nr)
            .values(
                status=str(Status.CALCULATED),
                signature=sign(hashes),
                lines=proposal.num_rows,
                total=int(pc.sum(proposal["amount"]).as_py() or 0),
                to_sign_for=to_sign_for(parties.total, parties.brought_forward),
            )
        )
    with database.read() as connection:
        return store.read_run(connection, run.nr)


def _posted_already(database: Database, run: Run) -> Worked:
    """What a run that was cut off has posted, as lines of its own beside those that are left: signed for with the rest,
    and settled by what the ledger holds of both.
    """
    with database.read_bulk() as bulk:
        rows = entries_store.posted_already(bulk, run.nr)
    with database.read() as connection:
        steps = unparquet(store.read_blob(connection, run.nr, 0, "steps")).slice(0, 0)
    nought = pa.array(np.zeros(rows.num_rows, np.int64))
    columns = {
        **{name: rows[name] for name in rows.column_names},
        "due": pc.add(rows["before"], rows["amount"]),
        "posted": rows["before"],
        "service": nought,
        "person": nought,
        "cause": nought,
        "late": pc.less(rows["period_starts"], pa.scalar(run.window_starts)),
    }
    lines = pa.table({field.name: columns[field.name].cast(field.type) for field in PROPOSAL}, schema=PROPOSAL)
    return Worked(lines, steps, PARKED.empty_table())


def _begin_afresh(database: Database, run: Run) -> None:
    with database.bulk() as bulk:
        _still_mine(bulk, run)
        for kept in (t.parked, t.chunk):
            bulk.execute(kept.delete().where(kept.c.run == run.nr))


def _still_mine(bulk: Bulk, run: Run) -> None:
    """Take the run's row, if it is still a draft that nobody else has begun to work out since."""
    mine = (t.run.c.status == str(Status.DRAFT), t.run.c.working == run.working)
    if bulk.change(store.touch(run.nr, *mine)) != 1:
        raise _Overtaken


@dataclass(frozen=True)
class _Sealed:
    """One chunk as it is kept."""

    worked: Worked
    proposal: bytes
    steps: bytes
    sha256: str


def _seal(worked: Worked) -> _Sealed:
    blob = parquet(worked.proposal)
    return _Sealed(worked, blob, parquet(worked.steps), hashlib.sha256(blob).hexdigest())


def _save_chunk(database: Database, run: Run, covers: tuple[int, int], number: int, sealed: _Sealed) -> None:
    worked = sealed.worked
    row = {
        "run": run.nr,
        "number": number,
        "first_subject": covers[0],
        "end_subject": covers[1],
        "lines": worked.proposal.num_rows,
        "total": int(pc.sum(worked.proposal["amount"]).as_py() or 0),
        "sha256": sealed.sha256,
        "proposal": sealed.proposal,
        "steps": sealed.steps,
        "posted": False,
    }
    with database.bulk() as bulk:
        _still_mine(bulk, run)
        bulk.append(t.chunk, pa.table({name: [value] for name, value in row.items()}))
        bulk.append(t.parked, worked.parked.append_column("run", repeat(run.nr, worked.parked)))


def repeat(value: object, like: pa.Table) -> pa.Array:
    """A value once for each row of a table."""
    return pa.repeat(pa.scalar(value), like.num_rows)


# Submitting, giving up ------------------------------------------------------------------------------------------------


def submit_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str | None = None) -> Run:
    """Hand a calculated run to somebody else to approve. Whoever accepted its findings is not who hands it over."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "submit")
        officer = store.acting(connection, by, "prepare", "submit a run")
        check_posted_shown(connection, run)
        check_since(run, read_since(connection, run))
        check_beside(run, read_not_counted(connection, run))
        if any(
            same_person(officer, each.accepted_by)
            for each in store.read_findings(connection, run.nr)
            if each.accepted_by
        ):
            raise OwnWork(
                f"{officer} accepted findings of {run.title}, so may not submit it.",
                "Ask another officer to submit it.",
            )
        store.set_run(
            connection, run, was=(Status.CALCULATED,), status=Status.SUBMITTED, submitted_by=officer, submitted_at=at
        )
        store.add_event(connection, run.nr, "submitted", officer, at, note)
        return store.read_run(connection, run.nr)


def abandon_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Give a run up. Nothing of it stays but the record that it was: the next run proposes the same money.

    A run whose release has begun may not be abandoned, only released to its end.
    """
    with database.begin() as connection:
        run = taken(connection, run_nr, "abandon")
        officer = store.acting(connection, by, "prepare", "give a run up")
        if entries_store.has_entries(connection, run.nr):
            raise PartPosted(
                f"Some of {run.title} is posted, so it cannot be given up.",
                "Work it out again, and have it signed for and released.",
            )
        take_back_approvals(connection, run.nr, at)
        holds_store.drop_held(connection, run.nr)
        store.set_run(
            connection,
            run,
            was=(run.status,),
            status=Status.ABANDONED,
            ended_at=at,
            signature=None,
            lines=0,
            total=0,
            to_sign_for=0,
        )
        store.drop_workings(connection, run)
        store.add_event(connection, run.nr, "abandoned", officer, at, note)
        return store.read_run(connection, run.nr)
