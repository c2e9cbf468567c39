"""What providers are said to collect, and what of it a run takes off."""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select

from finance.columns import Bulk
from finance.facts import tables as t
from finance.facts.versions import believed
from ledgers.lines_store import unparquet
from ledgers.tables import chunk


def read_said_collected(bulk: Bulk, known: int) -> pa.Table:
    """What providers are said to collect, in order of line: ``line``, ``kind``, ``weekly``, ``starts``, ``ends``."""
    c = t.contribution.c
    return bulk.read(
        select(c.line, c.kind, c.weekly, c.starts, c.ends)
        .where(believed(t.contribution, known), c.collector == "provider")
        .order_by(c.line, c.starts)
    )


def read_taken_off(bulk: Bulk, run: int) -> pa.Table:
    """A run’s steps of what providers collect."""
    blobs = bulk.read(select(chunk.c.steps).where(chunk.c.run == run).order_by(chunk.c.number))["steps"].to_pylist()
    wanted = ("subject", "kind", "starts", "ends", "rate", "share")
    steps = pa.concat_tables([unparquet(blob, wanted) for blob in blobs])
    return steps.filter(pc.is_in(steps["kind"], value_set=pa.array(["contribution", "top-up"])))
