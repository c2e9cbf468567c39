"""Care charged to a client that nobody has been paid for in weeks: was it had?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.charged_and_not_paid_store import read_begun_before, read_paid_since
from billing.charges.checks.seen import Seen
from finance.money import sterling
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "charged and not paid",
    LOOK,
    "a line charged for, begun more than eight weeks before the run’s days, for which nobody was paid in those weeks "
    "though others were",
    size=2_000,
    since=29,
)
CHECKS = (CHECK,)
BACK = dt.timedelta(weeks=8)


def find(seen: Seen) -> list[Finding]:
    run = seen.run
    own = pc.and_(pc.invert(seen.lines["late"]), pc.equal(seen.lines["kind"], "charge"))
    sums = seen.lines.filter(own).group_by("subject").aggregate([("amount", "sum"), ("party", "min")])
    sums = sums.filter(pc.greater_equal(sums["amount_sum"], max(seen.size(CHECK), 1)))
    since = run.window_starts - BACK
    paid = read_paid_since(seen.bulk, since)
    if not len(paid) or not sums.num_rows:
        return []  # nobody is paid from here, or no longer: the proof says what is behind
    unpaid = sums.filter(pc.invert(pc.is_in(sums["subject"], pa.array(paid))))
    if not unpaid.num_rows:
        return []
    begun = read_begun_before(seen.bulk, run.known, since, pa.table({"line": unpaid["subject"]}))
    return [
        CHECK.found(
            f"{sterling(row['amount_sum'])} is charged for care that nobody has been paid for in eight weeks. End "
            "it, or find out why its payee is not paid.",
            row["subject"],
            row["party_min"],
            row["amount_sum"],
        )
        for row in unpaid.to_pylist()
        if row["subject"] in begun
    ]
