"""What the second person checks: bank details that wait, beside what they would take the place of."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from finance.facts.store import confirmed_bank_details
from finance.facts.tables import bank_confirmation, bank_detail, bank_detail_view, change, payee
from finance.names import Named


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes. ``ref``: the bank details it is from."""

    ref: str
    sort_code: str
    account_number: str
    account_name: str
    roll_number: str | None
    starts: dt.date

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same account as another: a building society’s accounts differ by roll number alone."""
        return self.sort_code, self.account_number, self.roll_number or ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Bank details nobody has confirmed, and the confirmed ones they would replace (``before``), if any.

    ``shared_with``: other payees whose account, confirmed or waiting, this is already.
    """

    ref: str
    payee_ref: str
    payee_name: str
    proposed_by: str
    proposed_at: dt.datetime
    account: BankAccount
    before: BankAccount | None
    shared_with: tuple[Named, ...] = ()


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
    holders = read_holders(connection)
    found = []
    for row in connection.execute(query):
        account = BankAccount(row.ref, row.sort_code, row.account_number, row.account_name, row.roll_number, row.starts)
        own = standing.get(row.payee, [])
        by_then = [each for each in own if each.starts <= row.starts]
        before = by_then[-1] if by_then else next(iter(own), None)
        others = tuple(each for each in holders[account.key] if each.ref != row.payee_ref)
        found.append(Waiting(row.ref, row.payee_ref, row.name, row.proposed_by, row.moment, account, before, others))
    return found


def read_holders(connection: Connection) -> dict[tuple[str, str, str], list[Named]]:
    """Whose each account is, by its key: every payee believed to have it, confirmed or not."""
    detail = bank_detail.c
    query = (
        select(detail.sort_code, detail.account_number, detail.roll_number, payee.c.ref, payee.c.name)
        .join(payee, (payee.c.nr == detail.payee) & payee.c.superseded.is_(None))
        .where(detail.superseded.is_(None))
        .distinct()
        .order_by(payee.c.ref)
    )
    holders: dict[tuple[str, str, str], list[Named]] = {}
    for code, number, roll, ref, name in connection.execute(query):
        mine = holders.setdefault((code, number, roll or ""), [])
        if ref not in [each.ref for each in mine]:
            mine.append(Named(ref, name))
    return holders


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
