"""Credit notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.seen import Seen, listed
from finance.money import sterling
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("credit", LOOK, "a credit note", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    amount = seen.now["amount_sum"]
    rows = seen.now[(amount < 0) & (-amount >= seen.size(CHECK))]
    yield from listed(CHECK, rows, lambda row: f"A credit note of {sterling(-int(row.amount_sum))}.")
