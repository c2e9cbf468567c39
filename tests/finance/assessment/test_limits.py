"""Every disregard with a limit ends by itself, a treatment that began on a day holds from it, and nothing undated
goes on for ever."""

import datetime as dt

import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    HomeDisregard,
    HomeLeftOut,
    Income,
    Setting,
    assess,
    assess_period,
    default_policy,
    kinds,
)
from finance.assessment.circumstances import MissingFact
from finance.assessment.kinds import UndatedKind, read_kinds
from finance.days import Span
from finance.problems import BadParameters

POLICY = default_policy()
MOVED = dt.date(2023, 6, 1)
BEGAN = dt.date(2024, 6, 3)
FULL_COST = 100_000
LIMITED_GROUNDS = [HomeDisregard.TWELVE_WEEKS_AFTER_RELATIVE, HomeDisregard.UNEXPECTED_CHANGE]


def resident(**facts: object) -> Circumstances:
    base = {
        "person": "A",
        "born": dt.date(1940, 1, 1),
        "cost_pence": FULL_COST,
        "setting": Setting.PERMANENT,
        "stay_first": MOVED,
        "incomes": (Income(kind="state_pension", amount_pence=20_000),),
    }
    return Circumstances(**base | facts)  # type: ignore[arg-type]


def left_out(ground: HomeDisregard, first: dt.date | None, end: dt.date | None = None) -> Circumstances:
    decision = HomeLeftOut(ground=ground, reason="panel", approver="chair", first=first, end=end)
    return resident(assets=(Asset(kind="home", value_pence=20_000_000),), homes_left_out=(decision,))


@pytest.mark.parametrize("ground", LIMITED_GROUNDS)
def test_twelve_weeks_end_by_themselves(ground: HomeDisregard) -> None:
    """First day given, no last day: 84 days, then the full cost of 1,000.00."""
    for days, charge in ((0, 16_985), (83, 16_985), (84, FULL_COST), (4_000, None)):
        on = BEGAN + dt.timedelta(days=days)
        if charge is not None:
            assert assess(left_out(ground, BEGAN), on, POLICY).charge_pence == charge
    parts = assess_period(left_out(ground, BEGAN), Span(BEGAN, dt.date(2024, 10, 1)), POLICY)
    assert [(each.span.first, each.assessment.charge_pence) for each in parts] == [
        (BEGAN, 16_985),
        (dt.date(2024, 8, 26), FULL_COST),
    ]


@pytest.mark.parametrize("ground", LIMITED_GROUNDS)
def test_an_earlier_last_day_stands_and_a_later_one_does_not(ground: HomeDisregard) -> None:
    early = left_out(ground, BEGAN, BEGAN + dt.timedelta(days=10))
    assert assess(early, BEGAN + dt.timedelta(days=10), POLICY).charge_pence == FULL_COST
    late = left_out(ground, BEGAN, BEGAN + dt.timedelta(days=400))
    assert assess(late, BEGAN + dt.timedelta(days=84), POLICY).charge_pence == FULL_COST


@pytest.mark.parametrize("ground", LIMITED_GROUNDS)
def test_twelve_weeks_without_a_first_day_are_refused_by_name(ground: HomeDisregard) -> None:
    with pytest.raises(MissingFact, match="twelve weeks.* has no first day.* Supply the day it began"):
        assess(left_out(ground, None), BEGAN, POLICY)


@pytest.mark.parametrize("ground", sorted(set(HomeDisregard) - set(LIMITED_GROUNDS)))
def test_a_disregard_without_a_limit_lasts_while_it_is_recorded(ground: HomeDisregard) -> None:
    made = assess(left_out(ground, BEGAN), BEGAN + dt.timedelta(days=800), POLICY)
    assert made.charge_pence < FULL_COST
    assert any("was not read" in each for each in made.warnings) is (ground is HomeDisregard.LONE_PARENT)


LIMITED = [kind.name for kind in kinds.assets().kinds if kind.days]


def test_the_limited_kinds_of_capital() -> None:
    assert LIMITED == [
        "injury_payment_first_year",
        "proceeds_of_former_home",
        "home_not_yet_lived_in",
        "arrears_of_benefit",
    ]


@pytest.mark.parametrize("kind", LIMITED)
def test_capital_left_out_for_some_days_counts_after_them(kind: str) -> None:
    days = next(each.days for each in kinds.assets().kinds if each.name == kind)
    one = resident(assets=(Asset(kind=kind, value_pence=5_000_000, first=BEGAN),))
    last = BEGAN + dt.timedelta(days=days - 1)
    assert assess(one, last, POLICY).value("capital") == 0
    after = assess(one, last + dt.timedelta(days=1), POLICY)
    worth = 4_500_000 if kind == "home_not_yet_lived_in" else 5_000_000  # of land a tenth for selling it (reg 20)
    assert (after.charge_pence, after.value("capital")) == (FULL_COST, worth)
    parts = assess_period(one, Span(BEGAN, last + dt.timedelta(days=30)), POLICY)
    assert last + dt.timedelta(days=1) in [each.span.first for each in parts]
    with pytest.raises(UndatedKind, match=f"“{kind}” has no first day"):
        assess(resident(assets=(Asset(kind=kind, value_pence=1),)), BEGAN, POLICY)


def test_a_war_disablement_pension_is_left_out_from_10_april_2017_and_ten_pounds_of_it_before() -> None:
    one = Circumstances(
        person="A",
        born=dt.date(1940, 1, 1),
        cost_pence=90_000,
        incomes=(Income(kind="war_disablement_pension", amount_pence=5_000),),
    )
    for day, counted in ((dt.date(2017, 4, 9), 4_000), (dt.date(2017, 4, 10), 0)):
        assert assess(one, day, POLICY).value("counted_income") == counted
    parts = assess_period(one, Span(dt.date(2017, 4, 8), dt.date(2017, 4, 20)), POLICY)
    assert dt.date(2017, 4, 10) in [each.span.first for each in parts]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("since = 2017-04-10", "“since” goes with “before”"),
        ("days = 364", "“days” with “then”"),
        ('days = 364\nthen = "nothing"', "no kind “nothing”"),
        ('since = 2017-04-10\nbefore = "nothing"', "no kind “nothing”"),
    ],
)
def test_a_table_whose_days_lead_nowhere_is_refused(more: str, words: str) -> None:
    text = f'[income.gift]\nlabel = "L"\ntreatment = "ignored"\ncitation = "C"\nstatus = "memory"\n{more}\n'
    with pytest.raises(BadParameters, match=words):
        read_kinds(text, "kinds.toml")
