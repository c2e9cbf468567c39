"""Payees whose money has nowhere to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen
from payruns.store import read_ready_banks

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("no bank details", LOOK, "no bank details a second person has confirmed: the payee’s money waits")
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    if not seen.policy.needs_bank_details:
        return []
    ready = read_ready_banks(seen.bulk, seen.run.known, seen.run.pay_date)
    return [
        CHECK.found(f"No bank details confirmed by a second person: {sterling(amount)} will wait.", None, party, amount)
        for party, amount in seen.by_payee.items()
        if amount > 0 and party not in ready
    ]
