"""Payers billed last time and not now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.seen import Seen, listed
from finance.money import sterling
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("gone", LOOK, "a payer billed last time and not now", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    then = seen.then
    if then is None:
        return
    gone = then[~then.index.isin(seen.now.index) & (then["amount_sum"] > 0) & (then["amount_sum"] >= seen.size(CHECK))]
    yield from listed(
        CHECK,
        gone.assign(last=lambda rows: rows["amount_sum"]).assign(amount_sum=0),
        lambda row: f"Billed {sterling(int(row.last))} last time and nothing now.",
    )
