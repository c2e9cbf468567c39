"""No float comes near money: not in a table, not in a proposed line, not in the steps behind it, not in the ledger."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.types as kinds
import pytest
from sqlalchemy import Float, Numeric

import finance.facts.tables
import ledgers.tables
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_folder
from ledgers.jobs import unparquet
from ledgers.reports.journal import summarise
from ledgers.runs import PARKED, PROPOSAL
from ledgers.store import add_officers, chunk_numbers, read_blob
from payruns.jobs import calculate_payrun, draft_payrun

GOOD = Path(__file__).parents[1] / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)


def floats(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if kinds.is_floating(field.type) or kinds.is_decimal(field.type)]


@pytest.mark.parametrize("schema", [PROPOSAL, PARKED])
def test_no_schema_has_a_float(schema: pa.Schema) -> None:
    assert floats(schema) == []


def test_no_table_keeps_a_float_or_a_decimal() -> None:
    wrong = [
        f"{table.name}.{column.name}"
        for metadata in (finance.facts.tables.metadata, ledgers.tables.metadata)
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, Float | Numeric)
    ]
    assert wrong == []


def test_no_float_survives_into_a_due_line_or_a_step_behind_it(database: Database) -> None:
    load_folder(database, GOOD, by="loader", at=AT)
    with database.begin() as connection:
        add_officers(connection, {"preparer": "clerk"}, {})
    for calendar, on in (("4W", dt.date(2026, 5, 4)), ("W", dt.date(2026, 5, 5))):
        run = calculate_payrun(database, draft_payrun(database, calendar, by="preparer", at=AT, on=on).nr)
        lines = 0
        with database.begin() as connection:
            for number in chunk_numbers(connection, run.nr):
                proposal = unparquet(read_blob(connection, run.nr, number))
                steps = unparquet(read_blob(connection, run.nr, number, "steps"))
                lines += proposal.num_rows
                assert proposal.schema.equals(PROPOSAL)
                assert floats(proposal.schema) + floats(steps.schema) == []
        assert lines == run.lines > 0


def test_no_float_survives_into_a_journal() -> None:
    day = dt.date(2026, 5, 3)
    entries = pa.table(
        {
            "debit": pa.array([1, 1], pa.int64()),
            "credit": pa.array([2, 2], pa.int64()),
            "amount": pa.array([10_01, -3], pa.int64()),
            "effective": pa.array([day, day], pa.date32()),
            "kind": ["care", "care"],
            "party": pa.array([7, 7], pa.int64()),
            "subject": pa.array([8, 8], pa.int64()),
        }
    )
    lines = summarise(entries)
    assert floats(lines.schema) == []
    assert lines["net"].to_pylist() == [9_98, -9_98]
