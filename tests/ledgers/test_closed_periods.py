"""A period that is closed takes nothing: what belongs to it is coded in the period of the run that brings it."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from finance.days import day, number
from interfaces.database.connection import Database
from interfaces.files.outbound.proving import prove
from ledgers.closed_periods import ClosedPeriods
from ledgers.reports.journal import periods
from ledgers.tables import entry
from tests.finance.care_costs.test_rules_by_hand import council, line
from tests.guards import guards_lifted
from tests.laws.living import POLICY, Life, differences

MARCH, JULY = dt.date(2026, 3, 31), dt.date(2026, 7, 10)


@pytest.mark.parametrize(
    ("on", "months", "years", "coded"),
    [
        (JULY, 0, 0, MARCH),
        (JULY, 10, 0, JULY),
        (JULY, 0, 20, JULY),
        (dt.date(2026, 4, 10), 10, 20, MARCH),  # the tenth day after its end: still open
        (dt.date(2026, 4, 11), 10, 20, dt.date(2026, 4, 11)),
        (dt.date(2026, 4, 20), 0, 20, MARCH),
        (dt.date(2026, 3, 20), 10, 20, MARCH),  # paid in advance
    ],
)
def test_a_period_is_closed_some_days_after_its_end(on: dt.date, months: int, years: int, coded: dt.date) -> None:
    found = ClosedPeriods(on, months, years).coded_on(np.asarray([number(MARCH), number(JULY)]))
    assert [day(each) for each in found] == [coded, JULY]


OWN = [202512, 202601, 202602, 202602, 202603, 202604]
"""The periods that end on 8 March, 5 April, 3 and 31 May, 28 June and 26 July."""


@pytest.mark.parametrize(
    ("years", "months", "coded"), [(0, 0, OWN), (20, 0, [202604, *OWN[1:]]), (0, 15, [202604] * 5 + [202604])]
)
def test_a_price_rise_told_in_july_for_march_is_coded_in_an_open_period(
    database: Database, years: int, months: int, coded: list[int]
) -> None:
    """The books of 2025/26 are shut on 20 April; a higher rate is told in July."""
    opens = dt.date(2026, 2, 9)
    world = line(council(), "700.00", start_date=opens)
    world.rows["pay_calendars"]["CAL1"].update(first_day=opens, go_live=opens)
    life = Life(database, policy=replace(POLICY, years_close_after=years, months_close_after=months))
    assert life.learn(world)
    life.pay("CAL1", opens + dt.timedelta(weeks=20))
    world.rows["agreed_rates"]["A1"]["rate"] = "770.00"
    assert life.learn(world)
    run = life.pay("CAL1", opens + dt.timedelta(weeks=24))
    with database.read() as connection:
        query = select(entry.c.period_ends, entry.c.effective, entry.c.amount).where(
            entry.c.run == run.nr, entry.c.kind == "care"
        )
        rows = connection.execute(query.order_by(entry.c.period_ends)).all()
    assert [row.amount for row in rows] == [28_000] * 5 + [308_000], "the days it is for are kept, each on its line"
    assert periods(np.asarray([number(row.effective) for row in rows])).tolist() == coded
    assert differences(life) == []
    wrong = [str(each) for page in prove(database).runs for each in page.differences]
    assert [each for each in wrong if "counts from another day" in each] == [], "the proof works the day out for itself"
    with guards_lifted(database, "entry") as connection:
        connection.execute(entry.update().where(entry.c.run == run.nr).values(effective=dt.date(2026, 6, 1)))
    wrong = [str(each) for page in prove(database).runs for each in page.differences]
    assert [each for each in wrong if "counts from another day" in each]
