"""Each file kept as issued goes with something its run did, under a name of its own."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from interfaces.files.outbound.astray import astray
from interfaces.files.outbound.folder_jobs import write_run_files
from ledgers import store as ledger
from ledgers.tables import export
from tests.interfaces.files.outbound.conftest import Released

AT = dt.datetime(2026, 6, 10, 8, 0)
NOTHING, NAME = "is kept as issued and goes with nothing the run did", "has a name no file of a run is given"


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"party": None}, NOTHING),
        ({"party": 5}, NOTHING),
        ({"kind": "payments again"}, NOTHING),
        ({"kind": "remittance csv", "party": 999}, NOTHING),
        ({"kind": "remittance xlsx", "party": 1, "name": "../../escaped.csv"}, NAME),
    ],
)
def test_a_file_put_in_beside_the_verbs(
    released: Released, tmp_path: Path, values: dict[str, object], what: str
) -> None:
    write_run_files(released.database, released.run, tmp_path, AT, xlsx=False)
    with released.database.begin() as connection:
        run = ledger.read_run(connection, released.run)
        issued = connection.execute(select(export).where(export.c.kind == "creditor payments")).one()._mapping
    with released.database.read_bulk() as bulk:
        assert astray(bulk, run) == []
    row = {**issued, "nr": issued["nr"] + 1_000, "name": "b.csv", **values}
    released.tamper(insert(export).values(row))
    with released.database.read_bulk() as bulk:
        found = astray(bulk, run)
    assert [(each.where, each.what) for each in found] == [(f"file {row['name']}", what)]
