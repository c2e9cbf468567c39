"""The calculation of charges: facts and days in; what each payer owes, every step behind it, who could not be
charged.
"""

from dataclasses import dataclass, replace

import numpy as np

from billing.charges.collected_by_payees import CollectedByPayees, collected
from billing.charges.facts import CHARGE, COLLECTED, FEE, FLAT, OVER_THE_CAP, WAIVED, ChargeFacts
from billing.charges.lower import Weeks, shared, waived, within_cap
from billing.charges.maximum import (
    Maximum,
    NotCharged,
    Spans,
    WeekStretches,
    joined,
    maximum,
    refused,
    stretches,
    without,
)
from billing.charges.policy import ChargingPolicy
from billing.charges.repeated_weeks import alike, first_weeks, repeated
from billing.charges.segments import Segments, as_lines, live_end, live_first, segments
from billing.charges.topups import Fees, TopUps, fees, less_top_ups, top_ups
from billing.charges.weekly_costs import costs
from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import CareFacts, Lines
from finance.care_costs.prices import Card, Trouble
from finance.care_costs.spans import suspension_steps
from finance.care_costs.terms import term_days
from finance.columns import Ints
from finance.timelines import Timeline, distinct

CARE_HOMES = ("residential", "nursing")


@dataclass(frozen=True)
class ChargesDue:
    """What is due, one row a kind, subject, payer and charging week; whole pence, never nought. ``subject``: the place
    of a line, or for a fee the place of a person."""

    kind: Ints
    subject: Ints
    party: Ints
    week: Ints
    pence: Ints


@dataclass(frozen=True)
class Charges:
    """What came out. Places are those of ``people`` and of the lines given; weeks are places in ``week_starts``."""

    people: Ints
    week_starts: Ints
    owed: ChargesDue
    weeks: Weeks
    segments: Segments
    maximum: Maximum
    top_ups: TopUps
    fees: Fees
    collected: CollectedByPayees
    stretches: WeekStretches
    refused: NotCharged
    troubles: Trouble  # ``line``: the place of a line


def calculate_charges(
    facts: ChargeFacts,
    week_starts: Ints,
    line_from: Ints,
    up_to: int,
    policy: ChargingPolicy,
    cells: Card | None = None,
) -> Charges:
    """Work out what is owed for each line in each charging week.

    ``facts.care``: lines numbered by their place, in order of person, with facts of charging by the same places.
    ``line_from``: for each line, the first day to look at (the start of a bill period). ``up_to``: the first day not
    looked at. Days as day numbers. People who cannot be charged come back in ``refused`` or ``troubles``; what is owed
    for them is not to be used.
    """
    lines = facts.care.lines
    people = distinct(lines.person)
    opens, closes = live_first(lines, line_from), live_end(lines, facts.care.terms, up_to, policy.days_after_death)
    anchor = int(week_starts[0]) if len(week_starts) else 0
    cut_up = segments(lines, opens, closes, facts.words, facts.exemptions, facts.client_rates, facts.deliveries, anchor)
    person_of = np.searchsorted(people, lines.person[cut_up.line])
    priced_as = as_lines(facts.care, cut_up, facts.client_rates, facts.deliveries)
    same = alike(priced_as, cut_up, week_starts)
    care = calculate_due(
        first_weeks(priced_as, cut_up, same),
        Periods(week_starts, week_starts + 7),
        cut_up.first,
        up_to,
        policy.rounding,
        cells,
    )
    had = _care_had(cut_up, person_of, priced_as, facts)
    parts = stretches(had, people, facts.words, week_starts)
    most = maximum(parts, facts.words, policy)
    more = top_ups(facts.agreements, opens, closes, week_starts, policy)
    rank_of = _ranks(lines, facts, policy)[cut_up.line]
    weeks = shared(
        less_top_ups(repeated(costs(care), cut_up, same), cut_up, more),
        cut_up,
        person_of,
        rank_of,
        most,
        facts.client_rates,
    )
    weeks = waived(weeks, cut_up, facts.waivers, people, week_starts, policy)
    weeks = within_cap(weeks, cut_up, facts.limits, people, _in_home(lines, facts), week_starts)
    fee = fees(parts, facts.words, policy)
    taken, also = collected(facts, week_starts, line_from, up_to, policy.rounding, cells)
    return Charges(
        people,
        week_starts,
        _owed(weeks, cut_up, more, fee, taken, people, facts),
        weeks,
        cut_up,
        most,
        more,
        fee,
        taken,
        parts,
        refused(parts, facts.words),
        Trouble.join([replace(care.troubles, line=cut_up.line[care.troubles.line]), also]),
    )


def _care_had(cut_up: Segments, person_of: Ints, priced_as: CareFacts, facts: ChargeFacts) -> Spans:
    """The days on which each person had care the assessment bears on: not flat charges, nor days nothing is charged."""
    flat = (
        (facts.client_rates.flat[cut_up.rate] == 1) & (cut_up.rate >= 0) if len(facts.client_rates) else cut_up.rate > 0
    )
    lines, terms = priced_as.lines, priced_as.terms
    steps, share = suspension_steps(lines, terms, term_days(lines, terms), priced_as.suspensions, priced_as.retainers)
    nothing = share[steps.row] == 0
    away = Timeline.of(steps.owner[nothing], steps.first[nothing], steps.end[nothing])
    some = np.flatnonzero(~flat)
    span, first, end = without(cut_up.first[some], cut_up.end[some], some, away)
    return joined(person_of[some][span], first, end)


def _ranks(lines: Lines, facts: ChargeFacts, policy: ChargingPolicy) -> Ints:
    """Where each line's service stands in the order the charge is shared."""
    order = {kind: place for place, kind in enumerate(policy.order)}
    services = np.asarray(sorted(facts.service_kinds), dtype=np.int64)
    ranks = np.asarray([order.get(facts.service_kinds[int(each)], len(order)) for each in services], dtype=np.int64)
    return ranks[np.searchsorted(services, lines.service)] if len(lines) else np.empty(0, np.int64)


def _in_home(lines: Lines, facts: ChargeFacts) -> Ints:
    """1 for lines of care in a care home."""
    homes = [nr for nr, kind in facts.service_kinds.items() if kind in CARE_HOMES]
    return np.isin(lines.service, np.asarray(homes, dtype=np.int64)).astype(np.int64)


def _owed(
    weeks: Weeks, cut_up: Segments, more: TopUps, fee: Fees, taken: CollectedByPayees, people: Ints, facts: ChargeFacts
) -> ChargesDue:
    payer = facts.payers.payer[np.searchsorted(facts.payers.person, people)]
    line = cut_up.line[weeks.segment]
    own = payer[weeks.person]
    charge = np.where(weeks.flat == 1, FLAT, CHARGE)
    parts = [
        (charge, line, own, weeks.week, weeks.charge),
        (np.full(len(line), WAIVED), line, own, weeks.week, -weeks.waived),
        (np.full(len(line), OVER_THE_CAP), line, own, weeks.week, -weeks.over_cap),
        (
            np.full(len(taken), COLLECTED),
            taken.line,
            payer[np.searchsorted(people, facts.care.lines.person[taken.line])],
            taken.week,
            -taken.pence,
        ),
        (more.kind, more.line, more.payer, more.week, more.pence),
        (np.full(len(fee), FEE), fee.person, payer[fee.person], fee.week, fee.pence),
    ]
    kept = [tuple(column[each[4] != 0] for column in each) for each in parts]
    return ChargesDue(*(np.concatenate([each[place] for each in kept]).astype(np.int64) for place in range(5)))
