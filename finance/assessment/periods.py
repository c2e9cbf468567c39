"""Assessments over a period: cut at every day on which a fact, a figure or the policy changes.

Three April dates cut it of themselves: 1 April for nursing, 6 April for allowances, and the first Monday on or after
6 April for benefits. Neighbouring pieces that come to the same thing are given as one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from finance.assessment import ages, kinds, properties
from finance.assessment.bases import EIGHT_WEEKS
from finance.assessment.circumstances import Circumstances, Ground, MissingFact, Setting
from finance.assessment.facts import reablement_end
from finance.assessment.figures import Confirmation, statutory_figures
from finance.assessment.policy import AssessmentPolicy
from finance.assessment.results import Assessment
from finance.assessment.single import assess
from finance.days import Span, day, number, spoken
from finance.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Segment:
    """Days on which an assessment stands unchanged. The assessment is dated on the segment's first day."""

    span: Span
    assessment: Assessment

    @property
    def total_exact(self) -> Fraction:
        """The charge for these days, in pence, unrounded: a seventh of the weekly charge for each day."""
        return Fraction(self.assessment.charge_pence * self.span.days, 7)


def assess_period(
    circumstances: Circumstances | Sequence[Circumstances],
    span: Span,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    confirmations: Iterable[Confirmation] = (),
    known_by: dt.date | None = None,
) -> list[Segment]:
    """The assessments that stand over a period, in order, covering every day of it once.

    Give one Circumstances, or several versions each with the ``first`` day it stands from. Raises as :func:`assess`,
    and MissingFact when no version covers the first day.
    """
    figures = figures or statutory_figures()
    held = tuple(confirmations)
    versions = [circumstances] if isinstance(circumstances, Circumstances) else in_order(circumstances)
    marks = {span.first, *figure_days(figures), *policy.change_days()}
    for version in versions:
        marks.update(change_days(version, span, policy))
    cuts = sorted(mark for mark in marks if span.first <= mark < span.end)
    segments: list[Segment] = []
    for first, end in zip(cuts, [*cuts[1:], span.end], strict=True):
        made = assess(version_on(versions, first), first, policy, figures, confirmations=held, known_by=known_by)
        if segments and _same(segments[-1].assessment, made):
            segments[-1] = Segment(Span(segments[-1].span.first, end), segments[-1].assessment)
        else:
            segments.append(Segment(Span(first, end), made))
    return segments


def figure_days(figures: Parameters) -> set[dt.date]:
    """Every day a statutory figure changes."""
    return {change for each in figures for change in each.change_days()}


def change_days(one: Circumstances, span: Span, policy: AssessmentPolicy) -> set[dt.date]:
    """Every day inside a period on which this person's own facts change what is counted."""
    facts = (*one.incomes, *one.assets, *one.expenses, *one.overrides, *one.standings)
    found = {edge for fact in facts for edge in fact.edges()}
    found.update(turn for each in one.incomes for turn in kinds.incomes().turns(each.kind, each.first))
    found.update(turn for each in one.assets for turn in kinds.assets().turns(each.kind, each.first))
    found.update(properties.change_days(one))
    found.update(each for each in (one.home_sold,) if each is not None)
    if one.first is not None:
        found.add(one.first)
    if one.born is not None:
        born = np.array([number(one.born)], np.int64)
        days = [ages.pension_age_day(born), *(ages.anniversary(born, years) for years in (18, 25, 66, 67))]
        found.update(day(int(each[0])) for each in days)
    if one.couple and one.partner_born is not None:
        found.update(day(int(each)) for each in ages.pension_age_day(np.array([number(one.partner_born)], np.int64)))
    found.update(each for each in (one.pension_age_from, one.partner_pension_age_from) if each is not None)
    if one.setting is Setting.SHORT_TERM and one.stay_first is not None:
        lengths = {EIGHT_WEEKS, *(int(str(v.value)) for v in policy.choices["short_stay_days"].values)}
        found.update(one.stay_first + dt.timedelta(days=length - one.nights_before) for length in lengths)
    if one.setting is Setting.TEMPORARY and one.stay_first is not None:
        found.update((one.stay_first, one.stay_first + dt.timedelta(days=365)))
    for standing in one.standings:
        if standing.ground is Ground.REABLEMENT:
            found.update(reablement_end(standing.first, policy.on(mark)) for mark in (span.first, span.last))
    return {mark for mark in found if span.first < mark < span.end}


def _same(one: Assessment, other: Assessment) -> bool:
    """Whether two assessments differ in nothing but their day."""
    return all(getattr(one, name) == getattr(other, name) for name in COMPARED)


COMPARED = (
    "basis",
    "outcome",
    "because",
    "charge_pence",
    "charge_exact",
    "chargeable_cost_pence",
    "council_pays_pence",
    "nursing_pence",
    "top_up_pence",
    "provisional",
    "steps",
    "figures",
    "warnings",
)


def in_order(versions: Sequence[Circumstances]) -> list[Circumstances]:
    """Versions by their first day, each with what the others say of it. Raises MissingFact for one without."""
    for version in versions:
        if version.first is None:
            raise MissingFact(f"A version of {version.person}'s circumstances has no first day.", "Supply “first”.")
    return list(properties.as_one_life(sorted(versions, key=lambda version: version.first or dt.date.min)))


def version_on(versions: Sequence[Circumstances], on: dt.date) -> Circumstances:
    """The version that stands on a day. Raises MissingFact when none does."""
    standing = [version for version in versions if version.first is None or version.first <= on]
    if not standing:
        raise MissingFact(f"No circumstances stand on {spoken(on)}.", "Supply those from before that day.")
    return standing[-1]
