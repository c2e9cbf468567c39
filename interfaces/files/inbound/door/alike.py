"""A new reference that looks like another, to everybody but the machine, is asked about before it is a second thing."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk
from finance.facts import store
from finance.references import looks
from interfaces.files.inbound.door.believing import RowStanding
from interfaces.files.inbound.readers.faults import Columns, mask
from interfaces.files.inbound.readers.parsing import whole
from interfaces.files.inbound.readers.reading import Text

_PLAIN = "^[A-Za-z0-9][-A-Za-z0-9_./:]*$"


def check_alike(bulk: Bulk, text: Text, values: Columns, standing: RowStanding) -> None:
    """A fault on each row whose reference is new and looks like one that is known, or like another of the file."""
    new = standing.new(~text.faults.bad)
    if not new.any():
        return
    ref = text.extract.ref.name
    ours = values[ref].filter(pa.array(~text.faults.bad)).drop_null().unique()
    everyone = pa.concat_arrays([ours, _known(bulk, text)]).unique()
    for look in _looks(everyone):
        counted = look.value_counts()
        shared = counted.field(0).filter(pc.greater(counted.field(1), 1))
        if not len(shared):
            continue
        some = mask(pc.is_in(look, value_set=shared))
        alike: dict[str, list[str]] = {}
        for key, each in zip(
            look.filter(pa.array(some)).to_pylist(), everyone.filter(pa.array(some)).to_pylist(), strict=True
        ):
            alike.setdefault(key, []).append(each)
        twin = {each: next(other for other in group if other != each) for group in alike.values() for each in group}
        rows = np.flatnonzero(new & ~text.faults.bad & mask(pc.is_in(values[ref], value_set=pa.array(list(twin)))))
        said = [f"{given} looks like {twin[given]}" for given in values[ref].take(pa.array(rows)).to_pylist()]
        what = f"{text.extract.ref.label} {{}}: they differ by no more than capitals, spaces, noughts in front, or "
        text.faults.add(rows, ref, f"{what}letters that look the same.", _ONE, said)


_ONE = "Use one reference for one thing. If they are two things, load the file again with --alike."


def _known(bulk: Bulk, text: Text) -> pa.Array:
    """Every reference that is believed now."""
    return whole(store.refs_believed(bulk, text.extract.table)["ref"]).cast(pa.string())


def _looks(refs: pa.Array) -> tuple[pa.Array, pa.Array]:
    """What :func:`finance.references.looks` says, of a column."""
    plain = pc.match_substring_regex(refs, _PLAIN)
    lower = pc.utf8_lower(refs)
    figures = pc.match_substring_regex(lower, "^[0-9]+$")
    bare = pc.replace_substring_regex(lower, "^0+([0-9])", "\\1")
    first = pc.if_else(figures, bare, lower)
    second = refs
    for letter, figure in (("O", "0"), ("I", "1"), ("l", "1")):
        second = pc.replace_substring(second, letter, figure)
    odd = np.flatnonzero(~mask(plain))
    if not len(odd):
        return first, second
    one, other = first.to_pylist(), second.to_pylist()
    for place in odd:
        one[place], other[place] = looks(refs[int(place)].as_py())
    return pa.array(one, pa.string()), pa.array(other, pa.string())
