"""How much of a posted charge is of which charging week: read from the sealed steps of the run that posted it last."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from billing.deferred_payments import kinds
from billing.deferred_payments.facts import ChargeEntry, WeekCharged
from finance.columns import Bulk
from ledgers.jobs import unparquet
from ledgers.tables import chunk

WEEK = dt.timedelta(weeks=1)
_STEPS = ("subject", "kind", "starts", "ends", "weeks", "charge", "waived", "collected")
_KINDS = ("charge", "collected by provider", kinds.TOP_UP)


def read_weeks(bulk: Bulk, entries: Iterable[ChargeEntry]) -> Mapping[tuple[int, int], list[WeekCharged]]:
    """The charging weeks of each (run, line) that posted one of these entries, as the run worked them out."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for each in entries:
        wanted[each.run].add(each.line)
    found: dict[tuple[int, int], list[WeekCharged]] = defaultdict(list)
    for run, lines in sorted(wanted.items()):
        of_run = select(chunk.c.steps).where(chunk.c.run == run).order_by(chunk.c.number)
        for blob in bulk.read(of_run)["steps"].to_pylist():
            rows = unparquet(blob)
            if set(_STEPS) <= set(rows.column_names):
                for row in _of_lines(rows.select(_STEPS), lines):
                    found[run, row["subject"]].extend(_weeks(row))
    return found


def _of_lines(rows: pa.Table, lines: set[int]) -> list[dict[str, Any]]:
    mine = pc.is_in(rows["subject"], pa.array(sorted(lines), pa.int64()))
    some: list[dict[str, Any]] = rows.filter(pc.and_(mine, pc.is_in(rows["kind"], pa.array(_KINDS)))).to_pylist()
    return some


def _weeks(row: Mapping[str, Any]) -> Iterator[WeekCharged]:
    """A row of weeks alike, a week at a time."""
    pence = row["charge"] - row["waived"] - row["collected"]
    for place in range(row["weeks"]):
        first = row["starts"] + place * WEEK
        yield WeekCharged(first, min(first + WEEK, row["ends"]), pence, row["kind"] == kinds.TOP_UP)
