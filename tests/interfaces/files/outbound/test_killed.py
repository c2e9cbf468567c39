"""Killed at any moment, or asked by two at once, a run's files are whole or not there, and those that were issued."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from interfaces.files.outbound.control import sha256
from interfaces.files.outbound.folder_jobs import write_run_files
from interfaces.files.outbound.leaving import MARK
from ledgers.tables import export
from tests.interfaces.files.outbound.conftest import Released
from tests.interfaces.files.outbound.dying import both, killed

AT = dt.datetime(2026, 6, 10, 8, 0)
PAYABLE = "creditor_payments_run_000002.csv"
MOST = 200


def issued(released: Released) -> dict[str, str]:
    """The hash of each file the database has issued, by name."""
    with released.database.begin() as connection:
        return {row.name: row.sha256 for row in connection.execute(select(export.c.name, export.c.sha256))}


def there(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def attempts(released: Released, tmp_path: Path, began: str) -> Iterator[Path]:
    """Folders written into by processes killed at their first moment, their second and so on, to the last they have."""
    # what is in the folder has nothing to do with the database
    every = 1 if released.database.sqlite or began == "not_issued" else 7
    for last in range(1, MOST, every):
        folder = tmp_path / f"{began}_{last}"
        if not killed(released.database, released.run, folder, AT + dt.timedelta(minutes=last), last):
            return
        yield folder
        if began == "not_issued" and issued(released):
            return
    pytest.fail("it never ended")


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is POSIX")
def test_killed_at_any_moment_and_run_again(released: Released, tmp_path: Path) -> None:
    folders = []
    for began in ("not_issued", "issued"):
        for folder in attempts(released, tmp_path, began):
            folders.append(folder)
            known = issued(released)
            named = {name: content for name, content in there(folder).items() if not name.startswith(MARK)}
            assert {name: sha256(content) for name, content in named.items()}.items() <= known.items()
            if PAYABLE in named:
                assert set(named) == set(known), "the payable file before another"
    assert len(folders) > (40 if released.database.sqlite else 8)
    known = issued(released)
    assert len(known) == 8
    for folder in folders:
        write_run_files(released.database, released.run, folder, AT + dt.timedelta(days=30))
        assert {name: sha256(content) for name, content in there(folder).items()} == known, folder.name
    assert issued(released) == known


@pytest.mark.parametrize("apart", [False, True])
def test_two_at_once_write_the_same(released: Released, tmp_path: Path, apart: bool) -> None:
    folders = tmp_path / "out", tmp_path / ("other" if apart else "out")
    assert both(released.database, released.run, folders, (AT, AT + dt.timedelta(hours=1))) == [0, 0]
    known = issued(released)
    for folder in folders:
        assert {name: sha256(content) for name, content in there(folder).items()} == known
    with released.database.begin() as connection:
        assert connection.execute(select(func.count()).select_from(export)).scalar_one() == len(known) == 6
