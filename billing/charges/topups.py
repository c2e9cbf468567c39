"""Top-ups by signed agreement, and the arrangement fee of those who pay in full at home."""

from dataclasses import dataclass, replace

import numpy as np

from billing.assessments.decisions import basis_of
from billing.assessments.in_force import Decisions
from billing.charges.facts import Agreements
from billing.charges.maximum import AT_HOME, WeekStretches
from billing.charges.policy import ChargingPolicy
from billing.charges.segments import Segments, is_full_cost
from billing.charges.weekly_costs import Costs
from finance.care_costs.facts import Columns
from finance.columns import Ints
from finance.keys import keyed, places
from finance.money import RATE_PER_PENNY, round_pence
from finance.timelines import group_starts, ranges


@dataclass(frozen=True)
class TopUps(Columns):
    """One row an agreement and charging week, in whole pence."""

    line: Ints
    week: Ints
    payer: Ints
    kind: Ints
    pence: Ints
    first: Ints
    end: Ints
    weekly: Ints  # hundredths of a penny


def top_ups(
    agreements: Agreements, live_first: Ints, live_end: Ints, week_starts: Ints, policy: ChargingPolicy
) -> TopUps:
    """What each signed agreement comes to in each charging week: a seventh for every day of care under it."""
    first = np.maximum(agreements.starts, live_first[agreements.line])
    end = np.minimum(agreements.ends, live_end[agreements.line])
    opened = week_starts[0] if len(week_starts) else 0
    count = np.where(end > first, (end - 1 - opened) // 7 - (first - opened) // 7 + 1, 0)
    row = np.repeat(np.arange(len(agreements), dtype=np.int64), count)
    week = ranges((first - opened) // 7, count)
    begins, stops = np.maximum(first[row], opened + 7 * week), np.minimum(end[row], opened + 7 * week + 7)
    weekly = agreements.weekly[row]
    pence = round_pence(weekly * (stops - begins), 7 * RATE_PER_PENNY, policy.rounding)
    return TopUps(agreements.line[row], week, agreements.payer[row], agreements.kind[row], pence, begins, stops, weekly)


def less_top_ups(costs: Costs, cut_up: Segments, top_ups: TopUps) -> Costs:
    """The cost a client's charge is measured against: what a top-up pays for is no part of it. Never below nought."""
    if not len(top_ups) or not len(costs):
        return costs
    line = cut_up.line[costs.segment]
    key = keyed(line, costs.week)
    order = np.argsort(key, kind="stable")
    first = group_starts(key[order])
    place, met = places(key[order][first], keyed(top_ups.line, top_ups.week))
    taken = np.zeros(len(first), np.int64)
    np.add.at(taken, place[met], top_ups.pence[met])
    sizes = np.diff(np.append(first, len(order)))
    cost = costs.cost[order]
    running = np.cumsum(cost)
    before = running - cost - np.repeat((running - cost)[first], sizes)
    left = np.empty(len(order), np.int64)
    left[order] = cost - np.clip(np.repeat(taken, sizes) - before, 0, cost)
    return replace(costs, cost=left)


@dataclass(frozen=True)
class Fees(Columns):
    person: Ints
    week: Ints
    pence: Ints
    days: Ints


def fees(stretches: WeekStretches, words: Decisions, policy: ChargingPolicy) -> Fees:
    """The arrangement fee of people who pay in full for care at home: none may be asked in a care home."""
    how = words.value("how", stretches.word, 0)
    asked = is_full_cost(how) & np.isin(basis_of(how), AT_HOME) & (stretches.inside == 1)
    rows = np.flatnonzero(asked & (stretches.word >= 0)) if policy.arrangement_fee_weekly else np.empty(0, np.int64)
    order = rows[np.lexsort((stretches.week[rows], stretches.person[rows]))]
    first = group_starts(stretches.person[order], stretches.week[order])
    if not len(first):
        return Fees(*([np.empty(0, np.int64)] * 4))
    days = np.add.reduceat((stretches.end - stretches.first)[order], first)
    pence = round_pence(policy.arrangement_fee_weekly * days, 7, policy.rounding)
    return Fees(stretches.person[order][first], stretches.week[order][first], pence, days)
