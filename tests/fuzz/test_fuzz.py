"""A fixed slice of damaged files through every reader, and every file that one of them ever failed on."""

import shutil
from pathlib import Path

import pytest

from tests.fuzz.readers import CORPUS, READERS, form_of
from tests.fuzz.running import feed, judge, said

SEED = 9
INPUTS = {"load": 60, "quarantine": 60, "load-statement": 40, "load-coding": 40}


@pytest.mark.parametrize("name", READERS)
def test_whole_files_are_taken(name: str, tmp_path: Path) -> None:
    for beside in (CORPUS / name / "beside").glob("*"):
        shutil.copy(beside, tmp_path)
    if name in ("load", "quarantine"):
        pytest.skip("templates name what the good files do not hold")
    for each in READERS[name].corpus():
        shutil.copy(each, tmp_path)
        assert READERS[name].read(tmp_path / each.name) is None, (each, READERS[name].read(tmp_path / each.name))


@pytest.mark.parametrize("name", READERS)
def test_damaged_files_are_taken_or_refused(name: str, tmp_path: Path) -> None:
    told = feed(name, INPUTS.get(name, 300), SEED, tmp_path, tmp_path / "kept")
    print(said(told))
    assert not told.failures, f"seed {SEED}: python -m tests.fuzz --reader {name} --seed {SEED}\n" + "\n".join(
        told.failures[:10]
    )
    assert told.refused and told.slowest < 5


FAILED = sorted((CORPUS / "failed").iterdir())


@pytest.mark.parametrize("path", FAILED, ids=[each.name for each in FAILED])
def test_what_once_failed_no_longer_does(path: Path, tmp_path: Path) -> None:
    """Named READER-SEED-NUMBER~FILE."""
    reader = next(each for each in sorted(READERS, key=len, reverse=True) if path.name.startswith(f"{each}-"))
    for beside in (CORPUS / reader / "beside").glob("*"):
        shutil.copy(beside, tmp_path)
    called = tmp_path / path.name.split("~", 1)[1]
    shutil.copy(path, called)
    assert form_of(called)
    judge(READERS[reader].read(called), True)
