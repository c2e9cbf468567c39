"""The packed copy says of every person what the rules say of that person's own facts, and keeps up with late news."""

import datetime as dt

import numpy as np
import pytest

from billing.assessments import store
from billing.assessments.caseload import store as caseload_store
from billing.assessments.caseload.unpacking import unpack
from finance.assessment import (
    Assessment,
    AssessmentPolicy,
    Circumstances,
    assess,
    assess_many,
    default_policy,
    statutory_figures,
    with_choices,
)
from finance.days import number
from finance.problems import Refusal
from interfaces.database.connection import Database
from tests.bench.assessments_county import ON, fill
from tests.billing.assessments.conftest import Tell, care, money, someone

POLICY = default_policy()
PEOPLE = 600


@pytest.mark.parametrize("provisional", ["on the facts given", "nil"])
def test_everyone_comes_out_as_one_by_one(council: Database, provisional: str) -> None:
    policy = with_choices(POLICY, {"provisional_charge": provisional})
    fill(council, PEOPLE)
    with council.bulk() as bulk:
        caseload_store.refresh(bulk)
        load = caseload_store.read(bulk)
    with council.begin() as connection:
        people = store.people(connection, list(range(1, PEOPLE + 1)))
    figures = statutory_figures()
    seen = set()
    for on in (ON, dt.date(2025, 4, 1), ON + dt.timedelta(days=90), dt.date(2026, 7, 1)):
        day = unpack(load, on, policy.on(on), figures)
        results = assess_many(day.columns, on, policy)
        reasons = day.reasons + results.reasons
        place = {int(nr): row for row, nr in enumerate(day.person)}
        for nr, person in people.items():
            one = person.on(on)
            assert (nr in place) == (one is not None)
            if one is None:
                continue
            row = place[nr]
            refused = day.reason[row] >= 0 or results.refused[row]
            made, why = _alone(one, on, policy)
            if made is None:
                assert refused, f"{nr} on {on}: {why}"
                seen.add(why[:20])
                continue
            assert not refused, f"{nr} on {on}: {reasons[max(day.reason[row], 0)]}"
            assert results.charge[row] == made.charge_pence
            assert results.council_pays[row] == made.council_pays_pence
            assert bool(results.unconfirmed[row]) == (not made.billable)
            assert int(day.until[row]) > number(on)
    assert len(seen) >= 4


def _alone(one: Circumstances, on: dt.date, policy: AssessmentPolicy) -> tuple[Assessment | None, str]:
    try:
        return assess(one, on, policy), ""
    except Refusal as refusal:
        return None, str(refusal)


def test_until_is_the_day_before_which_nothing_of_ones_own_changes(council: Database) -> None:
    fill(council, 300, faults=False)
    with council.bulk() as bulk:
        caseload_store.refresh(bulk)
        load = caseload_store.read(bulk)
    figures = statutory_figures()
    choices = POLICY.on(ON)
    first = unpack(load, ON, choices, figures)
    for days in (1, 20, 60, 120):
        later = unpack(load, ON + dt.timedelta(days=days), choices, figures)
        row_of = {int(nr): row for row, nr in enumerate(later.person)}
        for row, nr in enumerate(first.person):
            if first.until[row] <= number(ON) + days:
                continue
            other = row_of[int(nr)]
            for name in ("standing", "home_left_out", "allowance_override", "assessed_override", "cost"):
                assert first.columns[name][row] == later.columns[name][other]
            for sort, field in (("income", "amount"), ("asset", "value"), ("expense", "amount")):
                one = [c.ints(f"{sort}_starts") for c in (first.columns, later.columns)]
                values = [c.ints(f"{sort}_{field}") for c in (first.columns, later.columns)]
                assert np.array_equal(
                    values[0][one[0][row] : one[0][row + 1]], values[1][one[1][other] : one[1][other + 1]]
                )
    assert (first.until < number(ON) + 120).sum() > 20


HOME = {"asset_ref": "A1", "person_ref": "P1", "kind": "home", "value": "120000.00", "owed": "90000.00"}


def _both(council: Database, on: dt.date, known: str = "P1") -> list[object]:
    """What one person comes to by themselves and in the caseload: pence, or that they are refused."""
    figures, choices = statutory_figures(), POLICY.on(on)
    with council.bulk() as bulk:
        caseload_store.refresh(bulk)
        day = unpack(caseload_store.read(bulk), on, choices, figures)
    many = assess_many(day.columns, on, POLICY)
    refused = bool(day.reason[0] >= 0 or many.refused[0])
    together = "refused" if refused else (int(many.charge[0]), bool(many.unconfirmed[0]))
    with council.begin() as connection:
        person = store.people(connection, [int(day.person[0])])[int(day.person[0])]
    one = person.on(on)
    assert one is not None and person.ref == known
    made, _ = _alone(one, on, POLICY)
    assert together == ("refused" if made is None else (made.charge_pence, not made.billable))
    return [together]


