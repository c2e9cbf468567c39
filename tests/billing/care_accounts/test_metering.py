"""The metering of stored accounts, by figures an officer can check: weeks, the cap, late news, transfers,
switching on.
"""

import datetime as dt

import numpy as np
import pytest

from billing.care_accounts import store
from billing.care_accounts.jobs import MeteredFurther
from billing.care_accounts.limits import ChargesBeforeLimit, over_the_cap
from billing.care_accounts.limits_store import limit_news, limits
from billing.care_accounts.policy import CareAccountPolicy, CareAccountsOff, DatedAmount
from finance.columns import ints
from finance.days import number
from finance.problems import NoValueOnDay
from tests.billing.care_accounts.conftest import Council, budget, terms, transfer
from tests.finance.care_cap.accounts import START, days


def week(number_: int) -> dt.date:
    return START + days(7 * number_)


def test_four_weeks_charged_at_home_are_four_weeks_of_the_account_and_metering_again_adds_nothing(
    council: Council,
) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    first = council.meter(4)
    assert (first.people, first.lines, first.reversals) == (1, 4, 0)
    assert council.lines("P1") == [("metered", week(each), 100_00, False, "the week was over") for each in range(4)]
    again = council.meter(4)
    assert again.change is None and again.lines == 0
    assert council.total("P1") == 400_00


def test_in_a_care_home_living_costs_come_off_each_week(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 700_00), home=True)
    council.meter(4)
    assert [each[2] for each in council.lines("P1")] == [500_00] * 4


def test_a_week_not_over_waits(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(2)
    assert council.total("P1") == 200_00
    council.meter(4)
    assert [(each[1], each[2]) for each in council.lines("P1")] == [(week(each), 100_00) for each in range(4)]


def test_a_charge_put_right_reverses_the_weeks_it_was_in_and_both_stay(council: Council) -> None:
    council.people("P1", "P2")
    council.charge(("P1", 0, 4, 100_00), ("P2", 0, 4, 50_00))
    council.meter(4)
    council.charge(("P1", 0, 2, 80_00), ("P1", 2, 2, 100_00))
    done = council.meter(4)
    assert (done.people, done.lines, done.reversals) == (1, 4, 2)
    why = "the charges changed"
    assert council.lines("P1")[4:] == [
        ("metered", week(0), -100_00, True, why),
        ("metered", week(0), 80_00, False, why),
        ("metered", week(1), -100_00, True, why),
        ("metered", week(1), 80_00, False, why),
    ]
    assert council.total("P1") == 360_00 and council.total("P2") == 200_00


def test_a_charge_taken_back_and_made_again_nets_to_nought_and_all_of_it_is_seen(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4)
    council.charge(("P1", 0, 4, 0))
    council.meter(4)
    assert council.total("P1") == 0 and len(council.lines("P1")) == 8
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4)
    assert council.total("P1") == 400_00 and len(council.lines("P1")) == 12


def test_the_cap_is_reached_in_mid_week_and_the_limit_holds_from_that_day(council: Council) -> None:
    """£700 a week in a home, £500 of it counting: £1,200 is two weeks and 2.8 days, so day 3 of week 3, £57.14
    2/7 left.
    """
    council.people("P1", "P2")
    council.charge(("P1", 0, 4, 700_00), ("P2", 0, 4, 300_00), home=True)
    done = council.meter(4, terms(1_200_00))
    assert done.reached == 1
    assert [each[2] for each in council.lines("P1")] == [500_00, 500_00, 200_00]
    with council.database.bulk() as bulk:
        held = limits(bulk, done.change or 0)
    assert held is not None
    assert held.person.tolist() == [council.number("P1")] and held.since.tolist() == [number(START + days(16))]
    assert held.left.tolist() == [200_00 * 420 - 2 * 500_00 * 60]
    opens = np.asarray([number(week(each)) for each in range(4)])
    asked = ChargesBeforeLimit(held.person.repeat(4), opens, opens, opens + 7, np.ones(4, np.int64), np.full(4, 700_00))
    assert over_the_cap(held, asked).tolist() == [0, 0, 300_00, 500_00]
    caps = held.as_columns()
    assert [each.tolist() for each in caps] == [held.person.tolist(), held.since.tolist(), [200_00], [57_14]]


def test_limits_are_as_they_were_known_at_a_change(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 300_00))
    first = council.meter(4, terms(1_000_00))
    council.charge(("P1", 0, 4, 200_00))
    second = council.meter(4)
    with council.database.bulk() as bulk:
        assert limits(bulk, 1) is None
        then, now = limits(bulk, first.change or 0), limits(bulk, second.change or 0)
    assert then is not None and now is not None
    assert len(then.person) == 1 and len(now.person) == 0
    assert [each[2] for each in council.lines("P1")][:4] == [300_00, 300_00, 300_00, 100_00]


