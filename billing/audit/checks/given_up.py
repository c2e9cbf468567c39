"""What one pair of officers wrote off in a quarter, asked for by one and signed for by the other."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from billing.audit.checks.given_up_store import DebtGivenUp
from billing.audit.checks.given_up_store import read_given_up as read
from finance.money import sterling
from finance.names import name_key
from ledgers.audit.findings import LOOKED_BACK, AuditTest, Noticed

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("given up", "what one pair of officers wrote off in a quarter of a year, and how often")
LEAST = 5_000_00
"""Pence below which nothing is said."""


def find(seen: Sequence[DebtGivenUp], on: dt.date) -> list[Noticed]:
    pairs: dict[tuple[str, str], list[DebtGivenUp]] = defaultdict(list)
    for each in seen:
        pairs[name_key(each.requested_by), name_key(each.approved_by)].append(each)
    found = []
    for pair, theirs in pairs.items():
        pence, times = sum(each.pence for each in theirs), len(theirs)
        if pence >= LEAST:
            asked, signed = theirs[0].requested_by, theirs[0].approved_by
            said = (
                f"{sterling(pence)} written off in {LOOKED_BACK} days, {times} time{'s' if times > 1 else ''}, "
                f"asked for by {asked} and signed for by {signed}."
            )
            found.append(Noticed(" | ".join(pair), said, pence))
    return sorted(found, key=lambda each: (-each.pence, each.key))
