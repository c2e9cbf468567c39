"""Extracts become facts: new, changed, the same, cancelled, set aside; whole or not at all; twice is once."""

import datetime as dt
import json
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from finance.facts.tables import FACTS, bank_detail, change, package, person, quarantine, rate, service_line
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import (
    ExtractLoaded,
    FactsRefused,
    NobodyTold,
    NoSuchFolder,
    load_file,
    load_folder,
    record_facts,
)
from interfaces.files.inbound.layouts.care import CARE
from interfaces.files.inbound.writing import write_extract

GOOD = Path(__file__).parents[4] / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)
LATER = dt.datetime(2026, 5, 20, 9)


def rows(database: Database, table: Any, ref: str) -> list[Any]:
    """Every version of one fact, the oldest first."""
    with database.begin() as connection:
        return list(connection.execute(select(table).where(table.c.ref == ref).order_by(table.c.learned)))


def changes(database: Database) -> int:
    with database.begin() as connection:
        return len(connection.execute(select(change)).all())


def line(ref: str = "L9", **other: object) -> dict[str, object]:
    values = {
        "package_ref": "PK1",
        "contract_ref": "K1",
        "service_ref": "RES",
        "unit": "week",
        "quantity": "1",
        "start_date": "2026-04-06",
    }
    return {"line_ref": ref, **values, **other}


def load(database: Database, extract: str, given: list[dict[str, object]], folder: Path, **how: Any) -> ExtractLoaded:
    cancelled = any("cancelled" in row for row in given)
    write_extract(extract, given, folder / f"{extract}.csv", cancelled=cancelled)
    return load_file(database, folder / f"{extract}.csv", by="loader", at=LATER, **how)


def test_values_are_kept_as_the_tables_say(loaded: Database) -> None:
    (ada,) = rows(loaded, person, "P1")
    assert (ada.name, ada.born, ada.nhs_number) == ("Ada Example", dt.date(1941, 2, 28), "9990000999")
    assert ada.support_reason == "physical support: personal care"
    (visits,) = rows(loaded, service_line, "L4")
    assert (visits.unit, visits.quantity, visits.days, visits.every_weeks) == ("visit", 200, 0b0010101, 2)
    assert (visits.visit_minutes, visits.carers, visits.ends) == (30, 2, dt.date(2026, 5, 4))
    (hours,) = rows(loaded, service_line, "L3")
    assert (hours.quantity, hours.days, hours.every_weeks, hours.carers, hours.ends) == (630, 0, 1, 1, None)
    assert hours.person == rows(loaded, person, "P2")[0].nr
    weekly, banded = rows(loaded, rate, "R2")[0], rows(loaded, rate, "R5")[0]
    assert (weekly.rate, weekly.day_category, weekly.minutes_from) == (10_027_500, "any", None)
    assert (banded.rate, banded.minutes_from, banded.minutes_until) == (134_000, 21, 61)
    assert rows(loaded, rate, "R6")[0].age_until == 65
    (bank,) = rows(loaded, bank_detail, "B3")
    assert (bank.sort_code, bank.account_number, bank.proposed_by) == ("000097", "87654321", "loader")
    shares = [rows(loaded, FACTS["funding_share"], ref)[0] for ref in ("F1", "F2")]
    assert [(each.basis, each.amount) for each in shares] == [("percent", 4000), ("fixed", 750_000)]
    assert rows(loaded, FACTS["adjustment"], "A2")[0].amount == -4210
    assert rows(loaded, FACTS["adjustment"], "A2")[0].person is None


def test_each_file_is_one_change_with_its_source(loaded: Database) -> None:
    with loaded.begin() as connection:
        found = connection.execute(select(change).order_by(change.c.nr)).all()
    assert [each.nr for each in found] == list(range(1, len(CARE) + 1))
    assert (found[0].by, found[0].moment, found[0].what, found[0].source) == (
        "loader",
        AT,
        "people extract",
        "people.csv",
    )
    assert len(found[0].sha256) == 64


def test_the_same_files_again_change_nothing(loaded: Database) -> None:
    before = changes(loaded)
    results = load_folder(loaded, GOOD, by="somebody else", at=LATER)
    assert [(each.new, each.changed, each.cancelled, each.change) for each in results] == [(0, 0, 0, None)] * 18
    assert sum(each.unchanged for each in results) == sum(each.rows for each in results) == 46
    assert changes(loaded) == before


