"""What a run is, what may happen to it next, and by whom. Pure: the verbs are in ``jobs``, the SQL in ``store``."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import pyarrow as pa

from finance.columns import Bulk
from finance.days import spoken
from finance.money import sterling
from finance.problems import Problem, Refusal


class Status(StrEnum):
    DRAFT = "draft"
    CALCULATED = "calculated"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RELEASING = "releasing"
    RELEASED = "released"
    ACKNOWLEDGED = "acknowledged"
    ABANDONED = "abandoned"


GIVEN_UP_FROM = (Status.DRAFT, Status.CALCULATED, Status.SUBMITTED, Status.APPROVED)
"""From these a run may still be abandoned. From *releasing* the only way is forward."""
OPEN = (*GIVEN_UP_FROM, Status.RELEASING)
POSTED = (Status.RELEASED, Status.ACKNOWLEDGED)
SETTLED = -1
"""The part of a run that says what each payee was paid, among its entries."""
FOLLOWS: dict[str, tuple[Status, ...]] = {
    "calculate": (Status.DRAFT, Status.CALCULATED),
    "submit": (Status.CALCULATED,),
    "approve": (Status.SUBMITTED,),
    "accept findings of": (Status.CALCULATED, Status.SUBMITTED),
    "send back": (Status.SUBMITTED, Status.APPROVED),
    "release": (Status.APPROVED, Status.RELEASING),
    "abandon": GIVEN_UP_FROM,
}


class WrongState(Refusal):
    """What is asked does not follow from the stage this run, mandate or collection is at."""


class OfAnotherStream(Refusal):
    """A run of another stream was named."""


class NotReleased(Refusal):
    """Files and papers are made of what is posted, and this run is not."""


class PeriodsMoved(Refusal):
    """A calendar that has been paid or billed by may not change its periods: days would count twice, or never."""


class RunAlreadyOpen(Refusal):
    """Only one run of a calendar may be open at a time."""


class NothingToPay(Refusal):
    """The days asked for have all been paid already, or have not begun."""


class SignatureVoid(Refusal):
    """The lines are not those that were signed."""


class FindingsOpen(Refusal):
    """Something a reviewer must deal with has not been dealt with."""


class SeveralInTheWay(Refusal):
    """More than one thing stands in the way; ``problems`` lists them all, each under the name of its own refusal."""

    def __init__(self, heading: str, refusals: Sequence[Refusal]) -> None:
        said = " ".join(f"({place}) {each.what}" for place, each in enumerate(refusals, 1))
        super().__init__(f"{heading} {said}", " ".join(dict.fromkeys(each.what_to_do for each in refusals)))
        self.kinds = tuple(type(each).__name__ for each in refusals)
        self.problems = [Problem(type(each).__name__, each.what, each.what_to_do) for each in refusals]


class PartPosted(Refusal):
    """Some of the run was posted by an earlier version, in a release that was cut off and let go back."""


class Overlapping(Refusal):
    """A run of another calendar posts some of the same lines: this one was worked out without them."""


class NoReason(Refusal):
    """The reason given says nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one stream."""

    nr: int
    stream: str
    calendar: int
    calendar_name: str
    up_to: dt.date
    window_starts: dt.date
    pay_date: dt.date
    status: Status
    known: int
    known_before: int
    run_before: int | None
    prepared_by: str
    submitted_by: str | None
    drafted_at: dt.datetime
    signature: str | None
    lines: int
    total: int
    to_sign_for: int
    policy: str
    policy_version: int | None = None
    working: int = 0
    cut_off: bool = False
    urgent_for: str | None = None
    urgent_nr: int | None = None
    urgent_why: str | None = None
    worked_from: int = 0

    @property
    def is_urgent(self) -> bool:
        """Whether it pays one payee, person, line or adjustment alone, before the run of its calendar."""
        return self.urgent_for is not None

    @property
    def title(self) -> str:
        """What to call it inside a sentence."""
        of = f"urgent, {self.calendar_name}" if self.is_urgent else self.calendar_name
        return f"run {self.nr} ({of}, up to {spoken(self.up_to - dt.timedelta(days=1))})"

    @property
    def heading(self) -> str:
        """The same, to begin a sentence."""
        return f"R{self.title[1:]}"


_TO_DO = {
    Status.DRAFT: "Work it out first.",
    Status.CALCULATED: "Submit it first.",
    Status.SUBMITTED: "Have it approved first, or sent back.",
    Status.APPROVED: "Release it, or have it sent back.",
    Status.RELEASING: "Release it again: it goes on where it stopped, and there is no way back.",
    Status.RELEASED: "It is done: correct the facts, and the next run posts the difference.",
    Status.ACKNOWLEDGED: "It is done: correct the facts, and the next run posts the difference.",
    Status.ABANDONED: "Draft another.",
}


@dataclass(frozen=True, slots=True)
class Event:
    """Something done to a run: what, by whom, and when (UTC)."""

    action: str
    by: str
    at: dt.datetime

    def __str__(self) -> str:
        return (
            f"{self.by} {_SAID.get(self.action, f'{self.action} it')} at {self.at:%H:%M} on "
            f"{spoken(self.at.date())} (UTC)"
        )


def raised(pence: int, party: int) -> str:
    """The event of a payee's balance having been made a debt."""
    return f"debt of {sterling(pence)} raised against payee {party}"


_SAID = {"worked out": "worked it out", "sent back": "sent it back"}
STAGES: dict[Status, tuple[str, ...]] = {
    Status.DRAFT: ("drafted",),
    Status.CALCULATED: ("worked out", "sent back"),
    Status.SUBMITTED: ("submitted",),
    Status.APPROVED: ("approved",),
    Status.RELEASING: ("began releasing",),
    Status.RELEASED: ("released",),
    Status.ABANDONED: ("abandoned",),
}
"""The events that bring a run to its stage."""


