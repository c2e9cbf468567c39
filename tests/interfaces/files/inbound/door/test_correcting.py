"""A fact read back in the words of its extract is what was loaded, for every extract there is; and one column of it can
be put right by hand, through the same checks, without a file.
"""

import datetime as dt

import pytest
from sqlalchemy import select

from finance.facts.versions_store import rows_of
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import UNASKED
from interfaces.files.inbound.door.arriving import FactsRefused
from interfaces.files.inbound.door.correcting import NotFromADay, WhichFact, correct, correction
from interfaces.files.inbound.door.entering import ChangedMeanwhile, NothingToCorrect
from interfaces.files.inbound.door.loading import load_folder, record_facts
from interfaces.files.inbound.layouts.register import EXTRACTS
from tests.conftest import NewDatabase
from tests.interfaces.cli.conftest import GOOD

AT = dt.datetime(2026, 5, 6, 9)
WHO = "First officer"


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    made = new_database()
    assert all(each.loaded for each in load_folder(made, GOOD, by="loader", at=AT))
    return made


def put(database: Database, ref: str, since: str | None = None, **said: str) -> list[str]:
    with database.read() as connection:
        made = correction(connection, ref, said, since=since)
    return list(correct(database, made, reason="Panel of 3 May", by=WHO, at=AT, allowance=UNASKED).refs)


def stands(database: Database, extract: str, ref: str) -> dict[str, object]:
    table = EXTRACTS[extract].table
    with database.read() as connection:
        (row,) = rows_of(connection, select(table).where(table.c.ref == ref, table.c.superseded.is_(None)))
    return dict(row)


def test_every_fact_reads_back_as_it_was_loaded(database: Database) -> None:
    """Each believed row, written out in the words of its extract and entered again, tells nothing new."""
    seen = 0
    for extract in EXTRACTS.values():
        with database.read() as connection:
            refs = list(
                connection.execute(select(extract.table.c.ref).where(extract.table.c.superseded.is_(None))).scalars()
            )
            made = [correction(connection, ref, {}, extract=extract.name) for ref in refs]
        if not made:
            continue
        told = record_facts(database, {extract.name: [each.after for each in made]}, by=WHO, at=AT, source="again")
        assert (told[extract.name].change, told[extract.name].unchanged) == (None, len(refs)), extract.name
        seen += len(refs)
    assert seen > 40


def test_one_column_is_put_right_and_what_stood_is_kept(database: Database) -> None:
    put(database, "L3", quantity="12:20")
    line = stands(database, "service_lines", "L3")
    assert line["quantity"] == 12 * 60 + 20 and line["unit"] == "hour"
    with database.read() as connection:
        table = EXTRACTS["service_lines"].table
        assert len(connection.execute(select(table).where(table.c.ref == "L3")).all()) == 2


def test_what_the_door_refuses_is_refused(database: Database) -> None:
    for ref, said in (
        ("L3", {"quantity": "-1"}),
        ("L3", {"contract_ref": "K9"}),
        ("AR2", {"start_date": "2026-01-01"}),
    ):
        before = stands(database, "service_lines" if ref == "L3" else "agreed_rates", ref)
        with pytest.raises(FactsRefused):
            put(database, ref, **said)
        assert stands(database, "service_lines" if ref == "L3" else "agreed_rates", ref) == before


def test_a_price_changes_from_a_day_and_what_held_before_stands(database: Database) -> None:
    refs = put(database, "AR2", since="2026-05-04", rate="1000")
    assert refs == ["AR2", "AR2-1"]
    before, after = (stands(database, "agreed_rates", ref) for ref in refs)
    assert (before["rate"], before["ends"]) == (9_555_000, dt.date(2026, 5, 4))
    assert (after["rate"], after["starts"], after["ends"]) == (10_000_000, dt.date(2026, 5, 4), None)
    assert put(database, "AR2-1", since="2026-06-01", rate="1010")[1] == "AR2-1-1"


def test_terms_of_a_contract_change_from_a_day_and_the_row_read_is_that_of_the_day(database: Database) -> None:
    with pytest.raises(FactsRefused, match="from which day"):
        put(database, "K2", retainer="50")
    put(database, "K2", since="2026-05-04", retainer="50")
    put(database, "K2", since="2026-07-06", days_after_death="3")
    with database.read() as connection:
        assert correction(connection, "K2", {}).before["retainer"] == "50"
        assert correction(connection, "K2", {}, since="2026-04-01").before["retainer"] == "0"
    put(database, "K2", name="Made-up Home Care Limited")
    assert stands(database, "contracts", "K2")["name"] == "Made-up Home Care Limited"


def test_a_line_is_not_split_from_what_hangs_on_it(database: Database) -> None:
    with pytest.raises(NotFromADay, match="left behind"):
        put(database, "L3", since="2026-05-04", quantity="12")
    with pytest.raises(NotFromADay):
        put(database, "P1", since="2026-05-04", name="Ada Wren")


def test_what_is_meant_is_said(database: Database) -> None:
    with pytest.raises(NothingToCorrect):
        put(database, "nobody", name="x")
    with pytest.raises(WhichFact, match="quality"):
        put(database, "L3", quality="1")
    with pytest.raises(WhichFact):
        put(database, "L3", line_ref="L9")


def test_two_who_correct_at_once_do_not_overwrite_one_another(database: Database) -> None:
    with database.read() as connection:
        mine = correction(connection, "L3", {"carers": "2"})
    put(database, "L3", quantity="12")
    with pytest.raises(ChangedMeanwhile):
        correct(database, mine, reason="Panel of 3 May", by=WHO, at=AT, allowance=UNASKED)
    assert stands(database, "service_lines", "L3")["carers"] == 1
