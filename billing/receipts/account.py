"""A payer's account: dated lines and a running balance that ends where the ledger does. Pure.

A first posting stands on the day it belongs to; a later one, which puts an earlier one right, on the day it was posted,
so the account reads as things happened and both are seen. On one day bills come first, then money, then what puts right
(``stands_on``); whether a line is there at all by a day is ``balances_store.posted_by``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from billing.tables import number_of
from finance.days import spoken
from finance.names import Named
from ledgers.streams import STREAMS


@dataclass(frozen=True, slots=True)
class BillPayer(Named):
    """What a payer is called, and whether a client, a funder or another."""

    kind: str


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of an account. ``pence`` above nought raises what is owed; ``balance`` is after it."""

    on: dt.date
    what: str
    ref: str
    due: dt.date | None
    pence: int
    balance: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing that moved an account, and where it stands. ``bill``: the bill it is, if it is one; ``entry``:
    a row behind it.
    """

    on: dt.date
    place: int
    ref: str
    pence: int
    bill: Any
    entry: Any


def in_order(entries: Iterable[Any], bills: Iterable[Any], refs: Mapping[tuple[str, int], str]) -> list[Placed]:
    """What moved an account, oldest first: what accounts and statements are both made of. Rows are those of
    ``account_lines``.
    """
    by_run = {(bill.run, bill.stream): bill for bill in bills}
    sums: dict[tuple[int, str], int] = {}
    last: dict[tuple[int, str], Any] = {}
    placed = []
    for each in entries:
        if STREAMS[each.stream].bills:
            key = (each.run, each.stream)
            sums[key], last[key] = sums.get(key, 0) + each.effect, each
        elif each.effect:
            on, place = stands_on(each)
            placed.append(Placed(on, place, refs.get((each.kind, each.subject), ""), each.effect, None, each))
    for key, pence in sums.items():
        bill, entry = by_run.get(key), last[key]
        if bill:
            placed.append(Placed(bill.issued, BILLS, number_of(bill.nr), pence, bill, entry))
        elif pence:
            placed.append(Placed(entry.released_at.date(), BILLS, f"run {key[0]}", pence, None, entry))
    return sorted(placed, key=lambda each: (each.on, each.place, each.ref))


def account_lines(
    entries: Iterable[Any], bills: Iterable[Any], refs: Mapping[tuple[str, int], str]
) -> list[AccountLine]:
    """The lines of one payer's ordinary account, oldest first.

    ``entries``: rows of ``read_account``; ``bills``: of ``read_bills_of``; ``refs``: what a receipt, return, refund or
    write-off is known as, by (kind, number). A bill is one line, the sum of its own entries.
    """
    balance, lines = 0, []
    for each in in_order(entries, bills, refs):
        balance += each.pence
        lines.append(AccountLine(each.on, _what(each), each.ref, _due(each), each.pence, balance))
    return lines


def _what(each: Placed) -> str:
    if each.bill:
        return str(each.bill.kind).capitalize()
    if each.place == BILLS:
        return f"{each.entry.stream.capitalize()} on no bill"
    what = _WORDS.get(each.entry.kind, each.entry.kind.capitalize())
    return f"Put right: {what.casefold()} on {spoken(each.entry.effective)}" if each.place == PUT_RIGHT else what


def _due(each: Placed) -> dt.date | None:
    due: dt.date | None = each.bill.due if each.bill and each.pence >= 0 else None
    return due


_WORDS = {
    "receipt": "Received",
    "unidentified receipt": "Received",
    "returned receipt": "Taken back by the bank",
    "returned unidentified receipt": "Taken back by the bank",
    "refund": "Refunded",
    "refund interest": "Interest on a refund",
    "write-off": "Written off",
    "deferred charge": "Moved to the deferred payment agreement",
    "moved to bill": "Moved from the deferred payment agreement",
}


def kept_apart(entries: Iterable[Any]) -> dict[str, int]:
    """What an account is made of, in pence as it moves what is owed: what was charged, credited and waived, received,
    given back, given up, and moved to or from a loan. They come to the balance.
    """
    sums: dict[str, int] = {}
    for each in entries:
        if STREAMS[each.stream].bills and each.kind != "waived":
            what = "charged" if each.effect > 0 else "credited"
        else:
            what = _APART.get(each.kind, "moved to or from a loan")
        sums[what] = sums.get(what, 0) + each.effect
    return {
        what: sums[what] for what in dict.fromkeys(("charged", "credited", *_APART.values(), *sums)) if sums.get(what)
    }


_APART = {
    "waived": "waived",
    "receipt": "received",
    "returned receipt": "received",
    "refund": "given back",
    "refund interest": "interest granted",
    "write-off": "written off",
}

BILLS, MONEY, PUT_RIGHT = range(3)
"""The order of an account's lines on one day."""


def stands_on(entry: Any) -> tuple[dt.date, int]:
    """The day an entry that is on no bill stands on, and its place among that day's lines."""
    return (entry.effective, MONEY) if entry.revision == 1 else (entry.pay_date, PUT_RIGHT)
