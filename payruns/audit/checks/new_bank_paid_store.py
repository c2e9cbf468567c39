"""Bank accounts told of in place of others, and what was paid since."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from finance.facts import tables as f
from ledgers import tables as t
from ledgers.audit.findings import looked_at_from
from ledgers.streams import PAYMENTS, SETTLEMENT

SOON = 30
"""Days after a change in which a payment is looked at."""


@dataclass(frozen=True, slots=True)
class NewAccountPaid:
    """An account told of in place of another, by whom, confirmed by whom, and pence paid since."""

    nr: int
    ref: str
    name: str
    told_by: str
    confirmed_by: str
    pence: int


def read_new_and_paid(connection: Connection, on: dt.date) -> list[NewAccountPaid]:
    """Accounts confirmed lately for payees who had another, and what was paid soon after: before a second person has
    confirmed one, nothing is paid to it.
    """
    b, older, said, told = f.bank_detail.c, f.bank_detail.alias().c, f.bank_confirmation.c, f.change.c
    word = f.change.alias()
    begins = looked_at_from(on)
    new = (
        select(b.nr, b.payee, word.c.moment, told.by, said.confirmed_by, f.payee.c.ref, f.payee.c.name)
        .join_from(f.bank_detail, f.change, told.nr == b.learned)
        .join(f.payee, (f.payee.c.nr == b.payee) & f.payee.c.superseded.is_(None))
        .join(f.bank_confirmation, (said.bank_detail == b.nr) & (said.learned == b.learned))
        .join(word, word.c.nr == said.change)
        .where(word.c.moment >= begins, b.superseded.is_(None))
        .where(select(older.nr).where(older.payee == b.payee, older.learned < b.learned).exists())
    )
    found = []
    for row in connection.execute(new.order_by(b.nr)).all():
        first, e, r = row.moment.date(), t.entry.c, t.run.c
        last = min(first + dt.timedelta(days=SOON), on)
        paid = (
            select(func.coalesce(func.sum(e.amount), 0))
            .join_from(t.run, t.entry, e.run == r.nr)
            .where(r.stream == PAYMENTS.name, r.pay_date.between(first, last))
            .where(e.party == row.payee, e.kind == SETTLEMENT)
        )
        pence = int(connection.execute(paid).scalar_one())
        found.append(NewAccountPaid(row.nr, row.ref, row.name, row.by, row.confirmed_by, pence))
    return found
