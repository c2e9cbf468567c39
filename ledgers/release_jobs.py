"""Releasing a run: claimed, posted part by part, settled. From *releasing* the only way is forward.

The claim takes the run from *approved* to *releasing* in one transaction that looks at the signature and notes which
lines and payees wait. Each part is posted by one transaction that takes it first, so that it is posted once whoever
else is at it. What is paid, billed and owed beside follows from the entries, in one last transaction. Cut off anywhere,
whoever releases the run again goes on where it stopped.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, func, select, update

from finance.columns import Bulk, Database, ints
from finance.locking import Alone
from finance.problems import Refusal
from ledgers import entries_store, holds_store, store
from ledgers import tables as t
from ledgers.approvals.rules import check_signed
from ledgers.approvals.store import read_approvals
from ledgers.chain.covering import entry_lines
from ledgers.chain.links import PART, RUN, URGENT, About, sha256
from ledgers.chain.store import add_links, entries_held, read_codes
from ledgers.closed_periods import effective_days
from ledgers.coding.rules import Coding
from ledgers.holds import Holds
from ledgers.jobs import (
    ALREADY,
    check_posted_shown,
    check_signature,
    read_proposal,
    repeat,
    taken,
    unparquet,
    whole_proposal,
)
from ledgers.meeting_jobs import check_still_next
from ledgers.progress import Progress, quiet
from ledgers.runs import SETTLED, FindingsOpen, PartPosted, Run, Status, Stream, of_stream, overtaken
from ledgers.settling_jobs import pay
from ledgers.since import check_since
from ledgers.since_store import read_since
from ledgers.streams import RECHARGES, STREAMS
from ledgers.urgent import check_beside
from ledgers.urgent_store import read_not_counted


class NotAsSigned(Refusal):
    """The ledger holds something else of a run being released than was signed for it."""


_KEY = ("subject", "kind", "funder", "party", "period_starts", "revision")
_SETTLED_BY = (*_KEY, "amount")


def release_run(
    database: Database,
    run_nr: int,
    stream: Stream,
    coding: Coding,
    *,
    by: str,
    at: dt.datetime,
    progress: Progress = quiet,
    allowed: Callable[[pa.Table, pa.Table], None] | None = None,
) -> Run:
    """Post the signed lines to the ledger, part by part, two at once where the database lets two write, then settle
    with each payee or number the bills. Cut off, it goes on where it stopped; run by two at once, it posts nothing
    twice.

    ``allowed``: a stream's own rule about what it posts and what waits, which refuses by raising.
    Raises WrongState, NotAnOfficer, NoRight, SignatureVoid, FindingsOpen or Overlapping.
    """
    with database.begin() as connection:
        run = taken(connection, run_nr, "release")
        of_stream(run, stream.name)
        officer = store.acting(connection, by, "release", "release a run")
        check_signature(connection, run)
        check_signed(run, read_approvals(connection, run.nr))
        if run.status is Status.APPROVED:
            connection.execute(Alone(t.run_held))  # of two runs claimed at once, the second sees the first
            holds_store.hold_for_run(
                connection, run.nr, holds_store.read_holds(connection, run.stream, kept=True), instead=False
            )
            if store.stops_let_through(connection, run.nr):
                raise FindingsOpen(
                    f"Findings of {run.title} were never dealt with.", "Send it back, and deal with each."
                )
            check_since(run, read_since(connection, run))
            _check_lines(connection, run, allowed)
            store.set_run(connection, run, was=(Status.APPROVED,), status=Status.RELEASING)
            store.add_event(connection, run.nr, "began releasing", officer, at, None)
        todo = store.chunk_numbers(connection, run.nr, posted=False)
        marked = set(store.chunk_numbers(connection, run.nr, posted=True))
        marked -= entries_store.parts_posted(connection, run.nr) if marked else set()
        held = Holds(*holds_store.held_of_run(connection, run.nr))
        whole = len(store.chunk_numbers(connection, run.nr))
        already = store.chunk_at(connection, run.nr, ALREADY) if run.cut_off else None
        blobs = {number: store.read_blob(connection, run.nr, number) for number in (*todo, *marked)}
        run, codes = store.read_run(connection, run.nr), read_codes(connection)

    def post(number: int) -> int:
        lines = held.posted(unparquet(blobs.pop(number)))
        lines = lines.slice(0, 0) if number == already else lines
        made = as_entries(run, number, lines.sort_by([("period_starts", "ascending"), ("subject", "ascending")]), at)
        _post_part(database, run, number, made, codes, at, told=number in marked)
        return number

    with ThreadPoolExecutor(2) as two_at_once:
        for number in two_at_once.map(post, sorted({*todo, *marked})):
            progress("posting", number + 1, whole)
    proposal = whole_proposal(database, run.nr, _SETTLED_BY)
    settled = _settle(database, run, stream, coding, held, proposal, codes, officer, at)
    with database.read() as connection:
        now = store.read_run(connection, run.nr)
        if not settled:
            raise overtaken("release", now, store.last_event(connection, now))
        return now


def _check_lines(connection: Connection, run: Run, allowed: Callable[[pa.Table, pa.Table], None] | None) -> None:
    """Raise where the lines that would be posted are no longer what is left to post, or may not be by themselves."""
    _check_posted_before(connection, run)
    check_beside(run, read_not_counted(connection, run))
    check_still_next(connection, run)
    if allowed:
        proposal = read_proposal(connection, run.nr, ("subject", "kind", "party", "amount"))
        held = Holds(*holds_store.held_of_run(connection, run.nr))
        allowed(held.posted(proposal), held.waiting(proposal))


def _check_posted_before(connection: Connection, run: Run) -> None:
    """Raise PartPosted where a run has entries its lines do not show, or where a hold names what it has posted
    already.
    """
    if not run.cut_off:
        assert not entries_store.has_entries(connection, run.nr), f"run {run.nr} is approved and has entries"
        return
    check_posted_shown(connection, run)
    there = store.chunk_at(connection, run.nr, ALREADY)
    assert there is not None
    posted = unparquet(store.read_blob(connection, run.nr, there), ("subject", "kind", "party"))
    if Holds(*holds_store.held_of_run(connection, run.nr)).waiting(posted).num_rows:
        raise PartPosted(
            f"A hold names lines of {run.title} that an earlier version posted already.",
            "Let it go and, where it stood in for accepting a finding, send the run back and accept that instead. "
            "Hold again once the run is released.",
        )


def as_entries(run: Run, number: int, lines: pa.Table, at: dt.datetime) -> pa.Table:
    """Proposed lines as ledger entries."""
    return pa.table(
        {
            "stream": repeat(run.stream, lines),
            **{
                name: lines[name]
                for name in (
                    "period_starts",
                    "subject",
                    "kind",
                    "funder",
                    "party",
                    "revision",
                    "period_ends",
                    "debit",
                    "credit",
                    "amount",
                )
            },
            "run": repeat(run.nr, lines),
            "chunk": repeat(number, lines),
            "effective": effective_days(run, lines["period_ends"]),
            "recorded": pa.repeat(pa.scalar(at, pa.timestamp("us")), lines.num_rows),
        }
    )


def _post_part(
    database: Database,
    run: Run,
    number: int,
    entries: pa.Table,
    codes: Mapping[int, str],
    at: dt.datetime,
    *,
    told: bool,
) -> None:
    """Post a part, unless it is posted already, with its link. The database refuses it of a run that is not being
    released.

    ``told``: it is marked as posted and has no entries, as no verb leaves it. It is posted all the same, unless another
    has done so since.
    """
    about, covers = About(PART, run.nr, number), entry_lines(entries, codes)
    with database.bulk() as bulk:
        c = t.chunk.c
        mine = update(t.chunk).where(c.run == run.nr, c.number == number, c.posted.is_(False)).values(posted=True)
        again = told and not entries_store.part_posted(bulk, run.nr, number)
        if again or bulk.change(mine) == 1:
            bulk.append(t.entry, entries)
            if run.cut_off:  # an earlier version may have posted some of this part
                covers = dict(entries_held(bulk, run.nr, codes)).get(about, b"")
            add_links(bulk, (), at, [(about, sha256(covers))] if entries.num_rows else ())


def _settle(
    database: Database,
    run: Run,
    stream: Stream,
    coding: Coding,
    held: Holds,
    proposal: pa.Table,
    codes: Mapping[int, str],
    by: str,
    at: dt.datetime,
) -> bool:
    """What a release does once every part is posted: pay each payee and carry what they owe, or bill; note what is left
    unsettled, and what is still owed. One transaction, by what the ledger holds. False: somebody else has done it."""
    with database.bulk() as bulk:
        if stream.settles and run.run_before:
            bulk.change(store.touch(run.run_before))  # nobody turns its balances into debts meanwhile
        if bulk.change(store.touch(run.nr, t.run.c.status == str(Status.RELEASING))) != 1:
            return False
        posted = entries_store.posted_sums(bulk, run.nr)
        _assert_as_signed(bulk, run, held, proposal, posted)
        for left in (t.outstanding, t.owed):  # put in by nobody's verb, it would stand in the way for good
            bulk.execute(left.delete().where(left.c.run == run.nr))
        paid = pay(bulk, run, stream, coding, held, proposal, posted, at) if stream.settles else None
        _note_unsettled(bulk, run, held.waiting(proposal))
        stream.conclude(bulk, run, posted, at)
        _note_owed(bulk, run, by, at)
        bulk.append(t.run_event, pa.table({"run": [run.nr], "action": ["released"], "by": [by], "at": [at]}))
        released = update(t.run).where(t.run.c.nr == run.nr).values(status=str(Status.RELEASED), released_at=at)
        assert bulk.change(released) == 1
        settlements = [(About(PART, run.nr, SETTLED), sha256(entry_lines(paid, codes)))] if paid else ()
        as_released = (RUN, URGENT) if run.is_urgent else (RUN,)
        add_links(bulk, [About(each, run.nr) for each in as_released], at, settlements)
    return True


def _assert_as_signed(bulk: Bulk, run: Run, held: Holds, proposal: pa.Table, posted: pa.Table) -> None:
    """Every part is posted, and comes for each payee to what was signed less what waits."""
    c = t.chunk.c
    left = bulk.read(select(func.count().label("left")).where(c.run == run.nr, c.posted.is_(False)))["left"][0].as_py()
    if left:
        raise NotAsSigned(f"{left} parts of {run.title} are not posted.", _PROVE)
    wanted = (
        held.posted(proposal).group_by("party").aggregate([("amount", "count"), ("amount", "sum")]).sort_by("party")
    )
    same = all(
        np.array_equal(ints(wanted, one), ints(posted, other))
        for one, other in (("party", "party"), ("amount_count", "lines"), ("amount_sum", "amount"))
    )
    if not same:
        raise NotAsSigned(f"What the ledger holds of {run.title} is not what was signed.", _PROVE)


_PROVE = "Nothing is paid. Have the proof name each line (outturn proof), and the database’s owner put it right."


def _note_unsettled(bulk: Bulk, run: Run, waiting: pa.Table) -> None:
    """Held and parked subjects are what the next run must look back for. It asks this run, and no earlier one."""
    held = waiting.group_by(["subject", "kind"]).aggregate([("period_starts", "min")])
    parked = bulk.read(store.parked_of(run.nr))
    table = pa.concat_tables(
        [
            pa.table(
                {
                    "subject": held["subject"],
                    "kind": held["kind"],
                    "since": held["period_starts_min"],
                    "reason": pa.repeat("held", held.num_rows),
                }
            ),
            parked.append_column("reason", pa.repeat("parked", parked.num_rows)).select(
                ["subject", "kind", "since", "reason"]
            ),
        ]
    )
    kept = table.group_by(["subject", "kind"]).aggregate([("since", "min"), ("reason", "min")])
    bulk.append(
        t.outstanding,
        pa.table(
            {
                "stream": repeat(run.stream, kept),
                "subject": kept["subject"],
                "kind": kept["kind"],
                "since": kept["since_min"],
                "reason": kept["reason_min"],
                "run": repeat(run.nr, kept),
            }
        ),
    )


def _note_owed(bulk: Bulk, run: Run, by: str, at: dt.datetime) -> None:
    """Record what the release owes beyond posting. Where other funders bear nothing, there is nothing to recharge."""
    owes = STREAMS[run.stream].owes
    nothing = RECHARGES.name in owes and not bulk.read(entries_store.borne_by_others(run.nr)).num_rows
    done = [each == RECHARGES.name and nothing for each in owes]
    bulk.append(
        t.owed,
        pa.table(
            {
                "run": [run.nr] * len(owes),
                "what": list(owes),
                "since": pa.array([at] * len(owes), pa.timestamp("us")),
                "done_at": pa.array([at if each else None for each in done], pa.timestamp("us")),
                "done_by": pa.array([by if each else None for each in done], pa.string()),
                "outcome": pa.array(["nothing to recharge" if each else None for each in done], pa.string()),
            }
        ),
    )
