"""The payments stream: what payees are due in a run, line by line, ready for the run machine."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from finance.care_costs import news
from finance.care_costs.bands import CODED_AGES, coded_age
from finance.care_costs.calculate import Calculation, Periods, calculate_due, sorted_card
from finance.care_costs.facts import ADJUSTMENT, BLOCK, KINDS, UNITS, UNKNOWN, CareFacts, Lines
from finance.care_costs.prices import Card
from finance.care_costs.store import Window, read_facts, read_funder_kinds
from finance.care_costs.troubles import WHY
from finance.columns import Bulk, Ints, codes, dates, ints, words
from finance.days import Span, day, number, spoken
from finance.timelines import distinct, missing
from ledgers import entries_store
from ledgers import store as ledger
from ledgers.closed_periods import ClosedPeriods
from ledgers.coding.rules import Coding, Combination
from ledgers.proposals import DueRows, Keyed, PostedRows, Proposal, accounts_of, as_proposal, propose
from ledgers.runs import PARKED, Finding, Run, Worked
from ledgers.scopes import Scope, earlier_periods
from ledgers.streams import PAYMENTS
from payruns import store, urgent_store
from payruns.as_lines import adjustments_as_lines, as_lines
from payruns.checks.register import find
from payruns.policy import PaymentPolicy
from payruns.urgent import Ahead, sort_of

NAME = PAYMENTS.name


class Payments:
    """The provider payments stream."""

    name = NAME
    settles = True

    def __init__(self, coding: Coding) -> None:
        self.coding = coding

    def prepare(self, bulk: Bulk, run: Run) -> "PreparedPayments":
        calendar = store.read_calendar_at(bulk, run.calendar, run.known)
        starts = number(run.window_starts)
        only, beyond = urgent_store.read_only(bulk, run), urgent_store.read_beyond(bulk, run)
        scopes = _scopes(bulk, run, calendar)
        lines, blocks, adjustments = only.scopes(scopes) if only else scopes
        earliest = _earliest(starts, lines, blocks, adjustments)
        periods = list(calendar.rule.periods(Span(earliest, run.up_to))) if earliest < run.up_to else []
        first_days = np.asarray([number(each.first) for each in periods], dtype=np.int64)
        asked = earlier_periods(
            first_days, starts, [(each.number, each.since) for each in (lines, blocks, adjustments)]
        )
        with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
            entries = meanwhile.submit(entries_store.read_posted, other, NAME, run.calendar, run.window_starts, asked)
            up_to = number(run.up_to)
            facts = read_facts(
                bulk,
                Window(calendar.nr, run.known, starts, up_to, lines.number, lines.since, only.lines if only else None),
            )
            facts = only.of(facts) if only else facts
            rows = entries.result()
            every = PostedRows.of(rows, KINDS)
            period = calendar.rule.period(day(up_to - 1))
            broken_off = number(period.first) if period.end > run.up_to else up_to
            ahead = Ahead.of(every, np.isin(ints(rows, "run"), beyond), broken_off, up_to)
            mine = every.take(~ahead.left_alone(every))
            mine = mine.take(only.holds(mine)) if only else mine
            posted = _posted(mine, starts, facts, lines, blocks, adjustments)
        of_lines = posted.subject[np.isin(posted.kind, (BLOCK, ADJUSTMENT), invert=True)]
        withdrawn = store.read_withdrawn(bulk, missing(of_lines, facts.lines.nr), run.known)
        return PreparedPayments(
            run,
            calendar,
            facts,
            Periods.of(periods),
            posted,
            lines,
            blocks,
            adjustments,
            self.coding,
            read_funder_kinds(bulk, run.known),
            withdrawn,
            ahead,
        )

    def findings(self, bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
        return find(bulk, run, PaymentPolicy.from_json(run.policy), proposal, before)

    def withheld(self, bulk: Bulk, run: Run, parties: Any) -> dict[int, str]:
        if not PaymentPolicy.from_json(run.policy).needs_bank_details:
            return {}
        ready = store.read_ready_banks(bulk, run.known, run.pay_date)
        return {party: "no bank details confirmed by a second person" for party in parties if party not in ready}

    def conclude(self, bulk: Bulk, run: Run, posted: pa.Table, at: dt.datetime) -> None:
        """Settling is all there is to do."""


def _scopes(bulk: Bulk, run: Run, calendar: store.Calendar) -> tuple[Scope, Scope, Scope]:
    """Lines, blocks and adjustments to work out before the window, from late news and unsettled money."""
    known = run.known_before
    fresh, others = news.read_news(bulk, known, run.known) if run.run_before else (news.nothing(), news.no_others())
    left = ledger.read_outstanding(bulk, run)
    kind, subject, since = codes(left, "kind", KINDS), ints(left, "subject"), ints(left, "since")

    def scope(line: Ints, since: Ints, cause: Ints, mine: NDArray[np.bool_]) -> Scope:
        merged = news.merge_news(
            news.News(
                np.concatenate([line, subject[mine]]),
                np.concatenate([since, since_left[mine]]),
                np.concatenate([cause, np.full(int(mine.sum()), news.UNSETTLED, np.int64)]),
            )
        )
        kept = merged.since < number(run.up_to)
        aligned = _aligned(calendar, np.maximum(merged.since[kept], calendar.go_live))
        aligned = np.minimum(aligned, number(run.window_starts))
        return Scope(merged.line[kept], aligned, merged.cause[kept])

    since_left = since
    blocks, adjustments = others
    return (
        scope(fresh.line, fresh.since, fresh.cause, (kind != BLOCK) & (kind != ADJUSTMENT)),
        scope(blocks.line, blocks.since, blocks.cause, kind == BLOCK),
        scope(adjustments.line, adjustments.since, adjustments.cause, kind == ADJUSTMENT),
    )


def _aligned(calendar: store.Calendar, since: Ints) -> Ints:
    """Each day moved back to the start of its pay period."""
    days, back = np.unique(since, return_inverse=True)
    starts = np.asarray([number(calendar.rule.period(day(int(each))).first) for each in days], dtype=np.int64)
    return starts[back]


def _earliest(starts: int, *scopes: Scope) -> dt.date:
    return day(min([starts, *(int(each.since.min()) for each in scopes if len(each.since))]))


def _posted(
    made: PostedRows, window: int, facts: CareFacts, lines: Scope, blocks: Scope, adjustments: Scope
) -> PostedRows:
    """What the ledger holds for the window, and for earlier periods of whatever is in scope. Sorted by subject."""
    wanted = np.zeros(len(made), bool)
    sort = sort_of(made.kind)
    for place, (scope, known) in enumerate(
        ((lines, facts.lines.nr), (blocks, facts.blocks.nr), (adjustments, facts.adjustments.nr))
    ):
        of_sort = sort == place
        paid_here = made.subject[of_sort & (made.pence != 0)]
        ours = np.isin(made.subject, known) | np.isin(made.subject, paid_here)
        wanted |= of_sort & ours & (made.period >= scope.since_of(made.subject, window))
    made = made.take(wanted)
    return made.take(np.argsort(made.subject, kind="stable"))


@dataclass(frozen=True)
class PreparedPayments:
    """One run's facts and posted entries, cut into chunks of lines; blocks and adjustments are the last chunk."""

    run: Run
    calendar: store.Calendar
    facts: CareFacts
    periods: Periods
    posted: PostedRows
    line_scope: Scope
    block_scope: Scope
    adjustment_scope: Scope
    coding: Coding
    funder_kinds: dict[int, str]
    withdrawn: store.Withdrawn
    ahead: Ahead

    @cached_property
    def policy(self) -> PaymentPolicy:
        return PaymentPolicy.from_json(self.run.policy)

    @cached_property
    def _cells(self) -> Card:
        return sorted_card(self.facts)

    @cached_property
    def _cuts(self) -> list[int]:
        size = self.policy.lines_a_chunk
        return [*range(0, max(len(self.facts.lines), 1), size), len(self.facts.lines)]

    @cached_property
    def chunks(self) -> list[tuple[int, int]]:
        nr = self.facts.lines.nr
        inner = [int(nr[place]) for place in self._cuts[1:-1]]
        return [*zip([0, *inner], [*inner, 2**62], strict=True), (-1, -1)]

    def work_out(self, number_: int) -> Worked:
        cuts = self._cuts
        if number_ == len(cuts) - 1:
            return self._others()
        facts = self.facts.part(cuts[number_], cuts[number_ + 1])
        first, end = self.chunks[number_]
        by_line = np.isin(self.posted.kind, (BLOCK, ADJUSTMENT), invert=True)
        posted = self.posted.take(by_line & (self.posted.subject >= first) & (self.posted.subject < end))
        since = self.line_scope.since_of(facts.lines.nr, number(self.run.window_starts))
        worked = self._calculate(facts, np.maximum(since, self.calendar.go_live))
        return self._propose(facts.lines, worked, posted, self.line_scope)

    def _calculate(self, facts: CareFacts, line_from: Ints) -> Calculation:
        up_to = number(self.run.up_to)
        first = int(line_from.min()) if len(line_from) else up_to
        kept = self.periods.ends > first
        return calculate_due(
            facts,
            Periods(self.periods.starts[kept], self.periods.ends[kept]),
            line_from,
            up_to,
            self.policy.rounding,
            self._cells if len(facts.card) else None,
        )

    def _propose(
        self, lines: Lines, worked: Calculation, posted: PostedRows, scope: Scope, kind: int | None = None
    ) -> Worked:
        periods = worked.periods
        sums, due = worked.sums, worked.due
        line = sums.line[due.row]
        rows = DueRows(
            lines.nr[line],
            sums.kind[due.row] if kind is None else np.full(len(line), kind),
            due.funder,
            lines.payee[line],
            periods.starts[sums.period[due.row]],
            due.pence,
        )
        parked_lines = distinct(worked.troubles.line)
        posted = posted.take(np.isin(posted.subject, lines.nr[parked_lines], invert=True))
        proposed = propose(self.ahead.without(rows), posted)
        return Worked(
            self._table(proposed, lines, scope),
            _steps(lines, worked, periods, kind, self.ahead),
            self._parked(lines, worked, parked_lines, kind),
        )

    def _parked(self, lines: Lines, worked: Calculation, parked: Ints, kind: int | None) -> pa.Table:
        order = np.lexsort((worked.troubles.day, worked.troubles.line))
        line, first = np.unique(worked.troubles.line[order], return_index=True)
        rows = order[first]
        why = [WHY[int(each)] for each in worked.troubles.why[rows]]
        days = [spoken(day(int(each))) for each in worked.troubles.day[rows]]
        since = np.minimum(worked.line_from[line], number(self.run.up_to)) if len(line) else line
        return pa.table(
            {
                "subject": lines.nr[line],
                "kind": [KINDS[kind or 0]] * len(line),
                "what": [what.format(day=when) for (what, _), when in zip(why, days, strict=True)],
                "what_to_do": [to_do for _, to_do in why],
                "since": dates(since),
            },
            schema=PARKED,
        )

    def _table(self, proposed: Proposal, lines: Lines, scope: Scope) -> pa.Table:
        """The proposal as the run keeps it, each row with the two accounts it will be posted to."""
        place = np.minimum(np.searchsorted(lines.nr, proposed.subject), max(len(lines) - 1, 0))
        known = (lines.nr[place] == proposed.subject) if len(lines) else np.zeros(len(proposed), bool)
        place = np.where(known, place, 0)

        def of(column: Ints, otherwise: int) -> Ints:
            return np.where(known, column[place], otherwise) if len(lines) else np.full(len(proposed), otherwise)

        ends = self.periods.ends[np.searchsorted(self.periods.starts, proposed.period)]
        accounts = self._accounts(proposed, of(lines.coding, 0), of(lines.born, UNKNOWN), ends - 1)
        service, person = of(lines.service, 0), of(lines.person, 0)
        gone = (
            ~known
            & np.isin(proposed.subject, self.withdrawn.nr)
            & np.isin(proposed.kind, (BLOCK, ADJUSTMENT), invert=True)
        )
        if gone.any():
            at = np.searchsorted(self.withdrawn.nr, proposed.subject[gone])
            service[gone], person[gone] = self.withdrawn.service[at], self.withdrawn.person[at]
        return as_proposal(
            proposed,
            KINDS,
            accounts,
            ends=ends,
            cause=scope.cause_of(proposed.subject),
            window=number(self.run.window_starts),
            service=service,
            person=person,
        )

    def _accounts(self, proposed: Proposal, coding: Ints, born: Ints, last: Ints) -> tuple[Ints, Ints]:
        funders = [0, *sorted(self.funder_kinds)]
        funder = np.searchsorted(np.asarray(funders), proposed.funder)
        code = ((coding * 3 + coded_age(born, last)) * len(funders) + funder) * len(KINDS) + proposed.kind

        def combination(packed: int) -> Combination:
            rest, kind = divmod(packed, len(KINDS))
            rest, whose = divmod(rest, len(funders))
            place, age = divmod(rest, 3)
            return Combination(
                KINDS[kind], *self.facts.codings[place], CODED_AGES[age], self.funder_kinds.get(funders[whose])
            )

        coded_on = ClosedPeriods.of(self.run).coded_on(last)
        return accounts_of(proposed, self.coding, code, combination, coded_on)

    def _others(self) -> Worked:
        """Blocks, as lines of their own; and adjustments, in the period of their day."""
        blocks = self._block_rows()
        adjusted = self._adjustment_rows()
        return Worked(pa.concat_tables([blocks.proposal, adjusted]), blocks.steps, blocks.parked)

    def _block_rows(self) -> Worked:
        lines, facts = as_lines(self.facts)
        since = self.block_scope.since_of(lines.nr, number(self.run.window_starts))
        worked = self._calculate(facts, np.maximum(since, self.calendar.go_live))
        return self._propose(lines, worked, self.posted.take(self.posted.kind == BLOCK), self.block_scope, BLOCK)

    def _adjustment_rows(self) -> pa.Table:
        every = self.facts.adjustments
        since = self.adjustment_scope.since_of(every.nr, number(self.run.window_starts))
        some = every.take((every.on >= since) & (every.on >= self.calendar.go_live))
        period = self.periods.starts[np.searchsorted(self.periods.starts, some.on, side="right") - 1]
        nought = np.zeros(len(some), np.int64)
        due = DueRows(some.nr, nought + ADJUSTMENT, nought, some.payee, period, some.amount)
        proposed = propose(self.ahead.without(due), self.posted.take(self.posted.kind == ADJUSTMENT))
        return self._table(proposed, adjustments_as_lines(every), self.adjustment_scope)


def _steps(lines: Lines, worked: Calculation, periods: Periods, kind: int | None, ahead: Ahead) -> pa.Table:
    """Every step behind the due lines: the days, the rate, the units, the share, and the exact sum."""
    p = worked.priced
    nought, kinds = np.zeros(len(p), np.int64), p.kind if kind is None else np.full(len(p), kind)
    alone = ahead.left_alone(Keyed(lines.nr[p.line], kinds, nought, nought, periods.starts[p.period]))
    made = pa.table(
        {
            "subject": lines.nr[p.line],
            "kind": words(kinds, KINDS),
            "period_starts": dates(periods.starts[p.period]),
            "starts": dates(p.first),
            "ends": dates(p.end),
            "rate": p.rate,
            "unit": words(p.unit, UNITS),
            "quantity": p.quantity,
            "count": worked.count,
            "over": worked.denominator,
            "share": p.share,
            "exact_whole": worked.exact[0],
            "exact_rest": worked.exact[1],
        }
    )
    return made.filter(pa.array(~alone)) if alone.any() else made
