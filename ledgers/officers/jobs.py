"""The verbs of officers: add, change, set a limit or what a role signs for alone, end, confirm. Each is handed an open
transaction and records who and why.

Whoever asks, ends or confirms is an officer who may sign for runs, but for whoever names the first of a new council.
Each first puts itself in a row with the others, so that what it reads of who may sign is still so when it records.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from finance.names import NotAName, check_name, same_person
from finance.problems import Refusal
from ledgers.chain.links import OFFICERS, About
from ledgers.chain.store import add_links
from ledgers.officers import store
from ledgers.officers.authority import (
    RIGHTS,
    TIMETABLE,
    AlreadyAnOfficer,
    Authority,
    NoSuchOfficer,
    OfficerChange,
    check_end,
    check_keeper,
    check_left,
    check_waits,
    founding,
    started,
    to_confirm,
)

_FROM_THE_START = dt.datetime(2000, 1, 1)
FOUNDING = "Among the first officers of a new council."
"""Why a founder is on the list, where nobody says. Whoever comes later is asked for with a reason."""


class NoReasonGiven(Refusal):
    """A change to who may sign is recorded with why."""


def add_officer(
    connection: Connection, name: str, role: str, limit: int | None, *, reason: str, by: str, at: dt.datetime
) -> OfficerChange | None:
    """Ask for a new officer, and perhaps for their role's limit (pence). None: they stand so already.

    Raises AlreadyAnOfficer for somebody who has another role, NotAName for what could pass for another name,
    NoReasonGiven where anyone but a founder comes without a reason. Somebody who was on the list before comes back
    under that name.
    """
    now, name = store.read_alone(connection), check_name(name)
    if same_person(name, TIMETABLE):
        raise NotAName(f"“{name}” is what the timetable is called.", "Give the officer’s own name.")
    spelled = now.spelled(name)
    if spelled is not None and (spelled, now.roles[spelled]) != (name, role):
        what = f"{spelled} is already on the list as {now.roles[spelled]}."
        raise AlreadyAnOfficer(what, f"To give them another role: outturn officer change “{spelled}” ROLE --reason WHY")
    if spelled is not None and spelled not in now.misspelt:
        return set_limit(connection, role, limit, reason=reason, by=by, at=at) if limit is not None else None
    changes = sorted(store.read_changes(connection), key=lambda each: not each.counts)
    before = next((each.name for each in changes if each.name and same_person(each.name, name)), None)
    return _ask(connection, now, before or name, role, limit, reason, by, at)


def change_role(
    connection: Connection, name: str, role: str, limit: int | None, *, reason: str, by: str, at: dt.datetime
) -> OfficerChange | None:
    """Ask for an officer to have another role. None: they have it. Raises NoSuchOfficer."""
    now = store.read_alone(connection)
    found = now.spelled(name)
    if found is None:
        raise NoSuchOfficer(f"{name} is not on the list of officers.", "To add them: outturn officer add NAME ROLE")
    if now.roles[found] == role and found not in now.misspelt:
        return set_limit(connection, role, limit, reason=reason, by=by, at=at) if limit is not None else None
    return _ask(connection, now, found, role, limit, reason, by, at)


def set_limit(
    connection: Connection, role: str, limit: int, *, reason: str, by: str, at: dt.datetime
) -> OfficerChange | None:
    """Ask for a role to sign for so much (pence), no more and no less. None: it does."""
    now = store.read_alone(connection)
    return None if now.limits.get(role) == limit else _ask(connection, now, None, role, limit, reason, by, at)


def set_alone(
    connection: Connection, role: str, alone: int, *, reason: str, by: str, at: dt.datetime
) -> OfficerChange | None:
    """Ask for a role to sign for so much (pence) alone, and above that with a second approver. None: it does.

    Once it may sign alone for all its limit, no second approver is asked for.
    """
    now = store.read_alone(connection)
    if now.alone.get(role) == alone:
        return None
    return _ask(connection, now, None, role, None, reason, by, at, alone=alone)


class NoSuchRight(Refusal):
    """A right was named that there is not."""


def set_rights(
    connection: Connection, role: str, rights: Sequence[str], *, reason: str, by: str, at: dt.datetime
) -> OfficerChange | None:
    """Ask for a role to have these rights (words of RIGHTS) and no others. None: it has. Raises NoSuchRight."""
    now = store.read_alone(connection)
    unknown = [each for each in rights if each not in RIGHTS]
    if unknown:
        raise NoSuchRight(f"There is no right “{unknown[0]}”.", f"The rights are {', '.join(RIGHTS)}.")
    chosen = tuple(each for each in RIGHTS if each in rights)
    if now.rights_of(role) == chosen:
        return None
    return _ask(connection, now, None, role, None, reason, by, at, rights=",".join(chosen))


def end_officer(connection: Connection, name: str, *, reason: str, by: str, at: dt.datetime) -> None:
    """End an officer's signing, at once. What they have signed stands. Raises NoSuchOfficer, NoRight or LastOfficer."""
    now = store.read_alone(connection)
    found = now.spelled(name) or name
    check_end(now, found, by)
    changes = store.read_changes(connection)
    ending = OfficerChange(
        changes[-1].nr + 1, found, None, None, _said(reason), now.spelled(by) or by, at, None, None, None
    )
    check_left(changes, ending)
    nr = store.add_change(
        connection, name=found, role=None, limit=None, reason=ending.reason, by=ending.asked_by, at=at
    )
    add_links(connection, [About(OFFICERS, nr)], at)


