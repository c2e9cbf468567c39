"""Adjustments typed by hand so large that somebody looks at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import STOP, Check
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from ledgers.runs import Finding

CHECK = Check(
    "large adjustment",
    STOP,
    "one entered by hand comes to `large_adjustment_pence` (£10,000.00) or more, whichever way",
    since=27,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return large_adjustments(seen.lines, seen.policy.large_adjustment_pence)


def large_adjustments(lines: pd.DataFrame, pence: int) -> list[Finding]:
    """Adjustments entered by hand of so many pence or more, whichever way."""
    some = lines[(lines.kind == "adjustment") & (lines.amount.abs() >= pence)]
    return [
        CHECK.found(
            f"{sterling(row['amount'])} was entered by hand.",
            row["subject"],
            row["party"],
            row["amount"],
            kind="adjustment",
        )
        for row in some[["subject", "party", "amount"]].to_dict("records")
    ]
