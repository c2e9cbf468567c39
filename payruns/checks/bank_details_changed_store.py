"""Whose bank details changed."""

import datetime as dt

from sqlalchemy import case, select

from finance.columns import Bulk
from finance.facts import tables as t


def read_changed_banks(bulk: Bulk, since: dt.datetime, known: int) -> dict[int, bool]:
    """Payees whose bank details changed since a moment, and whether all of it was confirmed by change ``known``.

    Others were held before: a payee's first details are not a change.
    """
    b, older, word = t.bank_detail, t.bank_detail.alias(), t.bank_confirmation.c
    said = select(word.bank_detail).where(word.bank_detail == b.c.nr, word.learned == b.c.learned, word.change <= known)
    rows = bulk.read(
        select(b.c.payee, case((said.exists(), 1), else_=0).label("confirmed"))
        .join_from(b, t.change, t.change.c.nr == b.c.learned)
        .where(t.change.c.moment >= since, b.c.learned <= known)
        .where(select(older.c.nr).where(older.c.payee == b.c.payee, older.c.learned < b.c.learned).exists())
    )
    changed: dict[int, bool] = {}
    for payee, confirmed in zip(rows["payee"].to_pylist(), rows["confirmed"].to_pylist(), strict=True):
        changed[payee] = changed.get(payee, True) and bool(confirmed)
    return changed
