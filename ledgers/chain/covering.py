"""What a link covers, as bytes: lines of CSV with their columns named first, the same on every database. Pure.

Words stand in quotation marks, with a mark of their own doubled; numbers and days (2026-05-03) stand bare, moments to
the second (2026-05-03 17:30:00); nothing stands for what is not there. Lines end with a line feed, in UTF-8.
"""

import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

ENTRY_KEY = ("period_starts", "subject", "kind", "funder", "party", "revision")
ENTRY = ("stream", "run", "chunk", *ENTRY_KEY, "period_ends", "debit", "credit", "amount", "effective", "recorded")
"""The columns of an entry, in order. Accounts are told by their codes."""
_ACCOUNTS = ("debit", "credit")


def as_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows of values under their columns."""
    lines = [",".join(map(_written, columns)), *(",".join(map(_written, row)) for row in rows)]
    return "".join(f"{each}\n" for each in lines).encode()


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, int | dt.date):
        return str(value)
    assert isinstance(value, str), f"{value!r} is neither a word, a number nor a day"
    return '"' + value.replace('"', '""') + '"'


def entry_lines(entries: pa.Table, codes: Mapping[int, str]) -> bytes:
    """Entries of one part of a run, whatever order they come in. ``codes``: of each account, by its number."""
    numbers = pa.array(list(codes), pa.int64())
    names = pa.array(list(codes.values()), pa.string())
    columns = {name: entries[name] for name in ENTRY}
    for name in _ACCOUNTS:
        columns[name] = pc.take(names, pc.index_in(columns[name].cast(pa.int64()), value_set=numbers))
    recorded = pc.floor_temporal(columns["recorded"].cast(pa.timestamp("us")), unit="second")
    columns["recorded"] = recorded.cast(pa.timestamp("s"))
    for name in ("stream", "kind"):
        columns[name] = columns[name].cast(pa.string())
    table = pa.table(columns).sort_by([(name, "ascending") for name in ENTRY_KEY])
    written = io.BytesIO()
    csv.write_csv(table, written, csv.WriteOptions(include_header=True, quoting_style="needed"))
    return written.getvalue()
