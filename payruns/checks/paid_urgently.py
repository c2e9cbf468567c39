"""Payees paid urgently again and again: whoever pays them should know why the run of the calendar does not do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from finance.days import spoken
from ledgers.checks import LOOK, Check
from payruns.checks import paid_urgently_store as store
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "paid urgently",
    LOOK,
    "a payee of an urgent run who was paid urgently more than `urgent_times` (3) in `urgent_days` (90), with this run",
    since=31,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    run, policy = seen.run, seen.policy
    if not run.is_urgent:
        return []
    since = run.pay_date - dt.timedelta(days=policy.urgent_days)
    before = store.read_urgent_payments(seen.bulk, run, since)
    return [
        CHECK.found(
            f"Paid urgently {len(before[payee]) + 1} times since {spoken(since)}: before this by "
            f"{', '.join(f'run {nr}' for nr in before[payee])}.",
            None,
            payee,
            pence,
        )
        for payee, pence in seen.by_payee.items()
        if len(before.get(payee, ())) >= policy.urgent_times
    ]
