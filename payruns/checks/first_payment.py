"""Payees paid for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen, by_payee

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("first payment", LOOK, "a payee the last run of the calendar did not pay", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    if seen.earlier is None:
        return []
    return [
        CHECK.found(f"First payment to this payee: {sterling(amount)}.", None, party, amount)
        for party, amount in by_payee(seen.lines[~seen.lines.party.isin(seen.earlier.party)])
        if abs(amount) >= seen.size(CHECK)
    ]
