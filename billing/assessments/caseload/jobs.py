"""The verbs about everyone: reassess all from what is stored into what is stored, and ask what if."""

import datetime as dt
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from billing.assessments import store
from billing.assessments.birthdays import Birthday, Unknown, birthdays, partners_unknown
from billing.assessments.caseload import outcomes_store
from billing.assessments.caseload import store as caseload_store
from billing.assessments.caseload.outcomes import Outcomes, assess_on, assess_over
from billing.assessments.caseload.rows import Caseload
from billing.assessments.looks import MASS, Unlooked, unlooked
from billing.assessments.rates import Rates
from billing.assessments.uprating.effect import summary
from billing.assessments.uprating.what_if import NotAChange, WhatIf, both, changed_rates
from finance.assessment import AssessmentPolicy, statutory_figures
from finance.assessment.given_figures import GivenFigures
from finance.columns import Bulk, Database, ints
from finance.days import LATEST, Span, day, number, spoken
from finance.facts.store import Change, LockChanges, record_change, record_change_here
from finance.parameters import Parameters
from finance.problems import NoSuchPerson

READ_AT_ONCE = 131_072  # people


@dataclass(frozen=True, slots=True)
class Reassessed:
    """What a reassessment did: how many people it looked at, rows stored, and people refused."""

    change: int
    people: int
    stored: int
    refused: int


def rates_of(database: Database, policy: AssessmentPolicy, figures: Parameters | None = None) -> Rates:
    """A policy and figures with what the council has confirmed."""
    with database.read() as connection:
        return store.rates_now(connection, policy, figures or statutory_figures())


def reassess_everyone(
    database: Database,
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    by: str,
    at: dt.datetime,
    until: dt.date | None = None,
    source: str = "everyone reassessed",
) -> Reassessed:
    """Assess everyone on a day, or over the days up to ``until``, and store it all as one change.

    For one day, a row ends where something of the person's own changes; over a span the days after are assessed too.
    """
    rates = rates_of(database, policy, figures)
    people = stored = refused = 0
    with database.bulk() as bulk:
        bulk.execute(LockChanges())  # so that all that is known now is in what is read
        known = caseload_store.refresh(bulk)
        learned = record_change(bulk, Change(at, by, "everyone reassessed", source))
        outcomes_store.add_batch(bulk, learned, "reassessed", known, rates)
        for made in _in_turn(bulk, on, until, rates):
            people += _people(made)
            refused += int(made.refused.sum())
            stored += outcomes_store.add_outcomes(bulk, made, learned)
    return Reassessed(learned, people, stored, refused)


def _in_turn(bulk: Bulk, on: dt.date, until: dt.date | None, rates: Rates) -> Iterator[Outcomes]:
    """Everyone's outcomes, some people at a time. The next are read while the last are worked out."""

    def work(load: Caseload) -> Outcomes:
        if until is None:
            return assess_on(load, on, rates, threads=1)
        return assess_over(load, Span(on, until), rates)

    waiting: deque[Future[Outcomes]] = deque()
    with ThreadPoolExecutor(2) as pool:
        for low, high in caseload_store.bounds(bulk, READ_AT_ONCE):
            waiting.append(pool.submit(work, caseload_store.read(bulk, low, high)))
            if len(waiting) > 2:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def rows_turning(database: Database, span: Span) -> tuple[list[Birthday], list[Unknown]]:
    """Whose row changes in some days because of an age, and the couples of whom the partner's age is not known."""
    with database.bulk() as bulk:
        caseload_store.refresh(bulk)
        load = caseload_store.read(bulk)
    return birthdays(load, number(span.first), number(span.end)), partners_unknown(load, number(span.first))


def not_looked_at(database: Database, on: dt.date) -> list[Unlooked]:
    """The charges that stand on a day and that everybody's assessment set or raised, with nobody's look, largest
    first."""
    with database.bulk() as bulk:
        now = outcomes_store.standing_on(bulk, number(on))
        batches = outcomes_store.batches_of(bulk, MASS)
        found = []
        for learned in sorted(set(ints(now, "learned").tolist()) & batches):
            found += unlooked(now, outcomes_store.standing_on(bulk, number(on), learned - 1), learned)
    with database.read() as connection:
        seen = store.looked_at(connection, sorted({each.learned for each in found}))
    return sorted((each for each in found if each.key not in seen), key=lambda each: (-each.charge, each.person))


def look(database: Database, refs: Sequence[str], on: dt.date, *, by: str, at: dt.datetime) -> list[str]:
    """Record that somebody looked at what these people are charged on a day. Gives those it was recorded for: the
    rest had no charge that nobody looked at. Raises NoSuchPerson."""
    waiting = {each.person: each for each in not_looked_at(database, on)}
    with database.begin() as connection:
        connection.execute(LockChanges())
        nrs = store.numbers(connection, list(refs))
        strange = [each for each in refs if each not in nrs]
        if strange:
            raise NoSuchPerson(
                f"Nobody is known as {strange[0]}.", "Check the reference, or load the people extract first."
            )
        chosen = [waiting[nrs[each]] for each in refs if nrs[each] in waiting]
        already = store.looked_at(connection, [each.learned for each in chosen])
        fresh = {each.person: each for each in chosen if each.key not in already}
        if fresh:
            change = record_change_here(connection, Change(at, by, "charges looked at", "an officer"))
            store.add_looks(
                connection, [(each.person, day(each.starts), each.learned) for each in fresh.values()], by, change
            )
    return [each for each in refs if nrs[each] in fresh]


def what_if(
    database: Database,
    on: dt.date,
    policy: AssessmentPolicy,
    changes: Mapping[str, str],
    *,
    other_policy: AssessmentPolicy | None = None,
    figures: Parameters | None = None,
    given: GivenFigures | None = None,
) -> WhatIf:
    """The effect on income and on people if choices or figures changed, another policy were followed, or figures given
    besides were confirmed, on a day.
    """
    with database.read() as connection:
        rates = store.rates_now(connection, policy, figures or statutory_figures())
    supposed = rates if other_policy is None else Rates(other_policy, rates.figures, rates.confirmations)
    supposed, said = changed_rates(supposed, on, changes)
    if given is not None:
        supposed = Rates(supposed.policy, given.over(supposed.figures, LATEST), supposed.confirmations)
        said = (*said, f"{len(given.values):,} figures from {spoken(given.first)} are as given in {given.source}")
    if other_policy is not None:
        said = (f"{policy.name}'s policy becomes {other_policy.name}'s", *said)
    if not said:
        raise NotAChange(
            f"Nothing would change on {spoken(on)}.", "Name a choice or figure to change, or another policy."
        )
    with database.bulk() as bulk:
        caseload_store.refresh(bulk)
        load = caseload_store.read(bulk)
    everyone = both(assess_on(load, on, rates), assess_on(load, on, supposed))
    return WhatIf(on, said, everyone, summary(everyone, number(on)), load.died_before(number(on)))


def _people(made: Outcomes) -> int:
    return int((made.person[1:] != made.person[:-1]).sum()) + bool(len(made))
