"""What a bill is set beside: the payer’s last bill of charges before it, its run’s lines and its entries. It reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from billing.charges.stream import NAME
from billing.documents import store
from billing.documents.run_facts_jobs import RunFacts, RunLines
from finance.columns import Database

LastBill = tuple[Mapping[str, Any], RunLines, Sequence[Mapping[str, Any]]]


def last_bills(
    database: Database, facts: RunFacts, bills: pa.Table, bills_of: pa.Table, parties: pa.Table
) -> dict[int, LastBill]:
    """For each of some bills of charges, by number, the one before it. ``bills_of``: every bill of these payers."""
    if facts.run.stream != NAME:
        return {}
    of_payer = _grouped(row for row in bills_of.to_pylist() if row["stream"] == NAME)
    found = {}
    for row in bills.to_pylist():
        earlier = [each for each in of_payer.get(row["party"], ()) if each["nr"] < row["nr"]]
        if earlier:
            found[row["nr"]] = earlier[-1]
    made: dict[int, LastBill] = {}
    for run in sorted({each["run"] for each in found.values()}):
        lines = facts.beside(database, run)
        with database.read_bulk() as bulk:
            entries = _grouped(store.read_entries(bulk, run, parties).to_pylist())
        made |= {nr: (each, lines, entries.get(each["party"], ())) for nr, each in found.items() if each["run"] == run}
    return made


def _grouped(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    made: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        made.setdefault(row["party"], []).append(row)
    return made