def test_a_changed_row_supersedes_and_the_rest_stay(loaded: Database, tmp_path: Path) -> None:
    text = (GOOD / "people.csv").read_text(encoding="utf-8").replace("1988-11-03,,", "1988-11-03,2026-05-15,")
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    result = load_file(loaded, tmp_path / "people.csv", by="loader", at=LATER)
    assert (result.new, result.changed, result.unchanged, result.change) == (0, 1, 2, 19)
    old, new = rows(loaded, person, "P2")
    assert (old.nr, old.superseded, old.died) == (new.nr, 19, None)
    assert (new.learned, new.superseded, new.died) == (19, None, dt.date(2026, 5, 15))
    assert len(rows(loaded, person, "P1")) == 1


def test_changing_back_is_a_third_version(loaded: Database, tmp_path: Path) -> None:
    for budget in ("1200.00", "1100.00"):
        given = {"package_ref": "PK1", "person_ref": "P1", "start_date": "2024-06-03", "approved_by": "Funding panel"}
        load(loaded, "packages", [{**given, "weekly_budget": budget}], tmp_path)
    versions = rows(loaded, package, "PK1")
    assert [each.weekly_budget for each in versions] == [110_000, 120_000, 110_000]
    assert [each.superseded for each in versions] == [19, 20, None]


def test_a_cancelled_row_is_no_longer_believed_and_keeps_its_number(loaded: Database, tmp_path: Path) -> None:
    assert load(loaded, "service_lines", [line()], tmp_path).new == 1
    number = rows(loaded, service_line, "L9")[0].nr
    ended = load(loaded, "service_lines", [{"line_ref": "L9", "cancelled": "yes"}], tmp_path)
    assert (ended.cancelled, ended.unchanged) == (1, 0)
    assert [each.superseded for each in rows(loaded, service_line, "L9")] == [20]
    again = load(loaded, "service_lines", [{"line_ref": "L9", "cancelled": "YES"}], tmp_path)
    assert (again.cancelled, again.unchanged, again.change) == (0, 1, None)
    assert load(loaded, "service_lines", [line()], tmp_path).new == 1
    assert [(each.nr, each.superseded) for each in rows(loaded, service_line, "L9")] == [(number, 20), (number, None)]


def test_a_folder_cancels_a_person_and_their_package_together(loaded: Database, tmp_path: Path) -> None:
    load(loaded, "packages", [{"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-01-01"}], tmp_path)
    load(loaded, "service_lines", [line(package_ref="PK9")], tmp_path)
    new = {"package_ref": "PK8", "person_ref": "P1", "start_date": "2026-01-01"}
    write_extract(
        "packages", [{"package_ref": "PK9", "cancelled": "yes"}, new], tmp_path / "packages.csv", cancelled=True
    )
    moved = line("L8", package_ref="PK8")
    write_extract(
        "service_lines", [{"line_ref": "L9", "cancelled": "yes"}, moved], tmp_path / "service_lines.csv", cancelled=True
    )
    packages, lines = load_folder(loaded, tmp_path, by="loader", at=LATER)
    assert (packages.new, packages.cancelled, packages.problems) == (1, 1, ())
    assert (lines.new, lines.cancelled, lines.problems) == (1, 1, ())
    assert rows(loaded, package, "PK9")[0].superseded is not None


def test_good_rows_load_when_bad_ones_are_set_aside(loaded: Database, tmp_path: Path) -> None:
    given = [line("L8"), line("L9", start_date="31/02/2026"), line("L7", contract_ref="K9", quantity="lots")]
    result = load(loaded, "service_lines", given, tmp_path, quarantine=True)
    assert (result.new, result.quarantined, result.loaded, result.problem_count) == (1, 2, True, 3)
    assert rows(loaded, service_line, "L9") == []
    with loaded.begin() as connection:
        first, second = connection.execute(select(quarantine).order_by(quarantine.c.nr)).all()
    assert (first.extract, first.source_row, first.ref, first.change) == ("service_lines", 3, "L9", result.change)
    assert first.what == "start date 31/02/2026 does not exist."
    assert json.loads(first.content)["start_date"] == "31/02/2026"
    assert second.what == "quantity lots is not a number. contract K9 is not a contract we know."
    again = load(loaded, "service_lines", given, tmp_path, quarantine=True)
    assert (again.new, again.unchanged, again.quarantined, again.change) == (0, 1, 2, None)
    with loaded.begin() as connection:
        assert len(connection.execute(select(quarantine)).all()) == 2


