"""What a provider collects is held at what the line costs that week, by hand."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from finance.care_costs.calculate import Periods, calculate_due
from finance.care_costs.facts import KINDS
from finance.care_costs.prices import TWO_CONTRIBUTIONS
from finance.care_costs.rows import facts_from
from finance.days import Span, number
from tests.finance.care_costs.test_two_prices import APRIL, EVER

MONDAY = dt.date(2026, 4, 20)


def worked_out(rate: int, *collected: tuple[str, int], **more: Any) -> tuple[dict[str, int], list[int]]:
    """(pence by kind over four weeks, reasons) of a line at so many pounds a week."""
    line = {
        **dict.fromkeys(("nr", "package", "person", "contract", "service", "every_weeks", "carers"), 1),
        "unit": "week",
        "quantity": 100,
        "days": 0,
        "visit_minutes": None,
        "starts": EVER,
        "ends": None,
        **more.pop("line", {}),
    }
    contract = {
        **dict.fromkeys(("nr", "payee", "calendar"), 1),
        "starts": EVER,
        "ends": None,
        "payment": "net",
        "days_after_death": 0,
        "retainer": "50",
        "bank_holidays": "paid",
    }
    given = [
        {
            "nr": nr,
            "line": 1,
            "kind": kind,
            "weekly": pounds * 10_000,
            "collector": "provider",
            "starts": EVER,
            "ends": None,
        }
        for nr, (kind, pounds) in enumerate(collected, 1)
    ]
    rows = {
        "service_line": [line],
        "contract": [contract],
        "person": [{"nr": 1, "born": None, "died": None, "support_reason": "mental health"}],
        "package": [{"nr": 1, "starts": EVER, "ends": None}],
        "service": [{"nr": 1, "kind": "residential"}],
        "agreed_rate": [{"nr": 1, "line": 1, "rate": rate * 10_000, "starts": EVER, "ends": None}],
        "contribution": given,
        **more,
    }
    span = Span(APRIL.first, APRIL.end)
    made = calculate_due(facts_from(rows), Periods.of([span]), np.asarray([number(span.first)]), number(span.end))
    kinds = [KINDS[each] for each in made.sums.kind.tolist()]
    return dict(zip(kinds, made.sums.pence.tolist(), strict=True)), made.troubles.why.tolist()


@pytest.mark.parametrize(
    ("rate", "collected", "due"),
    [
        (100, [("client", 250)], {"care": 400_00, "contribution": -400_00}),
        (100, [("client", 100)], {"care": 400_00, "contribution": -400_00}),
        (700, [("client", 140)], {"care": 2_800_00, "contribution": -560_00}),
        (100, [("client", 80), ("top-up", 60)], {"care": 400_00, "top-up": -240_00, "contribution": -160_00}),
        (100, [("client", 80), ("top-up", 160)], {"care": 400_00, "top-up": -400_00, "contribution": 0}),
    ],
)
def test_no_more_than_the_line_costs(rate: int, collected: list[tuple[str, int]], due: dict[str, int]) -> None:
    assert worked_out(rate, *collected) == (due, [])


def test_what_is_paid_while_away_is_what_it_then_costs() -> None:
    """Half of £100 is paid for the last two weeks: £80 of the first two, £50 of those."""
    away = [{"nr": 1, "line": 1, "starts": MONDAY, "ends": None, "reason": "hospital", "paid": None}]
    made, _ = worked_out(100, ("client", 80), suspension=away)
    assert made == {"care": 300_00, "contribution": -260_00}


def test_planned_visits_are_taken_by_the_week() -> None:
    """A visit of £60 each Monday is £60 a week, on whatever day the contribution falls; every other week, £30."""
    monday = {"unit": "visit", "days": 1}
    assert worked_out(60, ("client", 70), line=monday)[0]["contribution"] == -240_00
    assert worked_out(60, ("client", 70), line={**monday, "every_weeks": 2})[0]["contribution"] == -120_00


def test_nursing_care_is_part_of_what_a_home_costs() -> None:
    rates = [{"nr": 1, "band": "standard", "rate": 200_0000, "starts": EVER, "ends": None}]

    def award(route: str) -> dict[str, Any]:
        one = {"nr": 1, "line": 1, "band": "standard", "route": route, "starts": EVER, "ends": None}
        return {"nursing_award": [one], "nursing_rate": rates}

    assert worked_out(700, ("client", 850), **award("added"))[0]["contribution"] == -850_00 * 4
    assert worked_out(700, ("client", 850), **award("deducted"))[0]["contribution"] == -500_00 * 4


def test_two_of_one_kind_on_a_day_park_the_line() -> None:
    assert worked_out(700, ("client", 140), ("client", 168))[1] == [TWO_CONTRIBUTIONS]
