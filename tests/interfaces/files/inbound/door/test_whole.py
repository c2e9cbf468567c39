"""A file loads whole or not at all, however late its fault is found: nothing of a refused file is kept."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from finance.facts.tables import FACTS, change, package, quarantine, service_line
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import ExtractLoaded, load_folder
from interfaces.files.inbound.layouts.care import CARE
from interfaces.files.inbound.layouts.register import EXTRACTS, dependents
from interfaces.files.inbound.writing import write_extract

GOOD = Path(__file__).parents[4] / "files" / "good"
LATER = dt.datetime(2026, 5, 20, 9)
LEANED_ON = [name for name, extract in CARE.items() if any(other.name in CARE for other, _ in dependents(extract))]
PK9 = {"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-01-01"}
LINE = {
    "package_ref": "PK1",
    "contract_ref": "K1",
    "service_ref": "RES",
    "unit": "week",
    "quantity": "1",
    "start_date": "2026-04-06",
}


def believed(database: Database, table: Any) -> set[str]:
    with database.begin() as connection:
        return set(connection.execute(select(table.c.ref).where(table.c.superseded.is_(None))).scalars())


def changes(database: Database) -> int:
    with database.begin() as connection:
        return len(connection.execute(select(change)).all())


def folder(database: Database, where: Path, **files: Any) -> dict[str, ExtractLoaded]:
    """Load these files as one folder."""
    quarantine = files.pop("quarantine", False)
    for name, rows in files.items():
        write_extract(name, rows, where / f"{name}.csv", cancelled=any("cancelled" in row for row in rows))
    return {each.extract: each for each in load_folder(database, where, by="loader", at=LATER, quarantine=quarantine)}


@pytest.mark.parametrize("name", LEANED_ON)
def test_cancelling_what_is_still_used_refuses_the_file_and_its_good_rows(
    loaded: Database, tmp_path: Path, name: str
) -> None:
    extract, before = EXTRACTS[name], changes(loaded)
    with (GOOD / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    leaned_on = {extract.ref.name: first[extract.ref.name], "cancelled": "yes"}
    result = folder(loaded, tmp_path, **{name: [leaned_on, {**first, extract.ref.name: "NEW9"}]})[name]
    assert (result.loaded, result.change, result.quarantined) == (False, None, 0)
    assert {each.where for each in result.problems} == {f"{name}.csv line 2, column cancelled"}
    assert all("still names it" in each.what and each.what_to_do for each in result.problems)
    assert changes(loaded) == before
    assert "NEW9" not in believed(loaded, extract.table) and first[extract.ref.name] in believed(loaded, extract.table)


def test_a_line_that_still_names_a_cancelled_package(loaded: Database, tmp_path: Path) -> None:
    rows = [{"package_ref": "PK2", "cancelled": "yes"}, PK9]
    result = folder(loaded, tmp_path, packages=rows)["packages"]
    assert not result.loaded and "PK9" not in believed(loaded, package)
    aside = folder(loaded, tmp_path, quarantine=True, packages=rows)["packages"]
    assert (aside.loaded, aside.new, aside.cancelled, aside.quarantined) == (True, 1, 0, 1)
    assert {"PK2", "PK9"} <= believed(loaded, package)
    with loaded.begin() as connection:
        assert connection.execute(select(quarantine.c.ref)).scalars().all() == ["PK2"]
    before = changes(loaded)
    again = folder(loaded, tmp_path, quarantine=True, packages=rows)["packages"]
    assert (again.new, again.unchanged, again.quarantined, again.change) == (0, 1, 1, None)
    assert changes(loaded) == before


def test_a_fault_in_the_file_that_would_let_go_keeps_both_out(loaded: Database, tmp_path: Path) -> None:
    folder(loaded, tmp_path, packages=[PK9], service_lines=[{**LINE, "line_ref": "L9", "package_ref": "PK9"}])
    before = changes(loaded)
    found = folder(
        loaded,
        tmp_path,
        packages=[{"package_ref": "PK9", "cancelled": "yes"}, {**PK9, "package_ref": "PK8"}],
        service_lines=[{"line_ref": "L9", "cancelled": "yes"}, {**LINE, "line_ref": "L8", "start_date": "31/02/2026"}],
        suspensions=[{"suspension_ref": "S9", "line_ref": "L1", "start_date": "2026-07-01", "reason": "hospital"}],
    )
    assert {name: (each.loaded, each.tried) for name, each in found.items()} == {
        "packages": (False, True),
        "service_lines": (False, True),
        "suspensions": (False, False),
    }
    assert [each.what for each in found["packages"].problems] == [
        "cannot be cancelled: L9 in the service_lines extract still names it."
    ]
    assert [each.what for each in found["service_lines"].problems] == ["start date 31/02/2026 does not exist."]
    assert changes(loaded) == before


def test_a_chain_half_cancelled_keeps_every_link(loaded: Database, tmp_path: Path) -> None:
    """The person and the package are cancelled together; the line is not."""
    person = {"person_ref": "P9", "name": "Example", "primary_support_reason": "social support"}
    own = {**PK9, "person_ref": "P9"}
    folder(
        loaded,
        tmp_path,
        people=[person],
        packages=[own],
        service_lines=[{**LINE, "line_ref": "L9", "package_ref": "PK9"}],
    )
    (tmp_path / "service_lines.csv").unlink()
    before = changes(loaded)
    gone = {
        "people": [{"person_ref": "P9", "cancelled": "yes"}],
        "packages": [{"package_ref": "PK9", "cancelled": "yes"}],
    }
    found = folder(loaded, tmp_path, **gone)
    assert [each.loaded for each in found.values()] == [False, False]
    assert changes(loaded) == before
    found = folder(loaded, tmp_path, **gone, service_lines=[{"line_ref": "L9", "cancelled": "yes"}])
    assert [(each.cancelled, each.problem_count) for each in found.values()] == [(1, 0)] * 3
    assert len({each.change for each in found.values()}) == 3
    after = changes(loaded)
    again = folder(loaded, tmp_path, **gone, service_lines=[{"line_ref": "L9", "cancelled": "yes"}])
    assert [(each.loaded, each.unchanged, each.change) for each in again.values()] == [(True, 1, None)] * 3
    assert changes(loaded) == after


def test_a_line_pointed_elsewhere_lets_its_package_go(loaded: Database, tmp_path: Path) -> None:
    folder(loaded, tmp_path, packages=[PK9], service_lines=[{**LINE, "line_ref": "L9", "package_ref": "PK9"}])
    found = folder(
        loaded,
        tmp_path,
        packages=[{"package_ref": "PK9", "cancelled": "yes"}],
        service_lines=[{**LINE, "line_ref": "L9"}],
    )
    assert (found["packages"].cancelled, found["service_lines"].changed) == (1, 1)
    assert "PK9" not in believed(loaded, package)


def test_a_new_line_in_the_same_folder_holds_a_package_fast(loaded: Database, tmp_path: Path) -> None:
    folder(loaded, tmp_path, packages=[PK9], service_lines=[{**LINE, "line_ref": "L9", "package_ref": "PK9"}])
    found = folder(
        loaded,
        tmp_path,
        packages=[{"package_ref": "PK9", "cancelled": "yes"}],
        service_lines=[{"line_ref": "L9", "cancelled": "yes"}, {**LINE, "line_ref": "L8", "package_ref": "PK9"}],
    )
    assert [str(each) for each in found["packages"].problems] == [
        (
            "packages.csv line 2, column cancelled: cannot be cancelled: L8 in the service_lines extract still names "
            "it. "
            "Cancel each service line first, or point it elsewhere."
        )
    ]
    assert not found["service_lines"].tried
    assert believed(loaded, service_line) >= {"L9"} and "L8" not in believed(loaded, service_line)


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("service_lines", {**LINE, "line_ref": "L8", "contract_ref": "K77"}, {**LINE, "line_ref": "L9"}),
        ("packages", {**PK9, "package_ref": "PK1", "person_ref": "P2"}, PK9),
        (
            "suspensions",
            {"suspension_ref": "S8", "line_ref": "L1", "start_date": "2026-07-01", "reason": "hospital"},
            {"suspension_ref": "S9", "line_ref": "L1", "start_date": "2026-07-02", "reason": "hospital"},
        ),
        (
            "funding_shares",
            {"share_ref": "F8", "line_ref": "L3", "funder_ref": "ICB", "percent": "70", "start_date": "2027-07-01"},
            {"share_ref": "F9", "line_ref": "L3", "funder_ref": "ICB", "percent": "70", "start_date": "2027-07-01"},
        ),
    ],
)
def test_references_moves_overlaps_and_percentages_keep_the_good_rows_out_too(
    loaded: Database, tmp_path: Path, name: str, bad: dict[str, str], good: dict[str, str]
) -> None:
    before, standing = changes(loaded), believed(loaded, FACTS[EXTRACTS[name].table_name])
    result = folder(loaded, tmp_path, **{name: [bad, good]})[name]
    assert (result.loaded, result.change, result.quarantined) == (False, None, 0) and result.problem_count
    assert (changes(loaded), believed(loaded, FACTS[EXTRACTS[name].table_name])) == (before, standing)
