"""Rows that passed every check meet what is believed: new, changed, the same, or cancelled."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk, Ints
from finance.facts import store
from interfaces.files.inbound.layouts.register import dependents
from interfaces.files.inbound.readers.faults import Columns, Mask, mask, short
from interfaces.files.inbound.readers.parsing import whole
from interfaces.files.inbound.readers.reading import Text

_NOT_CONTENT = {"proposed_by"}  # who told us is no part of what they told us
_NAMED = 3
_GUARDED = ("suspensions", "bank_details")  # a whole row of these that goes starts or stops money


@dataclass(slots=True)
class RowStanding:
    """How each row of an extract stands against what is believed.

    ``nr``: the fact's number, -1 when its reference is not believed now. ``same``: nothing in it differs.
    """

    nr: Ints
    same: Mask
    cancelled: Mask
    content: Columns = field(repr=False)
    moved: Mask
    """Rows that say something new of later days alone."""
    wiped: dict[int, dt.date] = field(default_factory=dict)
    """Rows that take a recorded day of death away, and the day."""
    emptied: dict[str, Mask] = field(default_factory=dict)
    """For each column of the file, the rows in which what was known is empty now; ``cancelled``: rows that go whole."""
    held: Mask = field(init=False)
    """Rows that wait for a second person: nothing of them is believed yet."""

    def __post_init__(self) -> None:
        self.held = np.zeros(len(self.nr), bool)

    def new(self, good: Mask) -> Mask:
        return good & ~self.held & (self.nr < 0) & ~self.cancelled

    def changed(self, good: Mask) -> Mask:
        return good & ~self.held & (self.nr >= 0) & ~self.same & ~self.cancelled

    def different(self, good: Mask) -> Mask:
        """Rows of facts believed already that say something new."""
        return self.changed(good) | (good & ~self.held & self.moved)

    def ended(self, good: Mask) -> Mask:
        return good & ~self.held & (self.nr >= 0) & self.cancelled

    def told(self, good: Mask) -> Mask:
        """Rows that say anything that is not believed."""
        return self.new(good) | self.different(good) | self.ended(good)


def compare(bulk: Bulk, text: Text, content: Columns, values: Columns, moved: Mask) -> RowStanding:
    """Find each row's fact, and say what differs. A value that may never change and does is a fault."""
    extract = text.extract
    refs = values[extract.ref.name]
    now = store.current(bulk, extract.table, refs.drop_null().unique(), ["nr", *content]).combine_chunks()
    place = pc.index_in(refs, value_set=whole(now["ref"]))
    known = mask(place.is_valid())
    cancelled = mask(values["cancelled"])
    same = known.copy()
    for name, column in content.items():
        if name not in _NOT_CONTENT and known.any():
            equal = _alike(column, whole(now[name]).take(place))
            same &= equal
            fixed = next((each for each in extract.fields if each.column == name and each.fixed), None)
            if fixed:
                what = f"has another {fixed.label.removesuffix(' ref')} than before, and it may not move."
                what_to_do = f"Cancel it and send a new {extract.noun} under another reference."
                moved = known & ~equal & ~cancelled & mask(column.is_valid())
                text.faults.add(moved, fixed.name, what, what_to_do)
    _check_cancelled(bulk, text, refs, cancelled & ~known)
    nr = whole(now["nr"]).take(place).fill_null(-1)
    standing = RowStanding(np.asarray(nr.to_numpy(zero_copy_only=False), np.int64), same, cancelled, content, moved)
    if extract.name in _GUARDED and (known & cancelled).any():
        standing.emptied["cancelled"] = known & cancelled
    for each in extract.fields[1:]:
        if not known.any() or each.required or each.column not in content or each.column not in now.schema.names:
            continue
        before = whole(now[each.column]).take(place)
        gone = mask(before.is_valid()) & mask(content[each.column].is_null()) & ~cancelled
        if gone.any():
            standing.emptied[each.name] = gone
        if each.name == "date_of_death":
            standing.wiped = {int(row): before[row].as_py() for row in np.flatnonzero(gone)}
    return standing


