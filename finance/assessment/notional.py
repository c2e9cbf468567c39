"""Notional capital: money given away to lessen the charge is counted as if still held, and lessens week by week.

Each week it falls by what it costs the person: the charge with it less the charge without (SI 2014/2672 reg 23; the
mechanics are read at second hand, in guidance). Both charges are kept, week by week, for the audit.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from finance.assessment.asking import NOTIONAL_CAPITAL
from finance.assessment.circumstances import Asset, BadFact, Circumstances
from finance.assessment.figures import Confirmation
from finance.assessment.periods import in_order, version_on
from finance.assessment.policy import AssessmentPolicy
from finance.assessment.single import assess
from finance.parameters import Parameters


@dataclass(frozen=True, slots=True)
class NotionalWeek:
    """One week: notional capital at its start, the two charges, and what it falls by. Whole pence."""

    first: dt.date
    notional_pence: int
    charge_with_pence: int
    charge_without_pence: int

    @property
    def falls_by_pence(self) -> int:
        return min(self.charge_with_pence - self.charge_without_pence, self.notional_pence)

    @property
    def left_pence(self) -> int:
        return self.notional_pence - self.falls_by_pence


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What somebody gave up to lessen the charge, and the day from which it is counted."""

    first: dt.date
    pence: int


def given_up(one: Circumstances) -> GivenUp | None:
    """What these circumstances say was given up; of a sum told week by week, what it was at first.

    Raises BadFact where it has no first day, is of more than one person, or two sums are counted at once.
    """
    told = sorted(
        (each for each in one.assets if each.kind == NOTIONAL_CAPITAL), key=lambda each: each.first or dt.date.min
    )
    if not told:
        return None
    first = told[0].first
    if first is None or any(each.owed_pence or each.owners > 1 for each in told):
        raise BadFact(
            f"Notional capital of {one.person} has no first day, or is given as owed on or shared.",
            "Give the day it was given up (start_date), and the person’s own part of it as the value.",
        )
    for earlier, later in pairwise(told):
        if earlier.end is None or later.first is None or later.first < earlier.end:
            raise BadFact(
                f"{one.person} has two sums of notional capital at once.",
                "Put them together from the later day, or give the last day of the earlier.",
            )
    return GivenUp(first, told[0].value_pence)


def without(one: Circumstances) -> Circumstances:
    """The same person, had nothing been given up."""
    return replace(one, assets=tuple(each for each in one.assets if each.kind != NOTIONAL_CAPITAL))


@dataclass(frozen=True, slots=True)
class CountedAs:
    """Weeks in which one sum is counted, up to ``end``; the last runs on, and its end is None."""

    first: dt.date
    end: dt.date | None
    pence: int


def counted_as(weeks: Sequence[NotionalWeek]) -> list[CountedAs]:
    """What is counted from which day, weeks of one sum put together. When nothing is left nothing runs on."""
    if not weeks:
        return []
    sums = [(each.first, each.notional_pence) for each in weeks]
    sums.append((weeks[-1].first + dt.timedelta(weeks=1), weeks[-1].left_pence))
    changes = [each for place, each in enumerate(sums) if place == 0 or each[1] != sums[place - 1][1]]
    ends = [*(first for first, _ in changes[1:]), None]
    return [CountedAs(first, end, pence) for (first, pence), end in zip(changes, ends, strict=True) if pence]


def diminish(
    circumstances: Circumstances | Sequence[Circumstances],
    notional_pence: int,
    first: dt.date,
    weeks: int,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
) -> list[NotionalWeek]:
    """Notional capital over so many weeks from a day, stopping when none is left.

    ``circumstances`` holds the person's actual capital, dated; each week is assessed with that week's actual capital.
    Of several versions, each from its ``first`` day, a week is assessed by the one that stands on it.
    Raises BadFact when the circumstances already hold notional capital, and as :func:`assess`.
    """
    versions = [circumstances] if isinstance(circumstances, Circumstances) else in_order(circumstances)
    if notional_pence < 0 or any(asset.kind == NOTIONAL_CAPITAL for one in versions for asset in one.assets):
        raise BadFact("Notional capital is given twice, or below nought.", "Give it once, as what was given away.")
    held, found, left = tuple(confirmations), list[NotionalWeek](), notional_pence
    for week in range(weeks):
        if left == 0:
            break
        on = first + dt.timedelta(weeks=week)
        one, asset = version_on(versions, on), Asset(kind=NOTIONAL_CAPITAL, value_pence=left)
        with_it = replace(one, assets=(*one.assets, asset))
        charge_with = assess(with_it, on, policy, figures, confirmations=held).charge_pence
        charge_without = assess(one, on, policy, figures, confirmations=held).charge_pence
        found.append(NotionalWeek(on, left, charge_with, charge_without))
        left = found[-1].left_pence
    return found
