"""The made-up county: the same seed gives the same files, its figures land where they should, its faults are found."""

import csv
import datetime as dt
import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from stdnum.gb import nhs

from finance.facts import tables
from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.demo.calibration import GROUPS
from interfaces.demo.county import FEWEST, Manifest, build_county
from interfaces.files.inbound.door.loading import ExtractLoaded, load_folder
from interfaces.files.inbound.layouts.register import EXTRACTS

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return build_county(tmp_path_factory.mktemp("county"))


@cache
def _read(path: Path) -> Rows:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    return [{str(k): "" if v is None else str(v) for k, v in zip(header, row, strict=True)} for row in rows]


def _extract(county: Manifest, folder: str, name: str) -> Rows:
    found = next((path for path in (county.folder / folder).iterdir() if path.stem == name), None)
    return _read(found) if found else []


def _digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    build_county(tmp_path / "one", people=300, seed=7)
    build_county(tmp_path / "two", people=300, seed=7)
    build_county(tmp_path / "three", people=300, seed=8)
    one, two, three = (_digest(tmp_path / name) for name in ("one", "two", "three"))
    assert one == two
    assert one["first/people.csv"] != three["first/people.csv"]
    assert {"first/services.xlsx", "news/service_lines.csv", "about.txt"} <= set(one)


def test_five_thousand_people_are_in_care_in_the_calibrated_groups(county: Manifest) -> None:
    assert [group.people for group in county.groups] == [group.people for group in GROUPS]
    by_setting = Counter[str]()
    for group in county.groups:
        by_setting[group.setting] += group.people
    assert by_setting == {"nursing": 400, "residential": 1_000, "community": 3_600}  # 8%, 20%, 72%


def test_costs_land_on_the_calibrated_means(county: Manifest) -> None:
    for group in county.groups:
        if group.people >= 150:
            assert abs(group.weekly_pence - group.wanted_pence) <= group.wanted_pence * 0.08, group.name
    total = sum(group.people * group.weekly_pence for group in county.groups)
    assert 640_00 <= total / 5_000 <= 680_00  # £659 wanted


def test_there_are_three_hundred_payees_and_one_calendar_pays_nearly_all(county: Manifest) -> None:
    faulty = {fault.ref for fault in county.faults}
    payees = [row for row in _extract(county, "first", "payees") if row["payee_ref"] not in faulty]
    assert len(payees) == 300
    calendar_of = {row["contract_ref"]: row["calendar_ref"] for row in _extract(county, "first", "contracts")}
    lines = _extract(county, "first", "service_lines")
    paid = sum(calendar_of.get(row["contract_ref"]) == county.calendar for row in lines)
    assert paid / len(lines) > 0.97
    assert county.periods == ((dt.date(2026, 4, 6), dt.date(2026, 5, 3)), (dt.date(2026, 5, 4), dt.date(2026, 5, 31)))


