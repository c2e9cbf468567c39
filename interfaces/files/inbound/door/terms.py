"""Terms that decide money, sent again otherwise: they change from the day the row gives, or were always so; never in
silence.

What a fact began with stands in its own row, what holds from a day on in rows of ``Extract.later``. A row that gives a
day is believed from that day; what was known before it stands, and so does what is known of later days.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk
from finance.days import spoken
from finance.facts import store
from interfaces.files.inbound.layouts.fields import TERMS_FROM, Extract
from interfaces.files.inbound.layouts.value_types import ALWAYS
from interfaces.files.inbound.readers.faults import Columns, Mask, mask
from interfaces.files.inbound.readers.parsing import whole
from interfaces.files.inbound.readers.reading import Text

Values = tuple[object, ...]
_SINCE = f"Give the day in {TERMS_FROM.name}, or “always” if it was always so: what was paid is then worked out again."
_WHOLE = (
    f"If it was always so, write “always” in {TERMS_FROM.name}: what was paid is then worked out again. If it holds "
    "from a day, end what stands and send {} from that day under another reference."
)


@dataclass(frozen=True, slots=True)
class LaterRow:
    """Terms that hold from a day on. ``nr``: of the row they take the place of; None for a day with none so far."""

    place: int
    owner: int
    starts: dt.date
    terms: Values
    nr: int | None


@dataclass(slots=True)
class TermsTold:
    """What some rows say of later days: terms to believe, and, by the row that says so, terms no longer believed."""

    rows: list[LaterRow] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)

    def moved(self, count: int) -> Mask:
        """The rows that say so."""
        made = np.zeros(count, bool)
        made[[*(each.place for each in self.rows), *(place for place, _ in self.gone)]] = True
        return made


def settle(bulk: Bulk, text: Text, content: Columns, values: Columns) -> TermsTold:
    """Say from when the terms of each row hold. ``content`` keeps what its fact began with, unless that has changed."""
    extract, told = text.extract, TermsTold()
    if TERMS_FROM.name not in values:
        return told
    refs, given = values[extract.ref.name], values[TERMS_FROM.name]
    columns = [*extract.dated, *extract.undated]
    now = store.current(bulk, extract.table, refs.drop_null().unique(), ["nr", *columns]).combine_chunks()
    place = pc.index_in(refs, value_set=whole(now["ref"]))
    live = ~mask(values["cancelled"]) & ~text.faults.bad
    known = mask(place.is_valid()) & live
    own = {name: whole(now[name]).take(place).cast(content[name].type) for name in columns}
    differs = {name: known & ~_alike(content[name], own[name]) for name in columns}
    always = mask(pc.equal(given, pa.scalar(ALWAYS)))
    _check_undated(text, {name: differs[name] & ~always for name in extract.undated})
    if extract.later is not None:
        _check_new(text, content, live & ~known & ~always, given)
        nr = whole(now["nr"]).take(place)
        _dated(bulk, text, content, own, nr, given, known, differs, told)
    return told


def _alike(left: pa.Array, right: pa.Array) -> Mask:
    return mask(pc.equal(left, right)) | (mask(left.is_null()) & mask(right.is_null()))


def _labels(extract: Extract, columns: Iterable[str]) -> str:
    label = {each.column: each.label.removesuffix(" ref") for each in extract.fields}
    *most, last = (label[each] for each in columns)
    return f"{', '.join(most)} and {last}" if most else last


def _check_undated(text: Text, differs: Mapping[str, Mask]) -> None:
    for name, rows in differs.items():
        what = f"has another {_labels(text.extract, [name])} than before, and does not say that it was always so."
        text.faults.add(rows, TERMS_FROM.name, what, _WHOLE.format(f"another {text.extract.noun}"))


def _check_new(text: Text, content: Columns, fresh: Mask, given: pa.Array) -> None:
    """A first row whose terms hold only from a day inside its own: what held before it is not known."""
    rows = np.flatnonzero(fresh & mask(pc.greater(given, content["starts"])))
    said = [spoken(given[row].as_py()) for row in rows.tolist()]
    what_to_do = f"Send first what held from its start, with {TERMS_FROM.name} empty, and then this."
    what = f"gives its terms from {{}}, and what held before is not known of this {text.extract.noun}."
    text.faults.add(rows, TERMS_FROM.name, what, what_to_do, said)


def _dated(
    bulk: Bulk,
    text: Text,
    content: Columns,
    own: Columns,
    nr: pa.Array,
    given: pa.Array,
    known: Mask,
    differs: Mapping[str, Mask],
    told: TermsTold,
) -> None:
    """Rows whose terms have changed, or have changed before, one by one: they are few."""
    extract = text.extract
    assert extract.later is not None
    asked = nr.filter(pa.array(known)).unique()
    later = store.current_by(bulk, extract.later, extract.noun, asked, ["nr", extract.noun, "starts", *extract.dated])
    history: dict[int, list[tuple[dt.date, int, Values]]] = {}
    for row in later.sort_by("starts").to_pylist():
        terms = tuple(row[name] for name in extract.dated)
        history.setdefault(row[extract.noun], []).append((row["starts"], row["nr"], terms))
    odd: Mask = np.any([differs[name] for name in extract.dated], axis=0)
    odd |= known & mask(pc.is_in(nr, value_set=pa.array(list(history), pa.int64())))
    kept, unsaid = np.zeros(text.count, bool), dict[int, str]()
    for place in np.flatnonzero(odd).tolist():
        owner, since, starts = nr[place].as_py(), given[place].as_py(), content["starts"][place].as_py()
        began, says = (tuple(each[name][place].as_py() for name in extract.dated) for each in (own, content))
        before = history.get(owner, [])
        if since is not None and since <= starts:
            told.gone += [(place, row) for _, row, _ in before]
            continue
        kept[place] = True
        standing = [terms for day, _, terms in before if since is None or day <= since]
        holds = standing[-1] if standing else began
        if says == holds:
            continue
        if since is None:
            moved = (name for name, was, is_ in zip(extract.dated, holds, says, strict=True) if was != is_)
            unsaid[place] = _labels(extract, moved)
            continue
        replaced = next((row for day, row, _ in before if day == since), None)
        told.rows.append(LaterRow(place, owner, since, says, replaced))
    what = "has another {} than before, and does not say from which day."
    text.faults.add(np.array(list(unsaid), np.int64), TERMS_FROM.name, what, _SINCE, list(unsaid.values()))
    for name in extract.dated:
        content[name] = pc.if_else(pa.array(kept), own[name], content[name])


def write(bulk: Bulk, text: Text, told: TermsTold, refs: pa.Array, learned: int, held: Mask) -> None:
    """Believe what the good rows say of later days, but for those ``held``."""
    extract, bad = text.extract, text.faults.bad | held
    rows = [each for each in told.rows if not bad[each.place]]
    over = [nr for place, nr in told.gone if not bad[place]] + [each.nr for each in rows if each.nr is not None]
    if extract.later is None or not (rows or over):
        return
    store.supersede(bulk, extract.later, learned, pa.array(over, pa.int64()))
    if not rows:
        return
    names = [f"{refs[each.place].as_py()} from {each.starts.isoformat()}" for each in rows]
    old = store.once_believed(bulk, extract.later, pa.array(names, pa.string())).to_pylist()
    number = {row["ref"]: row["nr"] for row in old}
    fresh = store.next_nr(bulk, extract.later)
    made: list[tuple[int, dict[str, object]]] = []
    for each, ref in zip(rows, names, strict=True):
        nr = each.nr or number.get(ref) or fresh
        fresh += nr == fresh
        about = {"nr": nr, "ref": ref, "source_row": int(text.lines[each.place]), "starts": each.starts}
        said = dict(zip(extract.dated, each.terms, strict=True))
        made.append((nr, {**about, extract.noun: each.owner, **said}))
    in_order = [row for _, row in sorted(made, key=lambda one: one[0])]
    store.add_versions(bulk, extract.later, learned, pa.Table.from_pylist(in_order))


def end(bulk: Bulk, text: Text, owners: pa.Array, learned: int) -> None:
    """Stop believing the later terms of facts that are cancelled."""
    later, noun = text.extract.later, text.extract.noun
    if later is not None and len(owners):
        store.supersede(bulk, later, learned, whole(store.current_by(bulk, later, noun, owners, ["nr", noun])["nr"]))
