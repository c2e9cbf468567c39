"""Cutting time, or a run, into pieces changes no total; doing a thing twice changes nothing."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from interfaces.files.inbound.door.loading import record_facts
from ledgers import tables as t
from ledgers.runs import WrongState
from payruns.jobs import calculate_payrun
from tests.conftest import NewDatabase
from tests.laws.living import POLICY, Key, Life
from tests.laws.worlds import CLOSES, DAY, OPENS, World, make_world

SEEDS = st.integers(0, 10**9)
FEW = settings(max_examples=1)


def paid(life: Life, world: World, days: list[dt.date]) -> dict[Key, int]:
    """The ledger after a run of every calendar up to each of these days."""
    assert life.learn(world)
    for calendar in sorted(world.rows["pay_calendars"]):
        for day in days:
            life.pay(calendar, day)
    return life.ledger()


@FEW
@given(seed=SEEDS, cuts=st.sets(st.integers(1, 125), min_size=1, max_size=4))
def test_runs_cut_on_any_days_come_to_the_same(new_database: NewDatabase, seed: int, cuts: set[int]) -> None:
    once = paid(Life(new_database()), make_world(seed, 12), [CLOSES])
    often = paid(Life(new_database()), make_world(seed, 12), [*(OPENS + cut * DAY for cut in sorted(cuts)), CLOSES])
    assert often == once


@FEW
@given(seed=SEEDS)
def test_a_run_in_chunks_of_one_line_is_the_same_run(new_database: NewDatabase, seed: int) -> None:
    whole = Life(new_database(), policy=replace(POLICY, lines_a_chunk=1_000))
    apart = Life(new_database(), policy=replace(POLICY, lines_a_chunk=1))
    assert paid(apart, make_world(seed, 12), [CLOSES]) == paid(whole, make_world(seed, 12), [CLOSES])


@FEW
@given(seed=SEEDS)
def test_doing_a_thing_twice_changes_nothing(new_database: NewDatabase, seed: int) -> None:
    life, world = Life(new_database()), make_world(seed, 12)
    before = paid(life, world, [CLOSES - 30 * DAY])
    again = {name: list(rows.values()) for name, rows in world.rows.items() if rows}
    told = record_facts(life.database, again, by="Brokerage", at=life.now(), source="the same again")
    assert {each.change for each in told.values()} == {None}
    calendar = sorted(world.rows["pay_calendars"])[0]
    run = life.pay(calendar, CLOSES - 30 * DAY)
    assert (run.lines, run.total) == (0, 0) and life.ledger() == before
    with pytest.raises(WrongState):
        life.release(run)
    assert life.ledger() == before


@FEW
@given(seed=SEEDS)
def test_calculating_again_gives_the_same_signature(new_database: NewDatabase, seed: int) -> None:
    life, world = Life(new_database()), make_world(seed, 12)
    assert life.learn(world)
    run = life.draft("CAL1", CLOSES)
    assert calculate_payrun(life.database, run.nr).signature == calculate_payrun(life.database, run.nr).signature


@FEW
@given(seed=SEEDS, stage=st.integers(0, 3))
def test_an_abandoned_run_leaves_nothing_and_the_next_proposes_the_same(
    new_database: NewDatabase, seed: int, stage: int
) -> None:
    life, world = Life(new_database()), make_world(seed, 10)
    assert life.learn(world)
    straight = Life(new_database())
    assert straight.learn(make_world(seed, 10))
    life.abandon("CAL1", CLOSES, stage)
    with life.database.begin() as connection:
        left = [
            connection.execute(select(func.count()).select_from(each)).scalar_one()
            for each in (t.chunk, t.entry, t.run_party, t.finding, t.parked, t.approval, t.outstanding)
        ]
    assert left == [0] * 7
    life.pay("CAL1", CLOSES)
    straight.pay("CAL1", CLOSES)
    assert life.ledger() == straight.ledger()


@FEW
@given(seed=SEEDS)
def test_a_held_line_comes_back_the_same_whatever_runs_came_between(new_database: NewDatabase, seed: int) -> None:
    held, straight = Life(new_database()), Life(new_database())
    world = make_world(seed, 10)
    assert held.learn(world)
    assert straight.learn(make_world(seed, 10))
    ref = world.pick("service_lines")
    hold = held.hold("line", ref)
    for day in (OPENS + 30 * DAY, OPENS + 62 * DAY):
        held.pay("CAL1", day)
        assert not [key for key in held.ledger() if key[1] == ref and key[0] not in ("block", "adjustment")]
    held.let_go(hold)
    for day in (OPENS + 30 * DAY, OPENS + 62 * DAY, CLOSES):
        if day == CLOSES:
            held.pay("CAL1", day)
        straight.pay("CAL1", day)
    assert held.ledger() == straight.ledger()
