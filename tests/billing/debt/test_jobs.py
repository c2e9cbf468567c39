"""Reminders in a database: decided from the ledger, recorded once, read back the same for ever."""

import datetime as dt

import pytest
from sqlalchemy import delete, insert, select, update

from billing.debt import jobs
from billing.debt import tables as t
from billing.debt.policy import ReminderPolicy
from billing.debt.reminders import Reminder
from billing.receipts.balances import Paused
from finance.problems import Clash, Guarded
from interfaces.database.connection import Database
from tests.billing.debt.council import AT, Council

POLICY = ReminderPolicy()
ISSUED, DUE = dt.date(2026, 2, 15), dt.date(2026, 3, 1)


def later(days: int) -> dt.date:
    return DUE + dt.timedelta(days=days)


@pytest.fixture
def council(database: Database) -> Council:
    return Council(database)


def sent(council: Council, on: dt.date) -> list[Reminder]:
    return jobs.send_reminders(council.database, on, POLICY, by="Income officer", at=AT)


def why(council: Council, payer: int, on: dt.date) -> list[str]:
    return [each.words for each in jobs.standing(council.database, payer, on, POLICY)]


def test_up_the_ladder_one_step_at_a_time_and_never_twice(council: Council) -> None:
    ann = council.payer("ANN")
    council.bill(ann, 200_00, ISSUED, DUE)
    steps = []
    for days in range(0, 120, 7):
        for each in (*sent(council, later(days)), *sent(council, later(days))):
            steps.append((days, each.nr, each.step_name, each.asked))
    assert steps == [
        (14, 1, "reminder", 200_00),
        (28, 2, "second reminder", 200_00),
        (42, 3, "letter before action", 200_00),
        (77, 4, "referral", 200_00),
    ]
    assert why(council, ann, later(120)) == ["Every step has been taken: it has been referred."]


def test_what_is_left_is_what_the_ledger_says(council: Council) -> None:
    ann, bob = council.payer("ANN"), council.payer("BOB")
    council.bill(ann, 200_00, ISSUED, DUE)
    second = council.bill(ann, 90_00, ISSUED, DUE)
    council.bill(bob, 80_00, ISSUED, DUE)
    council.receipt("R1", ann, 250_00, later(1))  # the oldest bill first
    council.receipt("R2", bob, 80_00, later(1))
    (letter,) = sent(council, later(14))
    assert [(each.bill, each.left, each.asked) for each in letter.bills] == [(second, 40_00, 40_00)]


def test_a_dispute_waits_and_the_rest_is_asked_for(council: Council) -> None:
    ann = council.payer("ANN")
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    council.fact(
        "dispute", "D1", bill_payer=ann, bill=bill, amount=40_00, reason="No visits", entered_by="Desk", starts=later(2)
    )
    (letter,) = sent(council, later(14))
    assert (letter.asked, letter.disputed) == (160_00, 40_00)
    assert "£40.00 of it is disputed and waits; the rest, £160.00, is asked for." in letter.bills[0].words
    assert jobs.paused_debt(council.database, later(14), POLICY) == [Paused(ann, "disputed", bill, 40_00)]


def test_a_breathing_space_keeps_letters_back_until_it_is_over(council: Council) -> None:
    ann = council.payer("ANN")
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    council.fact("breathing_space", "BS1", bill_payer=ann, kind="standard", notice="BSN-1", starts=later(10))
    assert sent(council, later(30)) == []
    assert why(council, ann, later(30)) == ["In a breathing space, until 9 May 2026: no reminders, interest or fees."]
    assert jobs.paused_debt(council.database, later(30), POLICY) == [Paused(ann, "breathing space", bill)]
    assert sent(council, later(83)) == []
    assert len(sent(council, later(84))) == 1  # sixty days, then fourteen of quiet


def test_a_broken_plan_is_found_and_named(council: Council) -> None:
    ann = council.payer("ANN")
    council.bill(ann, 170_00, ISSUED, DUE)
    covered = jobs.plan_terms(council.database, ann, None, None, on=later(10))
    assert (covered.bills, covered.debt, covered.first, covered.end) == (
        (1,),
        170_00,
        ISSUED,
        ISSUED + dt.timedelta(days=1),
    )
    council.fact(
        "instalment_plan",
        "IP1",
        bill_payer=ann,
        first_payment=later(20),
        every="monthly",
        amount=50_00,
        debt=covered.debt,
        bills_from=covered.first,
        bills_until=covered.end,
        direct_debit=False,
        agreed_by="Debt officer",
        starts=later(10),
    )
    council.receipt("R1", ann, 50_00, later(19))
    assert why(council, ann, later(40)) == ["Instalment plan IP1 covers it and is kept."]
    (letter,) = sent(council, later(59))
    assert letter.bills[0].words.endswith(
        "Instalment plan IP1 is broken: instalment 2 of £50.00 due 21 April 2026 was not paid."
    )


