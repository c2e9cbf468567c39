"""Which version of a council's policy holds on a day, and who may say so. Pure: the SQL is in ``store``.

A version is proposed by one officer, from a day, and holds once another has confirmed it. Of those that have begun by a
day the latest to begin holds on it; of two that begin together, the one proposed later. The first of a new council
counts at once, as its first officers do. What was confirmed is never changed: another version is proposed.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from finance.days import spoken
from finance.names import same_person
from finance.problems import Refusal
from ledgers.officers.authority import Authority

POLICY, FIGURES = "policy", "figures"
"""What is signed so: a council's choices, of which one version holds; figures of the law, each added to the others."""


class NoSuchPolicy(Refusal):
    """No version of the policy has that number, or it waits for nobody."""


class PolicyNeedsASecondPerson(Refusal):
    """Whoever proposed a version does not confirm it."""


class SamePolicy(Refusal):
    """What is proposed is what holds already."""


class PolicyHolds(Refusal):
    """Choices were named for a run while a signed version of the policy holds others."""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of the policy, or figures of the law given for a year. ``content``: the file as it was given, TOML.

    Moments are UTC.
    """

    nr: int
    kind: str
    starts: dt.date
    name: str
    content: str
    sha256: str
    reason: str
    asked_by: str
    asked_at: dt.datetime
    founding: int | None
    confirmed_by: str | None
    confirmed_role: str | None
    confirmed_at: dt.datetime | None
    withdrawn_by: str | None
    withdrawn_at: dt.datetime | None
    withdrawn_because: str | None

    @property
    def counts(self) -> bool:
        return self.confirmed_by is not None

    @property
    def waits(self) -> bool:
        return self.confirmed_by is None and self.withdrawn_by is None

    @property
    def title(self) -> str:
        """What to call it inside a sentence."""
        return f"{self.kind} {self.nr} (from {spoken(self.starts)})"


def in_force(versions: Iterable[PolicyVersion], day: dt.date) -> PolicyVersion | None:
    """The policy that holds on a day; None: none has begun, and the choices are those that ship."""
    begun = [each for each in versions if each.kind == POLICY and each.counts and each.starts <= day]
    return max(begun, key=lambda each: (each.starts, each.nr), default=None)


def check_proposer(now: Authority, by: str) -> str:
    """The officer who proposes, as the list has them. Raises NotAnOfficer or NoRight."""
    return now.acting(by, "prepare", "propose a policy")


def check_second(now: Authority, version: PolicyVersion, by: str) -> tuple[str, str]:
    """The officer who confirms a version and their role. Raises NotAnOfficer, NoRight or PolicyNeedsASecondPerson."""
    found = now.acting(by, "approve", "confirm a policy")
    now.check_spelling(found)
    if same_person(found, version.asked_by):
        raise PolicyNeedsASecondPerson(
            f"{version.asked_by} proposed {version.kind} {version.nr}, and another officer confirms it.",
            "Ask an officer whose role has the right to approve.",
        )
    return found, now.roles[found]


def version_of(versions: Iterable[PolicyVersion], nr: int, kind: str = POLICY) -> PolicyVersion:
    """The version of a number. Raises NoSuchPolicy."""
    found = next((each for each in versions if (each.nr, each.kind) == (nr, kind)), None)
    if found is None:
        raise NoSuchPolicy(f"There is no {kind} {nr}.", f"List them: outturn {kind} list")
    return found


def waiting(versions: Iterable[PolicyVersion], nr: int, kind: str = POLICY) -> PolicyVersion:
    """The version of a number that waits to be confirmed. Raises NoSuchPolicy, which says what became of it."""
    found = version_of(versions, nr, kind)
    named = f"{kind.capitalize()} {nr}"
    if found.counts:
        what = f"{named} was confirmed by {found.confirmed_by} already."
        raise NoSuchPolicy(what, f"It stands: to change it, propose another (outturn {kind} propose).")
    if not found.waits:
        raise NoSuchPolicy(f"{named} was withdrawn by {found.withdrawn_by}.", "Propose it again if it is wanted.")
    return found
