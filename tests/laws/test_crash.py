"""Killed at any point and run again, a pay run leaves the same ledger as one never disturbed."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Table, select

from interfaces.database.connection import Database
from ledgers import entries_store
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from payruns.jobs import calculate_payrun, release_payrun
from tests.conftest import Grown
from tests.dying import killed_at
from tests.laws.living import APPROVER, POLICY, PREPARER, Life, differences
from tests.laws.worlds import CLOSES, DAY, OPENS, make_world

AT = dt.datetime(2026, 8, 1, 9)
SEED, LINES = 7, 7
POINTS = [
    (verb, commit, when)
    for verb, most in (("calculate", 14), ("release", 14))
    for commit in range(1, most + 1)
    for when in ("before", "after")
]
FEW = random.Random(2).sample(POINTS, 2)


def rows(database: Database, table: Table, *leave: str) -> list[tuple[object, ...]]:
    columns = [column for column in table.c if column.name not in leave]
    with database.begin() as connection:
        return sorted((tuple(row) for row in connection.execute(select(*columns))), key=str)


def left_behind(life: Life) -> Iterator[list[tuple[object, ...]]]:
    """Everything a released run leaves: entries, payees' sums, what is unsettled, events and the run itself."""
    yield rows(life.database, t.entry, "recorded")
    yield rows(life.database, t.run_party)
    yield rows(life.database, t.outstanding)
    yield rows(life.database, t.run_event, "nr", "at")
    yield rows(life.database, t.run, "released_at", "submitted_at", "drafted_at", "working")
    yield rows(life.database, t.finding, "nr")


def opened(database: Database) -> Life:
    """A council with one calendar settled part-way, news since, and a run of it drafted."""
    life, world = Life(database, policy=replace(POLICY, lines_a_chunk=2)), make_world(SEED, LINES, calendars=1)
    assert life.learn(world)
    life.pay("CAL1", OPENS + 40 * DAY)
    for row in world.rows["rates"].values():
        row["rate"] = "33.3333"
    assert life.learn(world)
    life.draft("CAL1", CLOSES)
    return life


def calm(database: Database) -> Life:
    """The same, never disturbed."""
    life = opened(database)
    finish(life)
    release(database)
    return life


def release(database: Database) -> None:
    release_payrun(database, 2, by=APPROVER, at=AT)


def finish(life: Life) -> None:
    calculate_payrun(life.database, 2)
    machine.submit_run(life.database, 2, by=PREPARER, at=AT)
    machine.approve_run(life.database, 2, by=APPROVER, at=AT)


def disturbed_at(grown: Grown, verb: str, commit: int, when: str) -> None:
    calmly, life = grown(calm), grown(opened)
    if verb == "calculate":
        killed_at(life.database, commit, when, calculate_payrun, run=2)
        finish(life)
    else:
        finish(life)
        killed_at(life.database, commit, when, release_payrun, run=2, by=APPROVER, at=AT)
    with life.database.begin() as connection:
        done = connection.execute(select(t.run.c.status).where(t.run.c.nr == 2)).scalar_one() == "released"
    if not done:
        release(life.database)
    for one, other in zip(left_behind(life), left_behind(calmly), strict=True):
        assert one == other
    life.settled["CAL1"] = CLOSES
    assert differences(life) == []


@pytest.mark.parametrize("verb, commit, when", FEW)
def test_killed_and_run_again_the_ledger_is_the_same(grown: Grown, verb: str, commit: int, when: str) -> None:
    disturbed_at(grown, verb, commit, when)


@pytest.mark.soak
@pytest.mark.parametrize("verb, commit, when", POINTS)
def test_killed_at_every_commit_the_ledger_is_the_same(grown: Grown, verb: str, commit: int, when: str) -> None:
    disturbed_at(grown, verb, commit, when)


def test_a_hold_let_go_while_a_release_was_cut_off_loses_no_money(grown: Grown) -> None:
    life = grown(opened)
    holds = [life.hold("line", ref) for ref in sorted(life.believed["service_lines"])[:3]]
    finish(life)
    assert killed_at(life.database, 5, "after", release_payrun, run=2, by=APPROVER, at=AT)
    for hold in holds:
        life.let_go(hold)
    release_payrun(life.database, 2, by=APPROVER, at=AT)
    with life.database.begin() as connection:
        posted = connection.execute(select(t.chunk.c.posted)).scalars().all()
    assert all(posted)
    life.clock = AT
    life.pay("CAL1", CLOSES)
    assert differences(life) == []
    with life.database.begin() as connection:
        owed = entries_store.control_balances(connection, "payments")
        parties = {row.party: row.carried_forward for row in ledger.read_parties(connection, 3)}
    assert {party: sum_ for party, sum_ in owed.items() if sum_} == {p: c for p, c in parties.items() if c}
