"""The verbs of a run: draft, calculate, submit, approve, release, abandon, hold. One transaction at a time, restartable.

A calculation or a release cut off half-way is picked up where it stopped: each chunk is saved, or posted, once.
"""

import datetime as dt
import hashlib
import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, update
from sqlalchemy.exc import IntegrityError

from finance.columns import Bulk, Database, Ints
from finance.money import sterling
from finance.problems import Refusal
from ledgers import parties as parties_of
from ledgers import store
from ledgers import tables as t
from ledgers.coding.rules import Coding
from ledgers.runs import (
    OF_NO_LINE,
    FindingsOpen,
    NothingToPay,
    OwnWork,
    Run,
    RunAlreadyOpen,
    SignatureVoid,
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
    sign,
    tier_for,
    to_sign_for,
)

Progress = Callable[[str, int, int], None]
_Made = TypeVar("_Made")
_SETTLED_BY = ("subject", "kind", "funder", "party", "period_starts", "revision", "amount")


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress nobody watches."""


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
        already = store.open_run(connection, draft.stream, draft.calendar)
        if already:
            raise RunAlreadyOpen(
                f"{already.heading} is still {already.status}.", "Finish it or abandon it first."
            )
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
                connection, stream=draft.stream, calendar=draft.calendar, calendar_name=draft.calendar_name,
                up_to=draft.up_to, window_starts=draft.window_starts, pay_date=draft.pay_date, status=Status.DRAFT,
                known=draft.known, known_before=last.known if last else 0, run_before=last.nr if last else None,
                prepared_by=by, drafted_at=at, lines=0, total=0, policy=draft.policy,
            )  # fmt: skip
        except IntegrityError as error:
            raise RunAlreadyOpen("Somebody has just opened a run of this calendar.", "List the runs.") from error
        return store.read_run(connection, nr)


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def unparquet(blob: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    return pq.read_table(pa.BufferReader(blob), columns=list(columns) if columns else None)


def calculate_run(
    database: Database, run_nr: int, stream: Stream, *, known: int | None = None, progress: Progress = quiet
) -> Run:  # fmt: skip
    """Work out every chunk not yet worked out, then the totals, the findings and the signature.

    A run already calculated is worked out afresh, by the facts as they were at ``known`` when that is given. One cut
    off half-way goes on by the facts it began with.
    """
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        of_stream(run, stream.name)
        may("calculate", run)
        if run.status is Status.CALCULATED:
            store.drop_workings(connection, run.nr)
            store.set_run(
                connection, run, was=(Status.CALCULATED,), status=Status.DRAFT, signature=None, lines=0, total=0,
                to_sign_for=0, known=max(run.known, known or 0),
            )  # fmt: skip
            run = store.read_run(connection, run_nr)
        done = set(store.chunk_numbers(connection, run.nr))
    with database.bulk() as bulk:
        prepared = stream.prepare(bulk, run)
    whole = len(prepared.chunks)
    todo = [number for number in range(whole) if number not in done]
    for number, worked in zip(todo, _ahead(lambda each: _seal(prepared.work_out(each)), todo), strict=True):
        _save_chunk(database, run, prepared.chunks[number], number, worked)
        progress("working out", number + 1, whole)
    proposal = _whole_proposal(database, run.nr)
    before = _whole_proposal(database, run.run_before) if run.run_before else None
    with database.bulk() as bulk:
        findings = stream.findings(bulk, run, proposal, before)
        parties = parties_of.proposed(proposal, _brought(bulk, run, stream))
        if stream.settles:
            bulk.execute(t.run_party.delete().where(t.run_party.c.run == run.nr))  # left by a calculation cut off here
            bulk.append(t.run_party, parties.rows(run.nr))
        store.save_findings(bulk, run.nr, findings)
    with database.begin() as connection:
        signature = sign(sha for _, sha in store.chunk_hashes(connection, run.nr))
        store.set_run(
            connection, run, was=(Status.DRAFT,), status=Status.CALCULATED, signature=signature,
            lines=proposal.num_rows, total=int(pc.sum(proposal["amount"]).as_py() or 0),
            to_sign_for=to_sign_for(parties.total, parties.brought_forward),
        )  # fmt: skip
        return store.read_run(connection, run.nr)


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
        "run": run.nr, "number": number, "first_subject": covers[0], "end_subject": covers[1],
        "lines": worked.proposal.num_rows, "total": int(pc.sum(worked.proposal["amount"]).as_py() or 0),
        "sha256": sealed.sha256, "proposal": sealed.proposal, "steps": sealed.steps, "posted": False,
    }  # fmt: skip
    with database.bulk() as bulk:
        bulk.append(t.chunk, pa.table({name: [value] for name, value in row.items()}))
        bulk.append(t.parked, worked.parked.append_column("run", _repeat(run.nr, worked.parked)))


def _repeat(value: object, like: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(value), like.num_rows)


def _whole_proposal(database: Database, run: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Every proposed line of a run, in order; those columns alone, when they are named."""
    with database.begin() as connection:
        numbers = store.chunk_numbers(connection, run)
        return pa.concat_tables([unparquet(store.read_blob(connection, run, each), columns) for each in numbers])


