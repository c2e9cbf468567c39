"""The verbs of a run before its release: draft, work out, submit, accept, approve, send back, abandon, hold, let go.

Each step is one transaction that takes the run's row first, and asserts the stage it relies on. A calculation cut off
half-way is picked up where it stopped: each chunk is saved once, and only by whoever began last.
"""

import datetime as dt
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, Row, update
from sqlalchemy.exc import IntegrityError

from finance.columns import Bulk, Database, ints
from finance.names import same_person
from finance.problems import Refusal
from ledgers import parties as parties_of
from ledgers import store
from ledgers import tables as t
from ledgers.holds import Held
from ledgers.officers.authority import Timetable
from ledgers.officers.store import read_standing
from ledgers.runs import (
    OF_NO_LINE,
    PARKED,
    PROPOSAL,
    FindingsOpen,
    NothingToPay,
    OwnWork,
    PartPosted,
    Run,
    RunAlreadyOpen,
    SignatureVoid,
    Signer,
    Status,
    Stream,
    Worked,
    WrongState,
    check_reason,
    in_the_way,
    is_own_work,
    may,
    of_stream,
    one_of,
    overtaken,
    sign,
    tier_for,
    to_sign_for,
)
from ledgers.streams import STREAMS, Decider

ALREADY = (-2, -2)
"""The subjects covered by the part that says what a run cut off by an earlier version has posted: none of their own."""
Progress = Callable[[str, int, int], None]
_Made = TypeVar("_Made")


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress nobody watches."""


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
    """What a run is to cover."""

    stream: str
    calendar: int
    calendar_name: str
    up_to: dt.date
    window_starts: dt.date
    pay_date: dt.date
    known: int
    policy: str


def draft_run(database: Database, draft: Draft, *, by: str, at: dt.datetime) -> Run:
    """Open a run. Refuses while another of the same calendar is open, and when there is nothing new to pay."""
    with database.begin() as connection:
        officer = _preparing(connection, by, "draft a run")
        store.lock_calendar(connection, draft.stream, draft.calendar)
        already = store.open_run(connection, draft.stream, draft.calendar)
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
                f"Nothing is due up to {draft.up_to}: everything before {settled} is settled.", "Give a later day."
            )
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
                policy=draft.policy,
            )
        except IntegrityError as error:
            raise RunAlreadyOpen("Somebody has just opened a run of this calendar.", "List the runs.") from error
        store.add_event(connection, nr, "drafted", officer, at, None)
        return store.read_run(connection, nr)


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def unparquet(blob: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    return pq.read_table(pa.BufferReader(blob), columns=list(columns) if columns else None)


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
        if run.status is Status.CALCULATED:
            store.set_run(
                connection,
                run,
                was=(Status.CALCULATED,),
                status=Status.DRAFT,
                working=run.working + 1,
                signature=None,
                lines=0,
                total=0,
                to_sign_for=0,
                known=max(run.known, known or 0),
            )
            store.drop_workings(connection, run.nr)
        else:
            store.set_run(connection, run, was=(Status.DRAFT,), working=run.working + 1)
            if run.cut_off:  # parts an earlier version kept may be marked as posted
                store.drop_workings(connection, run.nr)
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
    for number, worked in zip(todo, _ahead(lambda each: _seal(prepared.work_out(each)), todo), strict=True):
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
        parties = parties_of.proposed(proposal, brought_forward(bulk, run, stream))
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
        rows = store.posted_already(bulk, run.nr)
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


def check_posted_shown(connection: Connection, run: Run) -> None:
    """Raise PartPosted for a run that was cut off, unless its lines say what it has posted already."""
    if not run.cut_off:
        return
    shown = store.chunk_at(connection, run.nr, ALREADY)
    if shown is None:
        raise PartPosted(
            f"Some of {run.title} was posted by an earlier version, and its lines do not say so.",
            "Send it back if it is with somebody, and work it out again: what is posted is then shown among its lines.",
        )
    said = unparquet(store.read_blob(connection, run.nr, shown), ("subject", "amount"))
    count, pence = store.posted_of(connection, run.nr)
    assert (said.num_rows, sum(ints(said, "amount").tolist())) == (count, pence), (
        f"run {run.nr} has entries its lines do not show"
    )


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


def _ahead(make: Callable[[int], _Made], numbers: Iterable[int]) -> Iterator[_Made]:
    """What ``make`` makes of each number, in order: two at once, while what is made already is being saved."""
    with ThreadPoolExecutor(2) as two_at_once:
        waiting: deque[Future[_Made]] = deque()
        for number in numbers:
            waiting.append(two_at_once.submit(make, number))
            if len(waiting) > 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


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


def brought_forward(bulk: Bulk, run: Run, stream: Stream) -> dict[int, int]:
    """What each payee brings forward from the run before. A stream that bills leaves it to the account."""
    return store.carried_forward(bulk, run.run_before) if stream.settles else {}


# Review -------------------------------------------------------------------------------------------------------------


def submit_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str | None = None) -> Run:
    """Hand a calculated run to somebody else to approve. Whoever accepted its findings is not who hands it over."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "submit")
        officer = store.acting(connection, by, "prepare", "submit a run")
        check_posted_shown(connection, run)
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


