"""What the second person checks: bank details that wait, beside what they would take the place of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from finance.facts.store import confirmed_bank_details
from finance.facts.tables import bank_confirmation, bank_detail, bank_detail_view, change, payee


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes. ``ref``: the bank details it is from."""

    ref: str
    sort_code: str
    account_number: str
    account_name: str
    roll_number: str | None
    starts: dt.date


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bank details nobody has confirmed, and the confirmed ones they would replace (``before``), if any."""

    ref: str
    payee_ref: str
    payee_name: str
    proposed_by: str
    proposed_at: dt.datetime
    account: BankAccount
    before: BankAccount | None


def read_waiting(connection: Connection) -> list[Waiting]:
    """Bank details that wait for a second person, by reference, each beside the account its payee is paid to by then.

    Where none is confirmed for its first day, the next one confirmed stands beside it.
    """
    detail, said = bank_detail.c, bank_confirmation.c
    query = (
        select(bank_detail, payee.c.ref.label("payee_ref"), payee.c.name, change.c.moment)
        .join(payee, (payee.c.nr == detail.payee) & payee.c.superseded.is_(None))
        .join(change, change.c.nr == detail.learned)
        .outerjoin(bank_confirmation, (said.bank_detail == detail.nr) & (said.learned == detail.learned))
        .where(detail.superseded.is_(None), said.confirmed_by.is_(None))
        .order_by(detail.ref)
    )
    standing = _standing(connection)
    found = []
    for row in connection.execute(query):
        account = BankAccount(row.ref, row.sort_code, row.account_number, row.account_name, row.roll_number, row.starts)
        others = standing.get(row.payee, [])
        by_then = [each for each in others if each.starts <= row.starts]
        before = by_then[-1] if by_then else next(iter(others), None)
        found.append(Waiting(row.ref, row.payee_ref, row.name, row.proposed_by, row.moment, account, before))
    return found


def _standing(connection: Connection) -> dict[int, list[BankAccount]]:
    """Each payee's confirmed accounts, the one that stands last at the end."""
    known = connection.execute(select(func.max(change.c.nr))).scalar_one() or 0
    query = confirmed_bank_details(known, dt.date.max).add_columns(bank_detail.c.ref, bank_detail.c.starts)
    accounts: dict[int, list[BankAccount]] = {}
    for row in connection.execute(query):
        account = BankAccount(row.ref, row.sort_code, row.account_number, row.account_name, row.roll_number, row.starts)
        accounts.setdefault(row.payee, []).append(account)
    return accounts


def record_view(connection: Connection, refs: Iterable[str], *, by: str, at: dt.datetime, verb: str) -> None:
    """Keep that somebody was shown these bank details whole, before they are."""
    rows = [{"moment": at, "by": by, "verb": verb, "ref": ref} for ref in sorted(set(refs))]
    if rows:
        connection.execute(insert(bank_detail_view), rows)


def read_views(connection: Connection, ref: str | None, limit: int) -> list[Row[Any]]:
    """Who was shown which bank details whole, the latest first."""
    query = select(bank_detail_view).order_by(bank_detail_view.c.nr.desc()).limit(limit)
    return list(connection.execute(query.where(bank_detail_view.c.ref == ref) if ref else query))
