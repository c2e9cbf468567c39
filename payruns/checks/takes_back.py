"""Payees from whom more is taken back than is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("takes back", LOOK, "more is taken back from a payee than is paid", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return [
        CHECK.found(f"More is taken back than paid: {sterling(amount)}. It is carried forward.", None, party, amount)
        for party, amount in seen.by_payee.items()
        if amount < 0 and -amount >= seen.size(CHECK)
    ]
