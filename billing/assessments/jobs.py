"""The verbs of one person's assessment: show it, record it, compare it, confirm figures, what is due.

Each is one transaction. ``by`` says who, ``at`` when (UTC); ``on`` is the day asked about. The clock is never read
here.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row

from billing.assessments import store
from billing.assessments.comparison import Comparison, compare
from billing.assessments.decisions import Decision, how, line, standing, up_to_death, within
from billing.assessments.frozen import State
from billing.assessments.rates import Rates
from billing.assessments.records import PersonAssessed
from billing.assessments.true_up import ChargeDifference, differences
from finance.assessment import (
    Assessment,
    AssessmentPolicy,
    Circumstances,
    Confirmation,
    Segment,
    Setting,
    assess,
    assess_period,
    confirm,
    statutory_figures,
)
from finance.assessment.asking import benefits_without_end
from finance.assessment.kinds import incomes
from finance.columns import Database
from finance.days import Span, financial_year, spoken
from finance.facts.store import Change, LockChanges, record_change_here
from finance.parameters import Parameters
from finance.problems import NoSuchPerson, Refusal


class NoCircumstances(Refusal):
    """Nothing is known of the person's means on the day asked about."""


class Died(Refusal):
    """The person died before the day asked about: nobody is assessed to pay from the day after death."""


class WorkedOutDifferently(Refusal):
    """An assessment does not come out as it was stored: the rules themselves have changed since."""


@dataclass(frozen=True, slots=True)
class AssessmentRecorded:
    """What recording an assessment did. ``change`` is None when it said nothing new."""

    person: PersonAssessed
    segments: tuple[Segment, ...]
    change: int | None
    differences: tuple[ChargeDifference, ...]
    standing: tuple[Decision, ...]


def find(connection: Connection, ref: str, known: int | None = None) -> PersonAssessed:
    """A person with their circumstances. Raises NoSuchPerson."""
    nr = store.numbers(connection, [ref]).get(ref)
    found = store.people(connection, [nr], known).get(nr) if nr is not None else None
    if found is None:
        raise NoSuchPerson(f"Nobody is known as {ref}.", "Check the reference, or load the people extract first.")
    return found


def assess_person(
    database: Database,
    ref: str,
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    known: int | None = None,
) -> tuple[PersonAssessed, Assessment]:
    """Assess a person on a day from what is stored, storing nothing. ``known`` asks as at an earlier change."""
    with database.read() as connection:
        person = find(connection, ref, known)
        rates = store.rates_now(connection, policy, figures or statutory_figures(), known)
    return person, assess(
        circumstances_on(person, on), on, rates.policy, rates.figures, confirmations=rates.confirmations
    )


def circumstances_on(person: PersonAssessed, on: dt.date) -> Circumstances:
    """The circumstances that stand on a day. Raises Died or NoCircumstances."""
    if person.died is not None and person.dead_on(on):
        raise Died(
            f"{person.ref} died on {spoken(person.died)}: nobody is assessed to pay from the day after.",
            f"Ask about that day or one before: --on {person.died.isoformat()}.",
        )
    standing = person.on(on)
    if standing is None:
        raise NoCircumstances(
            f"No circumstances of {person.ref} are known for {spoken(on)}.",
            f"Load them in the circumstances extract with a start date of {on.isoformat()} or before.",
        )
    return standing


def record_assessment(
    database: Database,
    ref: str,
    on: dt.date,
    policy: AssessmentPolicy,
    figures: Parameters | None = None,
    *,
    by: str,
    at: dt.datetime,
    until: dt.date | None = None,
    source: str = "assessed by an officer",
) -> AssessmentRecorded:
    """Assess a person from a day onward, and store what differs from what stands.

    Days up to ``until`` are cut at every change of fact or figure; the last piece runs on until there is a later word,
    unless ``until`` was given. Left out, it is the end of the financial year of the later of ``on`` and ``at``.
    Assessing again on the same facts records nothing. What is stored may run past a death (a council may charge for
    some days after it); what is told to have changed, and to stand, ends with the day of death.
    """
    end = until or financial_year(max(on, at.date())).end
    with database.begin() as connection:
        connection.execute(LockChanges())
        person = find(connection, ref)
        rates = store.rates_now(connection, policy, figures or statutory_figures())
        known = store.latest_change(connection)
        ends = min(end, person.ends) if person.ends else end
        circumstances_on(person, on)
        segments = assess_period(
            person.versions, Span(on, ends), rates.policy, rates.figures, confirmations=rates.confirmations
        )
        runs_on = until is None and person.ends is None
        before = store.words(connection, person.nr)
        made = said(segments, 0, runs_on)
        if alike(within(before, on, None if runs_on else ends), made):
            return AssessmentRecorded(person, tuple(segments), None, (), tuple(up_to_death(before, person.died)))
        change = record_change_here(connection, Change(at, by, f"assessment of {ref}", source))
        store.add_batch(connection, change, "assessed", known, store.keep_rates(connection, rates))
        words = said(segments, change, runs_on)
        store.add_words(connection, person.nr, words)
        after = [*before, *words]
        told = min(ends, person.died + dt.timedelta(days=1)) if person.died else ends
        changed = differences(before, after, Span(on, told)) if before else []
        return AssessmentRecorded(
            person, tuple(segments), change, tuple(changed), tuple(up_to_death(after, person.died))
        )


