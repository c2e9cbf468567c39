"""What a verb of direct debits is told, and what it did: announced, asked for, collected, stopped, moved."""

from dataclasses import dataclass, field

from billing.debt.policy import ReminderPolicy
from billing.direct_debits.announcing import Announcement, MandateFacts, NotCollected, WhatToAnnounce
from billing.direct_debits.policy import DirectDebitPolicy
from billing.direct_debits.states import MandateStatus
from finance.problems import Refusal


class NoSuchMandate(Refusal):
    """No mandate is believed under this reference."""


class NoSuchCollection(Refusal):
    """No collection has this number."""


class BothOfThem(Refusal):
    """What was asked for is the number of a collection and the reference of a mandate."""


class NotAgain(Refusal):
    """The sum may not be presented again."""


@dataclass(frozen=True, slots=True)
class DirectDebitChoices:
    """A council's choices that bear on direct debits."""

    direct_debits: DirectDebitPolicy = field(default_factory=DirectDebitPolicy)
    reminders: ReminderPolicy = field(default_factory=ReminderPolicy)


@dataclass(frozen=True, slots=True)
class MandateMoved:
    """What happened to one mandate: from, to, and why."""

    mandate: MandateFacts
    status: MandateStatus
    why: str


@dataclass(frozen=True)
class Announced:
    """What was announced, what was not and why, and the mandates that moved with the days."""

    announced: list[tuple[int, Announcement]]
    left_alone: list[NotCollected]
    mandates: list[MandateMoved]

    @property
    def pence(self) -> int:
        """What is to be collected in all."""
        return sum(each.amount for _, each in self.announced)

    @property
    def payers(self) -> list[int]:
        """Everybody it says something of."""
        return [each.mandate.bill_payer for _, each in self.announced] + [each.bill_payer for each in self.left_alone]


@dataclass(frozen=True)
class Stirred:
    """What was asked for or collected, what was stopped and why, and the mandates that moved with the days."""

    done: list[WhatToAnnounce]
    stopped: list[WhatToAnnounce]
    mandates: list[MandateMoved]

    @property
    def every(self) -> list[WhatToAnnounce]:
        return [*self.done, *self.stopped]

    @property
    def pence(self) -> int:
        """What was asked for or collected in all."""
        return sum(each.collection.amount for each in self.done)
