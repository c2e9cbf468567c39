"""What providers collect that wants a look: more than the care costs, or on days when it is free."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from finance.care_costs.facts import KINDS
from finance.care_words import rate_words
from finance.columns import codes, ends, ints
from finance.days import Span, day, spoken
from finance.timelines import Timeline
from ledgers.runs import Finding

_WHO = {"contribution": "the client", "top-up": "a third party"}


def over_cost(steps: pa.Table, said: pa.Table) -> list[Finding]:
    """Lines of which less was taken off than is said to be collected: it was held at what the care costs.

    ``steps``: the run's steps of what was taken off; ``said``: what providers are said to collect, in order of line.
    """
    if not steps.num_rows:
        return []
    line, kind, first = ints(steps, "subject"), codes(steps, "kind", KINDS), ints(steps, "starts")
    owner = ints(said, "line") * len(KINDS) + codes(said, "kind", ["care", "client", "top-up"])
    row = Timeline.of(owner, ints(said, "starts"), ends(said)).as_of(line * len(KINDS) + kind, first)
    weekly, rate, share = ints(said, "weekly")[row], ints(steps, "rate"), ints(steps, "share")
    short = np.flatnonzero((row >= 0) & (share > 0) & (rate < weekly))
    found: dict[tuple[int, int], list[int]] = {}
    for place in short.tolist():
        found.setdefault((int(line[place]), int(kind[place])), []).append(place)
    days = ints(steps, "ends") - first
    made = []
    for (subject, of_kind), places in found.items():
        one = places[0]
        asked, costs = (rate_words(int(each[one]), "week") for each in (weekly, rate))
        what = (
            f"The provider is said to collect {asked} from {_WHO[KINDS[of_kind]]}; from "
            f"{spoken(day(int(first[one])))} the care comes to {costs}, and no more was taken off. "
            "Correct the contribution, or the price."
        )
        over = int(((weekly - rate) * days)[places].sum()) // 700
        made.append(Finding("collected over cost", "look", what, subject, amount=over))
    return made


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
        found.setdefault(row["line"], Finding("collected on free days", "look", what, row["line"]))
    return list(found.values())


def with_gaps(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Lines on which nothing is collected for some days between two contributions."""
    found: dict[tuple[int, str], Finding] = {}
    for row in rows:
        who = _WHO["top-up" if row["kind"] == "top-up" else "contribution"]
        what = (
            f"Nothing is collected from {who} for {Span(row['ends'], row['starts'])}: contribution {row['ref']} ends "
            "before, and the next begins after. Tell what holds on those days, be it £0.00."
        )
        found.setdefault((row["line"], row["kind"]), Finding("collected with a gap", "look", what, row["line"]))
    return list(found.values())


def rates_ended(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Lines whose agreed rate has ended, so that the contract’s own price holds."""
    what = "The rate agreed for it ended, and from {} the contract’s own rate holds."
    return [Finding("agreed rate ended", "look", what.format(spoken(row["ends"])), row["line"]) for row in rows]
