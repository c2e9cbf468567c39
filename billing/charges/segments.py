"""Each service line cut where a different charging rule begins: exempt days, a client rate, full cost, deliveries.

A *segment* is a run of days of one line under one rule. It is priced as a line of its own, with the line's pattern
counted from the line's own start, so cutting changes no day's cost.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from billing.assessments.decisions import outcome_of
from billing.assessments.in_force import NOTHING, Decisions
from billing.charges.facts import ClientRates, Deliveries, Exemptions
from finance.assessment import OUTCOMES, Outcome
from finance.care_costs.facts import UNKNOWN, ByLine, CareFacts, Columns, LaterTerms, LineRates, Lines
from finance.care_costs.terms import paid_after_death, term_days
from finance.columns import Ints
from finance.days import FOR_EVER, weekday_number
from finance.keys import keyed, packed, unkeyed
from finance.timelines import Timeline, cut, distinct, ranges

FULL = tuple(OUTCOMES.index(each) for each in (Outcome.FULL_COST, Outcome.OVER_LIMIT))


@dataclass(frozen=True)
class Segments(Columns):
    """One row a segment, in order of line and day. ``line``: the place of its line."""

    line: Ints
    first: Ints
    end: Ints
    full: Ints  # 1: charged at cost, whatever the maximum
    rate: Ints  # the client rate in place of the cost; -1: none
    delivery: Ints  # the delivery it stands for; -1: planned care


def is_full_cost(how: Ints) -> NDArray[np.bool_]:
    """Which codes of how a charge came about mean that the law asks for the full cost."""
    return np.asarray(np.isin(outcome_of(how), FULL), dtype=np.bool_)


def pays_in_full(how: Ints, can_pay: Ints) -> NDArray[np.bool_]:
    """Of whom the full cost is asked: not of whoever an approved override holds to a sum, which they can pay."""
    return np.asarray(is_full_cost(how) & (can_pay == NOTHING), dtype=np.bool_)


def live_first(lines: Lines, line_from: Ints) -> Ints:
    """First day each line may be charged: not before it, its package, its contract, or the days looked at."""
    return np.maximum(np.maximum(np.maximum(lines.starts, lines.package_starts), lines.contract_starts), line_from)


def live_end(lines: Lines, terms: LaterTerms, up_to: int, days_after_death: int) -> Ints:
    """First day each line may not be charged. After a death no more days are charged than are paid for."""
    after = np.minimum(paid_after_death(lines, terms, term_days(lines, terms)), days_after_death)
    death = np.where(lines.died == UNKNOWN, FOR_EVER, lines.died + 1 + after)
    stated = np.minimum(np.minimum(lines.ends, lines.package_ends), lines.contract_ends)
    return np.minimum(np.minimum(stated, death), up_to)


def segments(
    lines: Lines,
    live_first: Ints,
    live_end: Ints,
    words: Decisions,
    exemptions: Exemptions,
    client_rates: ClientRates,
    deliveries: Deliveries,
    anchor: int,
) -> Segments:
    """Cut every line at the days on which its charging rule changes, and say which rule each part is under.

    ``exemptions``, ``deliveries``: by place of line, in order of line. ``words``: by person, in order.
    """
    full = words.take(
        np.flatnonzero(np.isin(words.person, np.unique(words.person[pays_in_full(words.how, words.can_pay)])))
    )
    exempt = Timeline.of(exemptions.line, exemptions.starts, exemptions.ends)
    prices = _Prices(lines, client_rates)
    weeks = deliveries.on - (deliveries.on - anchor) % 7
    marks = [
        (exemptions.line, exemptions.starts),
        (exemptions.line, exemptions.ends),
        (deliveries.line, weeks),
        (deliveries.line, weeks + 7),
        *prices.changes(),
        *_of_people(lines, full.person, full.starts),
        *_of_people(lines, full.person, full.ends),
    ]
    live = np.flatnonzero(live_first < live_end)
    place = np.full(len(lines), -1, np.int64)
    place[live] = np.arange(len(live))
    line = np.concatenate([each[0] for each in marks])
    day = np.concatenate([each[1] for each in marks])
    known = place[line] >= 0
    span, first, end = cut(live_first[live], live_end[live], place[line[known]], day[known])
    line = live[span]
    kept = exempt.as_of(line, first) < 0
    line, first, end = line[kept], first[kept], end[kept]
    in_full = _in_full(lines.person[line], first, full)
    none = np.full(len(line), -1, np.int64)
    planned = Segments(line, first, end, in_full, prices.on(line, first), none)
    return _joined(_with_deliveries(planned, deliveries, weeks, words, lines, prices, full))


def _joined(some: Segments) -> Segments:
    """Parts of a line one after another under one rule as one segment: an assessment that says the same again, or one
    since replaced, must not cut a week in two and round it twice."""
    if not len(some):
        return some
    new = np.ones(len(some), bool)
    new[1:] = (some.first[1:] != some.end[:-1]) | (some.delivery[1:] >= 0) | (some.delivery[:-1] >= 0)
    for column in (some.line, some.full, some.rate):
        new[1:] |= column[1:] != column[:-1]
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(some)) - 1
    return replace(some.take(first), end=some.end[last])


def _in_full(person: Ints, day: Ints, full: Decisions) -> Ints:
    """1 where the standing word says full cost."""
    place = full.standing(person, day)
    asked = pays_in_full(full.value("how", place, 0), full.value("can_pay", place))
    return np.where(place == NOTHING, 0, asked).astype(np.int64)


def _of_people(lines: Lines, person: Ints, day: Ints) -> list[tuple[Ints, Ints]]:
    """Days of people as days of each of their lines. Lines are in order of person."""
    low, high = np.searchsorted(lines.person, person), np.searchsorted(lines.person, person, side="right")
    return [(ranges(low, high - low), np.repeat(day, high - low))]


class _Prices:
    """Client rates by the service and unit they are for."""

    def __init__(self, lines: Lines, rates: ClientRates) -> None:
        self._key = packed(lines.service, (lines.unit, 1 << 8))
        key = packed(rates.service, (rates.unit, 1 << 8))
        self._groups = distinct(key)
        self._owner = np.searchsorted(self._groups, key).astype(np.int64)
        self._timeline = Timeline.of(self._owner, rates.starts, rates.ends)
        self._rates = rates

    def _group(self, line: Ints) -> Ints:
        if not len(self._groups):
            return np.full(len(line), -1, np.int64)
        place = np.minimum(np.searchsorted(self._groups, self._key[line]), len(self._groups) - 1)
        return np.where(self._groups[place] == self._key[line], place, -1)

    def changes(self) -> list[tuple[Ints, Ints]]:
        """(line, day) for every day on which a line's client rate begins or ends."""
        every = np.arange(len(self._key), dtype=np.int64)
        group = self._group(every)
        order = np.argsort(self._owner, kind="stable")
        mine = np.flatnonzero(group >= 0)
        low = np.searchsorted(self._owner[order], group[mine])
        count = np.searchsorted(self._owner[order], group[mine], side="right") - low
        row = order[ranges(low, count)]
        line = np.repeat(every[mine], count)
        return [(line, self._rates.starts[row]), (line, self._rates.ends[row])]

    def on(self, line: Ints, day: Ints) -> Ints:
        """The client rate of each line on a day; -1 where there is none."""
        return self._timeline.as_of(self._group(line), day)


