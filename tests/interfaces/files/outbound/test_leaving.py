"""Files leave whole, over nothing that differs, for their owner alone; and no failure takes away what is not
its own.
"""

import errno
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from interfaces.files.outbound import leaving
from interfaces.files.outbound.leaving import MARK, CannotWrite, NoRoom, WouldOverwrite, growing, into, leave

pytestmark = pytest.mark.skipif(os.name == "nt", reason="owners, locks and permissions are POSIX")


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.rglob("*") if each.is_file()}


def test_it_is_whole_and_its_owners_alone(tmp_path: Path, no_umask: None) -> None:
    path = tmp_path / "to" / "finance" / "paper.csv"
    leave(path, b"Remittance")
    assert path.read_bytes() == b"Remittance" and names(tmp_path) == {"paper.csv"}
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)
    with growing(tmp_path / "to" / "papers.zip") as file:
        file.write(b"piece by piece")
        assert "papers.zip" not in names(tmp_path)
    assert mode(tmp_path / "to" / "papers.zip") == 0o600


def test_a_folder_that_was_there_keeps_who_may_read_it(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    leave(shared / "paper.csv", b"")
    assert mode(shared) == 0o755


def test_a_database_is_its_owners_alone(tmp_path: Path, no_umask: None) -> None:
    for door in ("records", "columns"):
        path = tmp_path / door / "council.db"
        database = Database(f"sqlite:///{path}")
        assert not path.exists(), "looking for a database makes none"
        if door == "columns":
            with database.bulk():
                pass
        migrate(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("CREATE TABLE sum (pence)")
            connection.exec_driver_sql("INSERT INTO sum VALUES (1)")
            found = {each.name: mode(each) for each in path.parent.iterdir()}
            assert set(found) >= {"council.db", "council.db-wal", "council.db-shm"}
            assert set(found.values()) == {0o600} and mode(path.parent) == 0o700
        database.close()


def test_the_same_again_is_left_and_anything_else_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "paper.csv"
    leave(path, b"as issued")
    before = path.stat()
    leave(path, b"as issued")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    with pytest.raises(WouldOverwrite, match=r"paper\.csv is there already and is not the same"):
        leave(path, b"something else")
    with pytest.raises(WouldOverwrite, match=r"paper\.csv is there already"), growing(path) as file:
        file.write(b"something else")
    path.write_bytes(b"as is")
    with pytest.raises(WouldOverwrite, match="cut short: it is the beginning of the file that was issued"):
        leave(path, b"as issued")
    assert path.read_bytes() == b"as is" and names(tmp_path) == {"paper.csv"}
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(WouldOverwrite, match=r"folder\.csv"):
        leave(tmp_path / "folder.csv", b"")
    leave(path, b"made anew", over=True)
    assert path.read_bytes() == b"made anew"


FAULTS = {
    errno.ENOSPC: (NoRoom, "There is no room left in .*out. Make room there, then do the same again"),
    errno.EDQUOT: (NoRoom, "There is no room left"),
    errno.EACCES: (CannotWrite, "out may not be written in. Name another folder"),
    errno.EROFS: (CannotWrite, "may not be written in"),
    errno.EIO: (CannotWrite, "out cannot be written in"),
}


@pytest.mark.parametrize("at", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_disk_that_fails_leaves_nothing_half_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, fault: int
) -> None:
    """The second of three files fails: what has its name by then is whole, and there is nothing besides."""
    files = [("a.csv", b"first"), ("b.csv", b"second"), ("c.csv", b"third")]
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "theirs.csv").write_bytes(b"somebody else's")
    real: Callable[..., Any] = getattr(os, at)
    calls = iter(range(100))

    def failing(*args: Any, **how: Any) -> Any:
        if at == "open" and not (len(args) > 1 and args[1] & os.O_CREAT):
            return real(*args, **how)
        if next(calls) == 1:
            raise OSError(fault, os.strerror(fault))
        return real(*args, **how)

    with into(tmp_path / "out", "work") as folder:
        monkeypatch.setattr(os, at, failing)
        kind, said = FAULTS[fault]
        with pytest.raises(kind, match=said):
            folder.save(files)
        monkeypatch.undo()
    assert names(tmp_path) == ({"a.csv", "theirs.csv"} if at == "replace" else {"theirs.csv"})
    with into(tmp_path / "out", "work") as folder:
        folder.save(files)
    assert {name: (tmp_path / "out" / name).read_bytes() for name in ("a.csv", "b.csv", "c.csv")} == dict(files)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(CannotWrite, match="out is a file, not a folder"):
        leave(tmp_path / "out" / "inner" / "paper.csv", b"")
    with pytest.raises(CannotWrite, match="A name is too long"):
        leave(tmp_path / ("n" * 300), b"")
    assert names(tmp_path) == {"out"}


def leftovers(folder: Path, work: str) -> list[Path]:
    """What a process killed at that work leaves behind."""
    with into(folder, work) as there:
        made = [Path(there._temporary()) for _ in range(2)]
        for each in made:
            each.write_bytes(b"half of")
    return made


def test_the_same_work_clears_up_after_itself_and_nobody_else(tmp_path: Path) -> None:
    ours, theirs = leftovers(tmp_path, "files of run 3"), leftovers(tmp_path, "files of run 4")
    assert all(each.name.startswith(MARK) for each in ours + theirs)
    with into(tmp_path, "files of run 3"):
        pass
    assert names(tmp_path) == {each.name for each in theirs}


def test_nothing_is_cleared_up_while_somebody_writes(tmp_path: Path) -> None:
    ours = leftovers(tmp_path, "files of run 3")
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_SH)
    with into(tmp_path, "files of run 3") as folder:
        folder.save([("paper.csv", b"written all the same")])
    assert names(tmp_path) == {"paper.csv", *(each.name for each in ours)}
    os.close(other)
    with into(tmp_path, "files of run 3"):
        pass
    assert names(tmp_path) == {"paper.csv"}


@settings(max_examples=5)
@given(st.lists(st.binary(max_size=20), min_size=60, max_size=70))
def test_many_are_synced_together_and_all_there(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    folder_ = tmp_path_factory.mktemp("many")
    with into(folder_, "work") as folder:
        folder.save([(f"{place}.csv", each) for place, each in enumerate(contents)])
    assert [(folder_ / f"{place}.csv").read_bytes() for place in range(len(contents))] == contents


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere each is synced by itself")
def test_a_disk_that_cannot_be_synced_gives_none_of_many_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_folder: Path) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(leaving, "_sync_disk_of", failing)
    with into(tmp_path, "work") as folder, pytest.raises(CannotWrite, match="cannot be written in"):
        folder.save([(f"{place}.csv", b"content") for place in range(60)])
    assert names(tmp_path) == set()


@pytest.mark.parametrize("name", ["../escaped.csv", "a/b.csv", "..", ".", "", "a\\b.csv", "a\nb", "/etc/x"])
def test_a_name_that_is_no_plain_one_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotWrite, match="no plain name"), into(tmp_path / "in", "x") as folder:
        folder.save([("good.csv", b"x"), (name, b"y")])
    assert [each.name for each in tmp_path.rglob("*.csv")] == []
