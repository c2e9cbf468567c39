"""Which assessment stands on a day: they are only ever added, and the latest word about a day stands."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from finance.assessment import BASES, OUTCOMES, Assessment, Basis, Outcome
from finance.columns import Ints

UNCONFIRMED, PROVISIONAL, OVERRIDDEN, WITHDRAWN = 32, 64, 128, 256


@dataclass(frozen=True, slots=True)
class How:
    """How a charge came about, as one small number: the basis, the outcome, and what must be known about it."""

    basis: Basis
    outcome: Outcome
    flags: int = 0

    @property
    def code(self) -> int:
        return BASES.index(self.basis) + 8 * OUTCOMES.index(self.outcome) + self.flags

    @classmethod
    def of(cls, code: int) -> "How":
        return cls(BASES[code & 7], OUTCOMES[(code >> 3) & 3], code & ~31)

    @property
    def billable(self) -> bool:
        return not self.flags & (UNCONFIRMED | WITHDRAWN)


def basis_of(how: Ints) -> Ints:
    """The places in BASES of many codes of how charges came about."""
    return how & 7


def outcome_of(how: Ints) -> Ints:
    """The places in OUTCOMES of many codes of how charges came about."""
    return (how >> 3) & 3


def how(made: Assessment, overridden: bool) -> How:
    """How one assessment came about."""
    flags = (UNCONFIRMED if not made.billable else 0) | (PROVISIONAL if made.provisional else 0)
    return How(made.basis, made.outcome, flags | (OVERRIDDEN if overridden else 0))


@dataclass(frozen=True, slots=True)
class Decision:
    """A weekly charge from ``starts`` up to ``ends`` (on and on, if None), as said at one change.

    No charge means that what stood before is taken back. ``can_pay``: the charge whatever the care costs; None where it
    is not known, or nothing but the cost limits it. ``charge`` is held at the cost given with the circumstances.
    """

    starts: dt.date
    ends: dt.date | None
    charge: int | None
    council_pays: int | None
    how: int
    learned: int
    can_pay: int | None = None

    @property
    def most(self) -> int | None:
        """The most that may be charged a week: what can be paid, where that is known."""
        return self.charge if self.can_pay is None else self.can_pay

    def holds(self, day: dt.date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)

    def says_the_same(self, other: "Decision") -> bool:
        mine, theirs = ((each.charge, each.council_pays, each.how, each.can_pay) for each in (self, other))
        return mine == theirs


def standing(words: Iterable[Decision], day: dt.date) -> Decision | None:
    """The word that stands on a day; None when nothing was said, or it was taken back."""
    said = max((each for each in words if each.holds(day)), key=lambda each: each.learned, default=None)
    return None if said is None or said.charge is None else said


def line(words: Sequence[Decision]) -> list[Decision]:
    """What stands over all time: later words laid over earlier ones, in order, with no overlaps."""
    laid: list[Decision] = []
    for word in sorted(words, key=lambda each: (each.learned, each.starts)):
        kept = [piece for each in laid for piece in _outside(each, word)]
        laid = [*kept, word]
    return _joined(sorted((each for each in laid if each.charge is not None), key=lambda each: each.starts))


def up_to_death(words: Sequence[Decision], died: dt.date | None) -> list[Decision]:
    """What stands over all time, up to and with the day of death."""
    if died is None:
        return line(words)
    end = died + dt.timedelta(days=1)
    return [replace(each, ends=min(each.ends or end, end)) for each in line(words) if each.starts < end]


def within(words: Sequence[Decision], starts: dt.date, ends: dt.date | None) -> list[Decision]:
    """What stands in ``[starts, ends)``, cut to it."""
    cut = []
    for each in line(words):
        first = max(each.starts, starts)
        end = each.ends if ends is None else min(each.ends or ends, ends)
        if end is None or first < end:
            cut.append(replace(each, starts=first, ends=end))
    return cut


def _outside(old: Decision, new: Decision) -> list[Decision]:
    """The parts of an old word that a new one says nothing about."""
    parts = []
    if old.starts < new.starts:
        parts.append(replace(old, ends=new.starts if old.ends is None else min(old.ends, new.starts)))
    if new.ends is not None and (old.ends is None or new.ends < old.ends):
        parts.append(replace(old, starts=max(old.starts, new.ends)))
    return parts


def _joined(words: list[Decision]) -> list[Decision]:
    """Neighbours of one change that say the same, as one."""
    joined: list[Decision] = []
    for each in words:
        before = joined[-1] if joined else None
        if before and before.ends == each.starts and before.says_the_same(each) and before.learned == each.learned:
            joined[-1] = replace(before, ends=each.ends)
        else:
            joined.append(each)
    return joined
