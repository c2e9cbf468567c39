"""The verbs of a council's policy: propose, confirm, withdraw. Each is handed an open transaction and records who
and why.

What a file means is not known here: whoever proposes it has read and checked it, and hands over its text with what each
stream keeps of it.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping

from sqlalchemy import Connection

from finance.days import EARLIEST
from finance.problems import Refusal
from ledgers.chain.links import CHOICES, About
from ledgers.chain.store import add_links
from ledgers.officers import store as officers
from ledgers.officers.authority import started
from ledgers.policy import store
from ledgers.policy.versions import (
    FIGURES,
    POLICY,
    PolicyHolds,
    PolicyVersion,
    SamePolicy,
    check_proposer,
    check_second,
    in_force,
    waiting,
)

FOUNDING = "Named when the council was set up."


class NoReasonForPolicy(Refusal):
    """A policy is proposed, or withdrawn, with why."""


def propose(
    connection: Connection,
    content: str,
    choices: Mapping[str, str],
    *,
    kind: str = POLICY,
    starts: dt.date,
    name: str,
    reason: str,
    by: str,
    at: dt.datetime,
) -> PolicyVersion:
    """Propose a policy from a day. Raises NotAnOfficer, NoRight, NoReasonForPolicy, or SamePolicy where it holds."""
    officer = check_proposer(officers.read_standing(connection), by)
    _check_reason(reason)
    versions = store.read_versions_alone(connection)
    sha256 = hashlib.sha256(content.encode()).hexdigest()
    holds = in_force(versions, starts) if kind == POLICY else _given(versions, sha256)
    if holds is not None and holds.sha256 == sha256:
        raise SamePolicy(f"This is {holds.title} to the letter, which holds then already.", "There is nothing to do.")
    wanted = (kind, sha256, starts)
    again = next((each for each in versions if each.waits and (each.kind, each.sha256, each.starts) == wanted), None)
    if again is not None:
        return again
    nr = store.add_version(
        connection,
        kind=kind,
        starts=starts,
        name=name,
        content=content,
        sha256=sha256,
        reason=reason.strip(),
        by=officer,
        at=at,
        choices=choices,
    )
    return _read(connection, nr)


def found(
    connection: Connection, content: str, choices: Mapping[str, str], *, name: str, by: str, at: dt.datetime
) -> PolicyVersion:
    """The policy of a new council, which counts at once and holds from the start: the database allows one, before any
    run, of an officer or named in the act that founds the council. Raises NotAnOfficer or NoRight.
    """
    now = officers.read_standing(connection)
    if not started(now, by, at):
        by = check_proposer(now, by)
    nr = store.add_version(
        connection,
        kind=POLICY,
        starts=EARLIEST,
        name=name,
        content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        reason=FOUNDING,
        by=by,
        at=at,
        choices=choices,
        founding=True,
    )
    _chain(connection, nr, POLICY, at)
    return _read(connection, nr)


def _given(versions: list[PolicyVersion], sha256: str) -> PolicyVersion | None:
    """Figures given last, where they are these: given again after others, they put those right."""
    given = [each for each in versions if each.kind == FIGURES and each.counts]
    return given[-1] if given and given[-1].sha256 == sha256 else None


def confirm(connection: Connection, nr: int, *, kind: str = POLICY, by: str, at: dt.datetime) -> PolicyVersion:
    """Confirm a version. Raises NoSuchPolicy, NotAnOfficer, NoRight or PolicyNeedsASecondPerson."""
    now = officers.read_standing(connection)
    version = waiting(store.read_versions_alone(connection), nr, kind)
    officer, role = check_second(now, version, by)
    store.confirm(connection, nr, officer, role, at)
    _chain(connection, nr, kind, at)
    return _read(connection, nr)


def withdraw(
    connection: Connection, nr: int, *, kind: str = POLICY, reason: str, by: str, at: dt.datetime
) -> PolicyVersion:
    """Withdraw a version that waits. Raises NoSuchPolicy, NotAnOfficer, NoRight or NoReasonForPolicy."""
    officer = check_proposer(officers.read_standing(connection), by)
    _check_reason(reason)
    waiting(store.read_versions_alone(connection), nr, kind)
    store.withdraw(connection, nr, officer, reason.strip(), at)
    return _read(connection, nr)


def _chain(connection: Connection, nr: int, kind: str, at: dt.datetime) -> None:
    """Put a version that counts from now on into the chain, with what each stream keeps of it."""
    kept = [About(CHOICES, nr)] if store.read_choices(connection, nr) else []
    add_links(connection, [About(kind, nr), *kept], at)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReasonForPolicy(
            "Nothing is said about why.", "Say why, and on whose word, with --reason: it is kept with the policy."
        )


def _read(connection: Connection, nr: int) -> PolicyVersion:
    return next(each for each in store.read_versions(connection) if each.nr == nr)


def policy_for(
    connection: Connection, stream: str, up_to: dt.date, choices: str, named: bool
) -> tuple[int | None, str]:
    """The version that holds on the last day of a run up to ``up_to``, and what its stream keeps of it, JSON.

    ``choices``: those that ship, or that were ``named`` for the run; they are what it goes by while no version holds.
    Raises PolicyHolds where others were named than those that hold.
    """
    version = store.read_in_force(connection, up_to - dt.timedelta(days=1))
    if version is None:
        return None, choices
    kept = store.kept_by(connection, version.nr, stream)
    if named and kept not in (None, choices):
        raise PolicyHolds(
            f"Other choices were named for the run than those of {version.title}, which holds on its last day.",
            "Name none; or propose another policy, for another officer to confirm.",
        )
    return version.nr, kept or choices
