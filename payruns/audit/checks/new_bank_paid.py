"""Payees whose bank account was changed, and what was paid to the new one within a month."""

import datetime as dt
from collections.abc import Sequence

from finance.money import sterling
from ledgers.audit.findings import AuditTest, Noticed
from payruns.audit.checks.new_bank_paid_store import SOON, NewAccountPaid
from payruns.audit.checks.new_bank_paid_store import read_new_and_paid as read

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("new bank account paid", "a payee paid within 30 days after another account was confirmed")
LEAST = 1_000_00
"""Pence below which nothing is said."""


def find(seen: Sequence[NewAccountPaid], on: dt.date) -> list[Noticed]:
    found = []
    for each in seen:
        if each.pence < LEAST:
            continue
        told = f"told by {each.told_by}, confirmed by {each.confirmed_by}"
        said = f"{each.name} ({each.ref}): another account, {told}; {sterling(each.pence)} paid within {SOON} days."
        found.append(Noticed(f"{each.ref} account {each.nr}", said, each.pence))
    return found
