"""A sum on account: what pays it and what takes it off again are told together, and say so of each other."""

import datetime as dt

from sqlalchemy import select

from finance.facts.tables import adjustment
from interfaces.database.connection import Database
from interfaces.files.inbound.door.on_account import OnAccount, enter_on_account
from tests.payruns.test_urgent import PERIOD_ENDS, PREPARER, Paying

FIRST = dt.date(2026, 4, 6)


def test_it_is_paid_alone_and_the_run_of_the_calendar_takes_it_off(database: Database) -> None:
    paying = Paying(database)
    asked = OnAccount("4W", "V2", "RES", "P2", FIRST, 250_00, "hours not in before Friday")
    done = enter_on_account(database, asked, by=PREPARER, at=paying.now())
    assert done.load is None
    a = adjustment.c
    with database.read() as connection:
        told = connection.execute(select(a.ref, a.amount, a.reason, a.entered_by).order_by(a.nr)).all()
    assert [tuple(row) for row in told] == [
        (done.ref, 250_00, f"hours not in before Friday (taken off by {done.taken_off})", PREPARER),
        (done.taken_off, -250_00, f"Taken off again: on account, {done.ref}", PREPARER),
    ]
    urgent = paying.pay(paying.draft_urgent("adjustment", done.ref))
    assert paying.posted(urgent) == {done.ref: 250_00} and urgent.up_to == FIRST + dt.timedelta(days=1)
    run = paying.pay(paying.draft(PERIOD_ENDS))
    assert paying.posted(run) == {"L1": 2_800_00, "L2": 1_400_00, done.taken_off: -250_00}
    assert paying.parties(run)["V2"] == (0, 1_150_00, 0) and paying.amiss() == []


def test_days_paid_urgently_after_it_are_less_it(database: Database) -> None:
    paying = Paying(database)
    asked = OnAccount("4W", "V2", "RES", None, FIRST, 100_00, "hours not in before Friday")
    done = enter_on_account(database, asked, by=PREPARER, at=paying.now())
    paying.pay(paying.draft_urgent("adjustment", done.ref))
    urgent = paying.pay(paying.draft_urgent("payee", "V2", dt.date(2026, 4, 13)))
    assert paying.posted(urgent) == {"L2": 350_00, done.taken_off: -100_00}
    assert paying.posted(paying.pay(paying.draft())) == {"L1": 2_800_00, "L2": 1_050_00}
