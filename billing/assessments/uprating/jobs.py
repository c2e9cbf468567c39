"""The verbs of an uprating: preview, approve, apply, undo, abandon. What is applied is exactly what was signed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Row

from billing.assessments import store
from billing.assessments.caseload import outcomes_store
from billing.assessments.caseload import store as caseload_store
from billing.assessments.caseload.outcomes import Outcomes, assess_over
from billing.assessments.decisions import WITHDRAWN
from billing.assessments.in_force import NOTHING, Decisions, restored
from billing.assessments.overrides_jobs import ApprovedAlready
from billing.assessments.rates import Rates
from billing.assessments.tables import assessment
from billing.assessments.uprating import store as uprating_store
from billing.assessments.uprating.effect import People, Summary, by_person, summary
from finance.assessment import AssessmentPolicy, statutory_figures
from finance.columns import Bulk, Database, Ints
from finance.days import Span, number
from finance.facts.store import Change, LockChanges, record_change
from finance.names import same_person
from finance.parameters import Parameters
from finance.problems import Guarded, Refusal
from ledgers.officers.store import read_standing


class NoSuchUprating(Refusal):
    """No uprating has this number."""


class WrongStage(Refusal):
    """The uprating is not at the stage this needs."""


class OwnUprating(Refusal):
    """Whoever prepared an uprating may not approve it."""


class PreviewChanged(Refusal):
    """The stored preview is not what was signed."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An uprating as previewed: everybody, the summary, and the signature to approve."""

    nr: int
    name: str
    span: Span
    prepared_by: str
    status: str
    approved_by: str | None
    signature: str
    policy: str
    everyone: People
    summary: Summary
    known: int
    died: int


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did. ``left_out`` are people whose facts or assessments changed after the preview."""

    change: int
    stored: int
    left_out: tuple[int, ...]


def preview(
    database: Database,
    name: str,
    span: Span,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    by: str,
    at: dt.datetime,
) -> Preview:
    """Work out everybody over the days on which figures change, and keep what it comes to. Nothing is applied.

    ``span`` runs from the first day the new figures apply to the day before which to stop looking for more changes:
    to catch all three April dates, 1 April to 1 May.
    """
    with database.read() as connection:
        rates = store.rates_now(connection, policy, figures or statutory_figures())
    with database.bulk() as bulk:
        known = caseload_store.refresh(bulk)
        made = assess_over(caseload_store.read(bulk), span, rates)
        words = uprating_store.words_between(bulk, span.first, None, known)
        served, dead = uprating_store.served(bulk, span.first), uprating_store.dead(bulk, span.first)
        everyone = by_person(made, words, number(span.first), served, dead)
    rows = outcomes_store.words(_to_write(made, words), 0)
    chunks = uprating_store.chunks(everyone, rows)
    signature = uprating_store.signature([each.sha256 for each in chunks], rates.sha256)
    total = summary(everyone, number(span.first))
    with database.begin() as connection:
        nr = uprating_store.add(
            connection,
            {
                "name": name,
                "starts": span.first,
                "ends": span.end,
                "prepared_by": by,
                "prepared_at": at,
                "known": known,
                "rates": store.keep_rates(connection, rates),
                "status": "previewed",
                "signature": signature,
                "people": len(everyone),
                "changed": total.more + total.less,
                "total_before": total.before_pence,
                "total_after": total.after_pence,
            },
            chunks,
        )
        died = uprating_store.left_out_dead(connection, span.first, known)
    return Preview(nr, name, span, by, "previewed", None, signature, policy.title, everyone, total, known, died)


def _to_write(made: Outcomes, words: Decisions) -> Outcomes:
    """The rows that say something new: not those a standing word already says for all their days."""
    place = words.standing(made.person, made.starts)
    same = words.value("ends", place, 0) >= made.ends
    for name in ("charge", "can_pay", "council_pays", "how"):
        same &= words.value(name, place) == getattr(made, name)
    return made.take(np.flatnonzero(~made.refused & ~same))


def read_preview(database: Database, nr: int) -> Preview:
    """An uprating as it was previewed. Raises NoSuchUprating."""
    with database.read() as connection:
        row = _found(connection, nr)
        everyone = uprating_store.people_of(uprating_store.chunk_people(connection, nr))
        rates = store.rates_kept(connection, row.rates)
        approved = uprating_store.approver(connection, nr)
        died = uprating_store.left_out_dead(connection, row.starts, row.known)
    span = Span(row.starts, row.ends)
    return Preview(
        nr,
        row.name,
        span,
        row.prepared_by,
        row.status,
        approved,
        row.signature,
        rates.policy.title,
        everyone,
        summary(everyone, number(span.first)),
        row.known,
        died,
    )


def _found(connection: Connection, nr: int, *stages: str) -> Row[Any]:
    row = uprating_store.find(connection, nr)
    if row is None:
        raise NoSuchUprating(f"There is no uprating {nr}.", "See “outturn assess uprate list”.")
    if stages and row.status not in stages:
        raise WrongStage(f"Uprating {nr} is {row.status}.", f"This follows from {' or '.join(stages)}.")
    return row


def approve(database: Database, nr: int, *, by: str, at: dt.datetime) -> str:
    """Sign a preview as the second person. Gives the signature.

    Raises ApprovedAlready, OwnUprating for the preparer (the database refuses it too), PreviewChanged when what is
    stored is not what was previewed, NotAnOfficer or NoRight for anyone else.
    """
    try:
        with database.begin() as connection:
            uprating_store.alone(connection)
            approver = uprating_store.approver(connection, nr)
            if approver is not None:
                status = _found(connection, nr).status
                next_ = f"Next: outturn assess uprate apply {nr}" if status == "approved" else f"It is {status}."
                raise ApprovedAlready(f"Uprating {nr} has been approved already, by {approver}.", next_)
            row = _found(connection, nr, "previewed")
            if same_person(row.prepared_by, by):
                raise OwnUprating(f"{by} prepared uprating {nr}, so may not approve it.", "Ask a second person to.")
            read_standing(connection).acting(by, "confirm", "approve it")
            _unchanged(connection, row)
            uprating_store.approve(connection, row, by, at)
            uprating_store.set_status(connection, nr, "approved")
            return str(row.signature)
    except Guarded as error:
        raise OwnUprating(f"Uprating {nr} may not be approved by {by}.", "Ask a second person to.") from error


def _unchanged(connection: Connection, row: Row[Any]) -> None:
    hashes, whole = uprating_store.hashes(connection, row.nr)
    if not whole or uprating_store.signature(hashes, row.rates) != row.signature:
        raise PreviewChanged(f"What is stored of uprating {row.nr} is not what was previewed.", "Preview it again.")


def apply(database: Database, nr: int, *, by: str, at: dt.datetime) -> Applied:
    """Store what was signed, all of it or nothing. Run twice it changes nothing more.

    It is one transaction, since a run of charges takes in everything up to the latest change and asks for no more of
    it: what a change says must be there whole once it can be seen. People whose facts or assessments changed after the
    preview are left out and named: assess them afresh.
    """
    with database.read() as connection:
        row = _found(connection, nr, "approved", "applied")
        _unchanged(connection, row)
    with database.bulk() as bulk:
        bulk.execute(LockChanges())
        now = uprating_store.row_of(bulk, nr)
        if now["status"] not in ("approved", "applied"):
            raise WrongStage(f"Uprating {nr} is {now['status']}.", "This follows from approved.")
        change = now["applied_change"]
        if change is None:
            change = record_change(bulk, Change(at, by, f"uprating {nr} applied", row.name))
            uprating_store.add_batch(bulk, change, "uprating", row.known, row.rates, nr)
        late = _changed_since(bulk, row.known, change)
        for chunk in uprating_store.unapplied(bulk, nr):
            bulk.append(assessment, _signed(uprating_store.chunk_words(bulk, nr, chunk), change, late))
            uprating_store.mark_applied(bulk, nr, chunk)
        uprating_store.move(bulk, nr, "applied", applied_change=change)
        stored = len(uprating_store.words_of(bulk, change))
    everyone = read_preview(database, nr).everyone.person
    return Applied(int(change), stored, tuple(int(each) for each in np.intersect1d(late, everyone)))


def _signed(words: pa.Table, change: int, late: Ints) -> pa.Table:
    owner = np.asarray(words["person"].to_numpy(), np.int64)
    kept = words.filter(pa.array(~np.isin(owner, late)))
    place = kept.column_names.index("learned")
    return kept.set_column(place, "learned", pa.array(np.full(kept.num_rows, change, np.int64)))


def _changed_since(bulk: Bulk, known: int, change: int) -> Ints:
    """People whose facts were learned, or who were assessed, after a preview and before it is applied."""
    facts = caseload_store.touched(bulk, known, change)
    said = uprating_store.words_after(bulk, known)
    return np.union1d(facts, said.person[said.learned < change])


def undo(database: Database, nr: int, *, by: str, at: dt.datetime) -> int:
    """Put back what stood before an uprating, as new assessments; both stay visible. Gives the new change.

    Days that were assessed again since are left as they are.
    """
    with database.read() as connection:
        row = _found(connection, nr, "applied")
    with database.bulk() as bulk:
        bulk.execute(LockChanges())
        now = uprating_store.row_of(bulk, nr)
        if now["status"] != "applied":
            raise WrongStage(f"Uprating {nr} is {now['status']}.", "This follows from applied.")
        made = uprating_store.words_of(bulk, row.applied_change)
        before = uprating_store.words_between(bulk, row.starts, None, row.applied_change - 1)
        after = uprating_store.words_after(bulk, row.applied_change)
        change = record_change(bulk, Change(at, by, f"uprating {nr} undone", row.name))
        uprating_store.add_batch(bulk, change, "undone", row.known, row.rates, nr)
        uprating_store.move(bulk, nr, "undone", undone_change=change)
        bulk.append(assessment, _rows(restored(made, before, after), change))
    return change


def _rows(back: Decisions, change: int) -> pa.Table:
    none = back.charge == NOTHING
    return pa.table(
        {
            "person": back.person,
            "starts": outcomes_store.dates(back.starts),
            "learned": np.full(len(back), change, np.int64),
            "ends": outcomes_store.dates(back.ends),
            "charge": pa.array(back.charge, mask=none),
            "council_pays": pa.array(back.council_pays, mask=none),
            "how": np.where(none, WITHDRAWN, back.how).astype(np.int16),
            "can_pay": pa.array(back.can_pay, mask=back.can_pay == NOTHING),
        }
    )


def abandon(database: Database, nr: int) -> None:
    """Give up a preview, approved or not. Nothing of it was stored as an assessment."""
    with database.begin() as connection:
        uprating_store.alone(connection)
        row = _found(connection, nr, "previewed", "approved")
        if row.applied_change is not None:
            raise WrongStage(f"Uprating {nr} has begun to be applied.", "Finish applying it, then undo it.")
        uprating_store.set_status(connection, nr, "abandoned")


def every(database: Database) -> list[Row[Any]]:
    """Every uprating, the latest first."""
    with database.read() as connection:
        return uprating_store.every(connection)


def rates_previewed(database: Database, nr: int) -> Rates:
    """The figures and policy an uprating was previewed with."""
    with database.read() as connection:
        return store.rates_kept(connection, _found(connection, nr).rates)