def _check_cancelled(bulk: Bulk, text: Text, refs: pa.Array, strange: Mask) -> None:
    """A cancelled row that nothing was ever known of is a slip; one cancelled before has been said again."""
    if not strange.any():
        return
    asked = refs.filter(pa.array(strange)).drop_null().unique()
    before = whole(store.once_believed(bulk, text.extract.table, asked)["ref"])
    strange = strange & mask(refs.is_valid()) & ~mask(pc.is_in(refs, value_set=before))
    what = f"cannot be cancelled: there never was a {text.extract.noun} {{}}."
    given = short(refs.filter(pa.array(strange)).to_pylist())
    text.faults.add(strange, text.extract.ref.name, what, "Correct the reference, or leave the row out.", given)


def _alike(left: pa.Array, right: pa.Array) -> Mask:
    """Equal, row by row; nothing equals nothing."""
    return mask(pc.equal(left, right.cast(left.type))) | (mask(left.is_null()) & mask(right.is_null()))


def write(bulk: Bulk, text: Text, standing: RowStanding, refs: pa.Array, learned: int) -> None:
    """Supersede the changed rows and add the new versions."""
    good = ~text.faults.bad
    fact = text.extract.table
    changed, new = standing.changed(good), standing.new(good)
    store.supersede(bulk, fact, learned, pa.array(standing.nr[changed]))
    nr = standing.nr.copy()
    nr[new] = _numbers(bulk, text, refs, new)
    rows = np.flatnonzero(new | changed)
    if not len(rows):
        return
    order = pa.array(rows[np.argsort(nr[rows], kind="stable")])
    columns = {"nr": pa.array(nr), "ref": refs, "source_row": pa.array(text.lines, pa.int32()), **standing.content}
    store.add_versions(bulk, fact, learned, pa.table({name: column.take(order) for name, column in columns.items()}))


def _numbers(bulk: Bulk, text: Text, refs: pa.Array, new: Mask) -> Ints:
    """Numbers for new rows: their own old one when the reference was once believed, else the next."""
    asked = refs.filter(pa.array(new))
    old = store.once_believed(bulk, text.extract.table, asked)
    first = store.next_nr(bulk, text.extract.table)
    place = pc.index_in(asked, value_set=whole(old["ref"]))
    nr = np.array(whole(old["nr"]).take(place).fill_null(-1).to_numpy(zero_copy_only=False), np.int64)
    fresh = nr < 0
    nr[fresh] = first + np.arange(int(fresh.sum()))
    return nr


def check_endings(bulk: Bulk, text: Text, standing: RowStanding) -> None:
    """A cancelled row that others still lean on is a fault."""
    ended = standing.ended(~text.faults.bad)
    if not ended.any():
        return
    nrs = pa.array(standing.nr[ended])
    for other, link in dependents(text.extract):
        leaning = store.dependents(bulk, other.table, link.column, nrs)
        by_owner: dict[int, list[str]] = {}
        for row in leaning.sort_by("ref").to_pylist():
            by_owner.setdefault(row["owner"], []).append(row["ref"])
        rows = np.flatnonzero(ended & np.isin(standing.nr, list(by_owner)))
        said = [_named(by_owner[int(standing.nr[row])], other.noun) for row in rows]
        what = f"cannot be cancelled: {{}} in the {other.name} extract still names it."
        text.faults.add(rows, "cancelled", what, f"Cancel each {other.noun} first, or point it elsewhere.", said)


def _named(refs: list[str], noun: str) -> str:
    named = ", ".join(refs[:_NAMED])
    return named if len(refs) <= _NAMED else f"{named} and {len(refs) - _NAMED} more"


def end(bulk: Bulk, text: Text, standing: RowStanding, learned: int) -> None:
    """Stop believing the cancelled rows."""
    store.supersede(bulk, text.extract.table, learned, pa.array(standing.nr[standing.ended(~text.faults.bad)]))