def confirm_change(connection: Connection, nr: int, *, by: str, at: dt.datetime) -> OfficerChange:
    """Confirm a change as the second officer. Raises NoSuchChange, NoSuchOfficer, NoRight, OfficerNeedsASecondPerson or
    LastOfficer."""
    now = store.read_alone(connection)
    changes = store.read_changes(connection)
    check_waits(changes, nr)
    change = to_confirm(now, nr, by)
    check_left(changes, change)
    _confirm(connection, change, now.spelled(by) or by, at)
    return _read(connection, nr)


def _confirm(connection: Connection, change: OfficerChange, by: str, at: dt.datetime) -> None:
    store.confirm(connection, change, by, at)
    add_links(connection, [About(OFFICERS, change.nr)], at)


def _ask(
    connection: Connection,
    now: Authority,
    name: str | None,
    role: str,
    limit: int | None,
    reason: str,
    by: str,
    at: dt.datetime,
    rights: str | None = None,
    alone: int | None = None,
) -> OfficerChange:
    wanted = (name, role, limit, rights, alone)
    same = next((each for each in now.waiting if _wanted(each) == wanted), None)
    if same is not None:
        return same
    founder = founding(now, by) if name is not None else None
    if founder is not None:
        reason = reason.strip() or FOUNDING
    elif not started(now, by, at):
        check_keeper(now, by, "ask for it")
    nr = store.add_change(
        connection,
        name=name,
        role=role,
        limit=limit,
        reason=_said(reason),
        by=now.spelled(by) or by,
        at=at,
        founding=founder,
        rights=rights,
        alone=alone,
    )
    asked = _read(connection, nr)
    if founder is not None:
        _confirm(connection, asked, by, at)
    else:
        check_left(store.read_changes(connection), asked)
    return _read(connection, nr)


def _wanted(each: OfficerChange) -> tuple[object, ...]:
    return (each.name, each.role, each.limit, each.rights, each.alone)


def _read(connection: Connection, nr: int) -> OfficerChange:
    return next(each for each in store.read_changes(connection) if each.nr == nr)


def _said(reason: str) -> str:
    if not reason.strip():
        raise NoReasonGiven(
            "Nothing is said about why.", "Say why, and on whose word, with --reason: it is kept with the change."
        )
    return reason.strip()


def add_officers(
    connection: Connection, officers: Mapping[str, str], tiers: Mapping[str, int], at: dt.datetime = _FROM_THE_START
) -> None:
    """Officers and limits (pence) of a world made up whole: a scenario, a demonstration, a test.

    The first two found the installation; the first of them confirms all the rest. What is there already stays.
    """
    why, by = "A made-up council’s officers.", "Whoever made it up"
    for name, role in officers.items():
        if name not in store.read_alone(connection).roles:
            add_officer(connection, name, role, tiers.get(role), reason=why, by=by, at=at)
    for role, limit in tiers.items():
        set_limit(connection, role, limit, reason=why, by=by, at=at)
    now = store.read_alone(connection)
    for each in now.waiting:
        _confirm(connection, to_confirm(now, each.nr, next(iter(now.roles))), next(iter(now.roles)), at)
