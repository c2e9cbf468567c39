"""How many lines of a payee a new rate moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finance.care_costs.news import CAUSES
from ledgers.checks import NOTE, Check
from payruns.checks.seen import Seen, rows

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("rate changed", NOTE, "how many lines of a payee a new rate moved, and by what")
CHECKS = (CHECK,)
_PRICES = sum(1 << place for place, name in enumerate(CAUSES) if name in ("rate", "agreed_rate", "nursing_rate"))


def find(seen: Seen) -> list[Finding]:
    moved = seen.lines[(seen.lines.cause & _PRICES) != 0]
    sums = moved.groupby("party").agg(amount=("amount", "sum"), count=("subject", "nunique"))
    before: dict[Any, int] = {}
    if seen.earlier is not None:
        then = seen.earlier[~seen.earlier.late & seen.earlier.subject.isin(moved.subject)]
        before = then.groupby("party")["amount"].sum().to_dict()
    return [
        CHECK.found(
            f"Rates changed for {row['count']} lines of this payee since the last run.",
            None,
            row["party"],
            row["amount"],
            before.get(row["party"]),
        )
        for row in rows(sums)
    ]
