"""Statements of stored accounts: figures that tie to the account, the one before, and what may be said of the
day ahead.
"""

import datetime as dt

import pytest

from billing.care_accounts.jobs import NoAccount, give_statement
from billing.care_accounts.policy import CareAccountsOff, DatedAmount
from billing.care_accounts.statements import Given
from finance.problems import Refusal
from tests.billing.care_accounts.conftest import Council, budget, terms, transfer
from tests.billing.care_accounts.test_metering import week
from tests.finance.care_cap.accounts import START, days


def given(council: Council, on: dt.date, ref: str = "P1") -> Given:
    made = give_statement(council.database, ref, on, by="officer", at=council._now())
    assert made.closing_pence == (
        made.opening_pence
        + made.metered_pence
        + made.adjustments_pence
        + made.brought_in_pence
        + made.corrections_pence
    )
    assert sum(each.pence for each in made.movements) == made.closing_pence - made.opening_pence
    return made


def test_a_year_with_everything_in_it_adds_up(council: Council) -> None:
    """£250 of £1,000 brought in is £500 of £2,000; four weeks at £100 make £900; the cap rises by a tenth: £990."""
    council.people("P1")
    council.tell(care_account_transfers=[transfer("P1", START, "250.00", "1000.00")])
    council.charge(("P1", 0, 4, 100_00))
    council.meter(8, terms(2_000_00, 200_00, DatedAmount(week(4), 2_200_00, "made up")))
    one = given(council, week(8))
    assert (one.opening_pence, one.brought_in_pence, one.metered_pence, one.adjustments_pence) == (
        0,
        500_00,
        400_00,
        90_00,
    )
    assert (one.closing_pence, one.cap_pence, one.share) == (990_00, 2_200_00, 45_00)
    assert one.next_due == dt.date(2029, 11, 27) and one.living_weekly_pence == 200_00
    council.charge(("P1", 0, 4, 90_00), ("P1", 4, 4, 100_00))
    council.meter(9)
    two = given(council, week(8) + days(1))
    assert two.opening_pence == 990_00
    assert two.metered_pence == 400_00 and two.closing_pence == 500_00 * 11 // 10 + 360_00 * 11 // 10 + 400_00
    assert two.corrections_pence == -44_00
    assert two.since == week(8)


def test_given_again_on_its_day_it_says_the_same_whatever_has_been_learned(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4)
    one = given(council, week(4))
    council.charge(("P1", 0, 4, 50_00))
    council.meter(4)
    again = give_statement(council.database, "P1", week(4), by="another", at=council._now())
    assert again.again and again.as_json() == one.as_json()
    council.meter(5)
    assert given(council, week(5)).corrections_pence == -200_00


def test_weeks_after_the_day_wait_for_the_next_statement(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4)
    assert given(council, week(2) + days(3)).closing_pence == 200_00
    two = given(council, week(4))
    assert (two.opening_pence, two.metered_pence, two.closing_pence) == (200_00, 200_00, 400_00)


def test_the_day_ahead_is_said_within_eighteen_months_from_the_last_day_charged(council: Council) -> None:
    """£500 of each £700 counts. £5,000 is ten weeks; charged for four, statement two weeks on: the last day of
    week ten.
    """
    council.people("P1")
    council.charge(("P1", 0, 4, 700_00), home=True)
    council.meter(6, terms(5_000_00))
    one = given(council, week(6))
    assert one.weekly_pence == 500_00 and one.metered_to == week(4)
    assert one.indicative == week(10) - days(1)
    assert one.living_pence == 800_00
    council.people("P2")
    council.charge(("P2", 0, 4, 210_00), home=True)
    council.meter(6)
    assert given(council, week(6), "P2").indicative is None


def test_care_that_ended_long_ago_is_not_taken_to_go_on(council: Council) -> None:
    council.people("P1")
    council.charge(("P1", 0, 4, 700_00), home=True)
    council.meter(20, terms(5_000_00))
    one = given(council, week(20))
    assert one.weekly_pence == 0 and one.indicative is None


def test_a_cap_reached_is_said_with_its_day(council: Council) -> None:
    council.people("P1")
    council.tell(independent_budgets=[budget("P1", "700.00")])
    council.meter(4, terms(1_000_00))
    one = given(council, week(4))
    assert one.reached == START + days(9) and one.share == 100_00 and one.indicative is None


def test_what_cannot_be_given_is_refused(council: Council) -> None:
    council.people("P1", "P2")
    with pytest.raises(CareAccountsOff):
        given(council, week(4))
    council.charge(("P1", 0, 4, 100_00))
    council.meter(4)
    for ref, on, words in (
        ("P2", week(4), "has no care account"),
        ("P9", week(4), "Nobody is known as P9"),
        ("P1", week(5), "metered up to 30 October 2028"),
    ):
        with pytest.raises(Refusal, match=words):
            given(council, on, ref)
    with pytest.raises(NoAccount):
        given(council, week(4), "P2")
    given(council, week(3))
    with pytest.raises(Refusal, match="had a statement on 23 October 2028 already"):
        given(council, week(2))
