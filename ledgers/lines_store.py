"""The sealed lines of a run, as they were signed for: kept, read back, and held against their signature."""

import hashlib
import io
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection

from finance.columns import Database, ints
from ledgers import entries_store, store
from ledgers.runs import PROPOSAL, PartPosted, Run, SignatureVoid, sign

ALREADY = (-2, -2)
"""The subjects covered by the part that says what a run cut off by an earlier version has posted: none of their own."""


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def unparquet(blob: bytes, columns: Sequence[str] | None = None) -> pa.Table:
    return pq.read_table(pa.BufferReader(blob), columns=list(columns) if columns else None)


def check_signature(connection: Connection, run: Run) -> None:
    """Raise SignatureVoid unless every chunk still hashes to what it was signed over."""
    hashes = store.chunk_hashes(connection, run.nr)
    for number, sha in hashes:
        if hashlib.sha256(store.read_blob(connection, run.nr, number)).hexdigest() != sha:
            raise SignatureVoid(f"Part {number} of {run.title} is not what was worked out.", "Calculate it again.")
    if run.signature != sign(sha for _, sha in hashes):
        raise SignatureVoid(f"The lines of {run.title} are not those that were signed.", "Calculate it again.")


def whole_proposal(database: Database, run: int, columns: Sequence[str] | None = None) -> pa.Table:
    """Every proposed line of a run, in order; those columns alone, when they are named."""
    with database.read() as connection:
        return read_proposal(connection, run, columns)


def read_proposal(connection: Connection, run: int, columns: Sequence[str] | None) -> pa.Table:
    """The same, in an open transaction. A run not yet worked out, or given up, has none."""
    numbers = store.chunk_numbers(connection, run)
    nothing = PROPOSAL.empty_table().select(list(columns or PROPOSAL.names))
    return pa.concat_tables(
        [unparquet(store.read_blob(connection, run, each), columns) for each in numbers] or [nothing]
    )


def check_posted_shown(connection: Connection, run: Run) -> None:
    """Raise PartPosted for a run that was cut off, unless its lines say what it has posted already."""
    if not run.cut_off:
        return
    shown = store.chunk_at(connection, run.nr, ALREADY)
    if shown is None:
        raise PartPosted(
            f"Some of {run.title} was posted by an earlier version, and its lines do not say so.",
            "Send it back if it is with somebody, and work it out again: what is posted is then shown among its lines.",
        )
    said = unparquet(store.read_blob(connection, run.nr, shown), ("subject", "amount"))
    count, pence = entries_store.posted_of(connection, run.nr)
    assert (said.num_rows, sum(ints(said, "amount").tolist())) == (count, pence), (
        f"run {run.nr} has entries its lines do not show"
    )
