"""A payer's account: dated lines and a running balance that ends where the ledger does. Pure.

A first posting stands on the day it belongs to; a later one, which puts an earlier one right, on the day it was posted,
so the account reads as things happened and both are seen. On one day bills come first, then money, then what puts right
(``stands_on``); whether a line is there at all by a day is ``balances_store.posted_by``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from billing.receipts.balances import BILLED
from billing.tables import number_of
from finance.days import spoken


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account. ``pence`` above nought raises what is owed; ``balance`` is after it."""

    on: dt.date
    what: str
    ref: str
    due: dt.date | None
    pence: int
    balance: int


def account_lines(entries: Iterable[Any], bills: Iterable[Any], refs: Mapping[tuple[str, int], str]) -> list[Line]:
    """The lines of one payer's ordinary account, oldest first.

    ``entries``: rows of ``read_account``; ``bills``: of ``read_bills_of``; ``refs``: what a receipt, return, refund or
    write-off is known as, by (kind, number). A bill is one line, the sum of its own entries.
    """
    by_run = {(bill.run, bill.stream): bill for bill in bills}
    sums: dict[tuple[int, str], int] = {}
    loose: dict[tuple[int, str], Any] = {}
    drawn: list[tuple[dt.date, int, str, str, dt.date | None, int]] = []
    for each in entries:
        if each.stream in BILLED:
            key = (each.run, each.stream)
            sums[key] = sums.get(key, 0) + each.effect
            loose[key] = each
        elif each.effect:
            drawn.append(_other(each, refs))
    for key, pence in sums.items():
        bill = by_run.get(key)
        if bill:
            due = bill.due if pence >= 0 else None
            drawn.append((bill.issued, BILLS, bill.kind.capitalize(), number_of(bill.nr), due, pence))
        elif pence:
            day = loose[key].released_at.date()
            drawn.append((day, BILLS, f"{loose[key].stream.capitalize()} on no bill", f"run {key[0]}", None, pence))
    balance, lines = 0, []
    for on, _, what, ref, when, pence in sorted(drawn, key=lambda line: (line[0], line[1], line[3])):
        balance += pence
        lines.append(Line(on, what, ref, when, pence, balance))
    return lines


_WORDS = {
    "receipt": "Received", "unidentified receipt": "Received", "returned receipt": "Taken back by the bank",
    "returned unidentified receipt": "Taken back by the bank", "refund": "Refunded", "write-off": "Written off",
    "deferred charge": "Moved to the deferred payment agreement",
    "moved to bill": "Moved from the deferred payment agreement",
}  # fmt: skip


BILLS, MONEY, PUT_RIGHT = range(3)
"""The order of an account's lines on one day."""


def stands_on(entry: Any) -> tuple[dt.date, int]:
    """The day an entry that is on no bill stands on, and its place among that day's lines."""
    return (entry.effective, MONEY) if entry.revision == 1 else (entry.pay_date, PUT_RIGHT)


def _other(entry: Any, refs: Mapping[tuple[str, int], str]) -> tuple[dt.date, int, str, str, dt.date | None, int]:
    what = _WORDS.get(entry.kind, entry.kind.capitalize())
    ref = refs.get((entry.kind, entry.subject), "")
    on, place = stands_on(entry)
    if place == PUT_RIGHT:
        what = f"Put right: {what.casefold()} on {spoken(entry.effective)}"
    return on, place, what, ref, None, entry.effect
