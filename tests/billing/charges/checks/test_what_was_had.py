"""Care charged and not had, had and not charged, told twice: each found on its line, and nothing where all is well."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.charges.checks.charged_and_not_paid import CHECK as NOT_PAID
from billing.charges.checks.charged_as_planned import CHECK as AS_PLANNED
from billing.charges.checks.doubled_visits import CHECK as TWICE
from billing.charges.checks.doubled_visits import delivered_twice
from billing.charges.checks.register import CHECKS_OF_CHARGES
from billing.charges.checks.served_and_not_assessed import CHECK as NOT_ASSESSED
from finance.assessment import Outcome
from interfaces.database.connection import Database
from ledgers.holds_store import add_hold
from ledgers.runs import Run
from ledgers.store import read_findings
from payruns.jobs import calculate_payrun, draft_payrun, release_payrun
from payruns.policy import PaymentPolicy
from tests import builders
from tests.billing.charges.charged_council import RESIDENT, assess, bill, make, tell

APRIL = dt.date(2026, 4, 6)


def findings(database: Database, run: Run, check: str) -> list[Any]:
    with database.read() as connection:
        return [each for each in read_findings(connection, run.nr) if each.check_name == check]


def told(days: list[tuple[int, int]], planned: int = 330, mask: int = 0, carers: int = 1) -> list[dict[str, Any]]:
    """Deliveries of one line: days after 6 April, and minutes."""
    plain = {"line": 1, "unit": "hour", "planned": planned, "days": mask, "carers": carers}
    return [{**plain, "on": APRIL + dt.timedelta(days=on), "quantity": minutes} for on, minutes in days]


def test_a_week_told_twice_over_and_the_same_with_other_visits() -> None:
    assert delivered_twice(told([(0, 330), (0, 330)]), APRIL)[1] == (
        "11 hours told as delivered in the week from 6 April 2026, 5.5 hours planned, and like visits on 6 April 2026. "
        "Cancel those told twice."
    )
    assert not delivered_twice(told([(0, 330), (0, 329)]), APRIL), "no two are alike"
    assert not delivered_twice(told([(0, 165), (0, 165)]), APRIL), "the plan, in two visits of one day"
    assert not delivered_twice(told([(0, 330), (0, 329)], planned=0), APRIL)
    assert not delivered_twice(told([(0, 60), (0, 60)], planned=60, mask=3), APRIL), "an hour on two days is planned"


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from([30, 60, 165, 330])), max_size=9), st.integers(1, 600))
def test_only_a_week_with_like_ones_and_twice_the_plan(days: list[tuple[int, int]], planned: int) -> None:
    rows = told(days, planned)
    weeks = [[each for each in days if each[0] // 7 == week] for week in range(3)]
    wanted = any(
        len(set(some)) < len(some) and sum(minutes for _, minutes in some) >= 2 * planned for some in weeks if some
    )
    assert bool(delivered_twice(rows, APRIL)) == wanted


def delivery(ref: str, on: str, hours: str) -> dict[str, object]:
    return {"delivery_ref": ref, "line_ref": "L2", "date": on, "unit": "hour", "quantity": hours}


@pytest.mark.parametrize("again, found", [("5.5", 1), ("5.25", 0)])
def test_visits_told_twice_are_found_on_their_line(database: Database, again: str, found: int) -> None:
    make(database)
    assess(database, "P2", 0, outcome=Outcome.FULL_COST)
    tell(database, deliveries=[delivery("D1", "2026-04-08", "5.5"), delivery("D2", "2026-04-08", again)])
    made = findings(database, bill(database), TWICE.name)
    assert len(made) == found
    assert all(each.severity == "look" and each.amount > 0 for each in made)


def test_visits_that_are_told_no_longer(database: Database) -> None:
    make(database)
    assess(database, "P2", 0, outcome=Outcome.FULL_COST)
    tell(database, deliveries=[delivery("D1", "2026-04-08", "5.5")])
    assert findings(database, bill(database), AS_PLANNED.name) == []
    (made,) = findings(database, bill(database, "2026-06-01"), AS_PLANNED.name)
    assert made.what.endswith("deliveries were last told for 8 April 2026. Tell what was delivered, or end the care.")


def test_care_charged_that_nobody_was_paid_for_in_eight_weeks(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 0, outcome=Outcome.FULL_COST)
    bill(database, "2026-06-29")
    assert findings(database, bill(database, "2026-07-27"), NOT_PAID.name) == [], "nobody is paid from here at all"
    builders.tell(database, {"contracts": [builders.contract("K2", "4W")]}, dt.datetime(2026, 7, 1, 9))
    at = dt.datetime(2026, 8, 24, 9)
    run = draft_payrun(
        database, "4W", by="first officer", at=at, up_to=dt.date(2026, 8, 24), policy=PaymentPolicy(stop_checks=())
    )
    with database.begin() as connection:  # the home’s line alone is held, so that its payee is not paid for it
        add_hold(connection, "payments", "line", 1, "disputed", "second officer", at)
    run = calculate_payrun(database, run.nr)
    builders.sign(database, run, "first officer", "second officer", lambda: at)
    release_payrun(database, run.nr, by="first officer", at=at)
    made = findings(database, bill(database, "2026-08-24"), NOT_PAID.name)
    assert [(each.subject, each.amount) for each in made] == [(1, 60_000)]


def test_those_served_whom_nobody_has_assessed_or_bills(database: Database) -> None:
    make(database)
    assess(database, "P1", 15_000, basis=RESIDENT)
    assess(database, "P2", 10_000)
    assert findings(database, bill(database), NOT_ASSESSED.name) == []
    tell(
        database,
        people=[builders.person("P3", "Cy Novak", "1939-05-05")],
        packages=[builders.package("PK3", "P3")],
        service_lines=[builders.line("L9", "PK3", "K1", "RES", "week", start_date="2026-05-04")],
    )
    (made,) = findings(database, bill(database, "2026-06-01"), NOT_ASSESSED.name)
    assert made.what.startswith("1 person is served, and neither assessed nor billed by anybody.")


def test_every_check_has_a_name_of_its_own_and_says_where_it_is_shown() -> None:
    assert all(each.words for each in CHECKS_OF_CHARGES.declared.values())
