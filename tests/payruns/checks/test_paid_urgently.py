"""Who is paid urgently again and again is named; and what was paid urgently moves a line for a reason we know."""

import datetime as dt

from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers.runs import Run
from payruns.checks.paid_urgently import CHECK
from payruns.checks.paid_urgently_store import read_urgent_payments
from payruns.policy import PaymentPolicy
from tests.payruns.test_urgent import PREPARER, Paying, april


def found(paying: Paying, run: Run, *checks: str) -> list[str]:
    with paying.database.read() as connection:
        return [each.what for each in ledger.read_findings(connection, run.nr) if each.check_name in checks]


def test_a_payee_paid_urgently_more_than_the_policy_lets_pass_is_named(database: Database) -> None:
    paying = Paying(database)
    paying.policy = PaymentPolicy(needs_bank_details=False, stop_checks=(), urgent_times=2, urgent_days=30)
    runs = [paying.pay(paying.draft_urgent("line", "L1", april(last))) for last in (8, 12)]
    assert [found(paying, run, "paid urgently") for run in runs] == [[], []]
    third = paying.work_out(paying.draft_urgent("payee", "V1", april(19)))
    said = "Paid urgently 3 times since 22 March 2026: before this by run 1, run 2."
    assert found(paying, third, CHECK.name) == [said]
    with database.read_bulk() as bulk:
        assert read_urgent_payments(bulk, third, dt.date(2026, 3, 22)) == {1: [1, 2]}
        assert read_urgent_payments(bulk, third, third.pay_date + dt.timedelta(days=1)) == {}
    other = paying.work_out(paying.draft_urgent("payee", "V2", april(19)))
    assert found(paying, other, "paid urgently") == []
    for run in (third, other):
        machine.abandon_run(database, run.nr, by=PREPARER, at=paying.now(), note="looked at")
    assert found(paying, paying.work_out(paying.draft()), "paid urgently") == []  # it is nobody's alone


def test_a_line_paid_urgently_moves_for_a_reason(database: Database) -> None:
    paying = Paying(database)
    paying.pay(paying.draft())
    paying.clock = dt.datetime(2026, 5, 20, 9)
    urgent = paying.pay(paying.draft_urgent("line", "L1", dt.date(2026, 6, 1)))
    assert found(paying, urgent, "gone") == []  # the others are none of its business
    june = paying.pay(paying.draft(dt.date(2026, 6, 1)))
    why = f"some of it was paid urgently by run {urgent.nr}"
    assert found(paying, june, "gone", "doubled") == []
    assert found(paying, june, "ended") == [f"Paid last time and not this time: {why}. £0.00 now, £2,800.00 before."]
    july = paying.pay(paying.draft(dt.date(2026, 6, 29)))
    assert found(paying, july, "doubled", "over tolerance") == []


def test_a_line_half_paid_urgently_is_whole_the_next_time(database: Database) -> None:
    paying = Paying(database)
    urgent = paying.pay(paying.draft_urgent("line", "L1", april(19)))
    paying.pay(paying.draft())
    run = paying.pay(paying.draft(dt.date(2026, 6, 1)))
    assert found(paying, run, "doubled") == []
    assert found(paying, run, "part period") == [
        f"Moved: some of it was paid urgently by run {urgent.nr}. £2,800.00 now, £1,400.00 before."
    ]
