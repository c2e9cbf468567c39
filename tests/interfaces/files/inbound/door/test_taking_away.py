"""What a file takes away that was known is said in so many words, and over a limit is not taken unasked."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from finance.facts.tables import change, service_line
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import UNASKED, Allowance
from interfaces.files.inbound.door.loading import ExtractLoaded, load_file, load_folder
from tests.interfaces.files.inbound.conftest import AT, GOOD


def load(database: Database, path: Path, allowance: Allowance = UNASKED) -> ExtractLoaded:
    return load_file(database, path, by="loader", at=AT, allowance=allowance)


def without(folder: Path, name: str, *given: str) -> Path:
    """A good extract with some of what it gives left out."""
    text = (GOOD / name).read_text(encoding="utf-8")
    for each in given:
        assert each in text
        text = text.replace(each, "")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_last_day_that_goes_is_said(loaded: Database, tmp_path: Path) -> None:
    done = load(loaded, without(tmp_path, "service_lines.csv", "03/05/2026"))
    assert (done.loaded, done.changed, done.taken_away) == (True, 1, 1)
    (note,) = done.notes
    assert note.what == "takes away the last day of 1 service line: L4."
    assert done.as_json()["taken_away"] == 1


def test_what_goes_is_said_of_every_column(loaded: Database, tmp_path: Path) -> None:
    done = load(loaded, without(tmp_path, "people.csv", "10012345678", "2026-05-03", "999 000 0999"))
    assert done.taken_away == 2
    assert [note.what.split(":")[0] for note in done.notes] == [
        "the death of P3 (Siân Sample) on 3 May 2026 was known, and this file takes it away",
        "takes away the NHS number of 1 person",
        "takes away the UPRN of 1 person",
    ]


def lines(folder: Path, count: int, last: str) -> Path:
    """Lines that all end on a day, or none of which does."""
    header, *_ = (GOOD / "service_lines.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"N{nr},PK1,K1,RES,week,1,,1,,1,2026-04-06,{last}," for nr in range(count)]
    (folder / "service_lines.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder / "service_lines.csv"


def test_a_column_of_last_days_that_arrives_empty_is_refused(loaded: Database, tmp_path: Path) -> None:
    assert load(loaded, lines(tmp_path, 12, "2026-04-30")).new == 12
    refused = load(loaded, lines(tmp_path, 12, ""))
    assert not refused.loaded
    (problem,) = refused.problems
    assert problem.what == (
        "would take away the last day of 12 service lines: N0, N1, N2, N3, N4, N5, N6, N7, N8, N9 and 2 more; "
        "10 may go without a second word."
    )
    assert problem.what_to_do.endswith("load it with --take-away 12.")
    assert not load_folder(loaded, tmp_path, by="loader", at=AT)[0].loaded
    assert not load(loaded, lines(tmp_path, 12, ""), UNASKED.said(take_away=11, alike=False)).loaded
    done = load(loaded, lines(tmp_path, 12, ""), UNASKED.said(take_away=12, alike=False))
    assert (done.loaded, done.taken_away) == (True, 12)
    with loaded.begin() as connection:
        said = connection.execute(select(change.c.what).where(change.c.nr == done.change)).scalar_one()
        ends = connection.execute(
            select(service_line.c.ends).where(service_line.c.ref == "N3", service_line.c.superseded.is_(None))
        ).scalar_one()
    assert said == "service_lines extract (up to 12 taken away)"
    assert ends is None


def test_the_council_sets_the_limit(loaded: Database, tmp_path: Path) -> None:
    strict = Allowance(take_away=0)
    assert not load(loaded, without(tmp_path, "service_lines.csv", "03/05/2026"), strict).loaded
    assert load(loaded, GOOD / "service_lines.csv", strict).loaded


@pytest.mark.parametrize("name", ["suspensions.csv", "bank_details.csv"])
def test_rows_that_go_whole_count_where_they_stop_or_start_money(loaded: Database, tmp_path: Path, name: str) -> None:
    header, row, *_ = (GOOD / name).read_text(encoding="utf-8").splitlines()
    path = tmp_path / name
    path.write_text(f"{header},cancelled\n{row},yes\n", encoding="utf-8")
    assert not load(loaded, path, Allowance(take_away=0)).loaded
    done = load(loaded, path)
    assert (done.cancelled, done.taken_away) == (1, 1)
    assert done.notes[0].what.startswith("takes away all of it of 1 ")


def test_what_was_never_known_is_not_taken_away(database: Database) -> None:
    for each in load_folder(database, GOOD, by="loader", at=AT, allowance=Allowance(take_away=0)):
        assert (each.loaded, each.taken_away, each.notes) == (True, 0, ())
    later = AT + dt.timedelta(days=1)
    again = load_folder(database, GOOD, by="loader", at=later, allowance=Allowance(take_away=0))
    assert {each.taken_away for each in again} == {0}
