"""A fact in every version: what was believed at a change is the same asked of a table and of rows."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from finance.facts.versions import Row, Versions, believed, is_believed

FACT = Table("fact", MetaData(), *(Column(name, Integer) for name in ("nr", "learned", "superseded")))
VERSION = st.tuples(st.integers(1, 9), st.one_of(st.none(), st.integers(1, 9)))
CHANGE = {"nr": 3, "moment": dt.datetime(2026, 4, 22, 9), "by": "loader", "what": "rates extract", "source": "late.csv"}


@given(st.lists(VERSION, max_size=12), st.integers(0, 10))
def test_a_table_and_its_rows_believe_the_same(versions: list[tuple[int, int | None]], known: int) -> None:
    rows: list[Row] = [{"nr": nr, "learned": one, "superseded": two} for nr, (one, two) in enumerate(versions)]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        FACT.create(connection)
        if rows:
            connection.execute(insert(FACT), [dict(row) for row in rows])
        then = set(connection.execute(select(FACT.c.nr).where(believed(FACT, known))).scalars())
        now = set(connection.execute(select(FACT.c.nr).where(believed(FACT, None))).scalars())
    assert then == {row["nr"] for row in rows if is_believed(row, known)}
    assert now == {row["nr"] for row in rows if row["superseded"] is None}


def version(learned: int, superseded: int | None, **more: object) -> Row:
    return {
        "nr": 7,
        "ref": "K7",
        "name": f"Contract of {learned}",
        "learned": learned,
        "superseded": superseded,
        **more,
    }


def facts(*rows: Row) -> Versions:
    return Versions({"contract": rows}, {3: CHANGE})


def test_a_fact_is_found_as_known_or_as_near_to_it_as_there_is() -> None:
    some = facts(version(2, 4), version(4, 6))
    assert [some.one("contract", 7, known)["learned"] for known in (1, 2, 3, 4, 5, 6, 9)] == [2, 2, 2, 4, 4, 4, 4]
    assert some.find("contract", 8, 5) is None
    assert [len(some.at("contract", known)) for known in (1, 3, 5, 6)] == [0, 1, 1, 0]


def test_what_a_fact_is_called() -> None:
    name = facts(version(2, None)).names(3)
    assert name("contract", 7) == "Contract of 2 (K7)"
    assert name("funder", 0) == "the council"
    assert name("service_line", 12) == "service line 12"


def test_who_told_us_when_and_from_what() -> None:
    some = facts()
    assert some.learned(3, 18) == "recorded 22 April 2026 by loader from late.csv row 18"
    assert some.learned(3) == "recorded 22 April 2026 by loader from late.csv"