def accept_finding(database: Database, run_nr: int, finding: int, *, by: str, at: dt.datetime, reason: str) -> None:
    """Say, by name and with a reason, that a finding has been looked at and the money is right."""
    accept_findings(database, run_nr, [finding], by=by, at=at, reason=reason)


def accept_findings(
    database: Database, run_nr: int, findings: Sequence[int], *, by: str, at: dt.datetime, reason: str
) -> None:
    """The same for several: all of them, or none. Raises NoReason, OwnWork, NotAnOfficer or WrongState."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "accept findings of")
        if is_own_work(run, by):
            may_not = f"{by} prepared or submitted {run.title}, so may not accept its findings."
            raise OwnWork(may_not, "Ask another officer to look at them.")
        officer = store.acting(connection, by, "review", "accept findings")
        check_reason(reason)
        for finding in findings:
            store.accept_finding(connection, run.nr, finding, officer, reason)
            store.add_event(connection, run.nr, f"accepted finding {finding}", officer, at, reason)


def approve_run(
    database: Database, run_nr: int, *, by: str, at: dt.datetime, signature: str | None = None, note: str | None = None
) -> Run:
    """Sign for exactly the lines of a run. ``signature``: the one the approver was shown, if it is to be checked.

    Holds that stand in for accepting a finding are noted with the run: what they name stays out of it to the end.
    Raises WrongState, OwnWork, NotAnOfficer, NoRight, OverTheTier, SignatureVoid or FindingsOpen, or SeveralInTheWay
    with all of them. The database refuses own work and what is over the tier too.
    """
    with database.begin() as connection:
        run = store.lock_run(connection, run_nr)
        stands_in: list[Row[Any]] = []
        signer = _signer(connection, run, by, at)
        refusals = [*_not_ready(connection, run, signature, stands_in), *in_the_way(run, signer)]
        if refusals:
            raise one_of(f"{run.heading} cannot be approved by {by}.", refusals)
        check_signature(connection, run)
        store.hold_for_run(connection, run.nr, stands_in, instead=True)
        store.add_approval(
            connection,
            run=run.nr,
            prepared_by=run.prepared_by,
            submitted_by=run.submitted_by,
            approved_by=signer.name,
            role=signer.role,
            limit=tier_for(max(run.to_sign_for, signer.day_total), signer.limits),
            total=run.total,
            to_sign_for=run.to_sign_for,
            day_total=signer.day_total,
            signature=run.signature,
            approved_at=at,
            note=note,
        )
        store.set_run(connection, run, was=(Status.SUBMITTED,), status=Status.APPROVED)
        store.add_event(connection, run.nr, "approved", signer.name, at, note)
        return store.read_run(connection, run.nr)


def _signer(connection: Connection, run: Run, by: str, at: dt.datetime) -> Signer:
    """Whoever would approve a run, and all that may stand in their way."""
    now = read_standing(connection)
    refused: Refusal | None = None
    try:
        name = now.acting(by, "approve", "approve a run")
        now.check_spelling(name)
    except Refusal as error:
        name, refused = now.spelled(by) or by, error
    role = now.roles.get(name, "")
    limits = [now.limits[role]] if role in now.limits else []
    calendar, payees = store.signed_that_day(connection, run, at.date())
    due = {
        each.party: max(each.total + max(each.brought_forward, 0), 0) for each in store.read_parties(connection, run.nr)
    }
    most = max((due.get(party, 0) + pence for party, pence in payees.items()), default=0)
    return Signer(name, role, limits, refused, max(run.to_sign_for + calendar, most), _entered(connection, run, name))


def _entered(connection: Connection, run: Run, by: str) -> list[str]:
    """What somebody entered themselves of what a run pays, in words."""
    theirs: dict[Decider, set[int]] = {}
    for decider in STREAMS[run.stream].deciders:
        found = store.decided_by(connection, decider, run, by)
        if found:
            theirs[decider] = found
    if not theirs:
        return []
    lines = read_proposal(connection, run.nr, ("subject", "kind", "party", "person", "service", "amount"))
    lines = lines.filter(pc.not_equal(lines["amount"], 0))
    return [decider.words for decider, found in theirs.items() if _among(lines, decider, found)]


def _among(lines: pa.Table, decider: Decider, values: set[int]) -> bool:
    """Whether any line is decided by one of these facts."""
    some = lines.filter(pc.equal(lines["kind"], decider.kind)) if decider.kind else lines
    return bool(np.isin(ints(some, decider.among), sorted(values)).any())


def _not_ready(connection: Connection, run: Run, signature: str | None, stands_in: list[Row[Any]]) -> list[Refusal]:
    """Why nobody may approve a run yet: its stage, the lines having changed, findings not dealt with. ``stands_in`` is
    given the holds that stand in for accepting some."""
    found: list[Refusal] = []
    try:
        may("approve", run, store.last_event(connection, run))
    except WrongState as error:
        found.append(error)
    if signature is not None and signature != run.signature:
        found.append(
            SignatureVoid(f"{run.heading} has changed since it was shown.", "Look at it again before signing.")
        )
    try:
        check_posted_shown(connection, run)
    except PartPosted as error:
        found.append(error)
    waiting = _not_dealt_with(connection, run, stands_in)
    if waiting:
        found.append(
            FindingsOpen(
                f"{len(waiting)} finding(s) of {run.title} must be dealt with first, such as: {waiting[0].what}",
                "Accept each with a reason, or hold its line or its payee.",
            )
        )
    return found


def _not_dealt_with(connection: Connection, run: Run, stands_in: list[Row[Any]]) -> list[Row[Any]]:
    """Findings neither accepted nor behind a hold that keeps every line they are about out of the run."""
    stops = list(connection.execute(store.unaccepted_stops(run.nr)))
    holds = store.read_holds(connection, run.stream, kept=True) if stops else []
    if not holds:
        return stops
    lines = read_proposal(connection, run.nr, ("subject", "kind", "party"))
    left = []
    for stop in stops:
        about = lines.filter(_about(lines, stop))
        theirs = [each for each in holds if each.target == (stop.subject if each.scope == "line" else stop.party)]
        held = Held.of(theirs)
        if theirs and about.num_rows and pc.all(held.mask(about)).as_py():
            stands_in += [each for each in theirs if each not in stands_in]
        else:
            left.append(stop)
    return left


def _about(lines: pa.Table, finding: Row[Any]) -> pa.Array:
    """The lines a finding is about: its subject's, of its kind or of any service line has; where it names none,
    its payee's.
    """
    if finding.subject is not None:
        of_kind = (
            pc.equal(lines["kind"], finding.kind)
            if finding.kind
            else pc.invert(pc.is_in(lines["kind"], pa.array(OF_NO_LINE)))
        )
        return pc.and_(pc.equal(lines["subject"], finding.subject), of_kind)
    return pc.equal(lines["party"], -1 if finding.party is None else finding.party)


def send_back_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Return a run to its preparer. Any signature on it is void."""
    with database.begin() as connection:
        run = taken(connection, run_nr, "send back")
        officer = store.acting(connection, by, "review", "send a run back")
        store.drop_approval(connection, run.nr)
        store.drop_held(connection, run.nr)
        store.set_run(connection, run, was=(Status.SUBMITTED, Status.APPROVED), status=Status.CALCULATED)
        store.add_event(connection, run.nr, "sent back", officer, at, note)
        return store.read_run(connection, run.nr)


