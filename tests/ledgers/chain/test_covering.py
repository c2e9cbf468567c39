"""What a link covers is written alike by columns and by rows, on every database and in every year."""

import datetime as dt
import random
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from ledgers.chain.covering import ENTRY, ENTRY_KEY, as_lines, entry_lines

CODES = {1: "100-A1110-52201-000", 2: "100-00000-B1310-000", 3: 'the "old" code, as it was'}
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "stream": st.just("payments"),
            "run": st.just(7),
            "chunk": st.integers(-1, 3),
            "period_starts": DAYS,
            "subject": st.integers(1, 2**40),
            "kind": st.sampled_from(["care", "top-up", "Überbrückung, kurz"]),
            "funder": st.integers(0, 3),
            "party": st.integers(1, 9),
            "revision": st.integers(1, 3),
            "period_ends": DAYS,
            "debit": st.sampled_from([1, 2]),
            "credit": st.just(3),
            "amount": st.integers(-(2**50), 2**50),
            "effective": DAYS,
            "recorded": st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)),
        }
    ),
    max_size=5,
    unique_by=lambda each: tuple(each[name] for name in ENTRY_KEY),
)
SCHEMA = pa.schema(
    [
        (name, pa.date32() if name in ("period_starts", "period_ends", "effective") else pa.int64())
        if name not in ("stream", "kind", "recorded")
        else (name, pa.timestamp("us") if name == "recorded" else pa.string())
        for name in ENTRY
    ]
)


def by_rows(entries: list[dict[str, Any]]) -> bytes:
    """The same bytes, said slowly."""
    in_order = sorted(entries, key=_key)
    return as_lines(
        ENTRY,
        [[CODES[each[name]] if name in ("debit", "credit") else each[name] for name in ENTRY] for each in in_order],
    )


def _key(each: dict[str, object]) -> tuple[object, ...]:
    return tuple(str(each[name]).encode() if name == "kind" else each[name] for name in ENTRY_KEY)


@given(ENTRIES)
def test_entries_are_written_in_columns_as_they_are_in_rows(entries: list[dict[str, object]]) -> None:
    assert entry_lines(pa.Table.from_pylist(entries, schema=SCHEMA), CODES) == by_rows(entries)


@given(ENTRIES, st.randoms())
def test_the_order_entries_come_in_is_nothing(entries: list[dict[str, object]], chance: random.Random) -> None:
    other = list(entries)
    chance.shuffle(other)
    told = [entry_lines(pa.Table.from_pylist(each, schema=SCHEMA), CODES) for each in (entries, other)]
    assert told[0] == told[1]


def test_what_is_not_there_is_not_an_empty_word() -> None:
    assert as_lines(["a", "b"], [(None, "")]) == b'"a","b"\n,""\n'


def test_words_numbers_days_and_moments() -> None:
    row = (-5, 'He said "no",\nand left', dt.date(2026, 5, 3), dt.datetime(2026, 5, 3, 17, 30, 0, 999_999))
    wanted = '"n","said","on","at"\n-5,"He said ""no"",\nand left",2026-05-03,2026-05-03 17:30:00\n'
    assert as_lines(["n", "said", "on", "at"], [row]) == wanted.encode()