def _with_deliveries(
    planned: Segments,
    deliveries: Deliveries,
    weeks: Ints,
    words: Decisions,
    lines: Lines,
    prices: _Prices,
    full: Decisions,
) -> Segments:
    """Planned segments of weeks with deliveries taken out, and a segment of one day put in for each delivery."""
    if not len(deliveries):
        return planned
    delivered = Timeline.of(*(np.asarray(each) for each in _weeks_once(deliveries.line, weeks)))
    kept = planned.take(delivered.as_of(planned.line, planned.first) < 0)
    whole = Timeline.of(planned.line, planned.first, planned.end)
    row = np.flatnonzero(whole.as_of(deliveries.line, deliveries.on) >= 0)  # exempt and ended days are left out
    line, on = deliveries.line[row], deliveries.on[row]
    made = Segments(line, on, on + 1, _in_full(lines.person[line], on, full), prices.on(line, on), row)
    joined = Segments(
        *(
            np.concatenate([getattr(kept, name), getattr(made, name)])
            for name in ("line", "first", "end", "full", "rate", "delivery")
        )
    )
    return joined.take(np.lexsort((joined.first, joined.line)))


def _weeks_once(line: Ints, week: Ints) -> tuple[Ints, Ints, Ints]:
    line, opens = unkeyed(distinct(keyed(line, week)))
    return line, opens, opens + 7


def as_lines(facts: CareFacts, cut_up: Segments, client_rates: ClientRates, deliveries: Deliveries) -> CareFacts:
    """Segments in the shape of lines, numbered by their place, with all that is said of their lines."""
    line = cut_up.line
    lines = facts.lines.take(line)
    delivered = np.flatnonzero(cut_up.delivery >= 0)
    quantity, days, every = lines.quantity.copy(), lines.days.copy(), lines.every_weeks.copy()
    on = deliveries.on[cut_up.delivery[delivered]]
    quantity[delivered] = deliveries.quantity[cut_up.delivery[delivered]]
    days[delivered] = 1 << weekday_number(on)
    every[delivered] = 1
    carers, closed = lines.carers.copy(), lines.closed.copy()
    carers[delivered] = 1
    closed[delivered] = 0  # what was delivered on a bank holiday was delivered
    priced = np.flatnonzero(cut_up.rate >= 0)
    rows = cut_up.rate[priced]
    own = LineRates(priced, client_rates.rate[rows], cut_up.first[priced], cut_up.end[priced])
    made = replace(
        lines,
        nr=np.arange(len(line), dtype=np.int64),
        package_starts=cut_up.first,
        package_ends=cut_up.end,
        quantity=quantity,
        days=days,
        every_weeks=every,
        carers=carers,
        closed=closed,
    )
    low = np.searchsorted(line, np.arange(len(facts.lines) + 1))

    def theirs(table: ByLine, unless: Ints | None = None) -> ByLine:
        """Rows about lines as rows about each of their segments; ``unless``: segments that have none."""
        place = np.searchsorted(facts.lines.nr, table.line)
        count = low[place + 1] - low[place]
        rows = np.repeat(np.arange(len(table), dtype=np.int64), count)
        segment = ranges(low[place], count)
        if unless is not None and len(unless):
            kept = ~np.isin(segment, unless)
            rows, segment = rows[kept], segment[kept]
        order = np.argsort(segment, kind="stable")
        return replace(table.take(rows[order]), line=segment[order])

    agreed = theirs(facts.agreed, priced)
    order = np.argsort(np.concatenate([agreed.line, own.line]), kind="stable")
    both = LineRates(
        *(
            np.concatenate([getattr(agreed, name), getattr(own, name)])[order]
            for name in ("line", "rate", "starts", "ends")
        )
    )
    return replace(
        facts,
        lines=made,
        terms=theirs(facts.terms, delivered),  # what was delivered on a bank holiday was delivered
        agreed=both,
        suspensions=theirs(facts.suspensions, delivered),
        shares=theirs(facts.shares),
        contributions=theirs(facts.contributions),
        awards=theirs(facts.awards),
    )
