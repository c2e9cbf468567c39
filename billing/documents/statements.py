"""What moved one payer's account, line by line, as a statement tells it: on the same days and in the same order as the account.

A bill stands on the day it was issued; money and the like on the day they belong to; what puts an earlier line right on
the day it was posted. On one day bills come first, then money, then what was put right (``billing.receipts.account``).
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from billing.documents.content import BILL, CREDIT_NOTE, Movement, Statement
from billing.receipts.balances import BILLED
from billing.tables import number_of

RECEIPT = "receipt"
_BILLS, _MONEY, _PUT_RIGHT = range(3)
_Placed = tuple[int, str, Movement]


def movements(
    entries: Iterable[Any], bills: Iterable[Any], refs: Mapping[tuple[str, int], str], methods: Mapping[int, str]
) -> list[Movement]:
    """Everything that moved an account, oldest first. Rows and references are those the account is made of; ``methods``
    is how each receipt came."""
    of_run = {(bill.run, bill.stream): bill for bill in bills}
    sums: dict[tuple[int, str], int] = {}
    last: dict[tuple[int, str], Any] = {}
    placed: list[_Placed] = []
    for each in entries:
        if each.stream in BILLED:
            key = (each.run, each.stream)
            sums[key] = sums.get(key, 0) + each.effect
            last[key] = each
        elif each.effect:
            placed.append(_other(each, refs, methods))
    placed += [_billed(of_run.get(key), last[key], pence) for key, pence in sums.items() if pence or key in of_run]
    return [each for _, _, each in sorted(placed, key=lambda row: (row[2].on, row[0], row[1]))]


def _billed(bill: Any, entry: Any, pence: int) -> _Placed:
    kind = BILL if pence > 0 else CREDIT_NOTE
    if bill is None:
        return _BILLS, f"run {entry.run}", Movement(entry.released_at.date(), kind, pence)
    return _BILLS, number_of(bill.nr), Movement(bill.issued, bill.kind, pence, number_of(bill.nr))


def _other(entry: Any, refs: Mapping[tuple[str, int], str], methods: Mapping[int, str]) -> _Placed:
    method = methods.get(entry.subject, "") if entry.kind == RECEIPT else ""
    ref = refs.get((entry.kind, entry.subject), "")
    if entry.revision == 1:
        return _MONEY, ref, Movement(entry.effective, entry.kind, entry.effect, method)
    return _PUT_RIGHT, ref, Movement(entry.pay_date, entry.kind, entry.effect, method, entry.effective, put_right=True)


def same_content(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same, whatever the day they were made on and the form they were made in."""
    return _bare(one) == _bare(other)


def _bare(said: Statement) -> Statement:
    to = replace(said.to, language="", print="", channel="", email="")
    return replace(said, to=to, issued=dt.date.min, edition=1)
