"""Beside a charge, from what is stored: the offer, the own top-up, the run-down, and what was given up by the week."""

import datetime as dt

import pytest

from billing.assessments.beside_jobs import Beside, beside
from finance.assessment import default_policy
from finance.assessment.circumstances import BadFact
from interfaces.database.connection import Database
from tests.billing.assessments.conftest import Tell, care, money, someone

IN = {"setting": "care home, permanent", "stay_first_day": "2024-01-01"}
GIVEN = {"asset_ref": "A1", "person_ref": "P1", "kind": "notional_capital", "value": "15000.00"}
ON = dt.date(2026, 6, 1)


def _found(council: Database, on: dt.date = ON, **more: int) -> Beside:
    return beside(council, "P1", on, default_policy(), **more)


def test_what_was_given_up_falls_each_week_by_what_it_costs(council: Database, tell: Tell) -> None:
    """15,000.00 adds three steps of tariff, 3.00 a week, until no more than 14,750.00 is left: after 84 weeks two."""
    tell(
        people=[someone()],
        circumstances=[care(start="2024-01-01", cost="1000.00", **IN)],
        incomes=[money(amount="200.00")],
        assets=[{**GIVEN, "start_date": "2024-04-08"}],
    )
    found = _found(council, weeks=4)
    first = found.weeks[0]
    assert (found.gave_up, first.first, first.falls_by_pence) == ("A1", dt.date(2024, 4, 8), 300)
    assert found.weeks[83].notional_pence == 1_475_100 and found.weeks[84].falls_by_pence == 200
    assert [(each.first, each.end, each.pence) for each in found.counted[:2]] == [
        (dt.date(2024, 4, 8), dt.date(2024, 4, 15), 1_500_000),
        (dt.date(2024, 4, 15), dt.date(2024, 4, 22), 1_499_700),
    ]
    assert found.counted[-1].end is None and found.counted[-1].pence == found.weeks[-1].left_pence
    later = _found(council, weeks=5)
    assert later.weeks[: len(found.weeks)] == found.weeks


def test_each_week_is_of_the_circumstances_then(council: Database, tell: Tell) -> None:
    """Nobody is charged more for it at home, where 200.00 is kept whole: it falls from the day of moving in."""
    tell(
        people=[someone()],
        circumstances=[
            care(start="2024-04-08", cost="1000.00", end_date="2024-06-02"),
            care(start="2024-06-03", cost="1000.00", **IN | {"stay_first_day": "2024-06-03"}),
        ],
        incomes=[money(amount="100.00")],
        assets=[{**GIVEN, "start_date": "2023-01-02"}],
    )
    weeks = _found(council, weeks=1).weeks
    assert weeks[0].first == dt.date(2024, 4, 8)
    assert [each.falls_by_pence for each in weeks[:10]] == [0] * 8 + [300] * 2


@pytest.mark.parametrize(
    "assets,why",
    [
        ([GIVEN], "has no first day"),
        ([{**GIVEN, "start_date": "2024-04-08", "owners": "2"}], "or is given as owed on or shared"),
        (
            [
                {**GIVEN, "start_date": "2024-04-08"},
                {**GIVEN, "asset_ref": "A2", "start_date": "2024-05-06", "value": "9.00"},
            ],
            "two sums of notional capital at once",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused_by_name(
    council: Database, tell: Tell, assets: list[dict[str, object]], why: str
) -> None:
    tell(
        people=[someone()],
        circumstances=[care(start="2024-01-01", cost="1000.00", **IN)],
        incomes=[money()],
        assets=assets,
    )
    with pytest.raises(BadFact, match=why):
        _found(council)


def test_who_pays_in_full_is_told_when_capital_comes_down(council: Database, tell: Tell) -> None:
    """30,000.00 less 23,250.00 at 1,010.00 and 40.00 less 350.00, or 100.00 a day: within it on the 68th."""
    tell(
        people=[someone()],
        circumstances=[care(start="2024-01-01", cost="1000.00", home_fee="1010.00", **IN)],
        incomes=[money(amount="350.00")],
        assets=[{**GIVEN, "kind": "savings", "value": "30000.00"}],
    )
    found = _found(council, spending_pence=4_000)
    assert found.run_down is not None and (found.run_down.days, found.own_top_up) == (68, "while paying in full")
    assert not found.offer.must_offer and "there is no home to secure the debt" in found.offer.why_not
    assert found.weeks == [] and found.gave_up is None and _found(council).run_down is None


def test_a_home_that_counts_is_offered(council: Database, tell: Tell) -> None:
    tell(
        people=[someone()],
        circumstances=[care(start="2024-01-01", cost="1000.00", **IN)],
        incomes=[money()],
        assets=[{**GIVEN, "kind": "home", "value": "200000.00"}],
    )
    assert _found(council).offer.must_offer


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"setting": "care home, temporary", "stay_first_day": "2026-05-01"},
        {"setting": "care home, short stay", "stay_first_day": "2026-06-01"},
        {"nation": "Wales"},
        IN | {"nation": "Wales"},
    ],
)
def test_there_is_an_answer_wherever_the_care_is(council: Database, tell: Tell, facts: dict[str, str]) -> None:
    tell(people=[someone()], circumstances=[care(cost="500.00", **facts)], incomes=[money()])
    found = _found(council, spending_pence=0)
    assert found.run_down is not None and found.run_down.days == 0
    assert not found.offer.must_offer
