"""What decides money is believed once a second person has confirmed it: by kind, by size, and what is taken away."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, select, text, update

from finance.facts import tables as t
from finance.facts.waiting import NeedsASecondPerson, NoSuchLoad, WaitingRow
from finance.facts.waiting_store import read_rows
from finance.problems import BadParameters, Guarded, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import UNASKED, Allowance, LoadingPolicy, may_wait
from interfaces.files.inbound.door.arriving import FactsRefused
from interfaces.files.inbound.door.beside import read_beside
from interfaces.files.inbound.door.entering import enter
from interfaces.files.inbound.door.loading import load_file, load_folder
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.door.second_word import confirm_waiting, withdraw_waiting
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.writing import write_extract
from ledgers.officers.authority import RIGHTS, NoRight, NotAnOfficer
from ledgers.officers.jobs import add_officers, set_rights
from ledgers.officers.store import confirm as confirm_change
from ledgers.officers.store import read_standing
from tests.conftest import NewDatabase

GOOD = Path(__file__).parents[4] / "files" / "good"
AT = dt.datetime(2026, 5, 4, 9)
ANN, BO, CY = "Ann", "Bo", "Cy"


@pytest.fixture
def council(new_database: NewDatabase) -> Database:
    """The good sample, told before anybody was asked for a second person; three officers."""
    database = new_database()
    load_folder(database, GOOD, by=ANN, at=AT)
    with database.begin() as connection:
        add_officers(connection, {ANN: "clerk", BO: "manager", CY: "manager"}, {"manager": 100})
    return database


def allowed(database: Database, **choices: Any) -> Allowance:
    with database.read() as connection:
        now = read_standing(connection)
    return replace(UNASKED, second=LoadingPolicy(**choices), officers=now)


def told(
    database: Database, folder: Path, extract: str, rows: Sequence[Mapping[str, object]], by: str = ANN, **choices: Any
) -> ExtractLoaded:
    write_extract(extract, rows, folder / f"{extract}.csv", cancelled=any("cancelled" in each for each in rows))
    how = allowed(database, **choices)
    at = AT + dt.timedelta(days=1, minutes=len(waits(database)) + 1)
    return load_file(database, folder / f"{extract}.csv", by=by, at=at, allowance=how)


def waits(database: Database, every: bool = False) -> list[WaitingRow]:
    with database.read() as connection:
        return read_rows(connection, answered=every)


def believed(database: Database, extract: str, ref: str) -> list[dict[str, Any]]:
    table = EXTRACTS[extract].table
    with database.read() as connection:
        found = select(table).where(table.c.ref == ref, table.c.superseded.is_(None))
        return [dict(row) for row in connection.execute(found).mappings()]


def write(database: Database, statement: Executable) -> None:
    with database.begin() as connection:
        connection.execute(statement)


def adjustment(ref: str, amount: str, payee: str = "V1") -> dict[str, object]:
    return {
        "adjustment_ref": ref,
        "payee_ref": payee,
        "calendar_ref": "4W",
        "service_ref": "RES",
        "date": "2026-04-20",
        "amount": amount,
        "reason": "Taxi home from hospital",
        "entered_by": ANN,
    }


RATE = {
    "rate_ref": "R1",
    "contract_ref": "K1",
    "service_ref": "RES",
    "unit": "week",
    "rate": "999.99",
    "start_date": "2024-04-01",
    "end_date": "2026-03-31",
    "day_category": "any",
}


def test_a_rate_is_believed_when_another_officer_has_confirmed_it(council: Database, tmp_path: Path) -> None:
    before = believed(council, "rates", "R1")
    done = told(council, tmp_path, "rates", [RATE])
    assert (done.loaded, done.changed, done.waiting) == (True, 0, 1) and done.load is not None
    assert believed(council, "rates", "R1") == before
    with council.read() as connection:
        (beside,) = read_beside(connection, done.load)
    assert beside.changes == (("rate", "843.50", "999.99"),) and beside.said == ["rate 843.50 → 999.99"]
    for who, refused in ((ANN, NeedsASecondPerson), ("  ANN ", NeedsASecondPerson), ("Nobody", NotAnOfficer)):
        with pytest.raises(refused):
            confirm_waiting(council, done.load, [], by=who, at=AT)
    (made,) = confirm_waiting(council, done.load, [], by="bo", at=AT)
    assert made.changed == 1 and made.change is not None
    (now,) = believed(council, "rates", "R1")
    assert now["rate"] == 99_999_00 and now["source_row"] == 2
    with council.read() as connection:
        told_by = connection.execute(select(t.change.c.by, t.change.c.source).where(t.change.c.nr == made.change)).one()
        assert tuple(told_by) == (ANN, "rates.csv")
    assert [(each.answered_by, each.recorded) for each in waits(council, True)] == [(BO, made.change)]
    with pytest.raises(NoSuchLoad):
        confirm_waiting(council, done.load, [], by=BO, at=AT)


def test_sent_again_it_waits_once_sent_otherwise_it_is_overtaken_and_taken_back_it_falls_away(
    council: Database, tmp_path: Path
) -> None:
    first = told(council, tmp_path, "rates", [RATE])
    again = told(council, tmp_path, "rates", [RATE])
    assert (again.waiting, again.load, again.change) == (1, None, None) and len(waits(council)) == 1
    other = told(council, tmp_path, "rates", [RATE | {"rate": "900.00"}], by=CY)
    assert [each.change for each in waits(council)] == [other.load] != [first.load]
    told(council, tmp_path, "rates", [RATE | {"rate": "843.50"}])
    assert waits(council) == [] and [each.answer for each in waits(council, True)] == ["overtaken"] * 2


def test_a_council_begins_with_what_its_first_run_is_looked_at_for(new_database: NewDatabase, tmp_path: Path) -> None:
    database = new_database()
    with database.begin() as connection:
        add_officers(connection, {ANN: "clerk", BO: "manager"}, {"manager": 100})
    done = {each.extract: each for each in load_folder(database, GOOD, by=ANN, at=AT, allowance=allowed(database))}
    assert {name: each.waiting for name, each in done.items() if each.waiting} == {"adjustments": 2}


@pytest.mark.parametrize("extract", [each for each in LoadingPolicy().second_person if (GOOD / f"{each}.csv").exists()])
def test_every_kind_that_decides_money_waits(council: Database, tmp_path: Path, extract: str) -> None:
    """Cancelling is the one change every kind has: whatever a row says otherwise waits alike."""
    ref = EXTRACTS[extract].ref.name
    with council.read() as connection:
        table = EXTRACTS[extract].table
        mine = str(connection.execute(select(table.c.ref).where(table.c.superseded.is_(None))).scalars().first())
    done = told(council, tmp_path, extract, [{ref: mine, "cancelled": "yes"}])
    assert (done.cancelled, done.waiting) == (0, 1) and believed(council, extract, mine)


def test_sums_below_the_size_are_told_by_one_and_split_ones_are_not(council: Database, tmp_path: Path) -> None:
    size: dict[str, Any] = {"second_person_pence": 100_00}
    small = told(
        council, tmp_path, "adjustments", [adjustment("B1", "60.00"), adjustment("B2", "-60.00", "V3")], **size
    )
    assert (small.new, small.waiting) == (2, 0)
    split = told(council, tmp_path, "adjustments", [adjustment("B3", "39.99")], **size)
    assert (split.new, split.waiting) == (1, 0)
    over = told(council, tmp_path, "adjustments", [adjustment("B4", "0.01")], **size)
    assert (over.new, over.waiting) == (0, 1), "what one person told of a payee that day comes to the size together"
    together = told(council, tmp_path, "adjustments", [adjustment(f"C{n}", "-50.00", "V2") for n in (1, 2)], **size)
    assert (together.new, together.waiting) == (0, 2)
    other = told(council, tmp_path, "adjustments", [adjustment("D1", "60.00")], by=BO, **size)
    assert (other.new, other.waiting) == (1, 0)
    changed = told(council, tmp_path, "adjustments", [adjustment("D1", "59.00")], by=BO, **size)
    assert changed.waiting == 1, "another sum than was told"


def test_an_end_or_a_death_is_not_taken_away_by_one_person(council: Database, tmp_path: Path) -> None:
    with council.read() as connection:
        line = t.service_line
        ended = connection.execute(select(line.c.ref).where(line.c.ends.is_not(None))).scalar_one()
    text_ = (GOOD / "service_lines.csv").read_text(encoding="utf-8").replace("03/05/2026", "")
    (tmp_path / "service_lines.csv").write_text(text_, encoding="utf-8")
    how: dict[str, Any] = {"by": ANN, "at": AT, "allowance": allowed(council)}
    done = load_file(council, tmp_path / "service_lines.csv", **how)
    assert (done.waiting, done.taken_away) == (1, 0)
    assert [(each.ref, each.why) for each in waits(council)] == [(ended, "takes away the last day")]
    assert believed(council, "service_lines", ended)[0]["ends"] is not None
    confirm_waiting(council, int(done.load or 0), [], by=BO, at=AT)
    assert believed(council, "service_lines", ended)[0]["ends"] is None


def test_an_absence_is_not_taken_away_by_one_person(council: Database, tmp_path: Path) -> None:
    done = told(council, tmp_path, "suspensions", [{"suspension_ref": "S1", "cancelled": "yes"}])
    assert (done.cancelled, done.waiting) == (0, 1) and believed(council, "suspensions", "S1")
    assert waits(council)[0].why == "takes away all of it"


def test_some_rows_of_a_load_are_confirmed_and_others_withdrawn(council: Database, tmp_path: Path) -> None:
    rows = [adjustment("B1", "10.00"), adjustment("B2", "20.00"), adjustment("B3", "30.00")]
    load = int(told(council, tmp_path, "adjustments", rows).load or 0)
    confirm_waiting(council, load, ["B2"], by=BO, at=AT)
    with pytest.raises(NoSuchLoad, match="B2 does not wait"):
        withdraw_waiting(council, load, ["B2"], reason="Told twice", by=ANN, at=AT)
    with pytest.raises(Refusal, match="Nothing is said about why"):
        withdraw_waiting(council, load, ["B1"], reason=" ", by=ANN, at=AT)
    withdraw_waiting(council, load, ["B1"], reason="Told twice", by=ANN, at=AT)
    assert [each.ref for each in waits(council)] == ["B3"]
    assert {each.ref: each.answer for each in waits(council, True)} == {
        "B1": "withdrawn",
        "B2": "confirmed",
        "B3": None,
    }
    assert [len(believed(council, "adjustments", ref)) for ref in ("B1", "B2", "B3")] == [0, 1, 0]


def test_what_no_longer_passes_is_refused_and_goes_on_waiting(council: Database, tmp_path: Path) -> None:
    load = int(told(council, tmp_path, "adjustments", [adjustment("B1", "9.00")]).load or 0)
    with council.begin() as connection:
        connection.execute(text("UPDATE payee SET superseded = (SELECT max(nr) FROM change) WHERE ref = 'V1'"))
    with pytest.raises(FactsRefused):
        confirm_waiting(council, load, [], by=BO, at=AT)
    assert [each.ref for each in waits(council)] == ["B1"] and not believed(council, "adjustments", "B1")


def test_each_extract_is_told_by_those_whose_role_may(council: Database, tmp_path: Path) -> None:
    """A role with one right to tell loads what it is for and nothing else: every file says so, none is half loaded."""
    for right in [each for each in RIGHTS if each.startswith("enter ")]:
        with council.begin() as connection:
            asked = set_rights(connection, "clerk", [right], reason="Try each", by=BO, at=AT)
            assert asked is not None
            confirm_change(connection, asked, CY, AT)
        done = load_folder(council, GOOD, by=ANN, at=AT, allowance=allowed(council))
        loaded = {each.extract for each in done if each.loaded}
        assert loaded == {each.extract for each in done if EXTRACTS[each.extract].right == right and each.tried}
        for each in done:
            if each.tried and not each.loaded:
                assert "As clerk, Ann may not tell of" in each.problems[0].what
    with council.begin() as connection:
        asked = set_rights(connection, "clerk", ["confirm"], reason="Only to confirm", by=BO, at=AT)
        assert asked is not None
        confirm_change(connection, asked, CY, AT)
    load = int(told(council, tmp_path, "rates", [RATE], by=BO).load or 0)
    with pytest.raises(FactsRefused):
        enter(council, "disputes", [{"dispute_ref": "D1"}], by=ANN, at=AT, source="by hand", allowance=allowed(council))
    confirm_waiting(council, load, [], by=ANN, at=AT)


def test_whoever_may_not_confirm_does_not(council: Database, tmp_path: Path) -> None:
    with council.begin() as connection:
        asked = set_rights(connection, "manager", ["approve", "enter prices"], reason="Try", by=BO, at=AT)
        assert asked is not None
        confirm_change(connection, asked, CY, AT)
    load = int(told(council, tmp_path, "rates", [RATE]).load or 0)
    with pytest.raises(NoRight):
        confirm_waiting(council, load, [], by=BO, at=AT)
    with pytest.raises(NoRight):
        withdraw_waiting(council, load, [], reason="Not mine", by=BO, at=AT)
    row = waits(council)[0].nr
    forged = {"waiting": row, "answer": "confirmed", "answered_at": AT, "change": 1}
    for by, role in ((ANN, "clerk"), (BO, "manager"), ("Nobody", "manager"), (CY, "clerk")):
        with pytest.raises(Guarded, match="who did not tell of it"):
            write(council, insert(t.waiting_answer).values(**forged, answered_by=by, role=role))
    nobody = {"waiting": row, "answer": "withdrawn", "answered_by": "Nobody", "answered_at": AT, "reason": "Mine"}
    for statement in (
        insert(t.waiting_answer).values(**nobody),
        update(t.waiting_row).values(content="{}"),
        delete(t.waiting_row),
    ):
        with pytest.raises(Guarded):
            write(council, statement)


def test_policy_names_only_what_can_wait() -> None:
    assert set(LoadingPolicy().second_person) <= set(may_wait())
    with pytest.raises(BadParameters, match="receipts is none of those"):
        LoadingPolicy.of({"second_person": ["receipts"]}, "[loading]")
