"""Both doors of the database see the same rows."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
from sqlalchemy import select

from finance.facts.tables import change
from interfaces.database.connection import Database


def test_what_one_door_writes_the_other_reads(database: Database) -> None:
    moment = dt.datetime(2026, 5, 3, 9, 30)
    row = {"nr": 1, "moment": moment, "by": "made-up officer", "what": "people", "source": "people.csv", "sha256": None}
    with database.bulk() as bulk:
        bulk.append(change, pa.Table.from_pylist([row]))
    with database.begin() as connection:
        assert dict(connection.execute(select(change)).mappings().one()) == row
    with database.bulk() as bulk:
        assert bulk.read(select(change)).to_pylist() == [row]


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    row = {"nr": 1, "moment": dt.datetime(2026, 5, 3), "by": "x", "what": "x", "source": "x"}
    try:
        with database.bulk() as bulk:
            bulk.append(change, pa.Table.from_pylist([row]))
            raise KeyError
    except KeyError:
        pass
    with database.begin() as connection:
        assert connection.execute(select(change)).all() == []


def test_a_column_empty_for_thousands_of_rows_reads_back(database: Database) -> None:
    """SQLite's bulk driver takes a column's type from its first 1,024 rows unless it is told to look at them all."""
    when = dt.datetime(2026, 5, 3)
    rows: list[dict[str, object]] = [
        {"nr": nr, "moment": when, "by": "x", "what": "x", "source": "x"} for nr in range(1, 5001)
    ]
    rows[-1]["sha256"] = "abc"
    columns = {name: [row.get(name) for row in rows] for name in rows[-1]}
    with database.bulk() as bulk:
        bulk.append(change, pa.table(columns | {"sha256": pa.array(columns["sha256"], pa.string())}))
    with database.bulk() as bulk:
        read = bulk.read(select(change.c.nr, change.c.sha256).order_by(change.c.nr))
    assert read["sha256"].to_pylist() == [None] * 4999 + ["abc"]


def test_a_transaction_beside_another_sees_what_is_committed(database: Database) -> None:
    """And not what the other is about to write."""
    first, second = (
        {"nr": nr, "moment": dt.datetime(2026, 5, 3), "by": "x", "what": "x", "source": "x"} for nr in (1, 2)
    )
    with database.bulk() as bulk:
        bulk.append(change, pa.Table.from_pylist([first]))
    with database.bulk() as bulk, ThreadPoolExecutor(1) as meanwhile:
        staged = bulk.stage("asked", pa.table({"nr": [1]}))
        with bulk.beside() as other:
            found = meanwhile.submit(other.read, select(change.c.nr))
            assert bulk.read(select(change.c.nr).where(change.c.nr.in_(select(staged.c.nr))))["nr"].to_pylist() == [1]
            bulk.append(change, pa.Table.from_pylist([second]))
            assert found.result()["nr"].to_pylist() == [1]
            assert other.read(select(change.c.nr))["nr"].to_pylist() == [1]
    with database.bulk() as bulk:
        assert bulk.read(select(change.c.nr).order_by(change.c.nr))["nr"].to_pylist() == [1, 2]