def _brought(bulk: Bulk, run: Run, stream: Stream) -> dict[int, int]:
    """What each payee brings forward from the run before. A stream that bills leaves it to the account."""
    return store.carried_forward(bulk, run.run_before) if stream.settles else {}


# Review -------------------------------------------------------------------------------------------------------------


def submit_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str | None = None) -> Run:
    """Hand a calculated run to somebody else to approve."""
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        may("submit", run)
        store.set_run(connection, run, was=(Status.CALCULATED,), status=Status.SUBMITTED, submitted_by=by, submitted_at=at)
        store.add_event(connection, run.nr, "submitted", by, at, note)
        return store.read_run(connection, run.nr)


def accept_finding(
    database: Database, run_nr: int, finding: int, *, by: str, at: dt.datetime, reason: str
) -> None:  # fmt: skip
    """Say, by name and with a reason, that a finding has been looked at and the money is right."""
    accept_findings(database, run_nr, [finding], by=by, at=at, reason=reason)


def accept_findings(
    database: Database, run_nr: int, findings: Sequence[int], *, by: str, at: dt.datetime, reason: str
) -> None:  # fmt: skip
    """The same for several: all of them, or none. Raises NoReason or OwnWork."""
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        if is_own_work(run, by):
            may_not = f"{by} prepared or submitted {run.title}, so may not accept its findings."
            raise OwnWork(may_not, "Ask another officer to look at them.")
        check_reason(reason)
        for finding in findings:
            store.accept_finding(connection, run.nr, finding, by, reason)
            store.add_event(connection, run.nr, f"accepted finding {finding}", by, at, reason)


def approve_run(
    database: Database, run_nr: int, *, by: str, at: dt.datetime, signature: str | None = None, note: str | None = None
) -> Run:  # fmt: skip
    """Sign for exactly the lines of a run. ``signature``: the one the approver was shown, if it is to be checked.

    Raises WrongState, OwnWork, NotAnOfficer, OverTheTier, SignatureVoid or FindingsOpen, or SeveralInTheWay with all
    of them. The database refuses own work and what is over the tier too.
    """
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        role = store.role_of(connection, by)
        limits = store.limits_of(connection, role) if role else []
        refusals = [*_not_ready(connection, run, signature), *in_the_way(run, by, role, limits)]
        if refusals:
            raise one_of(f"{run.heading} cannot be approved by {by}.", refusals)
        _check_signature(connection, run)
        store.add_approval(
            connection, run=run.nr, prepared_by=run.prepared_by, submitted_by=run.submitted_by, approved_by=by, role=role,
            limit=tier_for(run, limits), total=run.total, to_sign_for=run.to_sign_for,
            signature=run.signature, approved_at=at, note=note,
        )  # fmt: skip
        store.set_run(connection, run, was=(Status.SUBMITTED,), status=Status.APPROVED)
        store.add_event(connection, run.nr, "approved", by, at, note)
        return store.read_run(connection, run.nr)


