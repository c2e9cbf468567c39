"""Care charged as planned though visits are told for the line, and none in the run’s own days: was it had?"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.charged_as_planned_store import read_no_longer_told
from billing.charges.checks.seen import Seen
from finance.days import spoken
from finance.money import sterling
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "charged as planned",
    LOOK,
    "a line charged by its plan, of which deliveries were told for the eight weeks before and none for the run’s days",
    size=2_000,
    since=29,
)
CHECKS = (CHECK,)
BACK = dt.timedelta(weeks=8)


def find(seen: Seen) -> list[Finding]:
    run = seen.run
    if run.window_starts >= run.up_to:
        return []
    last = read_no_longer_told(seen.bulk, run.known, run.window_starts - BACK, run.window_starts, run.up_to)
    if not last:
        return []
    own = pc.and_(pc.invert(seen.lines["late"]), pc.equal(seen.lines["kind"], "charge"))
    some = seen.lines.filter(pc.and_(own, pc.is_in(seen.lines["subject"], pa.array(sorted(last), pa.int64()))))
    sums = some.group_by("subject").aggregate([("amount", "sum"), ("party", "min")])
    return [
        CHECK.found(
            f"{sterling(row['amount_sum'])} is charged as planned: deliveries were last told for "
            f"{spoken(last[row['subject']])}. Tell what was delivered, or end the care.",
            row["subject"],
            row["party_min"],
            row["amount_sum"],
        )
        for row in sums.to_pylist()
        if row["amount_sum"] > 0 and row["amount_sum"] >= seen.size(CHECK)
    ]
