"""What must hold within a row, and between the rows of one extract. Pure: columns in, faults out."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints
from finance.days import FOR_EVER, day
from finance.timelines import ranges
from interfaces.files.inbound.door.own_checks import OWN_CHECKS, say
from interfaces.files.inbound.readers.faults import Columns, Faults, Mask, mask
from interfaces.files.inbound.readers.reading import Text


def check_rows(text: Text, values: Columns) -> None:
    """Every check that needs nothing but the extract itself."""
    live = ~mask(values["cancelled"])
    _duplicates(text, values)
    if "end_date" in values:
        before = mask(pc.less_equal(values["end_date"], values["start_date"])) & live
        say(text, before, "end_date", "end date {} is before the start date.")
    check = OWN_CHECKS.get(text.extract.name)
    if check:
        check(text, values, live)


def _duplicates(text: Text, values: Columns) -> None:
    """The same reference twice. An exact copy of a row is passed over once; where copies differ, none is believed."""
    name = text.extract.ref.name
    refs = values[name].dictionary_encode()
    codes = np.asarray(refs.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    times = np.append(np.bincount(codes[codes >= 0], minlength=len(refs.dictionary)), 0)  # the last for no reference
    again = np.flatnonzero(times[codes] > 1)
    if not len(again):
        return
    content = pa.table({key: column.take(pa.array(again)) for key, column in text.columns.items()}).to_pylist()
    places: dict[str, list[int]] = {}
    for place, row in enumerate(content):
        places.setdefault(row[name], []).append(place)
    rows, said = [], []
    for alike in places.values():
        copies = all(content[place] == content[alike[0]] for place in alike)
        for place in alike[1:] if copies else alike:
            other = alike[0] if place != alike[0] else alike[1]
            rows.append(again[place])
            said.append(f"{content[place][name]} is also on {text.faults.word} {text.lines[again[other]]}")
    what_to_do = f"Send each {text.extract.noun} once."
    text.faults.add(np.asarray(rows, np.int64), name, f"{text.extract.ref.label} {{}}.", what_to_do, said)


def check_not_to_come(text: Text, values: Columns, on: dt.date) -> None:
    """Births and deaths after ``on``, the day of loading, cannot have happened."""
    if text.extract.name != "people":
        return
    live = ~mask(values["cancelled"])
    for column in ("date_of_birth", "date_of_death"):
        wrong = mask(pc.greater(values[column], pa.scalar(on))) & live
        say(text, wrong, column, f"{column.replace('_', ' ')} {{}} is still to come.")


def check_deaths(faults: Faults, starts: Ints, died: Ints, live: Mask) -> None:
    """Care that starts after the person's death. ``died`` is FOR_EVER for the living."""
    rows = np.flatnonzero((starts > died) & live)
    said = [f"{day(starts[row])} is after the person's death on {day(died[row])}" for row in rows]
    what_to_do = "Correct the date, or cancel the row in the case system."
    faults.add(rows, "start_date", "start date {}.", what_to_do, said)


NO_END = 100_000  # past every length of visit and every age


def in_bands(owner: Ints, row: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Rows of one owner cut at every edge of that owner's bands: (one number for an owner and a cut, the row it is of).

    Two rows fall in one cut exactly when their bands share something, so bands that are not equal can be compared.
    """
    _, owner = np.unique(owner, return_inverse=True)
    edges = np.unique(np.concatenate([owner * (2 * NO_END) + low, owner * (2 * NO_END) + high]))
    first = np.searchsorted(edges, owner * (2 * NO_END) + low)
    count = np.searchsorted(edges, owner * (2 * NO_END) + high) - first
    return ranges(first, count), np.repeat(row, count)


def overlapping(owner: Ints, first: Ints, end: Ints, ours: Mask) -> tuple[Ints, Ints]:
    """Rows that overlap another of the same owner: (the row to blame, the other).

    Blame falls on the one that starts later; on the other when that one is not ``ours``. Neither ours: nobody.
    """
    if len(owner) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.lexsort((first, owner))
    owners, firsts, reach = owner[order], first[order], np.minimum(end[order], FOR_EVER)
    key = owners * (2 * FOR_EVER) + reach
    furthest = np.maximum.accumulate(np.where(key == np.maximum.accumulate(key), np.arange(len(key)), 0))
    earlier = furthest[:-1]
    clash = (owners[1:] == owners[earlier]) & (firsts[1:] < reach[earlier])
    later, sooner = order[1:][clash], order[earlier][clash]
    blamed = np.where(ours[later], later, sooner)
    other = np.where(ours[later], sooner, later)
    real = ours[blamed]
    return blamed[real].astype(np.int64), other[real].astype(np.int64)
