"""References into numbers: each row meets the facts it names, and those it might contradict."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER
from finance.facts import store
from interfaces.files.inbound.door.checks import NO_END, check_deaths, in_bands, overlapping
from interfaces.files.inbound.layouts.fields import Extract, Field
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.faults import Columns, Mask, mask, short
from interfaces.files.inbound.readers.parsing import whole
from interfaces.files.inbound.readers.reading import Text

_MORE = {"service_lines": {"package_ref": "person"}}  # what else a row takes from the fact it names


def content(bulk: Bulk, text: Text, values: Columns, by: str) -> Columns:
    """The rows as their table's columns, references turned into numbers. Unknown references become faults."""
    found: Columns = {}
    for field in text.extract.fields[1:]:
        if field.links:
            found.update(_link(bulk, text, values, field))
        else:
            found[field.column] = values[field.name]
    if text.extract.name == "service_lines":
        _deaths(bulk, text, values, found["person"])
    if text.extract.name == "funding_shares":
        percent, weekly = found.pop("percent"), found.pop("weekly")
        found["basis"] = pc.if_else(percent.is_valid(), "percent", "fixed")
        found["amount"] = pc.coalesce(percent, weekly)
    if text.extract.name == "bank_details":
        found["proposed_by"] = pa.repeat(by, text.count)
    return found


def _link(bulk: Bulk, text: Text, values: Columns, field: Field) -> Columns:
    """The numbers of the facts a column names, and anything else taken from them."""
    target = EXTRACTS[field.links]
    refs = values[field.name]
    live = ~mask(values["cancelled"])
    more = _MORE.get(text.extract.name, {}).get(field.name)
    asked = refs.filter(pa.array(live)).drop_null().unique()
    known = store.current(bulk, target.table, asked, ["nr", *([more] if more else [])]).combine_chunks()
    place = pc.index_in(refs, value_set=whole(known["ref"]))
    unknown = mask(refs.is_valid()) & mask(place.is_null()) & live
    if unknown.any():
        _say_unknown(bulk, text, field, target, unknown)
    columns = {field.column: whole(known["nr"]).take(place)}
    return columns | ({more: whole(known[more]).take(place)} if more else {})


def _say_unknown(bulk: Bulk, text: Text, field: Field, target: Extract, unknown: Mask) -> None:
    rows = np.flatnonzero(unknown)
    given = text.columns[field.name].take(pa.array(rows))
    aside = {
        row["ref"]: f"it was set aside from the {target.name} extract ({row['what'].rstrip('.')})"
        for row in store.set_aside(bulk, target.name, given.unique()).to_pylist()
    }
    what_to_do = f"Send it in the {target.name} extract first, or correct the reference."
    said = [
        f"{short([ref])[0]} is not a {target.noun} we know" + (f": {aside[ref]}" if ref in aside else "")
        for ref in given.to_pylist()
    ]
    text.faults.add(rows, field.name, f"{field.label.removesuffix(' ref')} {{}}.", what_to_do, said)


def _deaths(bulk: Bulk, text: Text, values: Columns, people: pa.Array) -> None:
    asked = people.drop_null().unique()
    if not len(asked):
        return
    dead = store.died(bulk, asked)
    if not dead.num_rows:
        return
    place = pc.index_in(people, value_set=whole(dead["nr"]))
    when = whole(dead["died"]).cast(pa.int32()).cast(pa.int64()).take(place).fill_null(FOR_EVER)
    died = np.asarray(when.to_numpy(zero_copy_only=False), np.int64)
    check_deaths(text.faults, day_numbers(values["start_date"], 0), died, ~mask(values["cancelled"]))


def day_numbers(dates: pa.Array, null: int) -> Ints:
    """A column of dates as day numbers."""
    return ints(pa.table({"day": dates}), "day", null)


def check_apart(bulk: Bulk, text: Text, found: Columns, values: Columns) -> None:
    """Spans of one rate card key, or of one line, that overlap: in the file, or with what is believed already."""
    extract = text.extract
    if not extract.apart:
        return
    live = ~mask(values["cancelled"]) & ~text.faults.bad
    rows = np.flatnonzero(live)
    names = [*extract.apart, *(name for band in extract.bands for name in band), "starts", "ends"]
    own = pa.table({name: found[name] for name in names} | {"ref": values[extract.ref.name]}).take(pa.array(rows))
    owners = whole(own[extract.apart[0]]).drop_null().unique()
    before = store.current_by(bulk, extract.table, extract.apart[0], owners, [*names, "ref"])
    replaced = values[extract.ref.name].filter(pa.array(~text.faults.bad))
    before = before.filter(pc.invert(pc.is_in(before["ref"], value_set=replaced)))
    both = pa.concat_tables([own, before.select(own.column_names).cast(own.schema)])
    ours = np.arange(both.num_rows) < own.num_rows
    starts, ends = ints(both, "starts", 0), ints(both, "ends", FOR_EVER)
    owner, row = _owners(both, extract.apart), np.arange(both.num_rows)
    for low, high in extract.bands:
        owner, row = in_bands(owner, row, ints(both, low, 0)[row], ints(both, high, NO_END)[row])
    blamed, other = overlapping(owner, starts[row], ends[row], ours[row])
    blamed, other = np.unique(np.stack([row[blamed], row[other]]), axis=1)  # two bands may meet in several cuts
    refs, since = both["ref"].to_pylist(), both["starts"].to_pylist()
    said = []
    for each in other:
        place = f" ({text.faults.word} {text.lines[rows[each]]})" if ours[each] else ""
        said.append(f"{refs[each]}{place}, which starts {since[each]}")
    what = f"overlaps {extract.noun} {{}}, for {extract.apart_says}."
    what_to_do = "End one before the other starts, or cancel one, and send the file again."
    text.faults.add(rows[blamed], "start_date", what, what_to_do, said)


def _owners(rows: pa.Table, columns: tuple[str, ...]) -> Ints:
    """One number for each different set of values in these columns."""
    if len(columns) == 1 and not pa.types.is_string(rows[columns[0]].type):
        return ints(rows, columns[0])
    parts = [whole(rows[name]).cast(pa.string()).fill_null("") for name in columns]
    coded = pc.binary_join_element_wise(*parts, "\x1f").dictionary_encode()
    return np.asarray(coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
