"""What was read to explain one person's charges in one run: facts in every version, assessments, workings, entries."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from billing.assessments.decisions import Decision, How, standing
from billing.charges.calendars import BillCalendar
from billing.charges.policy import ChargingPolicy
from finance.assessment import Outcome
from finance.days import Span, day, number, spoken
from finance.facts.changes import FactDifference, differences
from finance.facts.versions import Row, Versions
from finance.money import sterling
from ledgers.explain.sealed import Posting, Sealed
from ledgers.runs import Run


@dataclass(frozen=True)
class PersonCharged:
    """One person: every fact that bears on their charges, everything said of what they pay, and the changes (``kept``)
    whose assessments keep what they were worked out from."""

    nr: int
    facts: Versions
    words: Sequence[Decision]
    kept: frozenset[int]

    def words_at(self, known: int) -> list[Decision]:
        return [each for each in self.words if each.learned <= known]


@dataclass(frozen=True)
class InRun:
    """One person in one charge run, as it knew them. ``held``: (line or payee, number) of what was told to wait."""

    run: Run
    calendar: BillCalendar
    person: PersonCharged
    sealed: Sealed
    earlier: Sequence[Posting]
    posted: Sequence[Posting]
    held: frozenset[tuple[str, int]]

    @property
    def facts(self) -> Versions:
        return self.person.facts

    @property
    def policy(self) -> ChargingPolicy:
        return ChargingPolicy.from_json(self.run.policy)

    @property
    def words(self) -> list[Decision]:
        """What had been said of what they pay."""
        return self.person.words_at(self.run.known)

    def at(self, table: str) -> list[Row]:
        """Facts as the run knew them."""
        return self.facts.at(table, self.run.known)

    def find(self, table: str, nr: int) -> Row | None:
        return self.facts.find(table, nr, self.run.known)

    def named(self, table: str, nr: int) -> str:
        """What an officer calls a fact: its name and reference."""
        return self.facts.names(self.run.known)(table, nr)

    def service_of(self, line: int) -> Row | None:
        own = self.find("service_line", line)
        return self.find("service", own["service"]) if own else None

    def period(self, when: dt.date) -> dt.date:
        """The first day of the bill period that holds a day."""
        return self.calendar.period(when).first

    def rank(self, line: int) -> int:
        """Where a line's service stands in the order the charge is shared."""
        order, service = self.policy.order, self.service_of(line)
        return order.index(service["kind"]) if service and service["kind"] in order else len(order)


def week_of(when: dt.date, calendar: BillCalendar) -> dt.date:
    """The first day of the charging week that holds a day."""
    there = number(when)
    return day(there - (there - calendar.anchor) % 7)


def changed(person: PersonCharged, before: int, known: int) -> list[FactDifference]:
    """Facts and assessments that were otherwise at one change than at another, in the order they were learned."""
    return sorted([*differences(person.facts, before, known), *_assessments(person, before, known)])


def _assessments(person: PersonCharged, before: int, known: int) -> Iterable[FactDifference]:
    old = person.words_at(before)
    for word in person.words_at(known):
        was = standing(old, word.starts)
        if word.learned <= before or (was is not None and was.says_the_same(word)):
            continue
        until = f" to {spoken(word.ends - dt.timedelta(days=1))}" if word.ends else ""
        pay = f"{pays(word)} (was {pays(was) if was else 'none'})"
        what = f"the assessment from {spoken(word.starts)}{until}: {pay}"
        yield FactDifference(word.learned, what, person.facts.learned(word.learned))


def pays(word: Decision) -> str:
    """What an assessment says is to be paid."""
    outcome = How.of(word.how).outcome
    if word.charge is None:
        return "taken back"
    if outcome in (Outcome.FULL_COST, Outcome.OVER_LIMIT):
        return "the full cost"
    if outcome is Outcome.NIL_BY_LAW:
        return "nothing may be charged"
    return f"{sterling(word.most or 0)} a week at most"


def span_words(first: dt.date, end: dt.date) -> str:
    """Days for people; one day as that day."""
    return spoken(first) if end - first == dt.timedelta(days=1) else str(Span(first, end))
