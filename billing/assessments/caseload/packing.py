"""One person's facts as two packed records: who they are, and what they have. Packed once, read by the million.

A record holds codes and day numbers, not words. Which code is which follows the rules' own lists, so a packing is
stamped with :func:`stamp`: when a list changes, the packed copy is made again from the facts.
"""

import hashlib
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from finance.assessment import Frequency, Ground, Nation, Nursing, Setting, ages, kinds
from finance.assessment.circumstances import PERSON_FLAGS
from finance.assessment.kinds import KindTable
from finance.columns import Ints
from finance.days import FOR_EVER, number
from finance.timelines import ranges

Records = NDArray[np.void]
NONE = -1
ALWAYS = -1_000_000  # a day number before every real one: "since always"

WHO = np.dtype(
    [
        ("born", "<i4"),
        ("pension_age_day", "<i4"),
        ("twenty_fifth_birthday", "<i4"),
        ("ends", "<i4"),
        ("stay_first", "<i4"),
        ("nights_before", "<i2"),
        ("flags", "<u2"),
        ("cost", "<i8"),
        ("basic", "<i8"),
        ("previous", "<i8"),
        ("nation", "u1"),
        ("setting", "u1"),
        ("nursing", "u1"),
        ("children", "u1"),
        ("dead_from", "<i4"),
        ("partner_born", "<i4"),
        ("partner_pension_age_day", "<i4"),
    ]
)
FLAGS = (*PERSON_FLAGS, "intends_to_return", "pension_age_given")

ITEM = np.dtype(
    [
        ("sort", "u1"),
        ("kind", "u1"),
        ("often", "u1"),
        ("marks", "u1"),
        ("first", "<i4"),
        ("end", "<i4"),
        ("spare", "<u4"),
        ("amount", "<i8"),
        ("other", "<i8"),
    ]
)
INCOME, ASSET, EXPENSE, GROUND, HOME_LEFT_OUT, ALLOWANCE_OVERRIDE, MAXIMUM_OVERRIDE, FAULT = range(8)
SALE_COSTS, FOLLOWS, LACKING = 1, 2, 4  # marks: selling costs; amount is the code of a rate; a fact is missing

FAULTS = 6  # kinds of FAULT
STAYS_OVERLAP, DISCRETION_NOT_APPROVED, UNDATED, BEFORE_THE_STAY, FEE_BELOW_COST, PERMANENT_FROM = range(FAULTS)
BY_DECISION, TWELVE_WEEKS = 0, 1  # kinds of HOME_LEFT_OUT

SETTINGS: list[str] = list(Setting)
NATIONS: list[str] = list(Nation)
NURSINGS: list[str] = list(Nursing)
GROUNDS: list[str] = list(Ground)
OFTEN: list[str] = list(Frequency)


@cache
def rate_names() -> list[str]:
    """The benefit rates an income may follow, in code order."""
    return list(kinds.rates())


