"""What a better assessment changes, day by day: the difference between what was charged and what is due.

A day costs a seventh of the weekly charge, exactly. Nothing is rounded here: rounding is the bill's, once.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing.assessments.decisions import Decision, standing
from finance.days import Span


@dataclass(frozen=True, slots=True)
class ChargeDifference:
    """Days on which the weekly charge was one thing and is now another. None: there was, or is, no assessment."""

    span: Span
    was_pence: int | None
    now_pence: int | None

    @property
    def weekly_pence(self) -> int:
        return (self.now_pence or 0) - (self.was_pence or 0)

    @property
    def exact(self) -> Fraction:
        """Pence for these days: above nought is owed by the person, below is owed to them."""
        return Fraction(self.weekly_pence * self.span.days, 7)


def differences(before: Sequence[Decision], after: Sequence[Decision], span: Span) -> list[ChargeDifference]:
    """Every stretch of days in the span on which the charge differs, in order."""
    edges = {span.first}
    for word in (*before, *after):
        edges.update(day for day in (word.starts, word.ends) if day is not None and span.first < day < span.end)
    cuts = [*sorted(edges), span.end]
    found: list[ChargeDifference] = []
    for first, end in itertools.pairwise(cuts):
        was, now = _charge(before, first), _charge(after, first)
        if was == now:
            continue
        joins = found and found[-1].span.end == first and (found[-1].was_pence, found[-1].now_pence) == (was, now)
        begins = found.pop().span.first if joins else first
        found.append(ChargeDifference(Span(begins, end), was, now))
    return found


def total_exact(found: Sequence[ChargeDifference]) -> Fraction:
    """All the differences together, in exact pence."""
    return sum((each.exact for each in found), Fraction(0))


def _charge(words: Sequence[Decision], day: dt.date) -> int | None:
    word = standing(words, day)
    return None if word is None else word.charge
