"""The charges stream: what clients owe in a run, line by line, ready for the run machine; and the bills that
come of it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from billing.bill_store import number_bills
from billing.charges import store
from billing.charges.calculate import Charges, calculate_charges
from billing.charges.calendars import BillCalendar
from billing.charges.checks.register import find
from billing.charges.checks.seen import Seen
from billing.charges.facts import BY_LINE, FEE, KINDS, ONE_OFF, ChargeFacts, OneOffs, places
from billing.charges.maximum import NOT_ASSESSED
from billing.charges.news import PERSON, read_scopes
from billing.charges.news_store import read_lines_of, read_people_of
from billing.charges.policy import ChargingPolicy
from billing.charges.steps import steps
from finance.care_costs.bands import CODED_AGES, coded_age
from finance.care_costs.calculate import sorted_card
from finance.care_costs.facts import UNKNOWN
from finance.care_costs.prices import Card
from finance.care_costs.troubles import WHY
from finance.columns import Bulk, Ints, dates
from finance.days import day, number, spoken
from finance.timelines import group_starts
from ledgers import entries_store
from ledgers.closed_periods import ClosedPeriods
from ledgers.coding.rules import Coding, Combination
from ledgers.proposals import DueRows, PostedRows, Proposal, accounts_of, as_proposal, propose
from ledgers.runs import PARKED, Finding, Run, Worked
from ledgers.scopes import Scope, earlier_periods
from ledgers.streams import CHARGES

NAME = CHARGES.name


class ChargeStream:
    """The stream of client charges."""

    name = NAME
    settles = False

    def __init__(self, coding: Coding, issued: dt.date | None = None) -> None:
        """``issued``: the day bills are dated; the day of the release when not given."""
        self.coding = coding
        self.issued = issued
        self.nobody_to_bill = 0  # found while the facts are read, told among the findings

    def prepare(self, bulk: Bulk, run: Run) -> "PreparedCharges":
        calendar = store.read_calendar_at(bulk, run.calendar, run.known)
        people, singles = read_scopes(bulk, run, calendar)
        starts, up_to = number(run.window_starts), number(run.up_to)
        window = store.ChargeWindow(calendar.nr, run.known, starts, up_to, people.number, people.since)
        policy = ChargingPolicy.from_json(run.policy)
        facts = store.read_charge_facts(bulk, window, policy)
        self.nobody_to_bill = facts.nobody_to_bill
        one_offs = store.read_one_offs(bulk, window, facts.payers)
        posted, owner = _posted(bulk, run, calendar, facts, people, singles)
        return PreparedCharges(run, calendar, facts, one_offs, posted, owner, people, singles, self.coding, policy)

    def findings(self, bulk: Bulk, run: Run, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
        policy = ChargingPolicy.from_json(run.policy)
        return find(Seen(bulk, run, policy, proposal, before, self.nobody_to_bill))

    def withheld(self, bulk: Bulk, run: Run, parties: Any) -> dict[int, str]:
        return {}

    def conclude(self, bulk: Bulk, run: Run, posted: pa.Table, at: dt.datetime) -> None:
        """Number a bill, or a credit note, for every payer with lines in the run."""
        calendar = store.read_calendar_at(bulk, run.calendar, run.known)
        issued = self.issued or at.date()
        zero_bills = ChargingPolicy.from_json(run.policy).zero_bills
        number_bills(bulk, run, posted, issued=issued, due=calendar.due_day(issued), zero_bills=zero_bills)


def _posted(
    bulk: Bulk, run: Run, calendar: BillCalendar, facts: ChargeFacts, people: Scope, singles: Scope
) -> tuple[PostedRows, Ints]:
    """What the ledger holds for the window, and for earlier periods of whoever is in scope, beside whose it is: a
    person's number, or -1 for single charges. In order of person."""
    window = number(run.window_starts)
    earliest = int(min([window, *people.since.tolist(), *singles.since.tolist()]))
    starts = np.unique(calendar.period_starts(np.arange(earliest, number(run.up_to), 7, dtype=np.int64)))
    line, person = read_people_of(bulk, read_lines_of(bulk, people.number, run.known), run.known)
    asked = [(line, people.since_of(person, window)), *((each.number, each.since) for each in (people, singles))]
    rows = entries_store.read_posted(
        bulk, NAME, run.calendar, run.window_starts, earlier_periods(starts, window, asked)
    )
    made = PostedRows.of(rows, KINDS)
    owner = _owners(bulk, run, made, facts)
    single = made.kind == ONE_OFF
    since = np.where(single, singles.since_of(made.subject, window), people.since_of(owner, window))
    # with those since moved to another calendar, or to none
    billed_here = np.unique(owner[(made.pence != 0) & ~single])
    ours = (single | np.isin(owner, billed_here) | (places(facts.payers.person, owner) >= 0)) & (made.period >= since)
    made, owner = made.take(ours), owner[ours]
    order = np.argsort(owner, kind="stable")
    return made.take(order), owner[order]


