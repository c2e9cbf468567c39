"""What facts told do to what is paid: the lines they touch, in a plain week and for days already past."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from finance.care_costs.bands import CODED_AGES, coded_age
from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import BLOCK, CARE, KINDS, Lines
from finance.care_costs.news import News, read_news
from finance.care_costs.store import Window, read_facts
from finance.columns import Bulk, Ints
from finance.days import Span, day, number
from finance.money import Rounding
from ledgers.coding.rules import Combination
from payruns import store
from payruns.as_lines import as_lines

WEEK = 7


@dataclass(frozen=True, slots=True)
class LineMoved:
    """One line of care, or one block, by number: pence due in the week before and after, and the difference for days
    past. ``payee``, ``person`` and ``service`` are numbers; ``person`` 0: a block. ``coded``: what the ledger codes its
    cost by in that week, as the council's own.
    """

    subject: int
    block: bool
    payee: int
    person: int
    service: int
    was: int
    now: int
    past: int
    coded: Combination


@dataclass(frozen=True, slots=True)
class PaymentEffect:
    """What some facts do. ``week``: the first plain week from ``on``, or from the day the first of them holds."""

    week: Span
    lines: tuple[LineMoved, ...]

    def by(self, whose: Callable[[LineMoved], int]) -> list[tuple[int, int, int, int]]:
        """Lines together by a number of theirs: (number, pence a week before, after, for days past), those that move
        most first.
        """
        found: dict[int, tuple[int, int, int]] = {}
        for each in self.lines:
            was, now, past = found.get(whose(each), (0, 0, 0))
            found[whose(each)] = was + each.was, now + each.now, past + each.past
        moved = [(nr, *sums) for nr, sums in found.items() if sums[0] != sums[1] or sums[2]]
        return sorted(moved, key=lambda each: (-abs(each[2] - each[1]) - abs(each[3]), each[0]))

    @property
    def was(self) -> int:
        return sum(each.was for each in self.lines)

    @property
    def now(self) -> int:
        return sum(each.now for each in self.lines)

    @property
    def past(self) -> int:
        return sum(each.past for each in self.lines)


def read_effect(bulk: Bulk, before: int, after: int, on: dt.date, rounding: Rounding) -> PaymentEffect:
    """What was learned after change ``before``, up to ``after``, does to lines and blocks.

    Days past are those before the pay period that holds ``on``, by each calendar’s own periods.
    """
    lines, (blocks, _) = read_news(bulk, before, after)
    every = [lines, blocks]
    since = [int(each.since.min()) for each in every if len(each.since)]
    first = max(number(on), min(since, default=0))
    monday = first + (-(first - number(dt.date(2024, 1, 1)))) % WEEK
    week = Span(day(monday), day(monday + WEEK))
    found: list[LineMoved] = []
    for is_block, news in enumerate(every):
        if len(news.line):
            found += _moved(bulk, before, after, on, week, news, bool(is_block), rounding)
    return PaymentEffect(week, tuple(found))


def _moved(
    bulk: Bulk, before: int, after: int, on: dt.date, week: Span, news: News, block: bool, rounding: Rounding
) -> Iterable[LineMoved]:
    told = [_due(bulk, known, week, [week], news, block, None, rounding) for known in (before, after)]
    past: list[dict[int, int]] = [{}, {}]
    for calendar in store.read_calendar_numbers(bulk, after):
        rule = store.read_calendar_at(bulk, calendar, after)
        open_from = rule.rule.period(on).first
        earliest = day(max(int(news.since.min()), rule.go_live))
        if earliest >= open_from:
            continue
        periods = list(rule.rule.periods(Span(rule.rule.period(earliest).first, open_from)))
        for place, known in enumerate((before, after)):
            span = Span(periods[0].first, open_from)
            due, _ = _due(bulk, known, span, periods, news, block, calendar, rounding)
            past[place].update(due)
    about = told[0][1] | told[1][1]
    for nr in sorted(set(about)):
        payee, person, service, coded = about[nr]
        was, now = told[0][0].get(nr, 0), told[1][0].get(nr, 0)
        late = past[1].get(nr, 0) - past[0].get(nr, 0)
        yield LineMoved(nr, block, payee, person, service, was, now, late, coded)


def _due(
    bulk: Bulk,
    known: int,
    span: Span,
    periods: list[Span],
    news: News,
    block: bool,
    calendar: int | None,
    rounding: Rounding,
) -> tuple[dict[int, int], dict[int, tuple[int, int, int, Combination]]]:
    """Pence due of the lines told of in some periods, and whose each is; each from the period its news begins in."""
    first, end = number(span.first), number(span.end)
    scope = np.sort(news.line)
    facts = read_facts(bulk, Window(calendar, known, end, end, scope, np.full(len(scope), first, np.int64)))
    lines, facts = as_lines(facts) if block else (facts.lines, facts)
    mine = np.isin(lines.nr, news.line)
    worked = calculate_due(facts, Periods.of(periods), _from(lines, news, first, end, periods), end, rounding)
    line = worked.sums.line[worked.due.row]
    pence = np.zeros(len(lines), np.int64)
    np.add.at(pence, line, worked.due.pence)
    ages = coded_age(lines.born, np.full(len(lines), end - 1))
    kind = KINDS[BLOCK if block else CARE]
    whose = {
        int(lines.nr[at]): (
            int(lines.payee[at]),
            int(lines.person[at]),
            int(lines.service[at]),
            Combination(kind, *facts.codings[int(lines.coding[at])], CODED_AGES[int(ages[at])]),
        )
        for at in np.flatnonzero(mine)
    }
    return {int(lines.nr[at]): int(pence[at]) for at in np.flatnonzero(mine)}, whose


def _from(lines: Lines, news: News, first: int, end: int, periods: list[Span]) -> Ints:
    """The first day to work out of each line: of the period its news begins in; of a line without any, none."""
    starts = np.asarray([number(each.first) for each in periods], np.int64)
    order = np.argsort(news.line)
    at = np.minimum(np.searchsorted(news.line[order], lines.nr), len(order) - 1)
    place = np.searchsorted(starts, np.maximum(news.since[order][at], first), side="right") - 1
    return np.where(news.line[order][at] == lines.nr, starts[np.maximum(place, 0)], end)
