"""Debt as it is shown: groups foot to what is owed, a payer’s bills to what is left, letters to what is asked."""

import datetime as dt

import pytest

from billing.debt import jobs
from billing.debt.policy import ReminderPolicy
from billing.debt.views_jobs import Letters, aged_debt_shown, payer_debt, small_balances_shown
from billing.receipts.policy import ReceiptsPolicy
from interfaces.database.connection import Database
from tests.billing.debt.council import Council

ISSUED, DUE, ON = dt.date(2026, 5, 1), dt.date(2026, 5, 15), dt.date(2026, 6, 30)


@pytest.fixture
def council(database: Database) -> Council:
    made = Council(database)
    ann, bob = made.payer("ANN"), made.payer("BOB", "funder")
    made.bill(ann, 200_00, ISSUED, DUE)
    made.bill(ann, 3_00, dt.date(2026, 6, 26), dt.date(2026, 7, 10))
    made.bill(bob, 50_00, ISSUED, DUE)
    return made


def test_ages_foot_to_what_is_owed_and_every_payer_is_named(council: Council) -> None:
    found = aged_debt_shown(council.database, ON, ReminderPolicy())
    by_payer = {found.payers[int(each.values[0])].ref: each for each in found.aged.groups("payer")}
    assert {ref: each.pence for ref, each in by_payer.items()} == {"ANN": 203_00, "BOB": 50_00}
    assert found.payers[int(by_payer["BOB"].values[0])].kind == "funder"
    ages = [(name, pence) for name, pence in found.aged.ages.ages.items() if pence]
    assert sorted(pence for _, pence in ages) == [3_00, 250_00], "one is not due yet; two are 46 days over"
    assert (found.aged.ages.pence, found.aged.owed, found.aged.balance) == (253_00, 253_00, 253_00)
    assert (found.aged.credit_pence, found.aged.loans_pence) == (0, 0)


def test_nothing_owed_is_nought_in_every_bucket(database: Database) -> None:
    found = aged_debt_shown(database, ON, ReminderPolicy())
    assert (found.aged.groups("reason"), found.aged.ages.pence) == ([], 0)
    assert set(found.aged.ages.ages.values()) == {0}


def test_money_in_credit_is_taken_off_the_balance(council: Council) -> None:
    cat = council.payer("CAT")
    council.receipt("R1", cat, 7_00, dt.date(2026, 6, 1))
    council.post()
    found = aged_debt_shown(council.database, ON, ReminderPolicy())
    assert (found.aged.owed, found.aged.credit_pence, found.aged.balance) == (253_00, 7_00, 246_00)
    assert found.payers[cat].ref == "CAT"


def test_one_payers_bills_foot_to_what_is_left(council: Council) -> None:
    found = payer_debt(council.database, "ANN", ON, ReminderPolicy())
    assert [(each.number, each.left) for each in found.bills] == [("B0000001", 200_00), ("B0000002", 3_00)]
    assert (found.payer.ref, found.left) == ("ANN", 203_00)


def test_letters_are_counted_by_step_and_added_up(council: Council) -> None:
    made = Letters(jobs.preview_reminders(council.database, ON, ReminderPolicy()))
    assert [each.ref for each in made.letters] == ["ANN"], "a funder is not chased"
    assert made.asked == 200_00, "what is not due yet is not asked for"
    assert sorted(made.steps.values()) == [*[0] * (len(made.steps) - 1), 1]
    assert made.steps[made.letters[0].step_name] == 1
    assert made.letters[0].recoverable_until == min(each.recoverable_until for each in made.letters[0].bills)
    assert Letters([]).asked == 0 and set(Letters([]).steps.values()) == {0}


def test_small_balances_come_to_what_each_is(council: Council) -> None:
    policy = ReceiptsPolicy()
    dee = council.payer("DEE")
    council.bill(dee, policy.small_balance_pence, dt.date(2020, 1, 1), dt.date(2020, 1, 15))
    found = small_balances_shown(council.database, ON, policy)
    assert [(payer.ref, each.pence) for payer, each in found.balances] == [("DEE", policy.small_balance_pence)]
    assert found.pence == policy.small_balance_pence
