"""A run's sealed workings as Parquet: one file of every proposed line, one of every step behind them.

The chunks the run sealed, one after another, a row group each, with the run, its signature and the chunks' hashes
written into the file.
"""

import json
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.parquet as pq

from finance.columns import ints
from interfaces.files.outbound.control import Printed, must_add_up

PROPOSAL_KIND, STEPS_KIND = "workings proposal", "workings steps"


def write_workings(
    kind: str, name: str, run: int, signature: str, hashes: list[str], chunks: Iterable[bytes]
) -> Printed:
    """One Parquet file of the given chunks, in order. The control total is the pence of ``amount``, where it
    has one.
    """
    sink = pa.BufferOutputStream()
    writer: pq.ParquetWriter | None = None
    rows = total = 0
    seal = {"outturn.run": str(run), "outturn.signature": signature, "outturn.chunks": json.dumps(hashes)}
    for blob in chunks:
        table = pq.read_table(pa.BufferReader(blob))
        if writer is None:
            schema = table.schema.with_metadata({**(table.schema.metadata or {}), **seal})
            writer = pq.ParquetWriter(sink, schema, compression="zstd")
        writer.write_table(table.cast(schema))
        rows += table.num_rows
        if kind == PROPOSAL_KIND:
            amounts = ints(table, "amount")
            must_add_up(amounts, "The lines of the run")
            total += int(amounts.sum())
    if writer is not None:
        writer.close()
    return Printed(kind, name, sink.getvalue().to_pybytes() if writer else b"", rows, total, 0)


def read_seal(content: bytes) -> dict[str, str]:
    """The run, signature and chunk hashes a workings file carries."""
    metadata = pq.read_schema(pa.BufferReader(content)).metadata or {}
    return {key.decode(): value.decode() for key, value in metadata.items() if key.startswith(b"outturn.")}