def _not_ready(connection: Connection, run: Run, signature: str | None) -> list[Refusal]:
    """Why nobody may approve a run yet: its stage, the lines having changed, findings not dealt with."""
    found: list[Refusal] = []
    try:
        may("approve", run)
    except WrongState as error:
        found.append(error)
    if signature is not None and signature != run.signature:
        found.append(SignatureVoid(f"{run.heading} has changed since it was shown.", "Look at it again before signing."))
    waiting = store.open_stops(connection, run.nr)
    if waiting:
        found.append(FindingsOpen(
            f"{len(waiting)} finding(s) of {run.title} must be dealt with first, such as: {waiting[0].what}",
            "Accept each with a reason, or hold its line.",
        ))  # fmt: skip
    return found


def send_back_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Return a run to its preparer. Any signature on it is void."""
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        may("send back", run)
        store.drop_approval(connection, run.nr)
        store.set_run(connection, run, was=(Status.SUBMITTED, Status.APPROVED), status=Status.CALCULATED)
        store.add_event(connection, run.nr, "sent back", by, at, note)
        return store.read_run(connection, run.nr)


def abandon_run(database: Database, run_nr: int, *, by: str, at: dt.datetime, note: str) -> Run:
    """Give a run up. Nothing of it stays but the record that it was: the next run proposes the same money.

    A run whose release was cut off half-way may not be abandoned, only released to its end.
    """
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        may("abandon", run)
        if store.chunk_numbers(connection, run.nr, posted=True):
            raise Refusal(f"Part of {run.title} is already in the ledger.", "Release it again: it goes on where it stopped.")
        store.drop_approval(connection, run.nr)
        store.drop_workings(connection, run.nr)
        store.set_run(
            connection, run, was=(run.status,), status=Status.ABANDONED, ended_at=at, signature=None, lines=0, total=0,
            to_sign_for=0,
        )
        store.add_event(connection, run.nr, "abandoned", by, at, note)
        return store.read_run(connection, run.nr)


def hold(
    database: Database, stream: str, scope: str, target: int, *, reason: str, by: str, at: dt.datetime
) -> int:  # fmt: skip
    """Tell a line's or a payee's money to wait. Returns the hold's number."""
    if scope not in ("line", "payee"):
        raise Refusal(f"“{scope}” cannot be held.", "Hold a line or a payee.")
    with database.begin() as connection:
        return store.add_hold(connection, stream, scope, target, reason, by, at)


def let_go(database: Database, hold_nr: int, *, by: str, at: dt.datetime) -> None:
    """End a hold: the next run proposes the same money again."""
    with database.begin() as connection:
        store.end_hold(connection, hold_nr, by, at)


# Release ------------------------------------------------------------------------------------------------------------


def _check_signature(connection: Connection, run: Run) -> None:
    """Raise SignatureVoid unless every chunk still hashes to what it was signed over."""
    hashes = store.chunk_hashes(connection, run.nr)
    for number, sha in hashes:
        if hashlib.sha256(store.read_blob(connection, run.nr, number)).hexdigest() != sha:
            raise SignatureVoid(f"Part {number} of {run.title} is not what was worked out.", "Calculate it again.")
    if run.signature != sign(sha for _, sha in hashes):
        raise SignatureVoid(f"The lines of {run.title} are not those that were signed.", "Calculate it again.")


def release_run(
    database: Database, run_nr: int, stream: Stream, coding: Coding, *, by: str, at: dt.datetime,
    progress: Progress = quiet,
) -> Run:  # fmt: skip
    """Post the signed lines to the ledger, chunk by chunk, two at once where the database lets two write, then settle
    with each payee. Cut off, it goes on where it stopped; run twice, it posts nothing twice."""
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        of_stream(run, stream.name)
        may("release", run)
        _check_signature(connection, run)
        approval = store.read_approval(connection, run.nr)
        if approval is None or approval.signature != run.signature:
            raise SignatureVoid(f"Nobody has signed for the lines of {run.title}.", "Have it approved.")
        todo = store.chunk_numbers(connection, run.nr, posted=False)
        held = Held(*store.held_targets(connection, run.stream))
        whole = len(store.chunk_numbers(connection, run.nr))
        blobs = {number: store.read_blob(connection, run.nr, number) for number in todo}

    def post(number: int) -> int:
        lines = held.posted(unparquet(blobs.pop(number)))
        made = as_entries(run, number, lines.sort_by([("period_starts", "ascending"), ("subject", "ascending")]), at)
        _post_chunk(database, run, number, made)
        return number

    with ThreadPoolExecutor(2) as two_at_once:
        for number in two_at_once.map(post, todo):
            progress("posting", number + 1, whole)
    proposal = _whole_proposal(database, run.nr, _SETTLED_BY)
    resumed = len(todo) < whole
    posted, waiting = _as_posted(database, run, proposal) if resumed else (held.posted(proposal), held.waiting(proposal))
    _settle(database, run, stream, coding, held, proposal, posted, waiting, by, at)
    with database.begin() as connection:
        return store.read_run(connection, run.nr)


