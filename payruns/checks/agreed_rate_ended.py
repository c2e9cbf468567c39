"""Lines whose agreed rate has ended, so that the contract’s own price holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finance.days import Span, spoken
from ledgers.checks import LOOK, Check
from payruns.checks.agreed_rate_ended_store import read_rates_ended
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check("agreed rate ended", LOOK, "a line that fell back to the card, for the rate agreed for it ended")
CHECKS = (CHECK,)


def read(bulk: Bulk, run: Run) -> list[dict[str, Any]]:
    """None where the run has no days of its own."""
    if run.window_starts >= run.up_to:
        return []
    return read_rates_ended(bulk, run.known, run.calendar, Span(run.window_starts, run.up_to))


def find(seen: Seen, found: list[dict[str, Any]]) -> list[Finding]:
    return [each for each in rates_ended(found) if each.subject in seen.paid]


def rates_ended(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Lines whose agreed rate has ended, so that the contract’s own price holds."""
    what = "The rate agreed for it ended, and from {} the contract’s own rate holds."
    return [CHECK.found(what.format(spoken(row["ends"])), row["line"]) for row in rows]
