"""What a check of a pay run is given: the run, its lines and the last run’s, the council’s choices, a way to read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from finance.care_costs.facts import KINDS
from ledgers.checks import Check

if TYPE_CHECKING:
    import pandas as pd

    from finance.columns import Bulk
    from ledgers.runs import Run
    from payruns.policy import PaymentPolicy

LINE_KINDS = [each for each in KINDS if each not in ("block", "adjustment")]
WANTED = (
    *("subject", "kind", "funder", "party", "period_starts", "period_ends", "due", "amount", "service", "person"),
    *("cause", "late"),
)


@dataclass(frozen=True)
class Seen:
    """``lines``: those of the run; ``earlier``: those of the last one of its calendar, None: there is none."""

    bulk: Bulk
    run: Run
    policy: PaymentPolicy
    lines: pd.DataFrame
    earlier: pd.DataFrame | None

    def size(self, check: Check) -> int:
        """The pence below which a check says nothing."""
        return self.policy.sizes[check.name]

    @cached_property
    def own(self) -> pd.DataFrame:
        """Lines of care for the run’s own days."""
        return self.lines[(self.lines.kind == "care") & ~self.lines.late]

    @cached_property
    def own_pence(self) -> dict[int, tuple[int, int]]:
        """The payee and the pence of each line of care paid for the run’s own days."""
        sums = self.own.groupby("subject").agg(party=("party", "first"), pence=("amount", "sum"))
        return {row["subject"]: (row["party"], row["pence"]) for row in rows(sums[sums.pence > 0])}

    @cached_property
    def paid(self) -> set[int]:
        """Lines of care in the run, for whatever days."""
        return set(self.lines.subject[self.lines.kind == "care"])

    @cached_property
    def by_payee(self) -> dict[int, int]:
        """The pence of each payee, in order of payee."""
        return dict(by_payee(self.lines))


def frame(proposal: pa.Table) -> pd.DataFrame:
    """What the checks look at of each proposed line; the days of its period as day numbers."""
    some = proposal.select(WANTED)
    for name in ("period_starts", "period_ends"):
        place = some.column_names.index(name)
        some = some.set_column(place, name, some[name].cast(pa.int32()))
    made: pd.DataFrame = some.to_pandas(categories=["kind"])
    return made


def rows(some: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, its index among their values."""
    flat = some.reset_index()
    names = [str(name) for name in flat.columns]
    return [
        dict(zip(names, row, strict=True)) for row in zip(*(flat[name].tolist() for name in flat.columns), strict=True)
    ]


def by_payee(lines: pd.DataFrame) -> list[tuple[int, int]]:
    """(payee, pence) in order of payee."""
    sums = lines.groupby("party")["amount"].sum()
    return list(zip(sums.index.tolist(), sums.tolist(), strict=True))