def _as_posted(database: Database, run: Run, proposal: pa.Table) -> tuple[pa.Table, pa.Table]:
    """(lines posted, lines not), by the ledger itself: holds may have changed since a release was cut off."""
    with database.bulk() as bulk:
        entries = store.read_posted_by(bulk, run.nr)
    keys = entries.column_names
    return (
        proposal.join(entries, keys, join_type="left semi"),
        proposal.join(entries, keys, join_type="left anti"),
    )


@dataclass(frozen=True)
class Held:
    """Lines and payees told to wait."""

    lines: set[int]
    parties: set[int]

    def mask(self, proposal: pa.Table) -> pa.Array:
        by_line = pc.and_(
            pc.is_in(proposal["subject"], pa.array(sorted(self.lines), pa.int64())),
            pc.invert(pc.is_in(proposal["kind"], pa.array(OF_NO_LINE))),
        )
        return pc.or_(by_line, pc.is_in(proposal["party"], pa.array(sorted(self.parties), pa.int64())))

    def posted(self, proposal: pa.Table) -> pa.Table:
        if not self.lines and not self.parties:
            return proposal
        return proposal.filter(pc.invert(self.mask(proposal)))

    def waiting(self, proposal: pa.Table) -> pa.Table:
        return proposal.filter(self.mask(proposal)) if self.lines or self.parties else proposal.slice(0, 0)


def as_entries(run: Run, number: int, lines: pa.Table, at: dt.datetime) -> pa.Table:
    """Proposed lines as ledger entries."""
    day = pa.scalar(1, pa.int32())
    return pa.table({
        "stream": _repeat(run.stream, lines),
        **{name: lines[name] for name in (
            "period_starts", "subject", "kind", "funder", "party", "revision", "period_ends", "debit", "credit", "amount")},
        "run": _repeat(run.nr, lines),
        "chunk": _repeat(number, lines),
        "effective": pc.subtract(lines["period_ends"].cast(pa.int32()), day).cast(pa.date32()),
        "recorded": pa.repeat(pa.scalar(at, pa.timestamp("us")), lines.num_rows),
    })  # fmt: skip


def _post_chunk(database: Database, run: Run, number: int, entries: pa.Table) -> None:
    with database.bulk() as bulk:
        bulk.append(t.entry, entries)
        mine = (t.chunk.c.run == run.nr) & (t.chunk.c.number == number)
        bulk.execute(update(t.chunk).where(mine).values(posted=True))


def _settle(
    database: Database, run: Run, stream: Stream, coding: Coding, held: Held, proposal: pa.Table, posted_lines: pa.Table,
    waiting: pa.Table, by: str, at: dt.datetime,
) -> None:  # fmt: skip
    """What a release does once its lines are posted: pay each payee and carry what they owe, or bill; note what is left
    unsettled. One transaction."""
    with database.bulk() as bulk:
        if stream.settles:
            _pay(bulk, run, stream, coding, held, proposal, posted_lines, at)
        _note_unsettled(bulk, run, waiting)
        stream.conclude(bulk, run, posted_lines, at)
        bulk.append(t.run_event, pa.table({"run": [run.nr], "action": ["released"], "by": [by], "at": [at]}))
        bulk.execute(update(t.run).where(t.run.c.nr == run.nr).values(status=str(Status.RELEASED), released_at=at))


