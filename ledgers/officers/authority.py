"""Who may sign now, from every change ever asked for. Pure.

A change says that an officer has a role, that a role may sign for so much, or both; or that an officer ends. The first
two officers of a new installation count at once, since nobody is there to confirm them, and so does an ending, which
only takes away. Everything else counts once an officer has confirmed it who neither asked for it nor is its subject.
Whoever asks, confirms or ends is an officer who may sign for runs; two of those are always left, once there have been
two.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from finance.days import spoken
from finance.names import name_key, same_person
from finance.problems import Refusal

FOUNDERS = 2
RIGHTS = {
    "prepare": "draft runs, work them out, submit them and give them up",
    "review": "accept findings, hold lines and payees and let them go, and send runs back",
    "approve": "sign for runs, up to the role’s limit; ask for changes to who may sign, and confirm them",
    "release": "post what is approved to the ledger, write its files and raise debts",
    "enter care": "tell of people and their care: packages, lines, absences, contributions, deliveries",
    "enter prices": "tell of services, calendars, contracts and prices",
    "enter payees": "tell of payees and their bank details",
    "enter sums": "tell of adjustments, single charges, waivers, refunds and write-offs",
    "enter means": "tell of people’s circumstances, and assess them",
    "enter accounts": "tell of bill payers, money received, mandates, disputes, instalments and loans",
    "confirm": "be the second person of what others entered: prices, terms, sums, bank details, overrides",
}
"""What a role may do, and what each right is. A role whose rights were never set has them all."""


KEEPING = "approve"
"""The right to say who may sign: whoever signs for money says who else does."""


class Timetable(str):
    """The name of what acts by itself. A person who types the same is a person, and on no list."""

    __slots__ = ()


TIMETABLE = Timetable("timetable")
"""Who prepared what the timetable prepares: it drafts runs, works them out and raises what is owed, and nothing
else.
"""


class AnotherSpelling(Refusal):
    """The officer was given their role under another spelling of their name, by an earlier version."""


class AlreadyAnOfficer(Refusal):
    """The name is on the list already, with another role or in another spelling."""


class NoSuchOfficer(Refusal):
    """Nobody of that name may sign."""


class NotAnOfficer(Refusal):
    """The name is not on the list of officers."""


class NoRight(Refusal):
    """The officer’s role may not do this."""


class NoSuchChange(Refusal):
    """No change of that number waits to be confirmed."""


class OfficerNeedsASecondPerson(Refusal):
    """Whoever asked for a change, or is its subject, may not confirm it."""


class LastOfficer(Refusal):
    """With fewer than two left who may confirm, nothing could ever be confirmed or signed again."""


@dataclass(frozen=True, slots=True)
class OfficerChange:
    """One change asked for. ``role`` None: the officer ends. ``name`` None: the limits or the rights of a role alone.

    Limits are pence; ``alone``: what the role signs for with nobody else, above which two sign; ``rights``: words of
    RIGHTS, in their order, with commas between; None: as they were.
    """

    nr: int
    name: str | None
    role: str | None
    limit: int | None
    reason: str
    asked_by: str
    asked_at: dt.datetime
    founding: int | None
    confirmed_by: str | None
    confirmed_at: dt.datetime | None
    rights: str | None = None
    alone: int | None = None

    @property
    def ends(self) -> bool:
        return self.role is None

    @property
    def counts(self) -> bool:
        return self.ends or self.confirmed_by is not None

    @property
    def about(self) -> tuple[str, str]:
        """Whose role it settles or, where it names nobody, which role's limit or rights."""
        if self.name is not None:
            return ("officer", name_key(self.name))
        what = "rights" if self.rights is not None else "alone" if self.alone is not None else "role"
        return (what, str(self.role))


@dataclass
class Authority:
    """Roles by officer; limits, what is signed for ``alone`` (pence) and rights by role; the changes that wait, and
    those of the founders.

    ``misspelt``: the changes that gave an officer their role under another spelling of their name, which an earlier
    version let pass. The database lets no signature name that role until it is given under the name on the list.
    """

    roles: dict[str, str] = field(default_factory=dict)
    misspelt: dict[str, OfficerChange] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    alone: dict[str, int] = field(default_factory=dict)
    rights: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waiting: list[OfficerChange] = field(default_factory=list)
    founders: list[OfficerChange] = field(default_factory=list)

    def spelled(self, name: str) -> str | None:
        """An officer's name as it stands on the list, however it is spaced or capitalised here."""
        return next((each for each in self.roles if same_person(each, name)), None)

    @property
    def keepers(self) -> list[str]:
        """Officers who may ask for and confirm changes to who may sign: those who may sign for runs."""
        return [name for name, role in self.roles.items() if KEEPING in self.rights_of(role)]

    def rights_of(self, role: str) -> tuple[str, ...]:
        """What a role may do."""
        return self.rights.get(role, tuple(RIGHTS))

    def acting(self, name: str, right: str, deed: str) -> str:
        """The officer ``name`` is, as the list has it. Raises NotAnOfficer or NoRight unless they may do ``deed``."""
        found = self.known(name, deed)
        self.check_right(found, right, deed)
        return found

    def known(self, name: str, deed: str) -> str:
        """The officer ``name`` is, whatever their role may do. Raises NotAnOfficer."""
        found = self.spelled(name)
        if found is None:
            raise NotAnOfficer(
                f"{name} is not on the list of officers, so may not {deed}.", "Ask for them to be added with a role."
            )
        return found

    def check_spelling(self, name: str) -> None:
        """Raise AnotherSpelling where an officer may not sign in the role they have."""
        given = self.misspelt.get(name)
        if given is not None:
            raise AnotherSpelling(
                f"{name} was made {given.role} as “{given.name}”, so may sign for nothing as {name} yet.",
                to_respell(name, given),
            )

    def check_right(self, name: str, right: str, deed: str) -> None:
        """Raise NoRight unless the role of an officer, named as on the list, has a right."""
        role = self.roles[name]
        if right not in self.rights_of(role):
            may = ", ".join(self.rights_of(role)) or "do nothing"
            raise NoRight(
                f"As {role}, {name} may not {deed}: the role’s rights are {may}.",
                f"Ask an officer whose role has the right to {right}.",
            )