def test_a_row_that_leans_on_one_set_aside_says_so(loaded: Database, tmp_path: Path) -> None:
    bad: dict[str, object] = {"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-02-30"}
    load(loaded, "packages", [bad], tmp_path, quarantine=True)
    result = load(loaded, "service_lines", [line(package_ref="PK9")], tmp_path)
    assert [str(each) for each in result.problems] == [
        (
            "service_lines.csv line 2, column package_ref: package PK9 is not a package we know: it was set aside "
            "from the "
            "packages extract (start date 2026-02-30 does not exist). Send it in the packages extract first, or "
            "correct "
            "the reference."
        )
    ]


def test_a_row_set_aside_leaves_its_old_version_standing(loaded: Database, tmp_path: Path) -> None:
    """R2 is set aside, so it still runs on from 1 April, and the rate meant to follow it overlaps it."""
    card = {"contract_ref": "K1", "service_ref": "RES", "unit": "week"}
    given: list[dict[str, object]] = [
        {**card, "rate_ref": "R2", "rate": "1002.75", "start_date": "2026-04-01", "end_date": "2026-02-30"},
        {**card, "rate_ref": "R9", "rate": "1010.00", "start_date": "2026-06-01"},
    ]
    result = load(loaded, "rates", given, tmp_path, quarantine=True)
    assert (result.new, result.changed, result.quarantined) == (0, 0, 2)
    given[0]["end_date"] = "2026-05-31"
    result = load(loaded, "rates", given, tmp_path)
    assert (result.new, result.changed, result.problems) == (1, 1, ())


def test_a_row_blamed_for_an_overlap_leaves_its_old_version_standing_too(loaded: Database, tmp_path: Path) -> None:
    """R2 moved back over R1 is set aside; its old version runs on from 1 April, so R9 has to be looked at again."""
    card = {"contract_ref": "K1", "service_ref": "RES", "unit": "week"}
    given: list[dict[str, object]] = [
        {**card, "rate_ref": "R2", "rate": "1002.75", "start_date": "2026-01-01", "end_date": "2026-05-31"},
        {**card, "rate_ref": "R9", "rate": "1010.00", "start_date": "2026-06-01"},
    ]
    result = load(loaded, "rates", given, tmp_path, quarantine=True)
    assert (result.new, result.changed, result.quarantined) == (0, 0, 2)


def test_an_exact_copy_of_a_row_is_set_aside_and_the_first_kept(loaded: Database, tmp_path: Path) -> None:
    result = load(loaded, "service_lines", [line(), line()], tmp_path, quarantine=True)
    assert (result.new, result.quarantined) == (1, 1)
    differing = [line("L8"), line("L8", quantity="2")]
    result = load(loaded, "service_lines", differing, tmp_path, quarantine=True)
    assert (result.new, result.quarantined) == (0, 2)


def test_facts_from_a_program_pass_the_same_checks(loaded: Database) -> None:
    facts: dict[str, list[dict[str, object]]] = {
        "service_lines": [line(quantity=1, start_date=dt.date(2026, 4, 6))],
        "packages": [{"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-01-01"}],
        "agreed_rates": [{"rate_ref": "AR9", "line_ref": "L9", "rate": "1000", "start_date": "2026-04-06"}],
    }
    results = record_facts(loaded, facts, by="officer", at=LATER, source="a scenario")
    assert {name: each.new for name, each in results.items()} == {"packages": 1, "service_lines": 1, "agreed_rates": 1}
    assert {each.change for each in results.values()} == {19}
    with pytest.raises(FactsRefused) as refused:
        record_facts(loaded, {"packages": [{"package_ref": "PK7"}]}, by="officer", at=LATER, source="a scenario")
    assert [each.where for each in refused.value.problems] == [
        "a scenario: packages row 1, column person_ref",
        "a scenario: packages row 1, column start_date",
    ]
    with pytest.raises(FactsRefused, match="no column called colour"):
        record_facts(loaded, {"packages": [{"colour": "red"}]}, by="officer", at=LATER, source="a scenario")
    assert changes(loaded) == 19


def test_one_fault_among_several_extracts_records_none(loaded: Database) -> None:
    facts: dict[str, list[dict[str, object]]] = {
        "packages": [{"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-01-01"}],
        "service_lines": [line(start_date="2026-13-01")],
    }
    with pytest.raises(FactsRefused):
        record_facts(loaded, facts, by="officer", at=LATER, source="a scenario")
    assert rows(loaded, package, "PK9") == []