def _owners(bulk: Bulk, run: Run, posted: PostedRows, facts: ChargeFacts) -> Ints:
    """The person each posted row is about; -1 for single charges."""
    place = places(facts.nr, posted.subject)
    by_line = np.isin(posted.kind, BY_LINE)
    known = facts.care.lines.person[np.maximum(place, 0)] if len(facts.nr) else np.full(len(place), -1, np.int64)
    owner = np.where(by_line & (place >= 0), known, np.where(posted.kind == FEE, posted.subject, -1))
    gone = np.flatnonzero(by_line & (place < 0))
    line, person = read_people_of(bulk, posted.subject[gone], run.known)
    where = places(line, posted.subject[gone])
    owner[gone] = np.where(where >= 0, person[np.maximum(where, 0)] if len(person) else -1, -1)
    return owner


@dataclass(frozen=True)
class PreparedCharges:
    """One run's facts and posted entries, cut into chunks of people; single charges are the last chunk."""

    run: Run
    calendar: BillCalendar
    facts: ChargeFacts
    one_offs: OneOffs
    posted: PostedRows
    owner: Ints
    people: Scope
    singles: Scope
    coding: Coding
    policy: ChargingPolicy

    @cached_property
    def _cells(self) -> Card:
        return sorted_card(self.facts.care)

    @cached_property
    def _everyone(self) -> Ints:
        """People with lines or with something posted, in order."""
        lines = self.facts.care.lines.person
        people = lines[group_starts(lines)]
        return np.union1d(people, self.owner[self.owner >= 0]) if len(self.owner) else people

    @cached_property
    def chunks(self) -> Sequence[tuple[int, int]]:
        """Ranges of people."""
        cuts = self._everyone[:: self.policy.people_a_chunk][1:].tolist()
        return [*zip([0, *cuts], [*cuts, 2**62], strict=True), (-1, -1)]

    def work_out(self, number_: int) -> Worked:
        low, high = self.chunks[number_]
        if low < 0:
            return self._single_charges()
        first, end = np.searchsorted(self.facts.care.lines.person, [low, high])
        facts = self.facts.part(int(first), int(end))
        since = self.people.since_of(facts.care.lines.person, number(self.run.window_starts))
        line_from = np.maximum(since, self.calendar.go_live)
        up_to = number(self.run.up_to)
        opens = int(line_from.min()) if len(line_from) else up_to
        made = calculate_charges(
            facts,
            self.calendar.week_starts(opens, up_to),
            line_from,
            up_to,
            self.policy,
            self._cells if len(facts.care.card) else None,
        )
        mine = np.arange(*np.searchsorted(self.owner, [low, high]), dtype=np.int64)
        parked = self._parked(facts, made, line_from)
        stuck = np.asarray(sorted(parked), dtype=np.int64)
        posted = self.posted.take(mine).take(np.isin(self.owner[mine], stuck, invert=True))
        due, coded = self._due(facts, made, stuck)
        return Worked(self._table(propose(due, posted), coded, facts), steps(facts, made, stuck), _parked_table(parked))

    def _due(self, facts: ChargeFacts, made: Charges, stuck: Ints) -> tuple[DueRows, Ints]:
        """Weeks added up into bill periods; and for each row the place of its line, -1 for a fee."""
        owed = made.owed
        fee = owed.kind == FEE
        person = np.where(
            fee,
            made.people[np.where(fee, owed.subject, 0)] if len(made.people) else 0,
            facts.care.lines.person[np.where(fee, 0, owed.subject)] if len(facts.nr) else 0,
        )
        period = self.calendar.period_starts(made.week_starts)[owed.week] if len(owed.week) else owed.week
        rows = np.flatnonzero(np.isin(person, stuck, invert=True)) if len(stuck) else np.arange(len(owed.kind))
        kind, subject, party, period, pence = (
            each[rows] for each in (owed.kind, owed.subject, owed.party, period, owed.pence)
        )
        order = np.lexsort((party, period, subject, kind))
        kind, subject, party, period, pence = (each[order] for each in (kind, subject, party, period, pence))
        first = group_starts(kind, subject, period, party)
        total = np.add.reduceat(pence, first) if len(first) else pence
        kind, subject, party, period = (each[first] for each in (kind, subject, party, period))
        is_fee = kind == FEE
        number_ = subject.copy()
        number_[is_fee] = made.people[subject[is_fee]]
        number_[~is_fee] = facts.nr[subject[~is_fee]]
        nought = np.zeros(len(first), np.int64)
        return DueRows(number_, kind, nought, party, period, total), np.where(is_fee, -1, subject)

    def _parked(self, facts: ChargeFacts, made: Charges, line_from: Ints) -> dict[int, tuple[str, str, int]]:
        """People who cannot be charged: (what, what to do, first day left unsettled)."""
        lines = facts.care.lines
        found: dict[int, tuple[str, str, int]] = {}
        for line, why, when in zip(
            made.troubles.line.tolist(), made.troubles.why.tolist(), made.troubles.day.tolist(), strict=True
        ):
            what, to_do = WHY[why]
            found.setdefault(int(lines.person[line]), (what.format(day=spoken(day(when))), to_do, 0))
        for place, why, when in zip(
            made.refused.person.tolist(), made.refused.why.tolist(), made.refused.day.tolist(), strict=True
        ):
            said = spoken(day(when))
            found.setdefault(
                int(made.people[place]),
                (
                    f"no assessment covers {said}."
                    if why == NOT_ASSESSED
                    else f"the assessment for {said} rests on figures nobody has confirmed, or on no income told.",
                    "Assess the person for that day."
                    if why == NOT_ASSESSED
                    else "Confirm the year’s figures, or supply the income, then assess again.",
                    0,
                ),
            )
        up_to = number(self.run.up_to)
        since = (
            {
                int(person): int(first)
                for person, first in zip(lines.person, np.minimum(line_from, up_to), strict=True)
                if int(person) in found
            }
            if found
            else {}
        )
        return {person: (what, to_do, since[person]) for person, (what, to_do, _) in found.items()}

    def _table(self, proposed: Proposal, coded: Ints, facts: ChargeFacts) -> pa.Table:
        """The proposal as the run keeps it, each row with the two accounts it will be posted to."""
        lines = facts.care.lines
        by_line = np.isin(proposed.kind, BY_LINE)
        place = np.where(by_line, places(facts.nr, proposed.subject), -1)
        own = np.where(by_line, -1, places(lines.person, proposed.subject) if len(lines) else -1)
        at = np.where(place >= 0, place, own)

        def of(column: Ints, otherwise: int) -> Ints:
            return (
                np.where(at >= 0, column[np.maximum(at, 0)], otherwise) if len(lines) else np.full(len(at), otherwise)
            )

        ends = proposed.period + 7 * self.calendar.weeks
        coding = of(lines.coding, -1)
        person = of(lines.person, 0)
        return as_proposal(
            proposed,
            KINDS,
            self._accounts(proposed, coding, of(lines.born, UNKNOWN), ends - 1),
            ends=ends,
            cause=self.people.cause_of(person),
            window=number(self.run.window_starts),
            service=of(lines.service, 0),
            person=person,
        )

    def _accounts(self, proposed: Proposal, coding: Ints, born: Ints, last: Ints) -> tuple[Ints, Ints]:
        code = ((coding + 1) * 3 + coded_age(born, last)) * len(KINDS) + proposed.kind

        def combination(packed: int) -> Combination:
            rest, kind = divmod(packed, len(KINDS))
            place, age = divmod(rest, 3)
            service, reason = self.facts.care.codings[place - 1] if place else (None, None)
            return Combination(KINDS[kind], service, reason, CODED_AGES[age])

        coded_on = ClosedPeriods.of(self.run).coded_on(last)
        return accounts_of(proposed, self.coding, code, combination, coded_on)

    def _single_charges(self) -> Worked:
        """Single charges, each in the bill period of its day."""
        every = self.one_offs
        since = self.singles.since_of(every.nr, number(self.run.window_starts))
        some = every.take((every.on >= since) & (every.on >= self.calendar.go_live))
        nought = np.zeros(len(some), np.int64)
        due = DueRows(some.nr, nought + ONE_OFF, nought, some.payer, self.calendar.period_starts(some.on), some.amount)
        proposed = propose(due, self.posted.take(self.posted.kind == ONE_OFF))
        place = places(every.nr, proposed.subject)
        known = place >= 0

        def of(column: Ints) -> Ints:
            return np.where(known, column[np.maximum(place, 0)], 0) if len(every) else np.zeros(len(place), np.int64)

        ends = proposed.period + 7 * self.calendar.weeks
        unknown = np.full(len(place), -1, np.int64)
        table = as_proposal(
            proposed,
            KINDS,
            self._accounts(proposed, unknown, np.full(len(place), UNKNOWN), ends - 1),
            ends=ends,
            cause=self.singles.cause_of(proposed.subject),
            window=number(self.run.window_starts),
            service=of(every.service),
            person=np.maximum(of(every.person), 0),
        )
        empty = self.facts.part(0, 0)
        return Worked(table, steps(empty, None, unknown[:0]), _parked_table({}))


def _parked_table(parked: dict[int, tuple[str, str, int]]) -> pa.Table:
    people = sorted(parked)
    return pa.table(
        {
            "subject": people,
            "kind": [PERSON] * len(people),
            "what": [parked[each][0] for each in people],
            "what_to_do": [parked[each][1] for each in people],
            "since": dates(np.asarray([parked[each][2] for each in people], dtype=np.int64)),
        },
        schema=PARKED,
    )