def to_respell(name: str, given: OfficerChange) -> str:
    """What to do about a role given under another spelling."""
    return f"Have it given under the one name: outturn officer change “{name}” “{given.role}” --reason WHY"


def standing(changes: Iterable[OfficerChange]) -> Authority:
    """What stands, by the changes in the order they were asked for. A later one overtakes one still waiting."""
    made = Authority()
    waiting: dict[tuple[str, str], OfficerChange] = {}
    spelled: dict[str, str] = {}  # by normal form, as first counted: what the database keeps the officer under
    for each in changes:
        made.founders += [each] if each.founding else []
        waiting.pop(each.about, None)
        if not each.counts:
            waiting[each.about] = each
            continue
        name = None if each.name is None else spelled.setdefault(name_key(each.name), each.name)
        if name is not None:
            made.misspelt.pop(name, None)
        if each.role is None:
            made.roles.pop(name or "", None)
            continue
        if name is not None:
            made.roles[name] = each.role
            if name != each.name:
                made.misspelt[name] = each
        if each.limit is not None:
            made.limits[each.role] = each.limit
        if each.alone is not None:
            made.alone[each.role] = each.alone
        if each.rights is not None:
            made.rights[each.role] = tuple(filter(None, each.rights.split(",")))
    made.waiting = sorted(waiting.values(), key=lambda each: each.nr)
    return made


def alone_at(changes: Iterable[OfficerChange], moment: dt.datetime) -> list[OfficerChange]:
    """The changes to what roles sign for alone that counted at a moment."""
    return [
        each
        for each in changes
        if each.alone is not None and each.confirmed_at is not None and each.confirmed_at <= moment
    ]


def founding(now: Authority, by: str) -> int | None:
    """Which founder an officer asked for by ``by`` would be, if any: the first; or the second, where the first, or
    whoever named them, asks, so that nobody is there to confirm it.
    """
    if not now.founders:
        return 1
    first = now.founders[0]
    theirs = any(same_person(by, each) for each in (first.name, first.asked_by) if each)
    return 2 if len(now.founders) < FOUNDERS and theirs else None


def to_confirm(now: Authority, nr: int, by: str) -> OfficerChange:
    """The change ``by`` may confirm. Raises NoSuchChange, NotAnOfficer, NoRight or OfficerNeedsASecondPerson."""
    found = next((each for each in now.waiting if each.nr == nr), None)
    if found is None:
        raise NoSuchChange(f"No change {nr} waits to be confirmed.", "List what waits: outturn officer list")
    check_keeper(now, by, "confirm it")
    if any(same_person(by, each) for each in (found.asked_by, found.name) if each):
        raise OfficerNeedsASecondPerson(
            f"{by} asked for change {nr} or is its subject, so may not confirm it.",
            "Ask another officer to confirm it.",
        )
    return found


def started(now: Authority, by: str, at: dt.datetime) -> bool:
    """Whether a change is asked for in the act that names the very first officer: nobody is there to ask yet."""
    return not now.founders or ((first := now.founders[0]).asked_at == at and same_person(first.asked_by, by))


def check_waits(changes: Iterable[OfficerChange], nr: int) -> None:
    """Raise NoSuchChange for a change somebody has confirmed already, saying who and when."""
    found = next((each for each in changes if each.nr == nr), None)
    if found is not None and found.confirmed_by is not None and found.confirmed_at is not None:
        when = f"{found.confirmed_at:%H:%M} (UTC) on {spoken(found.confirmed_at.date())}"
        raise NoSuchChange(
            f"Change {nr} was confirmed by {found.confirmed_by} at {when}.", "There is nothing left to confirm."
        )


def check_end(now: Authority, name: str, by: str) -> None:
    """Raise NotAnOfficer, NoRight or NoSuchOfficer unless ``by`` may end an officer’s signing.

    ``name``: as the list has it.
    """
    check_keeper(now, by, "end it")
    if name not in now.roles and not any(each.name == name for each in now.waiting):
        raise NoSuchOfficer(f"{name} is not on the list of officers.", f"Those on it: {_listed(now.roles)}.")


def check_left(changes: Sequence[OfficerChange], change: OfficerChange) -> None:
    """Raise LastOfficer where a change, once it counts, would leave fewer than two who may confirm the next (or fewer
    than there are, where there is one). ``change``: among the changes already, or yet to be.
    """
    counted = change if change.ends else replace(change, confirmed_by=change.confirmed_by or change.asked_by)
    there = any(each.nr == change.nr for each in changes)
    after = [counted if each.nr == change.nr else each for each in changes] + ([] if there else [counted])
    left, now = standing(after).keepers, standing(changes).keepers
    if len(left) < min(FOUNDERS, len(now)):
        who = _listed(left) if left else "nobody"
        raise LastOfficer(
            f"That would leave {who} alone to say who may sign, and every change needs two.",
            "Add another officer who may sign for runs first, and have them confirmed.",
        )


def check_keeper(now: Authority, by: str, deed: str) -> str:
    """An officer’s name as the list has it. Raises NotAnOfficer, or NoRight where their role may not say who signs."""
    return now.acting(by, KEEPING, deed)


def _listed(names: Iterable[str]) -> str:
    found: Sequence[str] = sorted(names)
    return ", ".join(found) if found else "nobody yet"