@cache
def stamp() -> str:
    """What a packing depends on besides the facts: the layout and every list a code is a place in."""
    parts = (
        WHO.descr,
        ITEM.descr,
        FLAGS,
        list(kinds.incomes().codes),
        list(kinds.assets().codes),
        list(kinds.expenses().codes),
        [str(each) for each in (*SETTINGS, *NATIONS, *NURSINGS, *GROUNDS, *OFTEN)],
        [
            (kind.since, kind.before, kind.days, kind.then, kind.rates, kind.land)
            for table in (kinds.incomes(), kinds.assets())
            for kind in table.kinds
        ],
        rate_names(),
        ages.FILE.read_text(encoding="utf-8"),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def blobs(records: Records, starts: Ints) -> pa.Array:
    """Records as a column of bytes: row ``i`` holds the records ``starts[i]`` up to ``starts[i + 1]``."""
    size = records.dtype.itemsize
    offsets = (starts * size).astype(np.int32)
    data = pa.py_buffer(np.ascontiguousarray(records).tobytes())
    return pa.Array.from_buffers(pa.binary(), len(starts) - 1, [None, pa.py_buffer(offsets.tobytes()), data])


def records(column: pa.ChunkedArray, dtype: np.dtype) -> tuple[Records, Ints]:
    """A column of bytes as records, and where each row's records start. The other way of :func:`blobs`."""
    found, counts = [np.empty(0, dtype)], [np.zeros(1, np.int64)]
    for chunk in column.chunks:
        _, offsets_, data = chunk.buffers()
        offsets = np.frombuffer(offsets_, np.int32)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
        if len(chunk) and data is not None:
            found.append(np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]].view(dtype))
            counts.append(np.diff(offsets) // dtype.itemsize)
    return np.concatenate(found), np.cumsum(np.concatenate(counts))


def shared(owner: Ints, items: Records, wanted: Ints) -> tuple[Ints, Records]:
    """The items of each person wanted, as (place in ``wanted``, item), in the order of ``wanted``.

    ``owner`` is whose each item is; one person may be wanted twice, once for each of their spans of days.
    """
    order = np.argsort(owner, kind="stable")
    owners = owner[order]
    low = np.searchsorted(owners, wanted, side="left")
    counts = np.searchsorted(owners, wanted, side="right") - low
    places = ranges(low.astype(np.int64), counts.astype(np.int64))
    return np.repeat(np.arange(len(wanted)), counts), items[order[places]]


def together(parts: list[tuple[Ints, Records]], rows: int) -> tuple[Ints, Records]:
    """Items from several places as one run for each row: (where each row's start, items)."""
    owner = np.concatenate([each for each, _ in parts])
    items = np.concatenate([each for _, each in parts])
    order = np.argsort(owner, kind="stable")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=rows))])
    return starts.astype(np.int64), items[order]


def turned(items: Records, owner: Ints, table: KindTable) -> tuple[Ints, Records]:
    """Items cut where a kind begins to be treated as another: (owner, items), as ``KindTable.code_on`` says of each
    day."""
    parts = [(owner, items)]
    for code, kind in enumerate(table.kinds):
        if kind.since is None and not kind.days:
            continue
        kept: list[tuple[Ints, Records]] = []
        for whose, some in parts:
            its = some["kind"] == code
            kept += [(whose[~its], some[~its])]
            own, rows = whose[its], some[its]
            if kind.since is not None:
                kept += [(own, _cut(rows, ALWAYS, number(kind.since), table.code(kind.before)))]
                rows = _cut(rows, number(kind.since), FOR_EVER, code)
            if kind.days:
                dated = rows["first"] != ALWAYS
                lacking = rows[~dated].copy()
                lacking["sort"], lacking["kind"] = FAULT, UNDATED
                own, rows, kept = own[dated], rows[dated], [*kept, (own[~dated], lacking)]
                later, then = rows["first"] + kind.days, table.code(kind.then)
                kept += [(own, _cut(rows, later, FOR_EVER, then))]
                rows = _cut(rows, ALWAYS, later, code)
            kept += [(own, rows)]
        parts = kept
    whose, some = (np.concatenate(each) for each in zip(*parts, strict=True))
    there = some["first"] < some["end"]
    return whose[there], some[there]


def _cut(rows: Records, first: Ints | int, end: Ints | int, code: int) -> Records:
    """The same rows within some days, of a kind."""
    cut = rows.copy()
    cut["first"], cut["end"], cut["kind"] = np.maximum(rows["first"], first), np.minimum(rows["end"], end), code
    return cut


def item(
    sort: int,
    first: Ints,
    end: Ints,
    kind: Ints | int = 0,
    amount: Ints | int = 0,
    other: Ints | int = 0,
    often: Ints | int = 0,
    marks: Ints | int = 0,
) -> Records:
    """Items of one sort. ``first`` and ``end`` are day numbers, ALWAYS and FOR_EVER where there is none."""
    made = np.zeros(len(first), ITEM)
    made["sort"], made["first"], made["end"] = sort, first, np.minimum(end, FOR_EVER)
    made["kind"], made["amount"], made["other"], made["often"], made["marks"] = kind, amount, other, often, marks
    return made
