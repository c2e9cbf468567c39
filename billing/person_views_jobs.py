"""What a reader is shown of a person’s own money: the assessment in force on a day, and the accounts they are billed
by."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from billing.assessments.views_jobs import Stands, assessed
from billing.receipts.jobs import PayerAccount, account_of
from billing.tables import bill_payer
from finance.columns import Database
from finance.facts.versions import believed


@dataclass(frozen=True, slots=True)
class MoneyOfPerson:
    """``assessment`` None: none is in force on the day. ``told``: somebody has told us their circumstances."""

    assessment: Stands | None
    told: bool
    awaiting: Sequence[str]
    payers: Sequence[int]
    accounts: Sequence[PayerAccount]


def money_of_person(
    database: Database, nr: int, ref: str, on: dt.date, *, known: int | None = None, until: dt.date | None = None
) -> MoneyOfPerson:
    """As known at a change. ``until``: accounts as they were posted by the end of that day."""
    found = assessed(database, ref, known)
    now = [each for each in found.standing if each.starts <= on and (each.ends is None or each.ends > on)]
    with database.read() as connection:
        mine = select(bill_payer.c.nr, bill_payer.c.ref).where(bill_payer.c.person == nr, believed(bill_payer, known))
        payers = connection.execute(mine.order_by(bill_payer.c.ref)).all()
    accounts = [account_of(database, each.ref, until=until) for each in payers]
    return MoneyOfPerson(
        now[-1] if now else None, bool(found.told), found.awaiting, [each.nr for each in payers], accounts
    )
