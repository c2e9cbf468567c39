"""Facts that cannot be so are named while the file is in hand: days still to come, slips in what is cancelled,
moved periods.
"""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from finance.facts.tables import change, pay_calendar, service_line
from interfaces.database.connection import Database
from interfaces.files.inbound.door.loading import ExtractLoaded, load_file
from interfaces.files.inbound.writing import write_extract
from ledgers.jobs import Draft, draft_run
from ledgers.store import add_officers
from ledgers.tables import run
from tests.guards import guards_lifted

GOOD = Path(__file__).parents[4] / "files" / "good"
LATER = dt.datetime(2026, 5, 20, 9)


def good(extract: str, ref: str) -> dict[str, str]:
    """One row of the good sample."""
    with (GOOD / f"{extract}.csv").open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if ref in row.values())


def load(
    database: Database, folder: Path, extract: str, *rows: dict[str, str], at: dt.datetime = LATER
) -> ExtractLoaded:
    path = folder / f"{extract}.csv"
    write_extract(extract, list(rows), path, cancelled=any("cancelled" in row for row in rows))
    return load_file(database, path, by="loader", at=at)


def said(result: ExtractLoaded) -> list[str]:
    return [str(each) for each in result.problems]


def test_a_birth_or_a_death_still_to_come(loaded: Database, tmp_path: Path) -> None:
    died = good("people", "P2") | {"date_of_death": "2062-05-20"}
    unborn = good("people", "P1") | {"date_of_birth": "2041-02-28"}
    result = load(loaded, tmp_path, "people", died, unborn)
    again = "Correct it in the case system and send the file again."
    assert not result.loaded and said(result) == [
        f"people.csv line 2, column date_of_death: date of death 2062-05-20 is still to come. {again}",
        f"people.csv line 3, column date_of_birth: date of birth 2041-02-28 is still to come. {again}",
    ]


def test_a_death_today_is_a_death_where_the_council_is(loaded: Database, tmp_path: Path) -> None:
    """Half past eleven at night in London on 20 May is half past ten by UTC; half an hour after midnight is still the
    day before by UTC."""
    died = good("people", "P2") | {"date_of_death": "2026-05-21"}
    assert not load(loaded, tmp_path, "people", died, at=dt.datetime(2026, 5, 20, 22, 30)).loaded
    assert load(loaded, tmp_path, "people", died, at=dt.datetime(2026, 5, 20, 23, 30)).loaded


def test_a_known_death_taken_away_is_loaded_and_said_loudly(loaded: Database, tmp_path: Path) -> None:
    alive = good("people", "P3") | {"date_of_death": ""}
    result = load(loaded, tmp_path, "people", good("people", "P2"), alive)
    assert (result.loaded, result.changed) == (True, 1)
    assert [str(each) for each in result.notes] == [
        (
            "people.csv line 3, column date_of_death: the death of P3 (Siân Sample) on 3 May 2026 was known, and "
            "this file "
            "takes it away: care after it will be paid for again. If they did die, put the date back and send the "
            "file again."
        )
    ]
    assert result.as_json()["notes"] == [
        {"where": each.where, "what": each.what, "what_to_do": each.what_to_do} for each in result.notes
    ]
    assert load(loaded, tmp_path, "people", alive).notes == ()
    moved = good("people", "P3") | {"date_of_death": "2026-05-04"}
    assert load(loaded, tmp_path, "people", moved).notes == ()


def test_cancelling_what_never_was_is_a_slip(loaded: Database, tmp_path: Path) -> None:
    result = load(loaded, tmp_path, "service_lines", {"line_ref": "L77", "cancelled": "yes"})
    assert not result.loaded and said(result) == [
        (
            "service_lines.csv line 2, column line_ref: cannot be cancelled: there never was a service line L77. "
            "Correct the reference, or leave the row out."
        )
    ]


def test_cancelling_again_what_was_cancelled_before_changes_nothing(loaded: Database, tmp_path: Path) -> None:
    gone = {"line_ref": "L4", "cancelled": "yes"}
    assert load(loaded, tmp_path, "service_lines", gone).cancelled == 1
    again = load(loaded, tmp_path, "service_lines", gone)
    assert (again.loaded, again.unchanged, again.problems, again.change) == (True, 1, (), None)
    with loaded.begin() as connection:
        versions = connection.execute(select(service_line).where(service_line.c.ref == "L4")).all()
    assert len(versions) == 1 and versions[0].superseded is not None


@pytest.fixture
def paid(loaded: Database) -> Database:
    """A four-weekly run was released by what is known."""
    with loaded.begin() as connection:
        number = connection.execute(select(pay_calendar.c.nr).where(pay_calendar.c.ref == "4W")).scalar_one()
        known = max(connection.execute(select(change.c.nr)).scalars())
    with loaded.begin() as connection:
        add_officers(connection, {"clerk": "clerk"}, {})
    made = draft_run(
        loaded,
        Draft(
            "payments",
            number,
            "Four-weekly",
            dt.date(2026, 5, 4),
            dt.date(2026, 4, 6),
            dt.date(2026, 5, 7),
            known,
            "{}",
        ),
        by="clerk",
        at=LATER,
    )
    with guards_lifted(loaded, "run") as connection:
        connection.execute(update(run).where(run.c.nr == made.nr).values(status="released", released_at=LATER))
    return loaded


@pytest.mark.parametrize(
    ("column", "value"), [("cycle", "fortnightly"), ("first_day", "2026-04-13"), ("go_live", "2026-04-13")]
)
def test_the_periods_of_a_calendar_that_was_paid_by_stay(
    paid: Database, tmp_path: Path, column: str, value: str
) -> None:
    row: dict[str, Any] = good("pay_calendars", "4W")
    result = load(paid, tmp_path, "pay_calendars", row | {column: value})
    assert not result.loaded and said(result) == [
        (
            f"pay_calendars.csv line 2, column {column}: The periods of {row['name']} have changed since its last run. "
            "Put its cycle, first day and go-live day back, and move contracts to a new calendar instead."
        )
    ]
    assert load(paid, tmp_path, "pay_calendars", row | {"cut_off_days": "2", "name": "Homes"}).changed == 1


def test_the_periods_of_a_calendar_nobody_was_paid_by_may_move(loaded: Database, tmp_path: Path) -> None:
    assert load(loaded, tmp_path, "pay_calendars", good("pay_calendars", "4W") | {"go_live": "2026-04-13"}).changed == 1
