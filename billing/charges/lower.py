"""The lower of cost and maximum, shared over a person's services, less what is waived and what is over the cap."""

from dataclasses import dataclass, replace

import numpy as np

from billing.care_accounts.limits import ChargesBeforeLimit, Limits, over_the_cap
from billing.charges.facts import ClientRates, Waivers
from billing.charges.maximum import Maximum
from billing.charges.policy import ChargingPolicy
from billing.charges.segments import Segments
from billing.charges.weekly_costs import Costs
from finance.care_costs.facts import Columns
from finance.care_costs.retainers import WHOLE_SHARE
from finance.columns import Ints
from finance.keys import DAYS, keyed, packed, places
from finance.money import round_pence
from finance.timelines import group_starts, ranges

IN_FULL = -1  # in place of a maximum, for those who pay what the care costs


@dataclass(frozen=True)
class Weeks(Columns):
    """One row a segment and charging week, by person and week, in the order the charge is shared. Whole pence."""

    person: Ints  # place of the person
    week: Ints
    segment: Ints
    cost: Ints
    limit: Ints  # the person's maximum for the week; IN_FULL where the segment is charged at cost
    flat: Ints  # 1: charged outside the assessment
    charge: Ints
    waived: Ints
    days: Ints  # days counted towards the maximum
    over_cap: Ints  # what the cap on care costs takes off


def shared(
    costs: Costs, cut_up: Segments, person_of: Ints, rank_of: Ints, maximum: Maximum, client_rates: ClientRates
) -> Weeks:
    """Charge each person the lower of the week's cost and their maximum, taking services in order until it is reached.

    ``person_of``: the place of each segment's person; ``rank_of``: where its service stands in the order.
    """
    person, week = person_of[costs.segment], costs.week
    order = np.argsort(packed(person, (week, DAYS), (rank_of[costs.segment], 1 << 8)), kind="stable")
    person, week, segment, cost = person[order], week[order], costs.segment[order], costs.cost[order]
    rate = cut_up.rate[segment]
    flat = np.where(rate >= 0, client_rates.flat[rate], 0) if len(client_rates) else np.zeros(len(rate), np.int64)
    by_cost = (flat == 1) | (cut_up.full[segment] == 1)
    limit, days = _limit(person, week, maximum)
    first = group_starts(person, week)
    assessed = np.where(by_cost, 0, cost)
    if len(first):
        sizes = np.diff(np.append(first, len(person)))
        running = np.cumsum(assessed)
        before = running - assessed - np.repeat((running - assessed)[first], sizes)
        charge = np.where(by_cost, cost, np.clip(limit - before, 0, assessed))
    else:
        charge = cost
    nought = np.zeros(len(person), np.int64)
    return Weeks(person, week, segment, cost, np.where(by_cost, IN_FULL, limit), flat, charge, nought, days, nought)


def _limit(person: Ints, week: Ints, maximum: Maximum) -> tuple[Ints, Ints]:
    """(pence, days) of each row's person and week; nought where nothing in it counts."""
    if not len(maximum):
        return np.zeros(len(person), np.int64), np.zeros(len(person), np.int64)
    place, met = places(keyed(maximum.person, maximum.week), keyed(person, week))
    return np.where(met, maximum.pence[place], 0), np.where(met, maximum.days[place], 0)


def waived(
    shared: Weeks, cut_up: Segments, waivers: Waivers, people: Ints, week_starts: Ints, policy: ChargingPolicy
) -> Weeks:
    """Take off what the council has decided not to ask for: a part of the charge of its own days, and of what that
    leaves of the week a weekly sum by the day.
    """
    if not len(waivers) or not len(shared):
        return shared
    first = group_starts(shared.person, shared.week)
    sizes = np.diff(np.append(first, len(shared)))
    place, some, low, high = _weeks_waived(shared.take(first), waivers, people, week_starts)
    by_part = _by_part(shared, cut_up, week_starts, policy, first, sizes, place, some.share, low, high)
    left = shared.charge - by_part
    taken = np.zeros(len(first), np.int64)
    np.add.at(taken, place, round_pence(some.weekly * (high - low), 7, policy.rounding))
    running = np.cumsum(left)
    before = running - left - np.repeat((running - left)[first], sizes)
    return replace(shared, waived=by_part + np.clip(np.repeat(taken, sizes) - before, 0, left))


def _weeks_waived(weeks: Weeks, waivers: Waivers, people: Ints, week_starts: Ints) -> tuple[Ints, Waivers, Ints, Ints]:
    """(place of a person's week, its waiver, first day, first day not waived): one row a waiver and week that has a
    charge. ``weeks``: one row a person and week."""
    opened, last = week_starts[0], week_starts[0] + 7 * len(week_starts)
    person = np.searchsorted(people, waivers.person)
    here = np.flatnonzero((person < len(people)) & (people[np.minimum(person, len(people) - 1)] == waivers.person))
    some, person = waivers.take(here), person[here]
    low, high = np.maximum(some.starts, opened), np.minimum(some.ends, last)
    count = np.where(high > low, (high - 1 - opened) // 7 - (low - opened) // 7 + 1, 0)
    row = np.repeat(np.arange(len(some), dtype=np.int64), count)
    week = ranges((low - opened) // 7, count)
    low, high = np.maximum(low[row], opened + 7 * week), np.minimum(high[row], opened + 7 * week + 7)
    place, met = places(keyed(weeks.person, weeks.week), keyed(person[row], week))
    return place[met], some.take(row[met]), low[met], high[met]


def _by_part(
    shared: Weeks,
    cut_up: Segments,
    week_starts: Ints,
    policy: ChargingPolicy,
    first: Ints,
    sizes: Ints,
    place: Ints,
    share: Ints,
    low: Ints,
    high: Ints,
) -> Ints:
    """What waivers of a part take of each row, rounded once. A row's charge lies evenly over its days of the week."""
    opens = week_starts[shared.week]
    starts = np.maximum(cut_up.first[shared.segment], opens)
    ends = np.minimum(cut_up.end[shared.segment], opens + 7)
    some = np.flatnonzero(share)
    waiver, row = np.repeat(some, sizes[place[some]]), ranges(first[place[some]], sizes[place[some]])
    days = np.maximum(np.minimum(ends[row], high[waiver]) - np.maximum(starts[row], low[waiver]), 0)
    parts = np.zeros(len(shared), np.int64)
    np.add.at(parts, row, days * share[waiver])
    whole = WHOLE_SHARE * (ends - starts)
    return round_pence(shared.charge * np.minimum(parts, whole), whole, policy.rounding)


def within_cap(
    shared: Weeks, cut_up: Segments, limits: Limits | None, people: Ints, in_home: Ints, week_starts: Ints
) -> Weeks:
    """Take off what people who have reached the cap on care costs are not to be charged. ``in_home``: 1 for lines in a
    care home."""
    if limits is None or not len(limits.person) or not len(shared):
        return shared
    opens = week_starts[shared.week]
    first, end = np.maximum(opens, cut_up.first[shared.segment]), np.minimum(opens + 7, cut_up.end[shared.segment])
    pence = np.where(shared.flat == 1, 0, shared.charge - shared.waived)
    rows = ChargesBeforeLimit(people[shared.person], opens, first, end, in_home[cut_up.line[shared.segment]], pence)
    return replace(shared, over_cap=over_the_cap(limits, rows))
