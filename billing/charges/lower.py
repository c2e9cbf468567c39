"""The lower of cost and maximum, shared over a person's services, less what is waived and what is over the cap."""

from dataclasses import dataclass, replace

import numpy as np

from billing.care_accounts.limits import ChargesBeforeLimit, Limits, over_the_cap
from billing.charges.facts import ALL_OF_IT, ClientRates, Waivers
from billing.charges.maximum import Maximum
from billing.charges.policy import ChargingPolicy
from billing.charges.segments import Segments
from billing.charges.weekly_costs import Costs
from finance.care_costs.facts import Columns
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


def waived(shared: Weeks, waivers: Waivers, people: Ints, week_starts: Ints, policy: ChargingPolicy) -> Weeks:
    """Take off what the council has decided not to ask for: a weekly sum by the day, or all of the charge."""
    if not len(waivers) or not len(shared):
        return shared
    opened = week_starts[0]
    person = np.searchsorted(people, waivers.person)
    here = np.flatnonzero((person < len(people)) & (people[np.minimum(person, len(people) - 1)] == waivers.person))
    some, person = waivers.take(here), person[here]
    last = opened + 7 * len(week_starts)
    low, high = np.maximum(some.starts, opened), np.minimum(some.ends, last)
    count = np.where(high > low, (high - 1 - opened) // 7 - (low - opened) // 7 + 1, 0)
    row = np.repeat(np.arange(len(some), dtype=np.int64), count)
    week = ranges((low - opened) // 7, count)
    days = np.minimum(high[row], opened + 7 * week + 7) - np.maximum(low[row], opened + 7 * week)
    first = group_starts(shared.person, shared.week)
    total = np.add.reduceat(shared.charge, first)
    place, met = places(keyed(shared.person[first], shared.week[first]), keyed(person[row], week))
    row, place, days = row[met], place[met], days[met]
    weekly = np.where(some.weekly[row] == ALL_OF_IT, total[place], some.weekly[row])
    taken = np.zeros(len(first), np.int64)
    np.add.at(taken, place, round_pence(weekly * days, 7, policy.rounding))
    taken = np.minimum(taken, total)
    sizes = np.diff(np.append(first, len(shared)))
    running = np.cumsum(shared.charge)
    before = running - shared.charge - np.repeat((running - shared.charge)[first], sizes)
    part = np.clip(np.repeat(taken, sizes) - before, 0, shared.charge)
    return replace(shared, waived=part)


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
