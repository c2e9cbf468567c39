"""Adjustments that paid what a line paid too: the same payee, person and days, and the same sum."""

import datetime as dt
from collections.abc import Sequence

from finance.money import sterling
from ledgers.audit.findings import AuditTest, Noticed
from payruns.audit.checks.paid_beside_store import PaidBeside
from payruns.audit.checks.paid_beside_store import read_paid_beside as read

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("paid beside", "an adjustment that paid for the same person, payee and days what a line paid too")
LEAST = 50_00
"""Pence below which nothing is said."""


def find(seen: Sequence[PaidBeside], on: dt.date) -> list[Noticed]:
    return [
        Noticed(
            f"{each.adjustment} {each.line}",
            f"Adjustment {each.adjustment} ({each.reason}; entered by {each.entered_by}) paid {each.payee} "
            f"{sterling(each.pence)} in run {each.runs[0]}, and line {each.line} as much in run {each.runs[1]}.",
            each.pence,
        )
        for each in seen
        if each.pence >= LEAST
    ]
