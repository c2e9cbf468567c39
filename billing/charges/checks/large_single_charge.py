"""Single charges and allowances so large that somebody looks at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.seen import Seen
from finance.money import sterling
from ledgers.checks import STOP, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

ONE_OFF = "one-off charge"
CHECK = Check(
    "large single charge", STOP, "a single charge or allowance entered by hand, whichever way", size=100_000, since=29
)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return large_single_charges(seen.lines, seen.size(CHECK))


def large_single_charges(lines: pa.Table, size: int) -> list[Finding]:
    """Those of so many pence or more, whichever way."""
    large = pc.and_(pc.equal(lines["kind"], ONE_OFF), pc.greater_equal(pc.abs(lines["amount"]), max(size, 1)))
    return [
        CHECK.found(
            f"{sterling(row['amount'])} was entered by hand.", row["subject"], row["party"], row["amount"], kind=ONE_OFF
        )
        for row in lines.filter(large).to_pylist()
    ]