def test_nhs_numbers_are_true_and_from_the_test_range(county: Manifest) -> None:
    faulty = {fault.ref for fault in county.faults}
    numbers = [row["nhs_number"] for row in _extract(county, "first", "people") if row["person_ref"] not in faulty]
    assert all(nhs.is_valid(number) and number.startswith("999") for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_every_fault_is_of_its_own_kind_and_stands_where_the_manifest_says(county: Manifest) -> None:
    assert len(county.faults) >= 40
    assert len({fault.kind for fault in county.faults}) == len(county.faults)
    for fault in county.faults:
        row = _extract(county, "first", fault.extract)[fault.row - 2]
        assert row[EXTRACTS[fault.extract].columns[0]] == fault.ref


def test_every_reference_resolves_but_the_planted_ones(county: Manifest) -> None:
    faulty = {fault.ref for fault in county.faults}
    known: dict[str, set[str]] = {}
    for folder in ("first", "news"):
        for name, extract in EXTRACTS.items():
            own = extract.columns[0]
            rows = [row for row in _extract(county, folder, name) if row[own] not in faulty]
            known.setdefault(name, set()).update(row[own] for row in rows)
            for field in extract.fields:
                if field.links:
                    assert {row[field.name] for row in rows if row[field.name]} <= known[field.links], (
                        name,
                        field.name,
                    )


def test_the_examples_are_there_to_be_opened(county: Manifest) -> None:
    kinds = Counter(example.kind for example in county.examples)
    assert all(count == 1 for count in kinds.values())
    wanted = {
        "death after payment",
        "death years ago",
        "death, direct payment",
        "end told late",
        "hours changed late",
        "price agreed late",
        "rate card back-dated",
        "hospital keyed late",
        "retainer steps down",
        "return keyed late",
        "entered late",
        "line entered twice",
        "suspension withdrawn",
        "work handed back",
        "no bank details",
        "no date of birth",
        "no rate",
        "turns 65",
        "contribution assessed late",
        "NHS share agreed late",
    }
    assert wanted <= set(kinds)
    for example in county.examples:
        own = EXTRACTS[example.extract].columns[0]
        refs = {row[own] for folder in ("first", "news") for row in _extract(county, folder, example.extract)}
        assert example.ref in refs, example.kind


def test_a_death_after_payment_is_unknown_first_and_news_later(county: Manifest) -> None:
    line = next(example.ref for example in county.examples if example.kind == "death after payment")
    package = next(row["package_ref"] for row in _extract(county, "first", "service_lines") if row["line_ref"] == line)
    person = next(row["person_ref"] for row in _extract(county, "first", "packages") if row["package_ref"] == package)
    died = [
        [row["date_of_death"] for row in _extract(county, folder, "people") if row["person_ref"] == person]
        for folder in ("first", "news")
    ]
    assert died == [[""], ["2026-04-20"]]


def test_a_back_dated_rate_card_closes_the_old_price_and_opens_the_new(county: Manifest) -> None:
    contract = next(example.ref for example in county.examples if example.kind == "rate card back-dated")
    first = [row for row in _extract(county, "first", "rates") if row["contract_ref"] == contract]
    told = [row for row in _extract(county, "news", "rates") if row["contract_ref"] == contract]
    assert {(row["start_date"], row["end_date"]) for row in first} == {("2025-04-07", "")}
    assert Counter((row["start_date"], row["end_date"]) for row in told) == {
        ("2025-04-07", "2026-04-05"): len(first),
        ("2026-04-06", ""): len(first),
    }


def test_the_county_scales_and_refuses_to_be_too_small(tmp_path: Path) -> None:
    small = build_county(tmp_path, people=100)
    assert sum(group.people for group in small.groups) == 100
    with pytest.raises(Refusal, match=f"{FEWEST} or more"):
        build_county(tmp_path, people=FEWEST - 1)


def test_the_manifest_is_written_for_machines_too(county: Manifest) -> None:
    written = json.loads((county.folder / "manifest.json").read_text(encoding="utf-8"))
    assert written["first"] == county.first
    assert len(written["faults"]) == len(county.faults)
    assert "made up" in (county.folder / "about.txt").read_text(encoding="utf-8")


def _load(database: Database, folder: Path, at: dt.datetime, *, quarantine: bool) -> list[ExtractLoaded]:
    return load_folder(database, folder, by="data team", at=at, quarantine=quarantine)


@pytest.mark.parametrize("people", [FEWEST, 1_000])
def test_the_door_sets_aside_the_faults_and_nothing_else(database: Database, tmp_path: Path, people: int) -> None:
    county = build_county(tmp_path, people=people, seed=people)
    loaded = _load(database, tmp_path / "first", dt.datetime(2026, 5, 5, 18), quarantine=True)
    assert all(each.loaded for each in loaded)
    with database.begin() as connection:
        aside = connection.execute(select(tables.quarantine.c.extract, tables.quarantine.c.source_row)).all()
    assert sorted(tuple(row) for row in aside) == sorted((fault.extract, fault.row) for fault in county.faults)
    later = _load(database, tmp_path / "news", dt.datetime(2026, 6, 2, 18), quarantine=False)
    assert all(each.loaded for each in later)
    assert sum(each.changed for each in later) > 0
    again = _load(database, tmp_path / "news", dt.datetime(2026, 6, 2, 19), quarantine=False)
    assert all(each.change is None for each in again)


def test_a_move_ends_one_line_and_begins_another_in_the_same_news(county: Manifest) -> None:
    line = next(example.ref for example in county.examples if example.kind == "move to a care home")
    told = _extract(county, "news", "service_lines")
    ended = next(row for row in told if row["line_ref"] == line)
    assert (ended["end_date"], ended["end_reason"]) == ("2026-04-21", "moved to a care home")
    packages = _extract(county, "first", "packages") + _extract(county, "news", "packages")
    person = next(row["person_ref"] for row in packages if row["package_ref"] == ended["package_ref"])
    theirs = {row["package_ref"] for row in packages if row["person_ref"] == person}
    begun = [row for row in told if row["package_ref"] in theirs and row["start_date"] == "2026-04-22"]
    assert [row["service_ref"] for row in begun] == ["RES"]
