"""Prices nobody confirmed are named by their change; a council's first, and those confirmed, are not."""

import datetime as dt

from sqlalchemy import insert

from finance.facts import tables as f
from interfaces.database.connection import Database
from payruns.audit.checks import one_word
from tests import builders
from tests.guards import guards_lifted

ON = dt.date(2026, 6, 30)


def told(database: Database, ref: str, on: dt.date) -> None:
    more = {"start_date": "2026-06-01", "day_category": "sunday" if ref == "R2" else "any"}
    unit = {"R1": "week", "R2": "hour", "R3": "visit"}[ref]
    facts = {"rates": [builders.rate(ref, "K1", "RES", unit, "700.00", **more)]}
    builders.tell(database, facts, dt.datetime.combine(on, dt.time(9)), by="Ann", source="prices.csv")


def test_what_nobody_confirmed(database: Database) -> None:
    facts = {
        "payees": [builders.payee()],
        "services": [builders.RESIDENTIAL],
        "pay_calendars": [builders.pay_calendar("4W", "four-weekly", "Four-weekly")],
        "contracts": [builders.contract("K1", "4W")],
    }
    builders.tell(database, facts, dt.datetime(2026, 6, 1, 9))
    told(database, "R1", dt.date(2026, 6, 1))
    with database.read() as connection:
        assert one_word.read(connection, ON) == [], "the first there ever were"
    told(database, "R2", dt.date(2026, 6, 10))
    told(database, "R3", dt.date(2026, 6, 12))
    with database.read() as connection:
        second, third = one_word.read(connection, ON)
        assert one_word.read(connection, dt.date(2026, 12, 1)) == [], "long ago"
    (found, _) = one_word.find([second, third], ON)
    assert found.what == (
        f"1 rate told by Ann (prices.csv) as change {second.change}, and confirmed by nobody; the first is R2."
    )
    row = {"nr": 1, "change": second.change, "extract": "rates", "source_row": 2, "ref": "R2", "content": "{}"}
    word = {"waiting": 1, "answer": "confirmed", "answered_by": "Bo", "role": "x", "change": second.change}
    with guards_lifted(database) as connection:
        connection.execute(insert(f.waiting_row).values(**row, why="a rate decides money"))
        connection.execute(insert(f.waiting_answer).values(**word, answered_at=dt.datetime(2026, 6, 11)))
    with database.read() as connection:
        assert one_word.read(connection, ON) == [third]
