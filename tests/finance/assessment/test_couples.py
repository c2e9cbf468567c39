"""One of a couple: both ages decide the row of the guarantee, and whether a premium is due; neither is guessed."""

import datetime as dt

import numpy as np
import pytest

from finance.assessment import (
    Asset,
    Circumstances,
    Ground,
    GroundHeld,
    Income,
    Nation,
    Override,
    OverrideOf,
    Setting,
    assess,
    assess_many,
    assess_period,
    columns_on,
    default_policy,
    statutory_figures,
)
from finance.assessment.circumstances import MissingFact
from finance.days import Span

ON = dt.date(2024, 6, 3)
POLICY = default_policy()
OLD, YOUNG = dt.date(1950, 1, 1), dt.date(1964, 1, 1)  # 74 and 60 on the day


def one_of_two(born: dt.date, partner: dt.date | None, income: int, **more: object) -> Circumstances:
    kind = "state_pension" if born == OLD else "employment_and_support_allowance"
    facts = {
        "person": "A",
        "born": born,
        "partner_born": partner,
        "cost_pence": 90_000,
        "couple": True,
        "incomes": (Income(kind=kind, amount_pence=income),),
    }
    return Circumstances(**facts | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "partner", "income", "charge"),
    [
        (YOUNG, OLD, 20_000, 2_540),  # 200.00 less the pension-age row, 174.60: the partner alone has reached it
        (OLD, YOUNG, 20_000, 2_540),
        (OLD, OLD, 20_000, 2_540),
        (YOUNG, YOUNG, 20_000, 11_315),  # less the working-age row, 86.85
    ],
)
def test_a_couple_has_the_pension_age_row_when_one_or_both_have_reached_it(
    born: dt.date, partner: dt.date, income: int, charge: int
) -> None:
    assert assess(one_of_two(born, partner, income), ON, POLICY).charge_pence == charge


@pytest.mark.parametrize(
    ("born", "partner", "premium"), [(OLD, YOUNG, 3_480), (YOUNG, OLD, 3_480), (YOUNG, YOUNG, 3_480), (OLD, OLD, 0)]
)
def test_a_couples_premium_is_due_when_either_qualifies_at_their_own_age(
    born: dt.date, partner: dt.date, premium: int
) -> None:
    row = 8_685 if (born, partner) == (YOUNG, YOUNG) else 17_460
    made = assess(one_of_two(born, partner, 30_000, disability_premium=True), ON, POLICY)
    assert made.charge_pence == 30_000 - row - premium
    assert any("the one under pension age is who qualifies" in each for each in made.warnings) is (born != partner)
    both = assess(
        one_of_two(born, partner, 30_000, disability_premium=True, enhanced_disability_premium=True), ON, POLICY
    )
    assert both.charge_pence == made.charge_pence - (1_715 if premium else 0)


def test_the_partner_may_have_a_day_in_place_of_a_date_of_birth() -> None:
    """Born in the years of moving ages, on a day before October 2020: only the day itself can say."""
    then = dt.date(2019, 6, 3)
    facts = {"partner_born": dt.date(1954, 8, 1)}
    with pytest.raises(MissingFact, match="whether the partner has reached pension age is not known"):
        assess(one_of_two(YOUNG, None, 20_000, **facts), then, POLICY)
    for day, row in ((dt.date(2019, 6, 3), 14_430), (dt.date(2019, 6, 4), 7_180)):
        one = one_of_two(YOUNG, None, 20_000, **facts, partner_pension_age_from=day)
        assert assess(one, then, POLICY).charge_pence == 20_000 - row


def test_a_couple_is_refused_by_name_where_the_charge_turns_on_the_partners_age() -> None:
    with pytest.raises(MissingFact, match=r"A lives with a partner, .* not known\. Supply the partner’s date of birth"):
        assess(one_of_two(YOUNG, None, 20_000), ON, POLICY)
    with pytest.raises(MissingFact):
        assess(one_of_two(OLD, None, 30_000, disability_premium=True), ON, POLICY)


OVERRIDE = Override(of=OverrideOf.ALLOWANCE, amount_pence=10_000, reason="r", approver="a", end=dt.date(2030, 1, 1))


@pytest.mark.parametrize(
    "more",
    [
        {"born": OLD},  # the row is the pension-age one whatever the partner's age
        {"setting": Setting.PERMANENT},
        {"standings": (GroundHeld(ground=Ground.AFTERCARE),)},
        {"assets": (Asset(kind="savings", value_pence=10_000_000),)},
        {"overrides": (OVERRIDE,)},
        {"couple": False},
    ],
)
def test_nobody_is_refused_whose_charge_does_not_turn_on_it(more: dict[str, object]) -> None:
    made = assess(one_of_two(**{"born": YOUNG, "partner": None, "income": 20_000} | more), ON, POLICY)  # type: ignore[arg-type]
    told = any("partner’s date of birth is not known" in each for each in made.warnings)
    assert told is more.get("couple", True)


def test_the_partners_birthday_cuts_a_period() -> None:
    """The partner reaches 66 on 20 June 2024, the person much later."""
    one = one_of_two(YOUNG, dt.date(1958, 6, 20), 20_000)
    parts = assess_period(one, Span(dt.date(2024, 6, 1), dt.date(2024, 7, 1)), POLICY)
    assert [(each.span.first.day, each.assessment.charge_pence) for each in parts] == [(1, 11_315), (20, 2_540)]


def test_many_say_the_same_of_each_and_refuse_those_alone_who_lack_it() -> None:
    people = [
        one_of_two(born, partner, 20_000, disability_premium=premium, nation=nation)
        for born in (OLD, YOUNG)
        for partner in (OLD, YOUNG, None)
        for premium in (False, True)
        for nation in Nation
    ]
    together = assess_many(columns_on(people, ON, POLICY.on(ON), statutory_figures()), ON, POLICY)
    for row, one in enumerate(people):
        try:
            made = assess(one, ON, POLICY)
        except MissingFact as error:
            said = f"The person {error.what.removeprefix('A ')} {error.what_to_do}"
        else:
            said = ""
            assert together.charge[row] == made.charge_pence
        assert (together.reasons[together.reason[row]] if together.refused[row] else "") == said
    assert np.count_nonzero(together.refused) == 3 + 4 + 4  # England: three; Wales: no date, or two ages


def test_in_wales_a_couple_of_two_ages_gives_what_benefit_gives_them() -> None:
    mixed = one_of_two(YOUNG, OLD, 40_000, nation=Nation.WALES)
    with pytest.raises(MissingFact, match="in Wales.*basic_entitlement"):
        assess(mixed, ON, POLICY)
    given = one_of_two(YOUNG, OLD, 40_000, nation=Nation.WALES, basic_entitlement_pence=15_000)
    assert assess(given, ON, POLICY).value("allowance") == 15_000 * 145 // 100
