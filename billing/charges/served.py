"""Who is served and not charged, and why: those nobody is looking at first, what a provider collects apart. Pure."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Unbilled(StrEnum):
    """Unbilled somebody with care has never had a bill, in the order in which they want looking at."""

    NOT_TOLD = "not assessed: nobody has told their circumstances"
    NOT_ASSESSED = "not assessed, though their circumstances are told"
    TAKEN_BACK = "what they were assessed to pay was taken back, and nothing said since"
    NOBODY_TO_BILL = "nobody to bill: load their bill payer"
    STUCK = "could not be charged by the last run"
    TOLD_TO_WAIT = "told to wait"
    NOT_YET = "not billed by any run yet"
    EXEMPT = "all of their care is exempt from charges"
    NOTHING_TO_PAY = "assessed to pay nothing"
    COLLECTED = "the provider collects it"


UNSEEN = (Unbilled.NOT_TOLD, Unbilled.NOT_ASSESSED, Unbilled.TAKEN_BACK, Unbilled.NOBODY_TO_BILL, Unbilled.STUCK)
"""Reasons under which money may be lost, and nothing says so."""
RIGHTLY = (Unbilled.EXEMPT, Unbilled.NOTHING_TO_PAY, Unbilled.COLLECTED)
"""Reasons for which nobody is to be billed."""


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody with care on a day who had had no bill by then. ``payer``: None: nobody to bill. ``weekly``: what they
    are assessed to pay, pence; None: nobody has said. ``collects``: pence a week their providers do, ``collects_all``:
    of every line. ``stuck``: what could not be worked out, where something could not."""

    person: int
    ref: str
    name: str
    since: dt.date
    payer: str | None
    told: bool
    said: bool
    weekly: int | None
    full: bool
    exempt: bool
    collects: int
    collects_all: bool
    stuck: str = ""
    held: bool = False

    @property
    def why(self) -> Unbilled:
        """The first reason that holds. Care that is exempt is charged to nobody, whatever else is missing."""
        pays = self.full or bool(self.weekly)
        reasons = (
            (Unbilled.EXEMPT, self.exempt),
            (Unbilled.NOT_TOLD, not self.said and not self.told),
            (Unbilled.NOT_ASSESSED, not self.said),
            (Unbilled.TAKEN_BACK, self.weekly is None),
            (Unbilled.NOTHING_TO_PAY, not pays),
            (Unbilled.COLLECTED, self.collects_all or self.collects >= (self.weekly or 0) > 0),
            (Unbilled.NOBODY_TO_BILL, self.payer is None),
            (Unbilled.STUCK, bool(self.stuck)),
            (Unbilled.TOLD_TO_WAIT, self.held),
        )
        return next((why for why, holds in reasons if holds), Unbilled.NOT_YET)


def in_order(some: Iterable[Served]) -> list[Served]:
    """Those nobody is looking at first, and within a reason those waiting longest."""
    order = list(Unbilled)
    return sorted(some, key=lambda each: (order.index(each.why), each.since, each.ref))


def by_reason(some: Collection[Served]) -> list[tuple[Unbilled, int]]:
    """How many there are of each reason, in order."""
    counts = {why: sum(each.why is why for each in some) for why in Unbilled}
    return [(why, count) for why, count in counts.items() if count]
