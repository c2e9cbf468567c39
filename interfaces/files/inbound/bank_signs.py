"""Which way the money of a bank line went: by its sign, by a mark beside it or in another column, or by two columns.

Money out must never become money in. A column of marks that nobody has named is looked at all the same: where it says
otherwise than the amount does, the statement is refused.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from finance.money import read_pence
from finance.problems import NotAnAmount, Problem

Way = Literal["in", "out"]
_WAYS: Mapping[str, Way] = {
    **dict.fromkeys(("cr", "c", "credit", "+", "in", "paid in", "money in"), "in"),
    **dict.fromkeys(("dr", "d", "db", "debit", "-", "−", "out", "paid out", "money out"), "out"),
}
_BESIDE = re.compile(r"(.*?[\d)])\s*(cr|dr|db|c|d)\.?", re.IGNORECASE)


def way(mark: str) -> Way | None:
    """What a mark says; None where it is no mark."""
    return _WAYS.get(" ".join(mark.casefold().replace(".", "").split()))


def read_signed_pence(value: Mapping[str, str]) -> int:
    """Pence of a line, above nought for money in. ``amount``: as the column of amounts (or of money in) has it.

    ``sign`` is the mark in another column, ``out`` the column of money out, where the statement has them. Raises
    NotAnAmount.
    """
    amount, beside = value["amount"], None
    if found := _BESIDE.fullmatch(amount):
        amount, beside = found[1], way(found[2])
    pence = read_pence(amount) if amount else 0
    out = abs(read_pence(value["out"])) if value.get("out") else 0
    if out and pence:
        raise NotAnAmount("has money in and money out on one line.", "Correct it against the bank’s own statement.")
    pence -= out
    for mark in (beside, _said(value) if pence and "sign" in value else None):
        if mark == "in" and pence < 0:
            raise NotAnAmount(f"“{value['amount']}” is marked as money in, and is below nought.", _WHICH)
        if mark == "out":
            pence = -abs(pence)
    return pence


_WHICH = "Ask the bank which is right, and correct the line."


def _said(value: Mapping[str, str]) -> Way:
    found = way(value["sign"])
    if found is None:
        raise NotAnAmount(
            f"“{value['amount']}” has “{value['sign']}” for its mark, which says neither in nor out.",
            "Write CR for money in and DR for money out.",
        )
    return found


def unsaid_marks(
    name: str, header: Sequence[str], rows: Sequence[Sequence[str]], known: set[int], pence: Sequence[int]
) -> list[Problem]:
    """A column of nothing but marks, which nobody has named, where it says otherwise than the amounts of its rows.

    ``known``: the places of columns that are read. ``pence``: of each row, as it was read.
    """
    found = []
    for place, heading in enumerate(header):
        if place in known:
            continue
        marks = [way(row[place]) if place < len(row) and row[place].strip() else None for row in rows]
        words = [row[place] for row in rows if place < len(row) and row[place].strip()]
        if not words or any(way(word) is None for word in words):
            continue
        against = sum(
            (mark == "out" and amount > 0) or (mark == "in" and amount < 0)
            for mark, amount in zip(marks, pence, strict=True)
        )
        if against:
            what = f"its column “{heading.strip()}” says of {against:,} lines that they went the other way than read."
            found.append(Problem(name, what, f"Say that it tells the way: --column sign={heading.strip()}."))
    return found
