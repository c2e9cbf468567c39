"""Bills over an amount, reaching far back, or many times the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from billing.charges.checks.seen import Seen, listed
from finance.money import sterling
from ledgers.checks import STOP, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "bill shock",
    STOP,
    "a bill over `shock_amount` (£2,000.00) that moved from the last by more than `shock_percent` (10%), one that "
    "reaches back more than `shock_weeks`, or one more than `shock_times` the last",
    size=0,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    policy, now = seen.policy, seen.now
    oldest = seen.run.window_starts - dt.timedelta(weeks=policy.shock_weeks)
    amount, last = now["amount_sum"], now["last"]
    moved = (last <= 0) | ((amount - last).abs() * 100 > last * policy.shock_percent)
    large = (amount > policy.shock_amount) & moved
    old = (now["since"] < oldest) & (amount > 0) & (amount >= seen.size(CHECK))
    jump = (last > 0) & (amount > last * policy.shock_times) & (amount - last >= seen.size(CHECK))

    def say(row: Any) -> str:
        why = []
        if row.amount_sum > policy.shock_amount:
            why.append(f"it is over {sterling(policy.shock_amount)}")
        if row.since < oldest:
            why.append(f"it reaches back to {row.since:%-d %B %Y}")
        if 0 < row.last * policy.shock_times < row.amount_sum:
            why.append(f"the last one was {sterling(int(row.last))}")
        return f"A bill of {sterling(int(row.amount_sum))}: {', and '.join(why)}."

    yield from listed(CHECK, now[large | old | jump], say)
