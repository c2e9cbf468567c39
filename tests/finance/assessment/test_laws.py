"""What is true of every assessment, whoever the person and whatever the council."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from finance.assessment import (
    NO_CHARGE,
    AssessmentPolicy,
    Circumstances,
    Income,
    Outcome,
    assess,
    assess_many,
    assess_period,
    columns_on,
    default_policy,
    kinds,
    statutory_figures,
    with_choices,
)
from finance.assessment.contradictions import NO_INCOME
from finance.days import Span
from tests.finance.assessment.people import DAYS, people
from tests.finance.assessment.reference import can_pay_of, charge_of, facts_of
from tests.finance.assessment.test_one_and_many import COUNCILS

POLICIES = st.sampled_from([with_choices(default_policy(), choices) for choices in COUNCILS.values()])
# Policies that do not leave savings credit out by bands.
SMOOTH = ({"savings_credit_in_care_homes": "award up to the maximum"}, COUNCILS["generous"])
SMOOTH_POLICIES = st.sampled_from([with_choices(default_policy(), choices) for choices in SMOOTH])
COUNTED = [kind.name for kind in kinds.incomes().kinds if kind.treatment == "counted"]
MORE = st.builds(Income, kind=st.sampled_from(COUNTED), amount_pence=st.integers(1, 30_000))


def _may_have(one: Circumstances, more: Income) -> bool:
    """Whether somebody may have an income besides: of some a person has one at most, and two are refused by name."""
    table = kinds.incomes()
    group = table.kinds[table.code(more.kind)].once
    if any(each.kind == NO_INCOME for each in one.incomes):
        return False
    return not group or all(table.kinds[table.code(each.kind)].once != group for each in one.incomes)


@settings(max_examples=150, deadline=None)
@given(people(), DAYS, POLICIES)
def test_one_person_many_and_a_plain_sum_agree(one: Circumstances, on: dt.date, policy: AssessmentPolicy) -> None:
    choices = policy.on(on)
    columns = columns_on([one], on, choices, statutory_figures())
    expected = charge_of(facts_of(columns, 0), on, choices)
    answer, many = assess(one, on, policy), assess_many(columns, on, policy)
    assert answer.charge_pence == expected
    assert many.charge.tolist() == [expected]
    facts = facts_of(columns, 0)
    held = facts["assessed_override"] >= 0 and answer.outcome is not Outcome.NIL_BY_LAW
    can_pay = can_pay_of(facts, on, choices) if answer.outcome is Outcome.ASSESSED or held else None
    assert answer.can_pay_pence == can_pay
    assert many.can_pay.tolist() == [NO_CHARGE if can_pay is None else can_pay]


@settings(max_examples=150, deadline=None)
@given(people(), DAYS, POLICIES)
def test_the_charge_lies_between_nothing_and_the_cost(
    one: Circumstances, on: dt.date, policy: AssessmentPolicy
) -> None:
    answer = assess(one, on, policy)
    assert one.cost_pence is not None
    assert 0 <= answer.charge_pence <= answer.chargeable_cost_pence <= one.cost_pence
    assert answer.council_pays_pence == answer.chargeable_cost_pence - answer.charge_pence
    assert answer.nursing_pence + answer.council_pays_pence + answer.charge_pence == one.cost_pence


@settings(max_examples=150, deadline=None)
@given(people(), DAYS, SMOOTH_POLICIES, MORE)
@example(
    Circumstances(person="A", born=dt.date(1950, 1, 1), cost_pence=100_000),
    dt.date(2024, 6, 3),
    default_policy(),
    Income(kind="state_pension", amount_pence=22_871),
)
def test_more_counted_income_never_lowers_the_charge(
    one: Circumstances, on: dt.date, policy: AssessmentPolicy, more: Income
) -> None:
    # Where a disability benefit opens the door to disability-related expenses, the first pound of it lowers the charge.
    assume(not kinds.incomes().kinds[kinds.incomes().code(more.kind)].disability)
    assume(_may_have(one, more))
    before = assess(one, on, policy).charge_pence
    after = assess(replace(one, incomes=(*one.incomes, more)), on, policy).charge_pence
    assert after >= before


@settings(max_examples=100, deadline=None)
@given(people(), DAYS, MORE)
def test_leaving_savings_credit_out_by_bands_never_gives_away_more_than_the_maximum(
    one: Circumstances, on: dt.date, more: Income
) -> None:
    # Crossing the standard minimum guarantee swaps the award for the maximum, so the charge may fall: by that at most.
    assume(not kinds.incomes().kinds[kinds.incomes().code(more.kind)].disability)
    assume(_may_have(one, more))
    policy = with_choices(default_policy(), {"savings_credit_at_home": "by bands", "minimum_charge": 0})
    before = assess(one, on, policy)
    after = assess(replace(one, incomes=(*one.incomes, more)), on, policy)
    most = statutory_figures().pence("savings_disregard_couple" if one.couple else "savings_disregard_single", on)
    assert after.charge_pence >= before.charge_pence - most - 1


@settings(max_examples=25, deadline=None)
@given(
    people(), st.dates(dt.date(2023, 4, 10), dt.date(2026, 1, 1)), st.integers(2, 400), st.integers(1, 399), POLICIES
)
def test_splitting_a_period_changes_nothing(
    one: Circumstances, first: dt.date, days: int, cut: int, policy: AssessmentPolicy
) -> None:
    assume(cut < days)
    end, middle = first + dt.timedelta(days=days), first + dt.timedelta(days=cut)
    whole = assess_period(one, Span(first, end), policy)
    parts = [*assess_period(one, Span(first, middle), policy), *assess_period(one, Span(middle, end), policy)]
    assert whole[0].span.first == first and whole[-1].span.end == end
    assert all(a.span.end == b.span.first for a, b in pairwise(whole))
    total = sum((part.total_exact for part in parts), Fraction(0))
    assert sum((part.total_exact for part in whole), Fraction(0)) == total
    for when in (first, middle, end - dt.timedelta(days=1)):
        [there] = [each for each in whole if each.span.holds(when)]
        assert there.assessment.charge_pence == assess(one, when, policy).charge_pence


@settings(max_examples=100, deadline=None)
@given(people(), DAYS, POLICIES)
def test_every_step_has_words_and_authority(one: Circumstances, on: dt.date, policy: AssessmentPolicy) -> None:
    answer = assess(one, on, policy)
    assert all(step.label and step.citation for step in answer.steps)
    assert answer.value("charge") == answer.charge_pence
    assert answer.because
    if answer.outcome is Outcome.ASSESSED:
        assert answer.value("over_limit") is False
