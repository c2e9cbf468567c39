"""Packages whose care costs more than was agreed, by more than the tolerance: shown by how much more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.over_budget_store import read_budgets
from payruns.checks.seen import Seen, rows

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check(
    "over budget", LOOK, "a package costs more than was agreed by more than the tolerance: by how much more", size=0
)
CHECKS = (CHECK,)


def read(bulk: Bulk, run: Run) -> pa.Table:
    return read_budgets(bulk, run.known)


def find(seen: Seen, agreed: pa.Table) -> list[Finding]:
    some = seen.own.join(agreed.to_pandas().set_index("nr"), on="subject", how="inner")
    if not len(some):
        return []
    days = (seen.run.up_to - seen.run.window_starts).days
    sums = some.groupby("package").agg(
        cost=("due", "sum"), agreed=("weekly_budget", "first"), party=("party", "first"), subject=("subject", "first")
    )
    over = sums[sums.cost * 700 > sums.agreed * days * (100 + seen.policy.tolerance_percent)]
    over = over.assign(more=over.cost - (2 * over.agreed * days + 7) // 14)
    return [
        CHECK.found(
            f"The package costs {sterling(row['cost'])} for {days} days, {sterling(row['more'])} more than the "
            f"{sterling(row['agreed'])} a week that was agreed.",
            row["subject"],
            row["party"],
            row["more"],
        )
        for row in rows(over[over.more >= seen.size(CHECK)])
    ]
