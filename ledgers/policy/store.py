"""SQL of a council's policy: its versions, and what each stream keeps of one."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select, update

from finance.locking import Alone
from ledgers.policy.tables import policy_choices, policy_version
from ledgers.policy.versions import POLICY, PolicyVersion, in_force, version_of
from ledgers.tables import run

_v = policy_version.c


def read_versions(connection: Connection) -> list[PolicyVersion]:
    """Every version ever proposed, of both kinds, in order."""
    return [PolicyVersion(**row._mapping) for row in connection.execute(select(policy_version).order_by(_v.nr))]


def read_version(connection: Connection, nr: int, kind: str = POLICY) -> PolicyVersion:
    """One version. Raises NoSuchPolicy."""
    return version_of(read_versions(connection), nr, kind)


def read_versions_alone(connection: Connection) -> list[PolicyVersion]:
    """The same, with nobody else proposing or confirming until this transaction ends."""
    connection.execute(Alone(policy_version))
    return read_versions(connection)


def read_in_force(connection: Connection, day: dt.date) -> PolicyVersion | None:
    """The version that holds on a day; None: none has begun."""
    return in_force(read_versions(connection), day)


def read_before(connection: Connection, version: PolicyVersion) -> PolicyVersion | None:
    """What holds, or held, on the first day of a version but for it and those proposed after it."""
    return in_force((each for each in read_versions(connection) if each.nr < version.nr), version.starts)


def has_begun(connection: Connection) -> bool:
    """Whether a council has had a run."""
    return connection.execute(select(run.c.nr).limit(1)).first() is not None


def kept_by(connection: Connection, version: int, stream: str) -> str | None:
    """What a run of a stream keeps of a version, JSON; None: the stream has no choices."""
    c = policy_choices.c
    return connection.execute(select(c.choices).where(c.version == version, c.stream == stream)).scalar_one_or_none()


def read_choices(connection: Connection, version: int) -> dict[str, str]:
    """What each stream keeps of a version, JSON, by stream."""
    c = policy_choices.c
    rows = connection.execute(select(c.stream, c.choices).where(c.version == version))
    return {row.stream: row.choices for row in rows}


def add_version(
    connection: Connection,
    *,
    kind: str,
    starts: dt.date,
    name: str,
    content: str,
    sha256: str,
    reason: str,
    by: str,
    at: dt.datetime,
    choices: Mapping[str, str],
    founding: bool = False,
) -> int:
    """Record a version proposed, with what each stream keeps of it; of a new council, as confirmed. Its number."""
    row = {
        "kind": kind,
        "starts": starts,
        "name": name,
        "content": content,
        "sha256": sha256,
        "reason": reason,
        "asked_by": by,
        "asked_at": at,
        **({"founding": 1, "confirmed_by": by, "confirmed_at": at} if founding else {}),
    }
    nr = int(connection.execute(insert(policy_version).values(row).returning(_v.nr)).scalar_one())
    rows = [{"version": nr, "stream": stream, "choices": text} for stream, text in choices.items()]
    if rows:
        connection.execute(insert(policy_choices), rows)
    return nr


def confirm(connection: Connection, nr: int, by: str, role: str, at: dt.datetime) -> None:
    """A version holds from its day."""
    _once(connection, nr, {"confirmed_by": by, "confirmed_role": role, "confirmed_at": at})


def withdraw(connection: Connection, nr: int, by: str, why: str, at: dt.datetime) -> None:
    """A version is not to be confirmed."""
    _once(connection, nr, {"withdrawn_by": by, "withdrawn_because": why, "withdrawn_at": at})


def _once(connection: Connection, nr: int, said: Mapping[str, object]) -> None:
    waits = update(policy_version).where(_v.nr == nr, _v.confirmed_by.is_(None), _v.withdrawn_by.is_(None))
    done = connection.execute(waits.values(**said))
    assert done.rowcount == 1, f"policy {nr} was confirmed or withdrawn by somebody meanwhile"
