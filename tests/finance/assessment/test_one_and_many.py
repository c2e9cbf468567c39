"""One person and a county come to the same penny, and both to a plain step-by-step sum."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pytest

from finance.assessment import (
    BASES,
    NO_CHARGE,
    OUTCOMES,
    AssessmentChoices,
    AssessmentColumns,
    Outcome,
    assess_many,
    default_policy,
    statutory_figures,
    with_choices,
)
from finance.assessment.bases import basis_codes
from finance.assessment.columns import Ints
from finance.assessment.dataflow import dataflow
from finance.assessment.figures import figures_on
from finance.parameters import Value
from tests.finance.assessment.county import county
from tests.finance.assessment.reference import can_pay_of, charge_of, facts_of

ON = dt.date(2024, 6, 3)  # every figure has a value in 2024/25

COUNCILS: dict[str, Mapping[str, Value]] = {
    "default": {},
    "generous": {
        "night_care": "left out always",
        "savings_credit_in_care_homes": "left out in full",
        "universal_credit_children": "left out",
        "disability_expenses": "standard",
        "disability_expenses_need_benefit": False,
        "guarantee_buffer": 500,
        "guarantee_buffer_percent": 7,
        "share_of_disposable_income": 85,
        "upper_limit_outside_permanent_homes": 2_450_000,
        "weekly_maximum_applies": True,
        "weekly_maximum": 9_999,
        "increase_limit_applies": True,
        "short_stay": "fixed amount",
        "charge_rounding": "half even",
        "conversion_rounding": "each amount down",
    },
    "strict": {
        "night_care": "counted in full",
        "savings_credit_at_home": "by bands",
        "savings_credit_in_care_homes": "by bands",
        "disability_expenses": "itemised",
        "share_of_disposable_income": 97,
        "limit_reached": "over",
        "minimum_charge": 0,
        "short_stay": "as in a care home",
        "short_stay_days": 28,
        "charge_rounding": "half up",
        "conversion_rounding": "each amount half up",
    },
}


@pytest.mark.parametrize("council", COUNCILS)
def test_a_county_comes_to_what_a_plain_sum_says(council: str) -> None:
    policy = with_choices(default_policy(), COUNCILS[council])
    choices = policy.on(ON)
    people = county(4_000, ON, seed=len(council), wales_in_ten=2)
    results = assess_many(people, ON, policy)
    assert not results.refused.any()
    expected = [charge_of(facts_of(people, person), ON, choices) for person in range(len(people))]
    wrong = np.flatnonzero(results.charge != np.array(expected))
    assert not len(wrong), f"{len(wrong)} differ; the first: {facts_of(people, int(wrong[0]))}"
    held = (people["assessed_override"] >= 0) & (results.outcome != OUTCOMES.index(Outcome.NIL_BY_LAW))
    limited = np.flatnonzero((results.outcome == 0) | held)[:500].tolist()
    assert results.can_pay[limited].tolist() == [can_pay_of(facts_of(people, one), ON, choices) for one in limited]
    assert (results.can_pay[(results.outcome != 0) & ~held] == NO_CHARGE).all()


@pytest.mark.parametrize("council", COUNCILS)
def test_every_outcome_and_basis_is_among_the_people_compared(council: str) -> None:
    results = assess_many(county(4_000, ON, wales_in_ten=2), ON, with_choices(default_policy(), COUNCILS[council]))
    assert set(results.outcome) == {0, 1, 2, 3}
    assert len(set(results.basis)) >= 6
    assert (results.charge > 0).mean() > 0.3


ALONE, TOGETHER = 20_000, 8


def test_a_hundred_thousand_alone_and_by_the_handful_come_to_what_they_do_together() -> None:
    """The first twenty thousand one at a time, the others eight at a time of one basis: whatever of one person reached
    another would show in a handful too, and the whole hundred thousand alone take three times as long to show it."""
    policy = default_policy()
    people = county(100_000, ON, seed=7)
    together = assess_many(people, ON, policy).charge
    choices: AssessmentChoices = policy.on(ON)
    flows = [dataflow(basis, choices) for basis in BASES]
    figures = [figures_on(flow.figures, statutory_figures(), policy, ON) for flow in flows]
    codes = basis_codes(people.ints("nation"), people.ints("setting"), people.ints("stay_days"), choices)
    compared = np.zeros(len(people), dtype=bool)

    def compare(some: AssessmentColumns, code: int, places: Ints) -> None:
        charge = flows[code].run(("charge",), some, choices, figures[code], ON)["charge"]
        assert np.array_equal(charge, together[places]), places
        compared[places] = True

    for person, code in enumerate(codes[:ALONE].tolist()):
        compare(people.slice(person, person + 1), code, np.array([person]))
    for code in np.unique(codes[ALONE:]).tolist():
        places = ALONE + np.flatnonzero(codes[ALONE:] == code)
        of_one_basis = people.take(places)
        for first in range(0, len(places), TOGETHER):
            some = places[first : first + TOGETHER]
            compare(of_one_basis.slice(first, first + len(some)), code, some)
    assert compared.all()


def test_threads_and_partitions_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    people = county(10_000, ON, seed=3)
    whole = assess_many(people, ON, default_policy(), threads=1)
    monkeypatch.setattr("finance.assessment.bulk.PARTITION", 777)
    parts = assess_many(people, ON, default_policy(), threads=2)
    for name in ("charge", "council_pays", "outcome", "basis", "unconfirmed", "reason"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name
