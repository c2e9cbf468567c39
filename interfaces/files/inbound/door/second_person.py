"""Which rows of an extract wait for a second person: by kind, by size, and where they take away an end or a death."""

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk, Ints
from finance.facts import store, waiting_store
from finance.facts.store import Change
from finance.facts.waiting import WaitingRow, as_content
from finance.money import sterling
from interfaces.files.inbound.door.allowance import Allowance, may_wait
from interfaces.files.inbound.door.believing import RowStanding
from interfaces.files.inbound.door.taking_away import lost, taken_away
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import Text

ENDS = ("end_date", "date_of_death", "cancelled")
"""What stops money: to take it away, or an absence whole, begins it again."""
SUM = "amount"
"""The column of those extracts whose rows are sums of money."""


def asks(bulk: Bulk, text: Text, standing: RowStanding, allowance: Allowance, change: Change) -> dict[int, str]:
    """The rows a second person is asked for, and why. Empty where the council asks for none."""
    policy, good = allowance.second, ~text.faults.bad
    if policy is None or text.extract.name not in may_wait():
        return {}
    asked: dict[int, str] = {}
    if policy.second_person_taking_away:
        for name, rows in taken_away(text, standing).items():
            if name in ENDS:
                asked.update((int(row), f"takes away {lost(text.extract, name)}") for row in rows)
    told = np.flatnonzero(standing.told(good))
    if text.extract.name in policy.second_person and len(told):
        asked.update(_of_its_kind(bulk, text.extract, standing, told, policy.second_person_pence, change))
    return dict(sorted(asked.items()))


def _of_its_kind(
    bulk: Bulk, extract: Extract, standing: RowStanding, told: Ints, least: int, change: Change
) -> dict[int, str]:
    """The rows that wait for what they are. Prices and terms of which none was ever known are a council's beginning."""
    if SUM not in extract.by_name:
        first = store.is_empty(bulk, extract.table)
        return {} if first else dict.fromkeys(told.tolist(), f"{_a(extract.noun)} decides money")
    if least <= 0:
        return dict.fromkeys(told.tolist(), f"{_a(extract.noun)} is a sum entered by hand")
    return _large(bulk, extract, standing, told, least, change)


def _large(
    bulk: Bulk, extract: Extract, standing: RowStanding, told: Ints, least: int, change: Change
) -> dict[int, str]:
    """The rows of whoever is told of sums that come to ``least`` pence together: of this file, and of what the same
    person told alone that day; and whatever changes or ends a sum that was known.
    """
    owner = next(each.column for each in extract.fields if each.links)
    whose = np.asarray(standing.content[owner].fill_null(-1).to_numpy(zero_copy_only=False), np.int64)[told]
    sums = np.abs(np.asarray(standing.content[SUM].fill_null(0).to_numpy(zero_copy_only=False), np.int64)[told])
    known = _told_alone(bulk, extract, owner, change)
    asked = {}
    for row, mine, own in zip(told.tolist(), whose.tolist(), standing.nr[told].tolist(), strict=True):
        whole = int(sums[whose == mine].sum()) + known.get(mine, 0)
        if whole >= least or own >= 0:
            said = f"comes to {sterling(whole)} with others of the day" if whole >= least else "is not as it was told"
            asked[row] = f"{_a(extract.noun)} {said}"
    return asked


def _told_alone(bulk: Bulk, extract: Extract, owner: str, change: Change) -> dict[int, int]:
    """Pence the same person told of each owner on the same day (UTC) that nobody confirmed."""
    first = dt.datetime.combine(change.moment.date(), dt.time())
    found = store.told_on(bulk, extract.table, owner, SUM, change.by, first)
    return dict(zip(found["owner"].to_pylist(), found["pence"].to_pylist(), strict=True))


def sums_of(rows: Iterable[WaitingRow]) -> int | None:
    """Pence that rows which wait come to, whichever way, where they are sums of money; None where they are not."""
    found = None
    for row in rows:
        field = EXTRACTS[row.extract].by_name.get(SUM)
        if field is not None and row.columns.get(SUM):
            pence = field.kind.read(row.columns[SUM], "")
            assert isinstance(pence, int)
            found = (found or 0) + pence
    return found


def _a(noun: str) -> str:
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def to_wait(bulk: Bulk, text: Text, asked: dict[int, str]) -> tuple[list[dict[str, object]], list[int]]:
    """The rows as they are kept waiting, but for those that wait already; and what they, or any other good row of the
    same reference, overtake.
    """
    before = waiting_store.of_extract(bulk, text.extract.name)
    if not asked and not before.num_rows:
        return [], []
    refs = text.columns[text.extract.ref.name]
    waits = dict(zip(before["ref"].to_pylist(), before.to_pylist(), strict=True))
    spoken_of = np.flatnonzero(
        ~text.faults.bad & np.asarray(pc.is_in(refs, value_set=pa.array(list(waits), pa.string())))
    )
    places = sorted({*asked, *spoken_of.tolist()})
    content = pa.table(text.columns).take(pa.array(places, pa.int64())).to_pylist()
    rows: list[dict[str, object]] = []
    overtaken: list[int] = []
    for place, given in zip(places, content, strict=True):
        kept, ref = as_content(given), str(given[text.extract.ref.name])
        same = ref in waits and waits[ref]["content"] == kept
        if ref in waits and not (same and place in asked):
            overtaken.append(waits[ref]["nr"])
        if place in asked and not same:
            rows.append(
                {
                    "extract": text.extract.name,
                    "source_row": int(text.lines[place]),
                    "ref": ref,
                    "content": kept,
                    "why": asked[place],
                }
            )
    return rows, overtaken