def may(action: str, run: Run, last: Event | None = None) -> None:
    """Raise WrongState unless the run is at a stage from which this may follow. ``last``: what brought it where
    it is.
    """
    if run.status not in FOLLOWS[action]:
        who = f": {last}" if last else ""
        raise WrongState(f"You cannot {action} {run.title}: it is {run.status}{who}.", _TO_DO[run.status])


def overtaken(action: str, run: Run, last: Event | None) -> WrongState:
    """The refusal of whoever was in the middle of something when somebody else moved the run on."""
    who = f": {last}" if last else ""
    return WrongState(
        f"You can no longer {action} {run.title}: it is {run.status}{who}.",
        "Look at it again. Nothing of yours was kept.",
    )


def of_stream(run: Run, stream: str) -> None:
    """Raise OfAnotherStream unless the run is one of this stream: another's lines are not to be worked out or
    settled by it.
    """
    if run.stream != stream:
        raise OfAnotherStream(f"{run.heading} is a run of {run.stream}, not of {stream}.", "Name a run of this stream.")


def one_of(heading: str, refusals: Sequence[Refusal]) -> Refusal:
    """The refusal itself where there is one alone; otherwise all of them under a heading."""
    return refusals[0] if len(refusals) == 1 else SeveralInTheWay(heading, refusals)


LETTERS_IN_A_REASON = 10
SAYS_NOTHING = frozenset(
    [
        "a",
        "all",
        "am",
        "and",
        "approved",
        "as",
        "accept",
        "accepted",
        "agreed",
        "been",
        "by",
        "checked",
        "correct",
        "done",
        "everything",
        "fine",
        "for",
        "good",
        "have",
        "i",
        "is",
        "it",
        "looked",
        "looks",
        "me",
        "money",
        "no",
        "none",
        "now",
        "of",
        "ok",
        "okay",
        "reason",
        "reviewed",
        "right",
        "seen",
        "so",
        "test",
        "that",
        "the",
        "this",
        "to",
        "was",
        "with",
        "yes",
    ]
)


def check_reason(reason: str) -> None:
    """Raise NoReason unless a reason has ten letters and a word that says something of this case."""
    words = re.findall(r"[^\W\d_]+", reason.casefold())
    distinct = set(words) - SAYS_NOTHING
    if sum(map(len, words)) < LETTERS_IN_A_REASON or not distinct or len(set("".join(words))) < 4:
        raise NoReason(
            f"“{reason.strip()}” does not say why the money is right.",
            f"Say what was looked at and what it showed, in {LETTERS_IN_A_REASON} letters or more.",
        )


def sign(chunk_hashes: Iterable[str]) -> str:
    """The signature over every chunk's lines, in order."""
    return hashlib.sha256("\n".join(chunk_hashes).encode()).hexdigest()


@dataclass(frozen=True)
class Worked:
    """One chunk, worked out: proposed lines, the steps behind them, and the cases parked."""

    proposal: pa.Table
    steps: pa.Table
    parked: pa.Table


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reviewer should see. ``severity``: stop (deal with it before approval), look, or note.

    ``kind``: the kind of line ``subject`` is the number of, where it is no service line: an adjustment may have its
    number.
    """

    check: str
    severity: str
    what: str
    subject: int | None = None
    party: int | None = None
    amount: int | None = None
    before: int | None = None
    kind: str | None = None

    @property
    def moved(self) -> int:
        """The pence that may be wrong: by how much it moved, where something was before; what it comes to otherwise."""
        return abs((self.amount or 0) - (self.before or 0))


class Prepared(Protocol):
    """A stream ready to work out one run, chunk by chunk."""

    @property
    def chunks(self) -> Sequence[tuple[int, int]]:
        """The range of subjects each chunk covers, in order."""
        ...

    def work_out(self, number: int) -> Worked: ...


class Stream(Protocol):
    """What a stream of money supplies: what is due, and what a reviewer must see."""

    name: str
    settles: bool
    """Whether a release pays each party what it is owed. Streams of money coming in bill instead."""

    def prepare(self, bulk: Bulk, run: Run) -> Prepared:
        """Read the facts of a run, as known at its change."""
        ...

    def findings(self, bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
        """Compare this run's lines with the last run's, and look for what a reviewer must see."""
        ...

    def withheld(self, bulk: Bulk, run: Run, parties: Any) -> dict[int, str]:
        """Payees who may not be paid yet, and why. Their money is posted and carried forward."""
        ...

    def conclude(self, bulk: Bulk, run: Run, posted: pa.Table, at: dt.datetime) -> None:
        """What else a release does, in its last transaction: bills are numbered here. ``posted``: what the ledger holds
        of the run, ``lines`` and ``amount`` (pence) of each ``party``."""
        ...


PROPOSAL = pa.schema([
    ("subject", pa.int64()),
    ("kind", pa.string()),
    ("funder", pa.int64()),
    ("party", pa.int64()),
    ("period_starts", pa.date32()),
    ("period_ends", pa.date32()),
    ("due", pa.int64()),
    ("posted", pa.int64()),
    ("amount", pa.int64()),
    ("revision", pa.int16()),
    ("service", pa.int64()),
    ("person", pa.int64()),
    ("debit", pa.int64()),
    ("credit", pa.int64()),
    ("cause", pa.int32()),
    ("late", pa.bool_()),
])  # fmt: skip
"""One row a proposed line: due less posted, for one subject, kind, funder, payee and pay period. Amounts in pence."""

PARKED = pa.schema(
    [
        ("subject", pa.int64()),
        ("kind", pa.string()),
        ("what", pa.string()),
        ("what_to_do", pa.string()),
        ("since", pa.date32()),
    ]
)
