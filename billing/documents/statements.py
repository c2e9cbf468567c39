"""What moved one payer's account, line by line, as a statement tells it: on the same days and in the same order as the
account.

A bill stands on the day it was issued; money and the like on the day they belong to; what puts an earlier line right on
the day it was posted. On one day bills come first, then money, then what was put right (``billing.receipts.account``).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from billing.documents.content import BILL, CREDIT_NOTE, AccountMovement, Statement
from billing.receipts.account import BILLS, PUT_RIGHT, Placed, in_order

RECEIPT = "receipt"


def movements(
    entries: Iterable[Any], bills: Iterable[Any], refs: Mapping[tuple[str, int], str], methods: Mapping[int, str]
) -> list[AccountMovement]:
    """Everything that moved an account, oldest first. Rows and references are those the account is made of; ``methods``
    is how each receipt came."""
    return [_movement(each, methods) for each in in_order(entries, bills, refs)]


def _movement(each: Placed, methods: Mapping[int, str]) -> AccountMovement:
    if each.bill:
        return AccountMovement(each.on, each.bill.kind, each.pence, each.ref)
    if each.place == BILLS:
        return AccountMovement(each.on, BILL if each.pence > 0 else CREDIT_NOTE, each.pence)
    kind, method = each.entry.kind, methods.get(each.entry.subject, "") if each.entry.kind == RECEIPT else ""
    if each.place == PUT_RIGHT:
        return AccountMovement(each.on, kind, each.pence, method, each.entry.effective, put_right=True)
    return AccountMovement(each.on, kind, each.pence, method)


def same_content(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same, whatever the day they were made on and the form they were made in."""
    return _bare(one) == _bare(other)


def _bare(said: Statement) -> Statement:
    to = replace(said.to, language="", print="", channel="", email="")
    return replace(said, to=to, issued=dt.date.min, edition=1)
