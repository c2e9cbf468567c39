"""What an urgent run pays, and what any run leaves alone because an urgent one has paid for later days. Pure.

A pay period of a line is one sum. So a run that breaks off inside a period which an urgent run has paid to a later day
would take those days back: it leaves the line’s period alone, and the next run, which works it out again, has it right.
"""

from collections.abc import Collection, Container
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from finance.care_costs.facts import ADJUSTMENT, BLOCK, CareFacts
from finance.columns import Ints
from finance.problems import Refusal
from finance.timelines import distinct
from ledgers.proposals import DueRows, Keyed, PostedRows
from ledgers.scopes import Scope

Flags = NDArray[np.bool_]
OF_LINES, OF_BLOCKS, OF_ADJUSTMENTS = range(3)


def sort_of(kind: Ints) -> Ints:
    """Whether rows of these kinds are of service lines, of blocks or of adjustments: each is numbered by itself."""
    return np.where(kind == BLOCK, OF_BLOCKS, np.where(kind == ADJUSTMENT, OF_ADJUSTMENTS, OF_LINES))


def _among(rows: Keyed, numbers: tuple[Ints, ...]) -> Flags:
    sort = sort_of(rows.kind)
    met = np.zeros(len(rows), bool)
    for place, some in enumerate(numbers):
        met |= (sort == place) & np.isin(rows.subject, some)
    return met


@dataclass(frozen=True)
class Only:
    """The lines, blocks and adjustments an urgent run pays, by number."""

    lines: Ints
    blocks: Ints
    adjustments: Ints

    def of(self, facts: CareFacts) -> CareFacts:
        """Facts without the others’ blocks and adjustments. Of lines, the others’ were never read."""
        return replace(
            facts,
            blocks=facts.blocks.take(np.isin(facts.blocks.nr, self.blocks)),
            block_terms=facts.block_terms.take(np.isin(facts.block_terms.line, self.blocks)),
            adjustments=facts.adjustments.take(np.isin(facts.adjustments.nr, self.adjustments)),
        )

    def scopes(self, scopes: tuple[Scope, Scope, Scope]) -> tuple[Scope, Scope, Scope]:
        """What late news and unsettled money has reached of them."""
        lines, blocks, adjustments = (
            Scope(*(each[np.isin(scope.number, some)] for each in (scope.number, scope.since, scope.cause)))
            for scope, some in zip(scopes, (self.lines, self.blocks, self.adjustments), strict=True)
        )
        return lines, blocks, adjustments

    def holds(self, rows: Keyed) -> Flags:
        return _among(rows, (self.lines, self.blocks, self.adjustments))


@dataclass(frozen=True)
class Ahead:
    """What urgent runs have paid beyond a run’s last day: the lines, blocks and adjustments (by number) of the period
    it breaks off in, which begins on day number ``period``; and whatever is of later periods, from ``up_to`` on.
    """

    period: int
    up_to: int
    subjects: tuple[Ints, Ints, Ints]

    @classmethod
    def of(cls, posted: PostedRows, beyond: Flags, period: int, up_to: int) -> "Ahead":
        """``beyond``: the rows posted by urgent runs that pay for later days than this one."""
        sort, mine = sort_of(posted.kind), beyond & (posted.period == period)
        lines, blocks, adjustments = (distinct(posted.subject[mine & (sort == place)]) for place in range(3))
        return cls(period, up_to, (lines, blocks, adjustments))

    def left_alone(self, rows: Keyed) -> Flags:
        alone: Flags = (rows.period >= self.up_to) | ((rows.period == self.period) & _among(rows, self.subjects))
        return alone

    def without(self, due: DueRows) -> DueRows:
        return due.take(~self.left_alone(due))


ON_ACCOUNT = "OA-"
"""How the reference of a sum on account begins."""


def taken_off(ref: str) -> str:
    """The reference of the adjustment that takes a sum on account off again."""
    return f"{ref}-OFF"


class PaidInThePast(Refusal):
    """The day an urgent run is to be paid on has gone by."""


class OfAnotherCalendar(Refusal):
    """What an urgent run is asked for is not paid by its calendar."""


def check_calendar(what: str, calendar: str, theirs: Collection[str]) -> None:
    """Raise OfAnotherCalendar where ``calendar`` is none of those by which it is paid."""
    if calendar not in theirs:
        named = f"Name the calendar it is paid by: {', '.join(sorted(theirs))}."
        what_to_do = named if theirs else "Nothing that is paid is known of it: check the reference."
        raise OfAnotherCalendar(f"This {what} is not paid by {calendar}.", what_to_do)


class HalfOnAccount(Refusal):
    """A sum on account is not paid before what takes it off again is known, nor the other way about."""


def check_whole(ref: str, believed: Container[str]) -> None:
    """Raise HalfOnAccount for a sum on account whose other half is not believed, or for the half that takes it off."""
    if not ref.startswith(ON_ACCOUNT):
        return
    if ref.endswith(taken_off("")):
        raise HalfOnAccount(f"{ref} takes a sum on account off again.", "The run of the calendar does so by itself.")
    if taken_off(ref) not in believed:
        raise HalfOnAccount(
            f"{ref} was paid on account, and {taken_off(ref)}, which takes it off again, is not believed.",
            "Have a second person confirm both: outturn waiting list",
        )
