"""What providers collect from clients on days when the care is free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finance.care_words import rate_words
from finance.days import Span
from ledgers.checks import LOOK, Check
from payruns.checks.collected_on_free_days_store import read_collected_on_free_days
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check("collected on free days", LOOK, "the provider collects from the client on days free of charge")
CHECKS = (CHECK,)


def read(bulk: Bulk, run: Run) -> list[dict[str, Any]]:
    """None where the run has no days of its own."""
    if run.window_starts >= run.up_to:
        return []
    return read_collected_on_free_days(bulk, run.known, run.calendar, Span(run.window_starts, run.up_to))


def find(seen: Seen, found: list[dict[str, Any]]) -> list[Finding]:
    if not found:
        return []
    days = Span(seen.run.window_starts, seen.run.up_to)
    return [each for each in on_free_days(found, days) if each.subject in seen.paid]


def on_free_days(rows: Iterable[Mapping[str, Any]], window: Span) -> list[Finding]:
    """Lines of which the provider collects from the client on days when the care is not charged for."""
    found: dict[int, Finding] = {}
    for row in rows:
        first = max(row["starts"], row["free_from"], window.first)
        end = min(each or window.end for each in (row["ends"], row["free_until"], window.end))
        what = (
            f"The provider collects {rate_words(row['weekly'], 'week')} from the client for {Span(first, end)}, when "
            f"the care is free ({row['reason']}). End the contribution, and have what was collected given back."
        )
        found.setdefault(row["line"], CHECK.found(what, row["line"]))
    return list(found.values())
