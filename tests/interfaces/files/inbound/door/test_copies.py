"""Two files of one extract in a folder: in order of the days in their names, or refused when nothing says which
is first.
"""

import itertools
from pathlib import Path

import pytest
from sqlalchemy import select

from finance.facts.tables import package
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import load_folder
from interfaces.files.inbound.readers.reading import day_named
from tests.interfaces.files.inbound.door.test_whole import LATER

HEAD = "package_ref,person_ref,start_date,end_date,approved_by,weekly_budget\n"


def put(folder: Path, *names: str) -> None:
    """Files that differ only in who approved: each says its own place in the list."""
    for place, name in enumerate(names):
        (folder / name).write_text(f"{HEAD}PK1,P1,2024-06-03,,panel {place},\n", encoding="utf-8")


def test_the_dated_copy_has_the_last_word(loaded: Database, tmp_path: Path) -> None:
    put(tmp_path, "packages.csv", "packages 2026-04-30.csv", "packages_01-05-2026.csv", "packages 20260601.csv")
    results = load_folder(loaded, tmp_path, by="loader", at=LATER)
    names = ["packages.csv", "packages 2026-04-30.csv", "packages_01-05-2026.csv", "packages 20260601.csv"]
    assert [each.file for each in results] == names
    said = [str(note).split(", by ")[0] for each in results for note in each.notes]
    assert [note for note in said if "was loaded after" in note] == [
        f"{later}: was loaded after {earlier}" for earlier, later in itertools.pairwise(names)
    ]
    with loaded.begin() as connection:
        query = select(package.c.approved_by).where(package.c.ref == "PK1", package.c.superseded.is_(None))
        assert connection.execute(query).scalar_one() == "panel 3"


@pytest.mark.parametrize(
    ("one", "other"), [("packages.csv", "packages copy.csv"), ("packages 2026-06-01.csv", "packages_20260601.csv")]
)
def test_copies_nothing_tells_apart_are_both_refused(loaded: Database, tmp_path: Path, one: str, other: str) -> None:
    put(tmp_path, one, other, "packages 2026-07-01.csv")
    found = {each.file: each for each in load_folder(loaded, tmp_path, by="loader", at=LATER)}
    assert [each.loaded for each in found.values()] == [False] * 3
    assert other in found[one].problems[0].what and one in found[other].problems[0].what
    assert not found["packages 2026-07-01.csv"].tried


def test_a_later_copy_waits_for_the_one_before_it(loaded: Database, tmp_path: Path) -> None:
    put(tmp_path, "packages.csv", "packages 2026-06-01.csv")
    (tmp_path / "packages.csv").write_text(f"{HEAD}PK1,P1,2024-06-31,,panel,\n", encoding="utf-8")
    first, second = load_folder(loaded, tmp_path, by="loader", at=LATER)
    assert (first.loaded, first.tried, second.loaded, second.tried) == (False, True, False, False)


def test_days_in_names() -> None:
    for name in ("people 2026-06-01", "people_20260601", "people 01-06-2026", "people.2026.06.01"):
        assert str(day_named(Path(f"{name}.csv"))) == "2026-06-01"
    for name in ("people", "people 2026-13-01", "people 123456789", "people v2"):
        assert day_named(Path(f"{name}.csv")) is None