def said(segments: Iterable[Segment], change: int, runs_on: bool) -> list[Decision]:
    """Segments as words to be stored, the last one without an end when it runs on."""
    words = [
        Decision(
            each.span.first,
            each.span.end,
            each.assessment.charge_pence,
            each.assessment.council_pays_pence,
            how(each.assessment, _overridden(each.assessment)).code,
            change,
            each.assessment.can_pay_pence,
        )
        for each in segments
    ]
    joined: list[Decision] = []
    for word in words:
        if joined and joined[-1].says_the_same(word):
            word = replace(word, starts=joined.pop().starts, learned=change)
        joined.append(word)
    if runs_on and joined:
        last = joined[-1]
        joined[-1] = replace(last, ends=None, learned=change)
    return joined


def _overridden(made: Assessment) -> bool:
    return any(warning.startswith("Override of") for warning in made.warnings)


def alike(standing: list[Decision], made: list[Decision]) -> bool:
    """Whether what was made says only what stands already."""
    joined: list[Decision] = []
    for word in standing:
        if joined and joined[-1].ends == word.starts and joined[-1].says_the_same(word):
            word = replace(word, starts=joined.pop().starts, learned=0)
        joined.append(word)
    return [(w.starts, w.ends) for w in joined] == [(w.starts, w.ends) for w in made] and all(
        one.says_the_same(other) for one, other in zip(joined, made, strict=True)
    )


def history(database: Database, ref: str, known: int | None = None) -> tuple[PersonAssessed, list[Decision]]:
    """A person and what stands up to their death, as known at a change (now, when None)."""
    with database.read() as connection:
        person = find(connection, ref, known)
        return person, up_to_death(store.words(connection, person.nr, known), person.died)


def stored_assessment(
    database: Database, ref: str, on: dt.date, known: int | None = None
) -> tuple[Decision, Assessment, Rates]:
    """The assessment that stands on a day, worked out again from the very facts and figures it was made from.

    Raises NoCircumstances when none stands, WorkedOutDifferently when the rules no longer give the stored charge.
    """
    with database.read() as connection:
        person = find(connection, ref, known)
        word = next((each for each in line(store.words(connection, person.nr, known)) if each.holds(on)), None)
        if word is None:
            raise NoCircumstances(f"No assessment of {ref} stands on {spoken(on)}.", "Assess the person first.")
        batch = store.batch(connection, word.learned)
        assert batch is not None
        rates = store.rates_kept(connection, batch.rates)
        then = store.people(connection, [person.nr], batch.known)[person.nr]
    facts = then.whatever_death(on) or circumstances_on(then, on)
    try:
        made = assess(facts, on, rates.policy, rates.figures, confirmations=rates.confirmations)
    except Refusal as error:
        raise WorkedOutDifferently(
            f"{ref}'s charge on {spoken(on)} was stored as {word.charge} pence, and stands. The rules have come "
            f"to ask for what "
            f"they did not ask for then: {error.what}",
            f"{error.what_to_do} Then assess {ref} again.",
        ) from error
    if made.charge_pence != word.charge:
        raise WorkedOutDifferently(
            f"{ref}'s charge on {spoken(on)} was stored as {word.charge} pence and now comes to {made.charge_pence}.",
            "Compare the version of the rules in use then with this one before relying on either.",
        )
    return word, made, rates


def confirm_figures(
    database: Database,
    day: dt.date,
    names: Iterable[str] | None = None,
    figures: Parameters | None = None,
    *,
    by: str,
    at: dt.datetime,
    source: str,
) -> Confirmation:
    """Record that somebody read a year's figures in the circular, as they stand on a day. All of them, unless named."""
    held = figures or statutory_figures()
    given = confirm(held, day, names, confirmed_by=by, confirmed_on=at.date(), source=source)
    strange = sorted(set(names or ()) - set(given.values))
    if strange:
        raise Refusal(f"“{strange[0]}” has no figure to confirm on {spoken(day)}.", "Check the name and the day.")
    with database.begin() as connection:
        change = record_change_here(connection, Change(at, by, "figures confirmed", source))
        store.add_confirmation(connection, change, given)
    return given


def compare_days(
    database: Database,
    ref: str,
    first: dt.date,
    second: dt.date,
    policy: AssessmentPolicy,
    *,
    before_policy: AssessmentPolicy | None = None,
    before_known: int | None = None,
) -> Comparison:
    """Compare a person's assessment on two days (or on one, as known then and as known now) from what is stored."""
    with database.read() as connection:
        then, now = find(connection, ref, before_known), find(connection, ref)
        before = store.rates_now(connection, before_policy or policy, statutory_figures(), before_known)
        after = store.rates_now(connection, policy, statutory_figures())
    return compare(
        State(circumstances_on(then, first), first, before), State(circumstances_on(now, second), second, after)
    )


def due_for_review(database: Database, by_day: dt.date) -> list[Row[Any]]:
    """People whose circumstances are to be looked at again by a day, soonest first."""
    with database.read() as connection:
        return store.due_for_review(connection, by_day)


@dataclass(frozen=True, slots=True)
class BenefitToStop:
    """A resident's disability benefit with no last day, and the day by which to look at it again."""

    ref: str
    name: str
    kind: str
    review: dt.date


def benefits_to_stop(database: Database, by_day: dt.date) -> list[BenefitToStop]:
    """Disability benefits of permanent residents the council helps to pay for, that stop after 28 days and have no
    last day."""
    found = []
    kinds = [each.name for each in incomes().kinds if each.disability]
    with database.read() as connection:
        people = store.people(connection, store.with_benefits_and_no_end(connection, kinds))
        for nr, person in people.items():
            one = person.on(by_day)
            if one is None or one.setting is not Setting.PERMANENT:
                continue
            word = standing(store.words(connection, nr), by_day)
            if word is not None and word.council_pays:
                found += [
                    BenefitToStop(person.ref, person.name, each.kind, day)
                    for each, day in benefits_without_end(one, by_day)
                    if day <= by_day
                ]
    return sorted(found, key=lambda each: (each.review, each.ref, each.kind))
