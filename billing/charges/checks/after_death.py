"""Money asked for days after a person died."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.after_death_store import read_died
from billing.charges.checks.seen import Seen
from ledgers.checks import STOP, Check
from ledgers.streams import OF_NO_LINE

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("after death", STOP, "a charge for days after the person died")
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    died = read_died(seen.bulk, seen.run.known)
    if not died:
        return []
    rows = seen.lines.filter(pc.is_in(seen.lines["person"], pa.array(sorted(died), pa.int64())))
    return [
        CHECK.found(
            f"A charge for days from {row['period_starts']:%-d %B %Y}: the person died on "
            f"{died[row['person']]:%-d %B %Y}.",
            row["subject"],
            row["party"],
            row["amount"],
            kind=row["kind"] if row["kind"] in OF_NO_LINE else None,
        )
        for row in rows.to_pylist()
        if row["amount"] > 0 and row["period_starts"] > died[row["person"]]
    ]
