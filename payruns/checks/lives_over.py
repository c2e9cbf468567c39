"""Money for a period after a death, or after a line’s end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from finance.columns import ints
from finance.days import FOR_EVER, day, number, spoken
from finance.money import sterling
from ledgers.checks import LOOK, STOP, Check
from payruns.checks.lives_over_store import read_lives_over
from payruns.checks.seen import Seen, rows

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

AFTER_DEATH = Check("after death", STOP, "money for a period after a death")
AFTER_END = Check("after end", LOOK, "money for a period after a line’s end")
CHECKS = (AFTER_DEATH, AFTER_END)


def read(bulk: Bulk, run: Run) -> pa.Table:
    return read_lives_over(bulk, run.known, number(run.up_to))


def find(seen: Seen, over: pa.Table) -> list[Finding]:
    care = seen.lines[(seen.lines.kind == "care") & (seen.lines.amount > 0)]
    nr, columns = over["nr"].to_pylist(), {name: ints(over, name, null=FOR_EVER) for name in ("died", "ends")}
    found = []
    for check, column, words in ((AFTER_DEATH, "died", "the person died on"), (AFTER_END, "ends", "the line ended by")):
        when = {line: on for line, on in zip(nr, columns[column].tolist(), strict=True) if on < FOR_EVER}
        found += [
            check.found(
                f"{sterling(row['amount'])} for a period after {words} {spoken(day(when[row['subject']]))}.",
                row["subject"],
                row["party"],
                row["amount"],
            )
            for row in rows(care[care.subject.isin(when)])
            if row["period_starts"] >= when[row["subject"]]
        ]
    return found
