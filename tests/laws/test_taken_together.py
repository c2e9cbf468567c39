"""Runs of two calendars worked out at once, and a line that moved between them: posted once, by whichever comes
first.
"""

import datetime as dt
import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from interfaces.database.connection import Database
from ledgers import review_jobs
from ledgers.runs import Overlapping, Run
from payruns.jobs import release_payrun
from tests.conftest import NewDatabase
from tests.laws.living import APPROVER, Life, differences
from tests.laws.test_only_forward import cut_off
from tests.laws.worlds import OPENS, World

DAY1, DAY2 = OPENS + dt.timedelta(days=28), OPENS + dt.timedelta(days=56)


def two_calendars() -> World:
    world = World(random.Random(1))
    for n in (1, 2):
        world.put(
            "pay_calendars",
            f"CAL{n}",
            name=f"Calendar {n}",
            cycle="four-weekly",
            first_day=OPENS,
            timing="arrears",
            cut_off_days=1,
            pay_working_days=3,
            go_live=OPENS,
        )
        world.put("payees", f"V{n}", name=f"Payee {n}", kind="provider")
        world.put(
            "contracts",
            f"K{n}",
            payee_ref="V1",
            calendar_ref=f"CAL{n}",
            name=f"Contract {n}",
            start_date=dt.date(2020, 4, 1),
            end_date=None,
            payment="gross",
            days_after_death=0,
            retainer="100",
            bank_holidays="paid",
        )
    world.put("services", "S1", name="Service 1", kind="residential", term="long")
    for n in (1, 2):
        world.put(
            "people",
            f"P{n}",
            name="Somebody",
            date_of_birth=dt.date(1940, 2, 29),
            date_of_death=None,
            primary_support_reason="mental health",
        )
        world.put("packages", f"PK{n}", person_ref=f"P{n}", start_date=OPENS, end_date=None)
        world.put(
            "service_lines",
            f"L{n}",
            package_ref=f"PK{n}",
            contract_ref=f"K{n}",
            service_ref="S1",
            unit="week",
            quantity="1",
            days="",
            every_weeks=1,
            visit_minutes=None,
            carers=1,
            start_date=OPENS,
            end_date=None,
        )
        world.put(
            "agreed_rates", f"A{n}", line_ref=f"L{n}", rate="100.0000", start_date=dt.date(2020, 4, 1), end_date=None
        )
    return world


@pytest.mark.parametrize("cut", [False, True])
def test_a_line_that_moved_is_not_posted_by_two_runs_worked_out_together(new_database: NewDatabase, cut: bool) -> None:
    life = Life(new_database())
    world = two_calendars()
    assert life.learn(world)
    life.pay("CAL1", DAY1)
    life.pay("CAL2", DAY1)
    world.rows["service_lines"]["L1"]["contract_ref"] = "K2"
    assert life.learn(world)
    one, two = life.approve(life.draft("CAL1", DAY2)), life.approve(life.draft("CAL2", DAY2))
    if cut:
        assert cut_off(life, 3, "after", lambda database: release_payrun(database, one.nr, by=APPROVER, at=life.now()))
        with pytest.raises(Overlapping, match="some of the same lines"):
            life.release(two)
    life.release(one)
    with pytest.raises(Overlapping, match="some of the same lines"):
        life.release(two)
    review_jobs.send_back_run(life.database, two.nr, by=APPROVER, at=life.now(), note="posted by the other calendar")
    life.release(life.approve(two))
    life.settled = {"CAL1": DAY2, "CAL2": DAY2}
    assert differences(life) == []


def test_news_before_a_first_posting_too(new_database: NewDatabase) -> None:
    life = Life(new_database())
    world = two_calendars()
    assert life.learn(world)
    one = life.approve(life.draft("CAL1", DAY1))
    world.rows["service_lines"]["L1"]["contract_ref"] = "K2"
    assert life.learn(world)
    two = life.approve(life.draft("CAL2", DAY1))
    life.release(one)
    with pytest.raises(Overlapping):
        life.release(two)
    review_jobs.send_back_run(life.database, two.nr, by=APPROVER, at=life.now(), note="posted by the other calendar")
    life.release(life.approve(two))
    life.settled = {"CAL1": DAY1, "CAL2": DAY1}
    life.pay("CAL1", DAY2)
    life.pay("CAL2", DAY2)
    assert differences(life) == []


def test_runs_of_calendars_that_share_no_line_go_on_together(new_database: NewDatabase) -> None:
    life = Life(new_database())
    assert life.learn(two_calendars())
    one, two = life.approve(life.draft("CAL1", DAY1)), life.approve(life.draft("CAL2", DAY1))
    life.release(one)
    life.release(two)
    life.settled = {"CAL1": DAY1, "CAL2": DAY1}
    assert differences(life) == []


def test_released_at_once_one_of_them_is_refused(new_database: NewDatabase) -> None:
    """Both are approved, and both hold something: whoever claims second sees the first, wherever it has come to."""
    life = Life(new_database())
    world = two_calendars()
    assert life.learn(world)
    life.pay("CAL1", DAY1)
    life.pay("CAL2", DAY1)
    world.rows["service_lines"]["L1"]["contract_ref"] = "K2"
    assert life.learn(world)
    life.hold("line", "L2")
    runs = [life.approve(life.draft(calendar, DAY2)) for calendar in ("CAL1", "CAL2")]
    both = Barrier(2)

    def release(run: Run) -> str:
        database = Database(life.database.url)
        try:
            both.wait()
            return str(release_payrun(database, run.nr, by=APPROVER, at=dt.datetime(2026, 8, 1)).status)
        except Overlapping:
            return "refused"
        finally:
            database.close()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(release, runs)) == ["refused", "released"]
