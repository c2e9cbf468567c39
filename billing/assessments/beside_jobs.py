"""What stands beside a person's charge, from what is stored: the offer of a deferred payment, the own top-up, the day
their capital comes down to the limit, and what they gave up, week by week. Nothing is stored.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from billing.assessments import store
from billing.assessments.jobs import circumstances_on, find
from billing.assessments.rates import Rates
from billing.assessments.records import PersonAssessed
from finance.assessment import Assessment, AssessmentPolicy, assess, statutory_figures
from finance.assessment.asking import NOTIONAL_CAPITAL
from finance.assessment.deferred import DeferredOffer, deferred_offer
from finance.assessment.notional import CountedAs, NotionalWeek, counted_as, diminish, given_up, without
from finance.assessment.rundown import Fee, RunDown, run_down
from finance.assessment.topups import own_top_up_allowed
from finance.columns import Database

LONGEST = 520  # weeks past the day asked about: ten years


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a charge on a day. ``offer`` supposes adequate security, which is for an officer to judge.

    ``own_top_up`` is why the person may pay their own, or None; ``run_down`` is None where nobody said what is spent.
    ``gave_up`` is the reference of the asset, ``weeks`` what it came to each week, ``counted`` the same as rows.
    """

    ref: str
    name: str
    made: Assessment
    offer: DeferredOffer
    own_top_up: str | None
    run_down: RunDown | None
    gave_up: str | None
    weeks: Sequence[NotionalWeek]
    counted: Sequence[CountedAs]


def beside(
    database: Database,
    ref: str,
    on: dt.date,
    policy: AssessmentPolicy,
    *,
    known: int | None = None,
    spending_pence: int | None = None,
    weeks: int = 52,
) -> Beside:
    """On a day; of what was given up, from the day it was to ``weeks`` after that day.

    Raises as ``assess_person``, and BadFact where what was given up cannot be followed.
    """
    with database.read() as connection:
        person = find(connection, ref, known)
        rates = store.rates_now(connection, policy, statutory_figures(), known)
    one = circumstances_on(person, on)
    made = assess(one, on, rates.policy, rates.figures, confirmations=rates.confirmations)
    fallen = _diminished(person, on, weeks, rates)
    return Beside(
        person.ref,
        person.name,
        made,
        deferred_offer(one, made, secured=True, figures=rates.figures),
        own_top_up_allowed(one, made, on),
        None if spending_pence is None else _run_down(made, spending_pence),
        _reference(person) if fallen else None,
        fallen,
        counted_as(fallen),
    )


def _run_down(made: Assessment, spending_pence: int) -> RunDown:
    """At the fee of that day: all income told, counted or not, in whole pence; capital that counts, to the next penny.

    What is spent is the officer's to say, and so is what an income left out is spent on.
    """
    capital, limit = made.value("capital"), made.value("capital_limit")
    income = sum((line.value for line in made.step("income_weekly").lines), Fraction(0))
    assert isinstance(capital, Fraction) and isinstance(limit, Fraction) and isinstance(income, Fraction)
    return run_down(
        -int(-capital // 1),
        made.on,
        [Fee(made.on, made.chargeable_cost_pence + made.top_up_pence)],
        income_weekly_pence=int(income // 1),
        spending_weekly_pence=spending_pence,
        limit_pence=int(limit),
    )


def _diminished(person: PersonAssessed, on: dt.date, weeks: int, rates: Rates) -> list[NotionalWeek]:
    """From the first day it counts, which is none before the first that is known of the person."""
    told = given_up(person.versions[0])
    if told is None:
        return []
    versions = [replace(without(each), first=each.first) for each in person.versions]
    began = max(told.first, versions[0].first or told.first)
    last = on + dt.timedelta(weeks=min(weeks, LONGEST))
    last = min([last, *(each for each in (person.ends, person.died) if each is not None)])
    count = max(-(-(last - began).days // 7), 0)
    return diminish(versions, told.pence, began, count, rates.policy, rates.figures, confirmations=rates.confirmations)


def _reference(person: PersonAssessed) -> str:
    """The asset that was told first: rows worked out from it have its reference and a number."""
    rows = [each for each in person.told if each.table == "asset" and each.words == NOTIONAL_CAPITAL.replace("_", " ")]
    return min(rows, key=lambda each: (each.starts or dt.date.min, each.ref)).ref
