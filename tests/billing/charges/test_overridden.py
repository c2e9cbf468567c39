"""An approved override of the most somebody can be charged holds on the bill of whoever would pay the full cost too."""

import pytest

from billing.assessments.decisions import OVERRIDDEN
from finance.assessment import Outcome
from interfaces.database.connection import Database
from tests.billing.charges.charged_council import RESIDENT, assess, bill, entries, make

FULL = [Outcome.OVER_LIMIT, Outcome.FULL_COST]


def pays(database: Database) -> list[int]:
    return [pence for _, kind, _, _, pence in entries(database) if kind == "charge"]


@pytest.mark.parametrize("outcome", FULL)
def test_who_is_held_to_a_sum_is_billed_that_sum_and_nobody_else_is(database: Database, outcome: Outcome) -> None:
    make(database)
    assess(database, "P1", 40_00, basis=RESIDENT, outcome=outcome, flags=OVERRIDDEN, can_pay=40_00)
    bill(database)
    assert pays(database) == [4 * 40_00]


@pytest.mark.parametrize("outcome", FULL)
def test_an_override_of_something_else_leaves_the_full_cost(database: Database, outcome: Outcome) -> None:
    make(database)
    assess(database, "P1", 1_002_75, basis=RESIDENT, outcome=outcome, flags=OVERRIDDEN)
    bill(database)
    assert pays(database) == [4 * 1_002_75]
