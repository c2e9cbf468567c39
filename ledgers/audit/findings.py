"""What an audit notices, and what became of it. Pure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from finance.problems import Refusal


class NoSuchAuditFinding(Refusal):
    """No finding of an audit has that number."""


class NoReasonForAnswer(Refusal):
    """A finding of an audit is answered with why."""


LOOKED_BACK = 92
"""Days of what was done that an audit looks at."""


def looked_at_from(on: dt.date) -> dt.datetime:
    """The first moment an audit of a day looks at."""
    return dt.datetime.combine(on - dt.timedelta(days=LOOKED_BACK), dt.time())


@dataclass(frozen=True, slots=True)
class AuditTest:
    """One test: its name, and what it finds, in words."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing a test noticed. ``key``: the same night after night. ``pence``: what it is about, above nought."""

    key: str
    what: str
    pence: int


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """What was decided about a finding: whose it is (``owner``), or why it is answered, when it came to ``pence``."""

    owner: str | None
    reason: str
    pence: int
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class AuditFinding:
    """One finding, as it was last seen. ``gone``: the last audit did not notice it any more."""

    nr: int
    test: str
    what: str
    pence: int
    first_seen: dt.date
    last_seen: dt.date
    gone: bool
    answers: Sequence[AuditAnswer]

    @property
    def owner(self) -> str | None:
        return next((each.owner for each in reversed(self.answers) if each.owner), None)

    @property
    def answered(self) -> AuditAnswer | None:
        """The answer that holds: what has grown since is asked again."""
        last = next((each for each in reversed(self.answers) if each.owner is None), None)
        return last if last and self.pence <= last.pence else None

    @property
    def open(self) -> bool:
        return not self.gone and self.answered is None

    def days(self, on: dt.date) -> int:
        """How long it has been known."""
        return (on - self.first_seen).days
