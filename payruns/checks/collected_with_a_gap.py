"""Days between two contributions on which nobody collects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finance.days import Span
from ledgers.checks import LOOK, Check
from payruns.checks.collected_over_cost import WHO
from payruns.checks.collected_with_a_gap_store import read_collected_with_gaps
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check("collected with a gap", LOOK, "days between two contributions on which nobody collects")
CHECKS = (CHECK,)


def read(bulk: Bulk, run: Run) -> list[dict[str, Any]]:
    """None where the run has no days of its own."""
    if run.window_starts >= run.up_to:
        return []
    return read_collected_with_gaps(bulk, run.known, run.calendar, Span(run.window_starts, run.up_to))


def find(seen: Seen, found: list[dict[str, Any]]) -> list[Finding]:
    return [each for each in with_gaps(found) if each.subject in seen.paid]


def with_gaps(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Lines on which nothing is collected for some days between two contributions."""
    found: dict[tuple[int, str], Finding] = {}
    for row in rows:
        who = WHO["top-up" if row["kind"] == "top-up" else "contribution"]
        what = (
            f"Nothing is collected from {who} for {Span(row['ends'], row['starts'])}: contribution {row['ref']} ends "
            "before, and the next begins after. Tell what holds on those days, be it £0.00."
        )
        found.setdefault((row["line"], row["kind"]), CHECK.found(what, row["line"]))
    return list(found.values())
