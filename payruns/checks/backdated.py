"""Lines whose earlier periods reach back far."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from finance.days import day, number, spoken
from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen, rows

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("backdated", LOOK, "a line’s earlier periods reach back further than `backdated_weeks`", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    limit = number(seen.run.window_starts - dt.timedelta(weeks=seen.policy.backdated_weeks))
    old = seen.lines[seen.lines.late & (seen.lines.period_starts < limit)]
    sums = old.groupby("subject").agg(
        amount=("amount", "sum"), first=("period_starts", "min"), party=("party", "first")
    )
    return [
        CHECK.found(
            f"Adjusts periods back to {spoken(day(row['first']))}: {sterling(row['amount'])}.",
            row["subject"],
            row["party"],
            row["amount"],
        )
        for row in rows(sums[sums.amount.abs() >= seen.size(CHECK)])
    ]
