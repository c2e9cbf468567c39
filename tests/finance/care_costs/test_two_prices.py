"""Two prices on one day, however they came to be believed, park the line: neither is guessed at."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from finance.care_costs.calculate import Calculation, Periods, calculate_due
from finance.care_costs.prices import OVER_FUNDED, TWO_RATES
from finance.care_costs.rows import facts_from
from finance.days import Span, number

APRIL = Span(dt.date(2026, 4, 6), dt.date(2026, 5, 4))
EVER = dt.date(2020, 1, 1)


def worked_out(**rates: Any) -> Calculation:
    born = rates.pop("born", None)
    line = {
        "nr": 1,
        "package": 1,
        "person": 1,
        "contract": 1,
        "service": 1,
        "unit": "week",
        "quantity": 100,
        "days": 0,
        "every_weeks": 1,
        "visit_minutes": None,
        "carers": 1,
        "starts": EVER,
        "ends": None,
    }
    contract = {
        "nr": 1,
        "payee": 1,
        "calendar": 1,
        "starts": EVER,
        "ends": None,
        "payment": "gross",
        "days_after_death": 0,
        "retainer": "100",
        "bank_holidays": "paid",
    }
    facts = facts_from(
        {
            "service_line": [line],
            "contract": [contract],
            "person": [{"nr": 1, "born": born, "died": None, "support_reason": "mental health"}],
            "package": [{"nr": 1, "starts": EVER, "ends": None}],
            "service": [{"nr": 1, "kind": "residential"}],
            **rates,
        }
    )
    return calculate_due(facts, Periods.of([APRIL]), np.asarray([number(APRIL.first)]), number(APRIL.end))


def agreed(nr: int, starts: dt.date, ends: dt.date | None) -> dict[str, object]:
    return {"nr": nr, "line": 1, "rate": 7_000_000, "starts": starts, "ends": ends}


def card(nr: int, starts: dt.date, ends: dt.date | None) -> dict[str, object]:
    return {
        "nr": nr,
        "contract": 1,
        "service": 1,
        "unit": "week",
        "rate": 7_000_000,
        "starts": starts,
        "ends": ends,
        "day_category": "any",
        "minutes_from": None,
        "minutes_until": None,
        "age_from": None,
        "age_until": None,
    }


@pytest.mark.parametrize(("table", "row"), [("agreed_rate", agreed), ("rate", card)])
def test_two_prices_on_one_day_are_not_one(table: str, row: object) -> None:
    assert callable(row)
    both = worked_out(**{table: [row(1, EVER, None), row(2, dt.date(2026, 4, 20), dt.date(2026, 4, 27))]})
    first = int(np.argmin(both.troubles.day))
    assert (both.troubles.why[first], both.troubles.day[first]) == (TWO_RATES, number(dt.date(2026, 4, 20)))
    assert len(both.due) == 0
    one_by_one = worked_out(**{table: [row(1, EVER, dt.date(2026, 4, 20)), row(2, dt.date(2026, 4, 20), None)]})
    assert len(one_by_one.troubles) == 0
    assert one_by_one.due.pence.tolist() == [280_000]


def test_lengths_of_visit_in_two_bands_and_funders_over_the_whole_park_the_line_too() -> None:
    """The door refuses both; believed all the same, they are not guessed at."""
    short, long_ = {**card(1, EVER, None), "age_until": 66}, {**card(2, EVER, None), "age_from": 60}
    assert TWO_RATES in worked_out(rate=[short, long_], born=dt.date(1964, 1, 1)).troubles.why
    shares = [
        {"nr": nr, "line": 1, "funder": nr, "basis": "percent", "amount": 6_000, "starts": starts, "ends": None}
        for nr, starts in ((1, EVER), (2, dt.date(2026, 4, 20)))
    ]
    over = worked_out(agreed_rate=[agreed(1, EVER, None)], funding_share=shares)
    assert (over.troubles.why.tolist(), over.troubles.day.tolist()) == ([OVER_FUNDED], [number(dt.date(2026, 4, 20))])