def test_a_refused_row_is_not_heard_of_again_from_those_that_lean_on_it(loaded: Database) -> None:
    facts: dict[str, list[dict[str, object]]] = {
        "packages": [{"package_ref": "PK9", "person_ref": "P1", "start_date": "2026-13-01"}],
        "service_lines": [line(package_ref="PK9")],
        "payees": [{"payee_ref": "V9", "name": "Example", "kind": "charity"}],
    }
    with pytest.raises(FactsRefused) as refused:
        record_facts(loaded, facts, by="officer", at=LATER, source="a scenario")
    assert [each.where for each in refused.value.problems] == [
        "a scenario: payees row 1, column kind",
        "a scenario: packages row 1, column start_date",
    ]


def test_two_loads_at_once_are_both_kept(loaded: Database, tmp_path: Path) -> None:
    """The second waits for the first, so no two facts share a number and no change is lost."""
    results: list[ExtractLoaded] = []

    def one(place: int) -> None:
        folder = tmp_path / str(place)
        folder.mkdir()
        results.append(load(loaded, "service_lines", [line(f"N{place}-{each}") for each in range(50)], folder))

    threads = [threading.Thread(target=one, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each.new for each in results] == [50] * 4
    assert sorted(each.change or 0 for each in results) == [19, 20, 21, 22]
    with loaded.begin() as connection:
        numbers = connection.execute(select(service_line.c.nr)).scalars().all()
    assert sorted(numbers) == list(range(1, 205))


def load_apart(url: str, folder: str, place: int) -> int:
    """One load in a process of its own."""
    database = Database(url)
    made = Path(folder) / str(place)
    made.mkdir()
    given = [line(f"A{place}-{each}") for each in range(50)]
    loads = [load(database, "service_lines", given[:end], made) for end in (10, 30, 50)]
    database.close()
    return sum(each.new for each in loads)


def test_processes_loading_at_once_take_turns(loaded: Database, tmp_path: Path) -> None:
    url = loaded.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        made = list(pool.map(load_apart, [url] * 2, [str(tmp_path)] * 2, range(2)))
    assert made == [50] * 2
    with loaded.begin() as connection:
        numbers = connection.execute(select(service_line.c.nr)).scalars().all()
    assert sorted(numbers) == list(range(1, 105))
    assert changes(loaded) == len(CARE) + 6


def test_the_answer_in_json(loaded: Database, tmp_path: Path) -> None:
    result = load(loaded, "service_lines", [line(start_date="")], tmp_path)
    assert json.loads(json.dumps(result.as_json())) == {
        "file": "service_lines.csv",
        "extract": "service_lines",
        "loaded": False,
        "change": None,
        "rows": 1,
        "new": 0,
        "changed": 0,
        "unchanged": 0,
        "cancelled": 0,
        "quarantined": 0,
        "waiting": 0,
        "load": None,
        "taken_away": 0,
        "righted": 0,
        "problem_count": 1,
        "tried": True,
        "problems": [
            {
                "where": "service_lines.csv line 2, column start_date",
                "what": "start date is missing.",
                "what_to_do": "Fill it in and send the file again.",
            }
        ],
        "notes": [],
    }


def test_a_file_of_unknown_name_or_that_is_not_there(loaded: Database, tmp_path: Path) -> None:
    (tmp_path / "stuff.csv").write_text("a,b\n1,2\n")
    result = load_file(loaded, tmp_path / "stuff.csv", by="loader", at=AT)
    assert result.problems[0].what == "is not named after an extract."
    result = load_file(loaded, tmp_path / "people 2026-05-01.csv", by="loader", at=AT)
    assert str(result.problems[0]) == "people 2026-05-01.csv: is not there. Check the name and the folder."


def test_a_folder_that_is_not_there_and_a_loader_without_a_name(loaded: Database, tmp_path: Path) -> None:
    with pytest.raises(NoSuchFolder):
        load_folder(loaded, tmp_path / "none", by="loader", at=AT)
    with pytest.raises(NobodyTold):
        load_folder(loaded, GOOD, by=" ", at=AT)


def test_what_excel_and_others_leave_in_a_folder_is_passed_over(loaded: Database, tmp_path: Path) -> None:
    for name in ("~$people.xlsx", ".people.csv", "notes.txt"):
        (tmp_path / name).write_text("x")
    assert load_folder(loaded, tmp_path, by="loader", at=AT) == []
    (tmp_path / "peeple.csv").write_text("x")
    (strange,) = load_folder(loaded, tmp_path, by="loader", at=AT)
    assert [each.what for each in strange.problems] == ["is not named after an extract."]
