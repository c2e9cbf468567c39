"""Both doors of the database see the same rows."""

import datetime as dt
import os
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import func, insert, select

from finance.facts.tables import change
from finance.problems import Guarded
from interfaces.database import columns
from interfaces.database.connection import Database
from tests.conftest import NewDatabase


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


@pytest.mark.parametrize("batch", ["1000", columns._BATCH])
def test_a_column_empty_for_thousands_of_rows_reads_back(
    database: Database, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's bulk driver takes a column's type from its first batch of rows, and refuses what comes after."""
    monkeypatch.setattr(columns, "_BATCH", batch)
    when = dt.datetime(2026, 5, 3)
    rows: list[dict[str, object]] = [
        {"nr": nr, "moment": when, "by": "x", "what": "x", "source": "x"} for nr in range(1, 5001)
    ]
    rows[-1]["sha256"] = "abc"
    told = {name: [row.get(name) for row in rows] for name in rows[-1]}
    with database.bulk() as bulk:
        bulk.append(change, pa.table(told | {"sha256": pa.array(told["sha256"], pa.string())}))
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


def in_file(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(change.c.source)).scalars())


def tell(database: Database, source: str) -> None:
    with database.begin() as connection:
        nr = (connection.execute(select(func.max(change.c.nr))).scalar() or 0) + 1
        connection.execute(
            insert(change), {"nr": nr, "moment": dt.datetime(2026, 5, 3), "by": "x", "what": "x", "source": source}
        )


def test_one_that_has_looked_may_write_next(database: Database) -> None:
    row = {"nr": 1, "moment": dt.datetime(2026, 5, 3), "by": "x", "what": "x", "source": "x"}
    with pytest.raises(Guarded), database.read() as connection:
        connection.execute(insert(change), row)
    tell(database, "after")
    assert in_file(database) == ["after"]


def open_files(of: Path) -> int:
    return sum(Path(each).resolve() == of for each in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not say what a process has open")
def test_of_the_two_doors_of_a_file_one_at_a_time_stands_open(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("the doors of a server are apart")
    file = Path(str(database.url.database)).resolve()
    tell(database, "records")
    assert open_files(file) == 1
    with database.bulk():
        assert database.engine.pool.status().count("Connections in pool: 0") == 1
    with database.read():
        assert database._idle == []
    if child := os.fork():
        assert os.waitpid(child, 0)[1] == 0
    else:
        os._exit(open_files(file))
    tell(database, "after another process was begun")
    database.close()
    assert open_files(file) == 0
    assert not Path(f"{file}-wal").exists()


def test_closed_beside_a_transaction_nothing_stays_open_that_nobody_closes(database: Database) -> None:
    if not database.sqlite:
        pytest.skip("the doors of a server are apart")
    file = Path(str(database.url.database)).resolve()
    with ThreadPoolExecutor(1) as beside:
        with database.begin():
            closing = beside.submit(database.close)
            assert not wait([closing], 0.2).done, "it waits for its turn"
            database.close()
        closing.result()
    with database.bulk():
        assert database.engine.pool.status().count("Connections in pool: 0") == 1
    tell(database, "after")
    database.close()
    assert open_files(file) == 0


def test_a_file_put_in_anothers_place_is_the_one_that_is_read(new_database: NewDatabase) -> None:
    database, other = new_database(), new_database()
    if not database.sqlite:
        pytest.skip("a server’s database is not a file")
    tell(database, "before")
    tell(other, "put in its place")
    other.close()
    assert in_file(database) == ["before"]
    for beside in ("-wal", "-shm"):
        Path(f"{database.url.database}{beside}").unlink(missing_ok=True)
    Path(str(other.url.database)).replace(str(database.url.database))
    assert in_file(database) == ["put in its place"]
    tell(database, "after")
    with database.bulk() as bulk:
        assert bulk.read(select(change.c.source))["source"].to_pylist() == ["put in its place", "after"]
