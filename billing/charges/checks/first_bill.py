"""First bills: how many, and those that come long after the care began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.first_bill_store import read_billed
from billing.charges.checks.seen import Seen, listed, several
from ledgers.checks import LOOK, NOTE, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

LATE_FIRST_BILL = 30
FIRST = Check("first bill", NOTE, "how many payers are billed for the first time")
LATE = Check(
    "first bill late", LOOK, "a first bill for care that began more than 30 days before the run’s last", size=0
)
CHECKS = (FIRST, LATE)


def find(seen: Seen) -> Iterator[Finding]:
    now = seen.now
    fresh = now[~now.index.isin(read_billed(seen.bulk)) & (now["amount_sum"] > 0)]
    if not len(fresh):
        return
    yield FIRST.found(
        f"{several(len(fresh), 'payer')} billed for the first time.", amount=int(fresh["amount_sum"].sum())
    )
    if seen.run.run_before is not None:
        late = seen.run.up_to - dt.timedelta(days=LATE_FIRST_BILL)
        rows = fresh[(fresh["since"] < late) & (fresh["amount_sum"] >= seen.size(LATE))]
        yield from listed(LATE, rows, lambda row: f"A first bill, for care since {row.since:%-d %B %Y}.")