def test_a_stay_that_became_permanent_has_twelve_weeks_from_then(council: Database, tell: Tell) -> None:
    """Temporary from 1 January, permanent from 1 March: left out to 23 May. A later version begins nothing anew."""
    stay = {"stay_first_day": "2024-01-01", "cost": "1000.00"}
    tell(
        people=[someone()],
        circumstances=[
            care(start="2024-01-01", setting="care home, temporary", end_date="2024-02-29", **stay),
            care(start="2024-03-01", setting="care home, permanent", end_date="2024-05-14", **stay),
            care(start="2024-05-15", setting="care home, permanent", **stay),
        ],
        incomes=[money(amount="200.00")],
        assets=[{**HOME, "owed": "0.00"}],
    )
    for on, charge in (("2024-04-10", 16_985), ("2024-05-23", 16_985), ("2024-05-24", 100_000)):
        assert _both(council, dt.date.fromisoformat(on)) == [(charge, False)]


def test_since_when_a_stay_is_permanent_is_asked_of_everybody_too(council: Database, tell: Tell) -> None:
    stay = {"stay_first_day": "2024-01-01", "cost": "1000.00", "setting": "care home, permanent"}
    tell(
        people=[someone()],
        circumstances=[care(start="2024-03-01", **stay)],
        incomes=[money(amount="200.00")],
        assets=[{**HOME, "owed": "0.00"}],
    )
    days = ("2024-03-24", "2024-03-25", "2024-05-23", "2024-05-24")
    found = [_both(council, dt.date.fromisoformat(each))[0] for each in days]
    assert found == [(17_175, False), "refused", "refused", (100_000, False)]
    tell(home_stays=[{"stay_ref": "S1", "person_ref": "P1", "start_date": "2024-03-01"}])
    assert _both(council, dt.date(2024, 5, 23)) == [(16_985, False)]


def test_land_loaded_without_a_word_costs_a_tenth_to_sell(council: Database, tell: Tell) -> None:
    permanent = {"setting": "care home, permanent", "stay_first_day": "2023-01-01", "cost": "1000.00"}
    tell(
        people=[someone()],
        circumstances=[care(start="2023-01-01", **permanent)],
        incomes=[money(amount="200.00")],
        assets=[HOME],
    )
    on = dt.date(2024, 6, 3)
    assert _both(council, on) == [(18_485, False)]
    tell(assets=[{**HOME, "sale_costs": "no"}])
    assert _both(council, on) == [(100_000, False)]
    tell(assets=[{**HOME, "owners": "2", "share_value": "60000.00"}])  # 54,000 less half of 90,000: 9,000
    assert _both(council, on) == [(16_985, False)]


def test_nobody_is_billed_of_whom_no_income_was_told(council: Database, tell: Tell) -> None:
    tell(people=[someone()], circumstances=[care(start="2024-04-08")])
    on = dt.date(2024, 6, 3)
    assert _both(council, on) == [(0, True)]
    tell(incomes=[money(kind="no_income", amount="0.00")])
    assert _both(council, on) == [(0, False)]
    later = {**money(amount="90.00"), "start_date": "2024-06-04"}
    tell(incomes=[later])
    assert _both(council, on) == [(0, False)]
    assert _both(council, dt.date(2024, 6, 4)) == ["refused"]
    tell(incomes=[later | {"cancelled": "yes"}])
    assert _both(council, dt.date(2024, 6, 4)) == [(0, False)]


def test_late_news_packs_those_people_again_and_nobody_else(council: Database, tell: Tell) -> None:
    tell(people=[someone(), someone("P2")], circumstances=[care(), care("P2")], incomes=[money(), money("P2")])
    on = dt.date(2026, 4, 6)

    def amounts() -> list[int]:
        with council.bulk() as bulk:
            caseload_store.refresh(bulk)
            day = unpack(caseload_store.read(bulk), on, POLICY.on(on), statutory_figures())
        return [int(each) for each in day.columns.ints("income_amount")]

    assert amounts() == [300_00, 300_00]
    tell(incomes=[money("P2", "310.00")])
    assert amounts() == [300_00, 310_00]
    tell(incomes=[{**money("P2"), "cancelled": "yes"}])
    assert amounts() == [300_00]
    tell(people=[someone("P1", "1999-05-01")])
    with council.bulk() as bulk:
        caseload_store.refresh(bulk)
        assert int(caseload_store.read(bulk).who["born"][0]) == number(dt.date(1999, 5, 1))