def test_a_plan_leaves_disputed_money_out_and_a_credit_for_it_pays_no_instalment(council: Council) -> None:
    ann = council.payer("ANN")
    first, second = council.bill(ann, 556_50, ISSUED, DUE), council.bill(ann, 30_00, later(1), later(15))
    council.fact(
        "dispute",
        "D1",
        bill_payer=ann,
        bill=first,
        amount=136_10,
        reason="No visits",
        entered_by="Desk",
        starts=later(2),
    )
    council.fact(
        "dispute", "D2", bill_payer=ann, bill=second, amount=None, reason="Not hers", entered_by="Desk", starts=later(2)
    )
    covered = jobs.plan_terms(council.database, ann, None, None, on=later(3))
    assert (covered.bills, covered.debt, covered.left_out) == ((first,), 420_40, ((first, 136_10), (second, 30_00)))
    council.fact(
        "instalment_plan",
        "IP1",
        bill_payer=ann,
        first_payment=later(7),
        every="weekly",
        amount=100_00,
        debt=covered.debt,
        bills_from=covered.first,
        bills_until=covered.end,
        direct_debit=False,
        agreed_by="Debt officer",
        starts=later(3),
    )
    council.bill(ann, -136_10, later(8))
    council.fact("dispute", "D1", ends=later(8))
    assert why(council, ann, later(15))[0].endswith(
        "Instalment plan IP1 is broken: instalment 1 of £100.00 due 8 March 2026 was not paid; with those due since, "
        "£200.00 is "
        "not paid."
    )
    council.receipt("R1", ann, 100_00, later(15))
    assert why(council, ann, later(15))[0] == "Instalment plan IP1 covers it and is kept."


def test_an_estate_is_named_as_one(council: Council) -> None:
    ann = council.payer("ANN")
    council.bill(ann, 200_00, ISSUED, DUE)
    council.dies("ANN", later(3))
    assert sent(council, later(62)) == []
    (letter,) = sent(council, later(63))
    assert letter.estate


def test_funders_are_not_sent_reminders_unless_the_council_says_so(council: Council) -> None:
    nhs = council.payer("ICB", kind="funder")
    council.bill(nhs, 200_00, ISSUED, DUE)
    assert sent(council, later(30)) == []
    assert len(jobs.preview_reminders(council.database, later(30), ReminderPolicy(chase=("funder",)))) == 1


def test_a_reminder_is_read_back_as_it_was_sent(council: Council) -> None:
    ann = council.payer("ANN")
    bill = council.bill(ann, 200_00, ISSUED, DUE)
    council.bill(ann, 70_00, later(-1))
    council.fact(
        "dispute", "D1", bill_payer=ann, bill=bill, amount=40_00, reason="No visits", entered_by="Desk", starts=later(2)
    )
    (letter,) = sent(council, later(14))
    assert letter.nr == 1 and len(letter.others) == 1
    council.receipt("R1", ann, 200_00, later(15))
    assert jobs.read_reminder(council.database, 1) == letter
    listed = jobs.reminders_sent(council.database)
    assert [(each.nr, each.ref, each.on, each.step, each.amount, each.by) for each in listed] == [
        (1, "ANN", later(14), 1, 160_00, "Income officer")
    ]


def test_a_preview_records_nothing_and_neither_does_a_day_with_nothing_to_send(council: Council) -> None:
    ann = council.payer("ANN")
    council.bill(ann, 200_00, ISSUED, DUE)
    assert len(jobs.preview_reminders(council.database, later(14), POLICY)) == 1
    assert sent(council, later(13)) == []
    assert jobs.reminders_sent(council.database) == []


def test_nothing_sent_is_rewritten_and_no_step_is_taken_twice(council: Council) -> None:
    ann = council.payer("ANN")
    council.bill(ann, 200_00, ISSUED, DUE)
    sent(council, later(14))
    for table in (t.reminder, t.reminder_bill):
        with pytest.raises(Guarded, match="never"), council.database.begin() as connection:
            connection.execute(delete(table))
    with pytest.raises(Guarded, match="never"), council.database.begin() as connection:
        connection.execute(update(t.reminder).values(amount=1))
    with council.database.begin() as connection:
        row = connection.execute(select(t.reminder_bill)).one()
    with pytest.raises(Clash), council.database.begin() as connection:
        connection.execute(insert(t.reminder_bill).values(**row._mapping))