def test_news_of_limits_says_whose_charges_to_work_out_again_and_from_which_day(council: Council) -> None:
    council.people("P1", "P2")
    council.charge(("P1", 0, 4, 300_00), ("P2", 0, 4, 1_00))
    first = council.meter(4, terms(1_000_00)).change or 0
    council.charge(("P1", 0, 4, 200_00))
    second = council.meter(4).change or 0
    with council.database.bulk() as bulk:
        told = [limit_news(bulk, *each) for each in ((0, first), (first, second), (second, second), (0, second))]
    reached = number(week(3) + days(2))  # £900 in three weeks, £42.86 a day: the third day of week four
    assert [(who.tolist(), since.tolist()) for who, since in told] == [
        ([1], [reached]),
        ([1], [reached]),
        ([], []),
        ([], []),
    ]


def test_an_independent_budget_counts_from_the_later_of_its_start_and_the_day_required(council: Council) -> None:
    council.people("P1")
    council.tell(independent_budgets=[budget("P1", "700.00", home="yes", required=week(1))])
    council.meter(3)
    assert [(each[1], each[2]) for each in council.lines("P1")] == [(week(1), 500_00), (week(2), 500_00)]
    council.tell(independent_budgets=[budget("P1", "700.00", home="no", required=week(1))])
    council.meter(3)
    assert council.total("P1") == 1_400_00
    assert {each[4] for each in council.lines("P1")[2:]} == {"a budget or transfer changed"}


def test_a_total_brought_in_by_last_years_cap_keeps_its_share(council: Council) -> None:
    council.people("P1")
    council.tell(care_account_transfers=[transfer("P1", week(1), "250.00", "1000.00")])
    council.meter(2, terms(2_000_00))
    assert council.lines("P1") == [("brought in", week(1), 500_00, False, "another council told us")]


def test_the_yearly_adjustment_is_a_line_of_its_own_and_keeps_the_share(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(6, terms(1_000_00, 200_00, DatedAmount(week(4), 1_100_00, "made up")))
    assert council.lines("P1")[4] == ("yearly adjustment", week(4), 40_00, False, "the cap changed")
    assert council.total("P1") == 440_00


def test_after_another_council_takes_over_nothing_counts_here(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 70_00))
    council.tell(care_account_transfers=[transfer("P1", week(1) + days(3), direction="out")])
    council.meter(4)
    assert [(each[1], each[2]) for each in council.lines("P1")] == [(week(0), 70_00), (week(1), 30_00)]


def test_one_persons_bad_transfer_leaves_them_as_they_were_and_everybody_else_is_metered(council: Council) -> None:
    council.people("P1", "P2")
    council.charge(("P1", 0, 4, 100_00), ("P2", 0, 4, 100_00))
    council.meter(2)
    council.tell(care_account_transfers=[transfer("P1", START - days(7), "10.00", "1000.00")])
    done = council.meter(4)
    assert council.total("P1") == 200_00 and council.total("P2") == 400_00
    [problem] = done.problems
    assert problem.where == "care account of P1" and "when no care accounts are kept" in problem.what


def test_other_terms_are_carried_through_every_account(council: Council) -> None:
    council.people("P1", "P2")
    council.charge(("P1", 0, 4, 700_00), ("P2", 0, 4, 700_00), home=True)
    council.meter(4)
    done = council.meter(4, terms(living=300_00))
    assert (done.people, done.lines, done.reversals) == (2, 16, 8)
    assert council.total("P1") == 1_600_00
    assert {each[4] for each in council.lines("P2")[4:]} == {"the terms changed"}


def test_off_as_it_ships_before_it_begins_and_without_its_figures_it_is_refused(council: Council) -> None:
    with pytest.raises(CareAccountsOff, match="Care accounts are off"):
        council.meter(4, CareAccountPolicy())
    with pytest.raises(CareAccountsOff, match="off on 2 October 2028"):
        council.meter(0, terms())
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    late = CareAccountPolicy(on_from=START, source="x", cap=(DatedAmount(week(1), 1, "x"),))
    with pytest.raises(NoValueOnDay, match="Cap on care costs"):
        council.meter(4, late)


def test_it_does_not_go_back(council: Council) -> None:
    council.meter(4)
    with pytest.raises(MeteredFurther, match="up to 30 October 2028"):
        council.meter(3)


def test_a_week_recorded_says_which_change_recorded_it(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    done = council.meter(4)
    with council.database.begin() as connection:
        assert {row.learned for row in store.lines_of(connection, council.number("P1"))} == {done.change}
    with council.database.bulk() as bulk:
        assert ints(store.last_positions(bulk), "total").tolist() == [400_00]
