"""What a check of a charge run is given: the run, its lines, what each payer is asked for, the council’s choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from finance.money import sterling

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from billing.charges.policy import ChargingPolicy
    from finance.columns import Bulk
    from ledgers.checks import Check
    from ledgers.runs import Finding, Run

NEVER = -(10**15)  # in place of last time’s amount, where there was no last time
LISTED = 1_000
"""Findings of one check listed one by one; past this many they are counted in one, for nobody reads a million."""


@dataclass(frozen=True)
class Seen:
    """``lines``: those of the run; ``before``: those of the last one of its calendar, None: there is none.
    ``nobody_to_bill``: people assessed to pay for whom no payer is known.
    """

    bulk: Bulk
    run: Run
    policy: ChargingPolicy
    lines: pa.Table
    before: pa.Table | None
    nobody_to_bill: int

    def size(self, check: Check) -> int:
        """The pence below which a check says nothing."""
        return self.policy.sizes[check.name]

    @cached_property
    def now(self) -> pd.DataFrame:
        """Pence, the oldest day and the number of lines, by payer; and the pence of last time (``last``)."""
        made = by_party(self.lines)
        if self.then is not None:
            made["last"] = self.then["amount_sum"].reindex(made.index, fill_value=0)
        return made

    @cached_property
    def then(self) -> pd.DataFrame | None:
        """The same of the last run."""
        return None if self.before is None else by_party(self.before)


def by_party(lines: pa.Table) -> pd.DataFrame:
    """Pence, the oldest day and the number of lines, by payer."""
    sums = lines.group_by("party").aggregate([("amount", "sum"), ("amount", "count"), ("period_starts", "min")])
    frame: pd.DataFrame = sums.to_pandas(date_as_object=True).set_index("party").sort_index()
    return frame.rename(columns={"period_starts_min": "since"}).assign(last=NEVER)


def listed(check: Check, rows: pd.DataFrame, say: Callable[[Any], str]) -> Iterator[Finding]:
    """A finding for each payer in ``rows``, those that moved furthest first; past LISTED they are counted in one."""
    moved = (rows["amount_sum"] - rows["last"].where(rows["last"] != NEVER, 0)).abs()
    ordered = rows.reindex(moved.sort_values(ascending=False, kind="stable").index)
    head: Any = ordered.head(LISTED).reset_index().itertuples()
    for row in head:
        before = None if row.last == NEVER else int(row.last)
        yield check.found(say(row), party=int(row.party), amount=int(row.amount_sum), before=before)
    rest = ordered.iloc[LISTED:]
    if len(rest):
        more = int(rest["amount_sum"].sum())
        yield check.found(f"{len(rest):,} more like these, {sterling(more)} together.", amount=more)


def several(count: int, one: str, more: str = "") -> str:
    """``1 payer is``, ``3 payers are``."""
    return f"{count:,} {one} is" if count == 1 else f"{count:,} {more or one + 's'} are"
