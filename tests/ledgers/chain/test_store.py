"""The database refuses a link that does not follow, and verbs give one to whatever they sign, confirm or take back."""

import datetime as dt

import pytest
from sqlalchemy import delete, insert, update

from finance.problems import Clash, Guarded
from interfaces.database.connection import Database
from ledgers.chain.jobs import prove_chain
from ledgers.chain.links import OFFICERS, About
from ledgers.chain.store import add_links, read_links
from ledgers.chain.tables import chain_link
from ledgers.officers.jobs import add_officers, confirm_change, end_officer, set_limit

AT = dt.datetime(2026, 5, 4, 9)


@pytest.fixture(autouse=True)
def officers(database: Database) -> None:
    with database.begin() as connection:
        add_officers(connection, {"Ada": "manager", "Ben": "manager", "Cy": "clerk"}, {"manager": 1_000}, AT)


def test_each_change_to_the_officers_has_its_link_and_one_that_waits_has_none(database: Database) -> None:
    with database.begin() as connection:
        before = len(read_links(connection))
        asked = set_limit(connection, "manager", 5_000, reason="Agreed", by="Ada", at=AT)
        assert asked is not None and len(read_links(connection)) == before
        confirm_change(connection, asked.nr, by="Ben", at=AT)
        end_officer(connection, "Cy", reason="Left", by="Ada", at=AT)
        assert [each.about for each in read_links(connection)[before:]] == [
            About(OFFICERS, asked.nr),
            About(OFFICERS, asked.nr + 1),
        ]
    assert list(prove_chain(database).differences) == []


def test_columns_add_the_link_that_records_do(database: Database) -> None:
    with database.begin() as connection:
        add_links(connection, [About(OFFICERS, 1)], AT)
        by_records = read_links(connection)[-1]
    with database.bulk() as bulk:
        add_links(bulk, [About(OFFICERS, 1)], AT)
    with database.read() as connection:
        by_columns = read_links(connection)[-1]
    assert (by_columns.covers, by_columns.before, by_columns.nr) == (
        by_records.covers,
        by_records.digest,
        by_records.nr + 1,
    )


@pytest.mark.parametrize("nr, before", [(2, None), (1, "another"), (0, "another"), (1, "0" * 64)])
def test_a_link_out_of_turn_is_refused(database: Database, nr: int, before: str | None) -> None:
    with database.read() as connection:
        last = read_links(connection)[-1]
    row = {"what": "run", "of": 9, "place": 0, "at": AT, "covers": "x", "digest": "y"}
    wrong = insert(chain_link).values(nr=last.nr + nr, before=last.digest if before is None else before, **row)
    with pytest.raises((Guarded, Clash), match="follows the last one|never changed"), database.begin() as connection:
        connection.execute(wrong)


def test_a_link_is_never_changed_or_taken_away(database: Database) -> None:
    for deed in (update(chain_link).values(covers="x"), delete(chain_link)):
        with pytest.raises(Guarded, match="never changed or deleted"), database.begin() as connection:
            connection.execute(deed)
