"""The verbs of a figure set by hand: ask for it, approve it, see which run out or wait."""

import datetime as dt
from typing import Any

from sqlalchemy import Row

from billing.assessments import store
from billing.assessments.jobs import find
from finance.assessment import Override, OverrideOf
from finance.columns import Database
from finance.days import spoken
from finance.facts.store import Change, LockChanges, record_change_here
from finance.names import same_person
from finance.problems import Guarded, Refusal
from ledgers.officers.store import read_standing


class OwnOverride(Refusal):
    """Whoever asked for an override may not approve it."""


class ApprovedAlready(Refusal):
    """What a second person is asked to approve has been approved."""


class NoSuchOverride(Refusal):
    """No override is believed under this reference."""


def request_override(
    database: Database,
    ref: str,
    override: Override,
    *,
    by: str,
    at: dt.datetime,
    source: str = "requested by an officer",
) -> str:
    """Ask for a figure to be set by hand, and give the request's reference. It counts once somebody else approves it.

    Raises BadFact when it lacks a reason or an expiry.
    """
    with database.begin() as connection:
        connection.execute(LockChanges())
        person = find(connection, ref)
        checked_override(override, by)
        nr = store.next_override(connection)
        change = record_change_here(connection, Change(at, by, f"override for {ref}", source))
        name = f"OVERRIDE-{nr}"
        store.add_override(
            connection,
            change,
            nr,
            {
                "ref": name,
                "person": person.nr,
                "starts": override.first,
                "ends": override.end,
                "of": str(override.of),
                "amount": override.amount_pence,
                "reason": override.reason,
                "requested_by": by,
            },
        )
    return name


def checked_override(override: Override, by: str) -> None:
    """Raises Refusal when an override has no first day, no expiry after it, no reason, or an amount below nought."""
    what = ""
    if not override.reason.strip():
        what = "has no reason"
    elif override.first is None or override.end is None:
        what = "has no first day, or no last day"
    elif override.end <= override.first:
        last = override.end - dt.timedelta(days=1)
        what = f"would hold from {spoken(override.first)}, which is after its last day, {spoken(last)}"
    elif override.amount_pence < 0:
        what = "is below nought"
    if what:
        raise Refusal(f"The override of {override.of} asked for by {by} {what}.", "Put that right, and ask again.")


def approve_override(database: Database, name: str, *, by: str, at: dt.datetime) -> str:
    """Approve an override somebody else asked for. Gives the person's reference.

    Raises NoSuchOverride, ApprovedAlready, OwnOverride (the database refuses the requester's own approval too), or
    NotAnOfficer or NoRight for anyone else.
    """
    try:
        with database.begin() as connection:
            connection.execute(LockChanges())
            found = store.overrides(connection, [name])
            if not found:
                raise NoSuchOverride(f"There is no override {name}.", "See “outturn assess due-for-review”.")
            row = found[0]
            if row.approved_by is not None:
                raise ApprovedAlready(
                    f"{name} has been approved already, by {row.approved_by}.", "There is nothing to do."
                )
            if same_person(row.requested_by, by):
                raise OwnOverride(f"{by} asked for {name}, so may not approve it.", "Ask a second person to.")
            read_standing(connection).acting(by, "confirm", "approve it")
            change = record_change_here(connection, Change(at, by, f"override {name} approved", "approval"))
            store.approve_override(connection, row, by, change)
            return str(row.person_ref)
    except Guarded as error:
        raise OwnOverride(f"{name} may not be approved by {by}.", "Ask a second person to.") from error


def expiring(database: Database, by_day: dt.date) -> list[Row[Any]]:
    """Overrides that expire by a day, or wait for approval."""
    with database.read() as connection:
        return [row for row in store.overrides(connection) if row.approved_by is None or row.ends <= by_day]


def override_of(words: str) -> OverrideOf:
    """Which figure an override sets, by its own words or by ``allowance`` or ``maximum``."""
    short = {"allowance": OverrideOf.ALLOWANCE, "maximum": OverrideOf.ASSESSED_MAXIMUM}
    if words.strip().casefold() in short:
        return short[words.strip().casefold()]
    try:
        return OverrideOf(words)
    except ValueError as error:
        raise Refusal(f"“{words}” is not a figure that may be set by hand.", "Use allowance or maximum.") from error
