"""Waivers of some people: who asked for each, who approved it, and why."""

from typing import Any

import pyarrow as pa
from sqlalchemy import select

from billing import tables as t
from finance.columns import Bulk
from finance.facts.versions import believed


def read_waivers_of(bulk: Bulk, known: int, people: pa.Table) -> dict[int, list[dict[str, Any]]]:
    """Those believed, by person. ``people``: a column ``person``."""
    staged, w = bulk.stage("waived_much", people), t.waiver.c
    rows = bulk.read(
        select(w.person, w.ref, w.requested_by, w.approved_by, w.reason)
        .where(believed(t.waiver, known), w.person.in_(select(staged.c.person)))
        .order_by(w.person, w.nr)
    ).to_pylist()
    return {person: [row for row in rows if row["person"] == person] for person in {row["person"] for row in rows}}
