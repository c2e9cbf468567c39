"""The most a person may be charged in a charging week: the assessment that stands on each day, a seventh a day."""

from dataclasses import dataclass

import numpy as np

from billing.assessments.decisions import UNCONFIRMED, WITHDRAWN, basis_of
from billing.assessments.in_force import NOTHING, Decisions
from billing.charges.policy import WHOLE_WEEK, ChargingPolicy
from billing.charges.segments import pays_in_full
from finance.assessment.bases import BASES
from finance.care_costs.facts import Columns
from finance.columns import Ints
from finance.keys import keyed, unkeyed
from finance.money import round_pence
from finance.timelines import Timeline, cut, group_starts, ranges

AT_HOME = tuple(place for place, basis in enumerate(BASES) if basis.name == "home")
NOT_ASSESSED, NOT_CONFIRMED = range(2)


@dataclass(frozen=True)
class Spans(Columns):
    """Days on which somebody has care that is charged for, in order, none overlapping. ``person``: their place."""

    person: Ints
    first: Ints
    end: Ints


def joined(person: Ints, first: Ints, end: Ints) -> Spans:
    """Spans of people with overlaps and meetings made one."""
    order = np.lexsort((first, person))
    person, first, end = person[order], first[order], end[order]
    if not len(person):
        return Spans(person, first, end)
    reach = np.maximum.accumulate(keyed(person, end))
    new = np.append(True, keyed(person[1:], first[1:]) > reach[:-1])
    starts = np.flatnonzero(new)
    last = np.append(starts[1:], len(person)) - 1
    return Spans(person[starts], first[starts], unkeyed(reach[last])[1])


def without(first: Ints, end: Ints, owner: Ints, taken: Timeline) -> tuple[Ints, Ints, Ints]:
    """The parts of each span on which no row of ``taken`` of its owner stands: (span, first, end)."""
    span, opens, closes = cut(first, end, *taken.change_days(owner, first, end))
    kept = taken.as_of(owner[span], opens) < 0
    return span[kept], opens[kept], closes[kept]


@dataclass(frozen=True)
class WeekStretches(Columns):
    """Days of one person in one charging week under one assessment. ``inside``: care was had on them."""

    person: Ints
    week: Ints
    first: Ints
    end: Ints
    inside: Ints
    word: Ints  # the place of the standing word; NOTHING where there is none
    weekly: Ints  # pence a week; nought where the person pays in full


def stretches(had: Spans, people: Ints, words: Decisions, week_starts: Ints) -> WeekStretches:
    """Cut the weeks in which people had care where their assessment changes. ``people``: their numbers, in order."""
    opened = week_starts[0] if len(week_starts) else 0
    low, high = had.first - (had.first - opened) % 7, had.end + (opened - had.end) % 7
    weeks = joined(had.person, low, high)
    mine = np.searchsorted(people, words.person)
    known = (
        (mine < len(people)) & (people[np.minimum(mine, len(people) - 1)] == words.person) if len(people) else mine < 0
    )
    changes = Timeline.of(mine[known], words.starts[known], words.ends[known])
    span, first, end = cut(weeks.first, weeks.end, *changes.change_days(weeks.person, weeks.first, weeks.end))
    person = weeks.person[span]
    care = Timeline.of(had.person, had.first, had.end)
    part, first, end = cut(first, end, *care.change_days(person, first, end))
    person = person[part]
    word = words.standing(people[person], first) if len(person) else person
    in_full = pays_in_full(words.value("how", word, 0), words.value("can_pay", word))
    weekly = np.where(in_full, 0, words.value("charge", word, 0))
    inside = (care.as_of(person, first) >= 0).astype(np.int64)
    count = (end - 1 - opened) // 7 - (first - opened) // 7 + 1
    row = np.repeat(np.arange(len(person), dtype=np.int64), count)
    week = ranges((first - opened) // 7, count)
    begins = np.maximum(first[row], opened + 7 * week)
    ends = np.minimum(end[row], opened + 7 * week + 7)
    return WeekStretches(person[row], week, begins, ends, inside[row], word[row], weekly[row])


@dataclass(frozen=True)
class Maximum(Columns):
    """One row a person and charging week: the most they may be charged that week, in pence, and how it was reached."""

    person: Ints
    week: Ints
    pence: Ints
    days: Ints  # days counted
    weekly: Ints  # pence a week on the last of them


def maximum(stretches: WeekStretches, words: Decisions, policy: ChargingPolicy) -> Maximum:
    """A seventh of the weekly charge for every day counted, rounded once for each person and week.

    At home every day of a week with care may count, by policy; in a care home the days of care alone.
    """
    at_home = np.isin(basis_of(words.value("how", stretches.word, 0)), AT_HOME)
    whole = np.where(at_home, policy.part_week_at_home == WHOLE_WEEK, policy.part_week_in_a_home == WHOLE_WEEK)
    counted = (whole | (stretches.inside == 1)) & (stretches.word != NOTHING)
    order = np.lexsort((stretches.first, stretches.week, stretches.person))
    some = stretches.take(order)
    days = np.where(counted[order], some.end - some.first, 0)
    first = group_starts(some.person, some.week)
    if not len(first):
        return Maximum(*([np.empty(0, np.int64)] * 5))
    exact = np.add.reduceat(some.weekly * days, first)
    last = np.append(first[1:], len(some)) - 1
    person, week = some.person[first], some.week[first]
    pence = round_pence(exact, 7, policy.rounding)
    return Maximum(person, week, pence, np.add.reduceat(days, first), some.weekly[last])


@dataclass(frozen=True)
class NotCharged(Columns):
    """People who cannot be charged, why, and the first day it shows."""

    person: Ints
    why: Ints
    day: Ints


def refused(stretches: WeekStretches, words: Decisions) -> NotCharged:
    """People with care on a day no assessment covers, or under one that rests on figures nobody has confirmed."""
    nothing = (stretches.word == NOTHING) & (stretches.inside == 1)
    flags = words.value("how", stretches.word, 0)
    doubtful = ((flags & (UNCONFIRMED | WITHDRAWN)) > 0) & (stretches.inside == 1) & ~nothing
    rows = np.flatnonzero(nothing | doubtful)
    order = rows[np.lexsort((stretches.first[rows], stretches.person[rows]))]
    first = order[group_starts(stretches.person[order])] if len(order) else order
    return NotCharged(
        stretches.person[first], np.where(nothing[first], NOT_ASSESSED, NOT_CONFIRMED), stretches.first[first]
    )
