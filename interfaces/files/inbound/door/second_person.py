"""Which rows of an extract wait for a second person: by kind, by size, and where they take away an end or a death."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk, Ints
from finance.facts import store, waiting_store
from finance.facts.store import Change
from finance.facts.waiting import as_content
from finance.money import sterling
from interfaces.files.inbound.door.allowance import Allowance, may_wait
from interfaces.files.inbound.door.believing import RowStanding
from interfaces.files.inbound.door.taking_away import lost, taken_away
from interfaces.files.inbound.layouts.fields import Extract
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
        if SUM not in text.extract.by_name:
            if not store.is_empty(
                bulk, text.extract.table
            ):  # a council begins with what its first run is looked at for
                asked.update((int(row), f"{_a(text.extract.noun)} decides money") for row in told)
        elif policy.second_person_pence <= 0:
            asked.update((int(row), f"{_a(text.extract.noun)} is a sum entered by hand") for row in told)
        else:
            asked.update(_large(bulk, text.extract, standing, told, policy.second_person_pence, change))
    return dict(sorted(asked.items()))


def _large(
    bulk: Bulk, extract: Extract, standing: RowStanding, told: Ints, least: int, change: Change
) -> dict[int, str]:
    """The rows of whoever is told of sums that come to ``least`` pence together: of this file, and of what the same
    person told alone that day; and whatever changes or ends a sum that was known.
    """
    owner = next(each.column for each in extract.fields if each.links)
    whose = standing.content[owner].to_numpy(zero_copy_only=False)[told]
    sums = np.abs(np.asarray(standing.content[SUM].fill_null(0).to_numpy(zero_copy_only=False), np.int64)[told])
    known = _told_alone(bulk, extract, owner, change)
    asked = {}
    for row, mine, own in zip(told.tolist(), whose.tolist(), standing.nr[told].tolist(), strict=True):
        whole = int(sums[whose == mine].sum()) + known.get(mine, 0)
        if whole >= least or own >= 0:
            said = f"to {sterling(whole)} together, of one day" if whole >= least else "another sum than was told"
            asked[row] = f"{_a(extract.noun)} comes {said}" if whole >= least else f"{_a(extract.noun)} says {said}"
    return asked


def _told_alone(bulk: Bulk, extract: Extract, owner: str, change: Change) -> dict[int, int]:
    """Pence the same person told of each owner on the same day (UTC) that nobody confirmed."""
    first = dt.datetime.combine(change.moment.date(), dt.time())
    found = store.told_on(bulk, extract.table, owner, SUM, change.by, first)
    return dict(zip(found["owner"].to_pylist(), found["pence"].to_pylist(), strict=True))


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
