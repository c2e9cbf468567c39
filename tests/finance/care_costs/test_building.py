"""A run’s facts, read whole, are those of a handful given row by row; a bare line says what blocks are."""

from dataclasses import fields

import numpy as np
from sqlalchemy import select

from finance.care_costs.building import WANTED
from finance.care_costs.facts import UNKNOWN, Lines
from finance.care_costs.rows import facts_from
from finance.care_costs.store import Window, last_change, read_facts
from finance.days import EARLIEST, FOR_EVER, LATEST, number
from finance.facts import tables as t
from finance.facts.versions import believed
from interfaces.database.connection import Database
from tests.laws.living import Life
from tests.laws.worlds import make_world

NOBODY = np.empty(0, np.int64)


def test_facts_read_for_a_run_are_those_given_in_rows(database: Database) -> None:
    world = make_world(7, lines=120)
    assert Life(database).learn(world)
    with database.read() as connection:
        known = last_change(connection)
        tables = [t.metadata.tables[name] for name in WANTED if name != "adjustment"]
        rows = {
            each.name: [dict(row) for row in connection.execute(select(each).where(believed(each, known))).mappings()]
            for each in tables
        }
    window = Window(None, known, number(EARLIEST), number(LATEST), NOBODY, NOBODY)
    with database.read_bulk() as bulk:
        read = read_facts(bulk, window)
    told = facts_from({**rows, "block": sorted(rows["block"], key=lambda row: int(row["nr"]))})
    assert len(read.lines) > 60 and len(read.shares) and len(read.contributions) and len(read.awards)
    for name in ("lines", "terms", "agreed", "suspensions", "shares", "contributions", "awards", "blocks"):
        ours, theirs = getattr(read, name), getattr(told, name)
        assert {each.name: getattr(ours, each.name).tolist() for each in fields(ours)} == {
            each.name: getattr(theirs, each.name).tolist() for each in fields(theirs)
        }, name


def test_a_bare_line_is_one_unit_every_week_by_one_carer_for_nobody() -> None:
    bare = Lines.bare(2, nr=np.asarray([7, 8], np.int64), service=3)
    assert (bare.nr.tolist(), bare.service.tolist()) == ([7, 8], [3, 3])
    assert {name: int(getattr(bare, name)[1]) for name in ("quantity", "every_weeks", "carers", "visit_minutes")} == {
        "quantity": 100,
        "every_weeks": 1,
        "carers": 1,
        "visit_minutes": -1,
    }
    assert bare.ends.tolist() == bare.package_ends.tolist() == [FOR_EVER, FOR_EVER]
    assert bare.died.tolist() == bare.born.tolist() == [UNKNOWN, UNKNOWN]
    assert all(getattr(bare, each.name).dtype == np.int64 for each in fields(Lines))
