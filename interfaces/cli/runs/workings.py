"""The proposed lines of a run, read from its sealed chunks: one by one, and added up."""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from ledgers.jobs import unparquet
from ledgers.runs import PROPOSAL, Run
from ledgers.store import chunk_numbers, read_blob


def read_lines(connection: Connection, run: Run, party: int | None = None, late: bool | None = None) -> pa.Table:
    """The lines a run proposes, of one payee or all, for its own period, for earlier ones (``late``), or both."""
    found = []
    for number in chunk_numbers(connection, run.nr):
        lines = unparquet(read_blob(connection, run.nr, number))
        if party is not None:
            lines = lines.filter(pc.equal(lines["party"], party))
        if late is not None:
            lines = lines.filter(pc.equal(lines["late"], late))
        found.append(lines)
    return pa.concat_tables(found) if found else PROPOSAL.empty_table()


def by_kind(lines: pa.Table) -> list[tuple[str, bool, int, int]]:
    """(kind, for an earlier period, lines, pence), the largest sums first."""
    if not lines.num_rows:
        return []
    sums = lines.group_by(["kind", "late"]).aggregate([("amount", "count"), ("amount", "sum")])
    columns = (sums[name].to_pylist() for name in ("kind", "late", "amount_count", "amount_sum"))
    return sorted(zip(*columns, strict=True), key=lambda row: (row[1], -abs(row[3]), row[0]))


def largest(lines: pa.Table, limit: int) -> pa.Table:
    """The lines that move most money, whichever way, at most so many."""
    size = lines.append_column("size", pc.abs(lines["amount"]))
    order = pc.sort_indices(size, [("size", "descending"), ("subject", "ascending"), ("period_starts", "ascending")])
    return lines.take(order[:limit])
