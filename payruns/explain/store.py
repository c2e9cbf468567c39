"""The SQL of explaining payments: one subject's facts, its part of a pay run, and its entries."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection, and_

from finance.care_costs.facts import KINDS
from finance.facts import tables as t
from finance.facts import versions_store as facts
from ledgers import store as ledger
from ledgers import tables as books
from ledgers.explain import store
from ledgers.explain.sealed import Posting, Sealed
from payruns.explain.subject import ADJUSTMENT, BLOCK, LINE, SubjectFacts
from payruns.stream import NAME

TABLES = {LINE: t.service_line, BLOCK: t.block, ADJUSTMENT: t.adjustment}
_KINDS = {
    LINE: [each for each in KINDS if each not in ("block", "adjustment")],
    BLOCK: ["block"],
    ADJUSTMENT: ["adjustment"],
}


def find(connection: Connection, ref: str) -> list[tuple[str, int]]:
    """(sort, number) of all that has this reference: still believed first; then lines, blocks, adjustments."""
    found = [(sort, facts.find(connection, table, ref)) for sort, table in TABLES.items()]
    there = [(row["superseded"] is not None, sort, int(row["nr"])) for sort, row in found if row]
    return [(sort, nr) for _, sort, nr in sorted(there, key=lambda each: each[0])]


def read_subject(connection: Connection, sort: str, nr: int) -> SubjectFacts:
    """Every version of every fact that bears on a line, a block or an adjustment."""
    reading = facts.Reading(connection)
    own = reading.read(TABLES[sort], "nr", [nr])
    if sort == LINE:
        reading.of_lines(own)
    else:
        reading.around(own)
    return SubjectFacts(sort, nr, own[-1]["ref"], reading.versions())


def read_sealed(connection: Connection, run: int, sort: str, nr: int) -> Sealed:
    """A subject's part of a run's sealed workings. Blocks and adjustments are in its last chunk."""
    if sort == LINE:
        number = ledger.chunk_of(connection, run, nr)
    else:
        number = max(ledger.chunk_numbers(connection, run), default=None)
    mine = [("subject", "=", nr), ("kind", "in", _KINDS[sort])]
    return store.read_sealed(connection, run, number, mine, mine, (nr, _KINDS[sort]))


def read_postings(connection: Connection, sort: str, nr: int, periods: Collection[dt.date]) -> list[Posting]:
    """Ledger entries of a subject in pay periods that start on these days, in the order they were posted."""
    e = books.entry.c
    return store.read_postings(connection, NAME, and_(e.subject == nr, e.kind.in_(_KINDS[sort])), periods)