def abandon_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Give a run up. Nothing of it stays but the record that it was: the next run proposes the same money.

    A run whose release has begun may not be abandoned, only released to its end.
    """
    with database.begin() as connection:
        run = taken(connection, run_nr, "abandon")
        officer = store.acting(connection, by, "prepare", "give a run up")
        if store.has_entries(connection, run.nr):
            raise PartPosted(
                f"Some of {run.title} is posted, so it cannot be given up.",
                "Work it out again, and have it signed for and released.",
            )
        store.drop_approval(connection, run.nr)
        store.drop_held(connection, run.nr)
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
        store.drop_workings(connection, run.nr)
        store.add_event(connection, run.nr, "abandoned", officer, at, note)
        return store.read_run(connection, run.nr)


def hold(database: Database, stream: str, scope: str, target: int, *, reason: str, by: str, at: dt.datetime) -> int:
    """Tell a line's or a payee's money to wait. Returns the hold's number. Runs being released already go on
    without it.
    """
    if scope not in ("line", "payee"):
        raise Refusal(f"“{scope}” cannot be held.", "Hold a line or a payee.")
    with database.begin() as connection:
        officer = store.acting(connection, by, "review", "hold money")
        return store.add_hold(connection, stream, scope, target, reason, officer, at)


def let_go(database: Database, hold_nr: int, *, by: str, at: dt.datetime) -> list[int]:
    """End a hold: the next run proposes the same money again. Returns the open runs it stays out of all the same, since
    they were approved on the strength of it, or are being released."""
    with database.begin() as connection:
        officer = store.acting(connection, by, "review", "let money go")
        store.end_hold(connection, hold_nr, officer, at)
        return store.open_runs_held_by(connection, hold_nr)


# The lines, as they were signed ---------------------------------------------------------------------------------------


def check_signature(connection: Connection, run: Run) -> None:
    """Raise SignatureVoid unless every chunk still hashes to what it was signed over."""
    hashes = store.chunk_hashes(connection, run.nr)
    for number, sha in hashes:
        if hashlib.sha256(store.read_blob(connection, run.nr, number)).hexdigest() != sha:
            raise SignatureVoid(f"Part {number} of {run.title} is not what was worked out.", "Calculate it again.")
    if run.signature != sign(sha for _, sha in hashes):
        raise SignatureVoid(f"The lines of {run.title} are not those that were signed.", "Calculate it again.")


def whole_proposal(database: Database, run: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Every proposed line of a run, in order; those columns alone, when they are named."""
    with database.read() as connection:
        return read_proposal(connection, run, columns)


def read_proposal(connection: Connection, run: int, columns: Sequence[str] | None) -> pa.Table:
    """The same, in an open transaction. A run not yet worked out, or given up, has none."""
    numbers = store.chunk_numbers(connection, run)
    nothing = PROPOSAL.empty_table().select(list(columns or PROPOSAL.names))
    return pa.concat_tables(
        [unparquet(store.read_blob(connection, run, each), columns) for each in numbers] or [nothing]
    )
