"""Waivers, and figures set by hand, in force for more than half a year: is the reason still so?"""

import datetime as dt
from collections.abc import Sequence

from billing.audit.checks.standing_store import LONG, Standing
from billing.audit.checks.standing_store import read_standing_long as read
from finance.days import spoken
from finance.money import sterling
from ledgers.audit.findings import AuditTest, Noticed

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("standing long", f"a waiver, or a figure set by hand, in force for more than {LONG} days")


def find(seen: Sequence[Standing], on: dt.date) -> list[Noticed]:
    return [Noticed(f"{each.sort} {each.ref}", _said(each), each.weekly or 0) for each in seen]


def _said(each: Standing) -> str:
    much = "all of the charge or a part of it" if each.weekly is None else f"{sterling(each.weekly)} a week"
    return (
        f"{each.person}: {each.sort} {each.ref} has stood since {spoken(each.starts)}, {much}; "
        f"asked for by {each.requested_by}, approved by {each.approved_by}."
    )