def _pay(
    bulk: Bulk, run: Run, stream: Stream, coding: Coding, held: Held, proposal: pa.Table, posted_lines: pa.Table, at: dt.datetime
) -> None:
    """Settle with each payee: paid what is owed, but for those withheld or told to wait."""
    proposed = parties_of.proposed(proposal, _brought(bulk, run, stream))
    owed = parties_of.owed(proposed, posted_lines)
    withheld = stream.withheld(bulk, run, owed) if owed else {}
    parties = parties_of.settled(proposed, posted_lines, withheld, held.parties)
    bulk.execute(t.run_party.delete().where(t.run_party.c.run == run.nr))
    bulk.append(t.run_party, parties.rows(run.nr))
    bulk.append(t.entry, _settlements(run, coding, *parties.settled, at))


def _settlements(run: Run, coding: Coding, party: Ints, paid: Ints, at: dt.datetime) -> pa.Table:
    """One entry a payee paid: out of the creditor control account, through the bank."""
    count = len(party)
    debit, credit = coding.accounts("settlement", None, None, None, None, run.pay_date)
    same = {
        "stream": run.stream, "period_starts": run.pay_date, "subject": run.nr, "kind": "settlement", "funder": 0,
        "revision": 1, "period_ends": run.pay_date + dt.timedelta(days=1), "run": run.nr, "chunk": -1, "debit": debit,
        "credit": credit, "effective": run.pay_date, "recorded": at,
    }  # fmt: skip
    return pa.table({
        **{name: pa.repeat(pa.scalar(value), count) for name, value in same.items()},
        "party": pa.array(party, pa.int64()),
        "amount": pa.array(paid, pa.int64()),
    })  # fmt: skip


def _note_unsettled(bulk: Bulk, run: Run, waiting: pa.Table) -> None:
    """Held and parked subjects are what the next run must look back for; what was waiting and is now posted is not."""
    of_calendar = store.runs_of_calendar(run.stream, run.calendar)
    bulk.execute(t.outstanding.delete().where(t.outstanding.c.run.in_(of_calendar)))
    held = waiting.group_by(["subject", "kind"]).aggregate([("period_starts", "min")])
    parked = bulk.read(store.parked_of(run.nr))
    table = pa.concat_tables([
        pa.table({"subject": held["subject"], "kind": held["kind"], "since": held["period_starts_min"],
                  "reason": pa.repeat("held", held.num_rows)}),
        parked.append_column("reason", pa.repeat("parked", parked.num_rows)).select(["subject", "kind", "since", "reason"]),
    ])  # fmt: skip
    kept = table.group_by(["subject", "kind"]).aggregate([("since", "min"), ("reason", "min")])
    bulk.append(t.outstanding, pa.table({
        "stream": _repeat(run.stream, kept), "subject": kept["subject"], "kind": kept["kind"],
        "since": kept["since_min"], "reason": kept["reason_min"], "run": _repeat(run.nr, kept),
    }))  # fmt: skip


def record_debt(
    database: Database, run_nr: int, party: int, coding: Coding, *, by: str, at: dt.datetime
) -> int:  # fmt: skip
    """Turn what a payee owes after a run into a debt to be invoiced. Returns the pence moved (above nought)."""
    with database.begin() as connection:
        run = store.read_run(connection, run_nr)
        row = next((each for each in store.read_parties(connection, run_nr) if each.party == party), None)
        if run.status not in (Status.RELEASED, Status.ACKNOWLEDGED) or row is None or row.carried_forward >= 0:
            raise Refusal("This payee owes nothing after that run.", "Look at what the run carried forward.")
        if store.last_posted(connection, run.stream, run.calendar).nr != run.nr:  # type: ignore[union-attr]
            raise Refusal("A later run has carried the balance on.", "Name the latest run.")
        owed = -int(row.carried_forward)
        debit, credit = coding.accounts("debt", None, None, None, None, run.pay_date)
        connection.execute(t.entry.insert().values(
            stream=run.stream, period_starts=run.pay_date, subject=run.nr, kind="debt", funder=0, party=party, revision=1,
            period_ends=run.pay_date + dt.timedelta(days=1), run=run.nr, chunk=-1, debit=debit, credit=credit,
            amount=-owed, effective=run.pay_date, recorded=at,
        ))  # fmt: skip
        connection.execute(
            update(t.run_party)
            .where(t.run_party.c.run == run.nr, t.run_party.c.party == party)
            .values(carried_forward=0)
        )
        store.add_event(connection, run.nr, f"debt of {sterling(owed)} raised against payee {party}", by, at, None)
        return owed
