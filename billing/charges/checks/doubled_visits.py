"""Care told as delivered twice: like visits of one day, in a week that has at least twice what was planned."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.doubled_visits_store import read_deliveries_alike
from billing.charges.checks.seen import Seen
from finance.care_words import quantity_words
from finance.days import spoken
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "doubled visits",
    LOOK,
    "like deliveries of one line and day told more than once, in a week with at least twice what was planned: what is "
    "charged for the line",
    size=0,
    since=29,
)
CHECKS = (CHECK,)
Row = Mapping[str, Any]


def find(seen: Seen) -> list[Finding]:
    run = seen.run
    since = min([run.window_starts, *pc.unique(seen.lines["period_starts"]).to_pylist()])
    rows = read_deliveries_alike(seen.bulk, run.known_before, run.known, since, run.up_to)
    twice = delivered_twice(rows, run.window_starts) if rows else {}
    if not twice:
        return []
    of_lines = seen.lines.filter(pc.is_in(seen.lines["subject"], pa.array(sorted(twice), pa.int64())))
    made = []
    for row in of_lines.group_by("subject").aggregate([("amount", "sum"), ("party", "min")]).to_pylist():
        if row["amount_sum"] > 0 and row["amount_sum"] >= seen.size(CHECK):
            made.append(CHECK.found(twice[row["subject"]], row["subject"], row["party_min"], row["amount_sum"]))
    return made


def delivered_twice(rows: Iterable[Row], window: dt.date) -> dict[int, str]:
    """Lines with a week of like deliveries and at least twice the plan, and in words the first. ``rows``: every
    delivery of lines with like ones, and what is planned a week; weeks begin on the weekday of ``window``.
    """
    weeks: dict[tuple[int, dt.date], list[Row]] = defaultdict(list)
    for row in rows:
        weeks[row["line"], row["on"] - dt.timedelta(days=(row["on"] - window).days % 7)].append(row)
    found: dict[int, str] = {}
    for (line, first), some in sorted(weeks.items()):
        had = sum(row["quantity"] for row in some)
        told = [(row["on"], row["quantity"]) for row in some]
        planned = _planned(some[0])
        if len(set(told)) < len(told) and planned and had >= 2 * planned:
            on = next(each[0] for each in told if told.count(each) > 1)
            what = (
                f"{quantity_words(some[0]['unit'], had)} told as delivered in the week from {spoken(first)}, "
                f"{quantity_words(some[0]['unit'], planned)} planned, and like visits on {spoken(on)}. Cancel those "
                "told twice."
            )
            found.setdefault(line, what)
    return found


def _planned(row: Row) -> int:
    """What a line plans in a week, in the unit’s smallest part."""
    return int(row["planned"]) * (bin(row["days"]).count("1") if row["days"] else 1) * int(row["carers"])
