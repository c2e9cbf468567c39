"""What a reader of a run is shown, read from a connection. It is the same for every stream, which names its things."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Row, func, select

from finance.problems import Refusal
from ledgers import store
from ledgers import tables as t
from ledgers.approvals.store import read_approvals
from ledgers.jobs import read_proposal
from ledgers.policy.store import read_versions
from ledgers.policy.versions import in_force
from ledgers.runs import OPEN, OfAnotherStream, Run, Status
from ledgers.since_store import read_since
from ledgers.streams import STREAMS
from ledgers.told_by_store import read_told_by
from ledgers.views.records import (
    GRAVITY,
    Approval,
    BesideTheLast,
    Called,
    CheckShown,
    Deed,
    FindingShown,
    ParkedShown,
    PartyMoved,
    PolicyShown,
    Settled,
    WorkedOut,
    by_check,
    furthest,
    made_of,
    policy_shown,
)

WORKED_OUT = (Status.CALCULATED, Status.SUBMITTED, Status.APPROVED)
"""Stages of a run at which news may still stop it."""


ALIKE = 10
"""Findings of one check listed where there are too many to list."""


class NothingWaits(Refusal):
    """No finding of that check waits to be accepted."""


@dataclass(frozen=True)
class Naming:
    """What a stream calls its parties, by number, and its subjects, by kind and number."""

    parties: Callable[[Connection, Iterable[int]], Mapping[int, Called]]
    subjects: Callable[[Connection, Iterable[tuple[str, int]]], Mapping[tuple[str, int], Called]]


def read_run_of(connection: Connection, nr: int, streams: Iterable[str]) -> Run:
    """The run, if it is of one of these streams. Raises NoSuchRun, or OfAnotherStream, which says what shows it."""
    run = store.read_run(connection, nr)
    if run.stream not in streams:
        shown_by = f"outturn {STREAMS[run.stream].shown_by} {nr}"
        raise OfAnotherStream(f"{run.heading} is a run of {run.stream}.", f"To see it: {shown_by}")
    return run


def read_runs_of(connection: Connection, streams: Iterable[str], *, only_open: bool = False) -> list[Run]:
    """The runs of these streams, in order of number."""
    every = [run for stream in streams for run in store.read_runs(connection, stream)]
    return sorted((run for run in every if not only_open or run.status in OPEN), key=lambda run: run.nr)


def read_lines(connection: Connection, run: Run, party: int | None = None, late: bool | None = None) -> pa.Table:
    """The lines a run proposes, of one party or all, for its own period, for earlier ones (``late``), or both."""
    lines = read_proposal(connection, run.nr, None)
    if party is not None:
        lines = lines.filter(pc.equal(lines["party"], party))
    return lines if late is None else lines.filter(pc.equal(lines["late"], late))


def worked_out(connection: Connection, run: Run) -> WorkedOut:
    """A run with what waits for a reviewer."""
    f = t.finding.c
    waiting = select(f.severity, func.count()).where(f.run == run.nr, f.accepted_by.is_(None)).group_by(f.severity)
    counts = {severity: int(count) for severity, count in connection.execute(waiting)}
    return WorkedOut(run, {each: counts.get(each, 0) for each in GRAVITY}, _parked(connection, run.nr))


def _parked(connection: Connection, run: int) -> int:
    return int(connection.execute(select(func.count()).where(t.parked.c.run == run)).scalar_one())


def read_findings(
    connection: Connection,
    run: int,
    naming: Naming,
    *,
    check: str | None = None,
    severity: str | None = None,
    waiting: bool = False,
    limit: int,
) -> tuple[list[FindingShown], int]:
    """The findings of a run, at most so many, and how many there are in all. ``check``, ``severity``: only those.
    ``waiting``: only those nobody has accepted. Where there are more, the first of each check, so that none hides the
    others.
    """
    chosen = [
        each
        for each in store.read_findings(connection, run)
        if check in (None, each.check_name) and severity in (None, each.severity) and not (waiting and each.accepted_by)
    ]
    some = chosen if len(chosen) <= limit or check else _first_of_each(chosen)
    some = some[:limit]
    about = naming.subjects(connection, [(each.kind or "care", each.subject) for each in some if each.subject])
    parties = naming.parties(connection, [each.party for each in some if each.party is not None])
    shown = [
        FindingShown(
            each.nr,
            each.check_name,
            each.severity,
            each.what,
            about.get((each.kind or "care", each.subject)),
            parties.get(each.party),
            each.amount,
            each.before,
            each.accepted_by,
            each.accepted_reason,
        )
        for each in some
    ]
    return shown, len(chosen)


def _first_of_each(findings: Sequence[Row[Any]]) -> list[Row[Any]]:
    seen: dict[str, int] = {}
    some = []
    for each in findings:
        seen[each.check_name] = seen.get(each.check_name, 0) + 1
        if seen[each.check_name] <= ALIKE:
            some.append(each)
    return some


def read_groups(connection: Connection, run: int) -> list[CheckShown]:
    """The findings of a run by check: each one decision."""
    return by_check(store.read_findings(connection, run))


class OtherFindings(Refusal):
    """A check has another number of findings that wait than whoever accepts them was shown."""


def waiting_of(connection: Connection, run: int, check: str, count: int | None = None) -> list[int]:
    """Findings of one check that nobody has accepted. ``count``: how many somebody was shown. Raises NothingWaits, or
    OtherFindings."""
    waiting = [each for each in store.read_findings(connection, run) if each.accepted_by is None]
    chosen = [each.nr for each in waiting if each.check_name == check]
    if not chosen:
        others = sorted({each.check_name for each in waiting})
        there = f"Those with findings that wait: {', '.join(others)}." if others else "Nothing waits."
        raise NothingWaits(f"Run {run} has no finding of “{check}” that waits.", there)
    if count not in (None, len(chosen)):
        many = "1 finding" if len(chosen) == 1 else f"{len(chosen):,} findings"
        raise OtherFindings(f"Run {run} has {many} of “{check}” that wait, not {count}.", "Look at them again.")
    return chosen


def read_parked(connection: Connection, run: int, naming: Naming) -> list[ParkedShown]:
    """The cases a run could not work out."""
    p = t.parked.c
    rows = connection.execute(select(t.parked).where(p.run == run).order_by(p.kind, p.subject)).all()
    about = naming.subjects(connection, [(each.kind, each.subject) for each in rows])
    return [
        ParkedShown(
            each.kind, each.subject, about.get((each.kind, each.subject)), each.since, each.what, each.what_to_do
        )
        for each in rows
    ]


def read_history(connection: Connection, run: int) -> list[Deed]:
    """What was done to a run, in order."""
    e = t.run_event.c
    return [
        Deed(*row)
        for row in connection.execute(select(e.action, e.by, e.at, e.note).where(e.run == run).order_by(e.nr))
    ]


def beside_the_last(connection: Connection, run: Run, naming: Naming, *, most: int) -> BesideTheLast:
    """A run beside the last of its calendar; an urgent one, whose parties alone are compared. ``most``: how many
    parties to name, by how far they moved.
    """
    last = store.read_run(connection, run.run_before) if run.run_before else None
    now = _by_party(connection, run)
    then = _by_party(connection, last) if last else {}
    if run.is_urgent:
        then = {party: pence for party, pence in then.items() if party in now}
    moved = furthest(now, then, most)
    names = naming.parties(connection, [party for party, _, _ in moved])
    return BesideTheLast(
        run,
        last,
        len(now),
        _parked(connection, run.nr),
        made_of(read_lines(connection, run)),
        by_check(store.read_findings(connection, run.nr)),
        [PartyMoved(names[party], one, other if last else None) for party, one, other in moved],
        *signed_by(connection, run.nr),
        read_history(connection, run.nr),
        read_policy(connection, run, last),
        read_since(connection, run) if run.status in WORKED_OUT else [],
        read_told_by(connection, run) if run.status in WORKED_OUT else [],
    )


def read_policy(connection: Connection, run: Run, last: Run | None) -> PolicyShown:
    """The policy a run goes by, beside that of the last."""
    versions = read_versions(connection)
    mine = next((each for each in versions if each.nr == run.policy_version), None)
    holds = in_force(versions, run.up_to - dt.timedelta(days=1))
    since = holds.nr if holds and run.status in OPEN and holds.nr != run.policy_version else None
    confirmed_by = mine.confirmed_by if mine and not mine.founding else None
    return policy_shown(run.policy, last.policy if last else None, run.policy_version, confirmed_by, since)


def _by_party(connection: Connection, run: Run) -> dict[int, int]:
    """What a run that settles proposes for each party."""
    return {each.party: each.total for each in store.read_parties(connection, run.nr)}


def settled(connection: Connection, run: int) -> Settled:
    """What a released run paid, and kept back."""
    rows = store.read_parties(connection, run)
    return Settled(
        sum(each.paid for each in rows),
        sum(each.paid > 0 for each in rows),
        sum(each.held for each in rows),
        sum(each.carried_forward for each in rows),
        sum(each.withheld is not None for each in rows),
    )


def signed_by(connection: Connection, run: int) -> tuple[list[Approval], int]:
    """Who has signed for a run, in order, and how many must."""
    signed = read_approvals(connection, run)
    made = [Approval(each.approved_by, each.role, each.approved_at) for each in signed]
    return made, max((each.needed for each in signed), default=1)
