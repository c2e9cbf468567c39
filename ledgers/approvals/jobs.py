"""The verb that signs for a run: one transaction that takes the run's row, and refuses whatever stands in the way."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Row

from finance.columns import Database
from finance.problems import Refusal
from ledgers import holds_store, store
from ledgers.approvals import store as kept
from ledgers.approvals.rules import Signer, in_the_way, still_needed, tier_for
from ledgers.chain.links import APPROVAL, About
from ledgers.chain.store import add_links
from ledgers.deciders import LINE_COLUMNS, decided
from ledgers.holds import Holds
from ledgers.lines_store import check_posted_shown, check_signature, read_proposal
from ledgers.officers.store import read_standing
from ledgers.runs import FindingsOpen, PartPosted, Run, SignatureVoid, Status, WrongState, may, one_of
from ledgers.since import NewsSinceWorkedOut, check_since
from ledgers.since_store import read_since
from ledgers.streams import OF_NO_LINE, STREAMS

FIRST_OF_TWO = "approved as the first of two"
"""The event of a signature that is not enough alone: the run waits for another."""


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
        signer, signed = _signer(connection, run, by, at), kept.read_approvals(connection, run.nr)
        theirs = [each.approved_by for each in signed]
        refusals = [*_not_ready(connection, run, signature, stands_in), *in_the_way(run, signer, theirs)]
        if refusals:
            raise one_of(f"{run.heading} cannot be approved by {by}.", refusals)
        check_signature(connection, run)
        holds_store.hold_for_run(connection, run.nr, stands_in, instead=True)
        left = still_needed(signed, signer.needed) - 1
        kept.add_approval(
            connection,
            run=run.nr,
            place=len(signed) + 1,
            needed=len(signed) + 1 + left,
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
        if not left:
            store.set_run(connection, run, was=(Status.SUBMITTED,), status=Status.APPROVED)
        store.add_event(connection, run.nr, FIRST_OF_TWO if left else "approved", signer.name, at, note)
        add_links(connection, [About(APPROVAL, run.nr, len(signed) + 1)], at)
        return store.read_run(connection, run.nr)


def take_back_approvals(connection: Connection, run: int, at: dt.datetime) -> None:
    """Void every signature on a run that is sent back or given up. The chain says that they are gone: the last link
    about each covers none.
    """
    places = kept.drop_approvals(connection, run)
    add_links(connection, [About(APPROVAL, run, place) for place in places], at)


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
    calendar, payees = kept.signed_that_day(connection, run, at.date())
    due = {
        each.party: max(each.total + max(each.brought_forward, 0), 0) for each in store.read_parties(connection, run.nr)
    }
    most = max((due.get(party, 0) + pence for party, pence in payees.items()), default=0)
    day_total, entered = max(run.to_sign_for + calendar, most), entered_by(connection, run, name)
    return Signer(name, role, limits, now.alone.get(role), refused, day_total, entered)


def entered_by(connection: Connection, run: Run, by: str, findings: Iterable[Row[Any]] | None = None) -> list[str]:
    """What somebody entered themselves of what a run pays, in words; of what ``findings`` are about, where given."""
    changes = kept.changes_by(connection, by)
    read = ((each, kept.decided_by(connection, each, run, by, changes)) for each in STREAMS[run.stream].deciders)
    theirs = {decider: found for decider, found in read if found}
    if not theirs:
        return []
    lines = read_proposal(connection, run.nr, LINE_COLUMNS)
    if findings is None:
        lines = lines.filter(pc.not_equal(lines["amount"], 0))
    else:
        lines = pa.concat_tables([lines.slice(0, 0), *(lines.filter(_about(lines, each)) for each in findings)])
    return list(dict.fromkeys(each.words for each, found in theirs.items() if decided(lines, each, found).any()))


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
    try:
        check_since(run, read_since(connection, run))
    except NewsSinceWorkedOut as error:
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
    holds = holds_store.read_holds(connection, run.stream, kept=True) if stops else []
    if not holds:
        return stops
    lines = read_proposal(connection, run.nr, ("subject", "kind", "party"))
    left = []
    for stop in stops:
        about = lines.filter(_about(lines, stop))
        theirs = [each for each in holds if each.target == (stop.subject if each.scope == "line" else stop.party)]
        held = Holds.of(theirs)
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
