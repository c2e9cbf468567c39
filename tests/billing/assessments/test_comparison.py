"""Every penny between two assessments has a cause, and the parts add up to the difference."""

import datetime as dt
import random
from typing import Any

import pytest

from billing.assessments.comparison import ORDER, compare
from billing.assessments.frozen import State
from billing.assessments.rates import Rates
from finance.assessment import (
    Asset,
    Circumstances,
    Expense,
    Frequency,
    Ground,
    GroundHeld,
    Income,
    Override,
    OverrideOf,
    Setting,
    Stay,
    default_policy,
    statutory_figures,
    with_choices,
)
from finance.problems import Refusal

RATES = Rates(default_policy(), statutory_figures())
JUNE_25, JUNE_26 = dt.date(2025, 6, 2), dt.date(2026, 6, 1)


def _mary(**more: object) -> Circumstances:
    facts: dict[str, object] = {
        "person": "Mary",
        "born": dt.date(1939, 5, 1),
        "cost_pence": 500_00,
        "incomes": (
            Income(kind="new_state_pension", rate="new_state_pension_full"),
            Income(kind="occupational_pension", amount_pence=60_00),
        ),
    }
    return Circumstances(**(facts | more))  # type: ignore[arg-type]


def _parts(one: State, other: State) -> dict[str, int]:
    made = compare(one, other)
    assert sum(each.pence for each in made.parts) == made.difference_pence
    return {each.what: each.pence for each in made.parts}


def test_an_april_is_told_rate_by_rate() -> None:
    """£241.30 - £230.25 more pension, £241.45 - £232.60 more kept: £2.20 more to pay."""
    assert _parts(State(_mary(), JUNE_25, RATES), State(_mary(), JUNE_26, RATES)) == {
        "Guarantee, single over pension age": -8_85,
        "New State Pension, full rate": 11_05,
        "The person's age, and how long a stay has lasted": 0,
    }


def test_each_fact_has_its_own_pennies() -> None:
    before = _mary(assets=(Asset(kind="savings", value_pence=14_000_00),))
    after = _mary(
        cost_pence=520_00,
        incomes=(
            Income(kind="new_state_pension", rate="new_state_pension_full"),
            Income(kind="occupational_pension", amount_pence=75_00),
            Income(kind="attendance_allowance_lower", amount_pence=73_90),
        ),
        assets=(Asset(kind="savings", value_pence=15_000_00),),
        expenses=(Expense(kind="laundry", amount_pence=52_00, frequency=Frequency.MONTHLY),),
    )
    made = compare(State(before, JUNE_25, RATES), State(after, JUNE_25, RATES))
    assert [(each.heading, each.was, each.now, each.pence) for each in made.parts] == [
        (ORDER[2], "£500.00", "£520.00", 0),
        (ORDER[3], "£60.00 weekly", "£75.00 weekly", 15_00),
        (ORDER[3], "none", "£73.90 weekly", 63_90),  # with it comes the standard £10.00 of disability expense
        (ORDER[4], "£14,000.00", "£15,000.00", 3_00),
        (ORDER[5], "none", "£52.00 monthly", -2_00),  # £12.00 a week in place of the standard £10.00
    ]


def test_policy_and_grounds_are_told() -> None:
    half = Rates(with_choices(default_policy(), {"share_of_disposable_income": 50}), statutory_figures())
    one = State(_mary(), JUNE_26, RATES)
    assert _parts(one, State(_mary(), JUNE_26, half)) == {
        "Share of disposable income taken for care at home": -29_93  # half of £59.85 is £29.92½: £29.92 is charged
    }
    free = _mary(standings=(GroundHeld(ground=Ground.REABLEMENT, first=dt.date(2026, 5, 25)),))
    made = compare(one, State(free, JUNE_26, RATES))
    assert [(each.what, each.was, each.now, each.pence) for each in made.parts] == [
        ("How the charge is settled", "on means", str(Ground.REABLEMENT), -59_85)
    ]


def _random(rng: random.Random) -> State:
    def maybe(items: list[Any]) -> tuple[Any, ...]:
        return tuple(each for each in items if rng.random() < 0.5)

    on = dt.date(2024, 4, 8) + dt.timedelta(days=rng.randrange(900))
    setting = rng.choice(list(Setting))
    one = Circumstances(
        person="R",
        born=dt.date(1930, 1, 1) + dt.timedelta(days=rng.randrange(25_000)),
        cost_pence=rng.randrange(150_000),
        setting=setting,
        couple=rng.random() < 0.3,
        partner_born=dt.date(1954, 10, 6) + dt.timedelta(days=rng.randrange(15_000)),
        children=rng.choice([0, 0, 2]),
        carer_premium=rng.random() < 0.2,
        disability_premium=rng.random() < 0.4,
        night_care=rng.random() < 0.5,
        provisional=rng.random() < 0.2,
        stay_first=on - dt.timedelta(days=rng.randrange(80)),
        incomes=maybe(
            [
                Income(kind="state_pension", amount_pence=rng.randrange(25_000)),
                Income(kind="pip_daily_living_enhanced", rate="pip_daily_living_enhanced"),
                Income(kind="occupational_pension", amount_pence=rng.randrange(90_000), frequency=Frequency.MONTHLY),
                Income(kind="savings_credit", amount_pence=rng.randrange(1_700)),
            ]
        ),
        assets=maybe(
            [
                Asset(kind="savings", value_pence=rng.randrange(3_000_000)),
                Asset(kind="home", value_pence=rng.randrange(30_000_000)),
            ]
        ),
        expenses=maybe(
            [
                Expense(kind="rent", amount_pence=rng.randrange(8_000)),
                Expense(kind="heating", amount_pence=rng.randrange(90_000), frequency=Frequency.YEARLY),
            ]
        ),
        overrides=maybe(
            [
                Override(
                    of=rng.choice(list(OverrideOf)),
                    amount_pence=rng.randrange(20_000),
                    reason="r",
                    approver="a",
                    end=dt.date(2030, 1, 1),
                )
            ]
        )
        if rng.random() < 0.2
        else (),
        standings=(GroundHeld(ground=rng.choice(list(Ground)), first=on - dt.timedelta(days=rng.randrange(60))),)
        if rng.random() < 0.2
        else (),
        stays=(Stay(first=on - dt.timedelta(days=rng.randrange(200))),) if setting is Setting.PERMANENT else (),
    )
    changes = maybe([("share_of_disposable_income", 80), ("night_care", "counted in full"), ("minimum_charge", 5_00)])
    return State(one, on, Rates(with_choices(default_policy(), dict(changes)), statutory_figures()))


def test_the_parts_always_add_up() -> None:
    rng = random.Random(7)
    done = 0
    for _ in range(60):
        one, other = _random(rng), _random(rng)
        try:
            made = compare(one, other)
        except Refusal:
            continue
        done += 1
        assert sum(each.pence for each in made.parts) == made.after.charge_pence - made.before.charge_pence
    assert done >= 45


def test_nothing_changed_has_no_parts() -> None:
    state = State(_mary(), JUNE_26, RATES)
    assert compare(state, state).parts == ()
    with pytest.raises(Refusal):
        compare(state, State(_mary(cost_pence=None), JUNE_26, RATES))
