"""Killed at any point and run again, a pay run leaves the same ledger as one never disturbed."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from interfaces.database.connection import Database
from ledgers import jobs as machine
from ledgers import store as ledger
from ledgers import tables as t
from payruns.jobs import calculate_payrun, release_payrun
from tests.conftest import NewDatabase
from tests.laws.crashing import AT, SURVIVED
from tests.laws.living import APPROVER, POLICY, PREPARER, Life, differences
from tests.laws.worlds import CLOSES, DAY, OPENS, make_world

ROOT = Path(__file__).parents[2]
SEED, LINES = 7, 7
POINTS = [
    (verb, commit, when)
    for verb, most in (("calculate", 14), ("release", 14))
    for commit in range(1, most + 1)
    for when in ("before", "after")
]
FEW = random.Random(2).sample(POINTS, 2)


def killed(database: Database, run: int, verb: str, commit: int, when: str) -> bool:
    """Whether the process was killed (it may have finished before reaching that commit)."""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.laws.crashing", url, str(run), verb, str(commit), when]
    code = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert code.returncode in (-signal.SIGKILL, SURVIVED), code.stderr
    return code.returncode == -signal.SIGKILL


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


def finish(life: Life) -> None:
    calculate_payrun(life.database, 2)
    machine.submit_run(life.database, 2, by=PREPARER, at=AT)
    machine.approve_run(life.database, 2, by=APPROVER, at=AT)


def disturbed_at(new_database: NewDatabase, verb: str, commit: int, when: str) -> None:
    calm, life = opened(new_database()), opened(new_database())
    finish(calm)
    release_payrun(calm.database, 2, by=APPROVER, at=AT)
    if verb == "calculate":
        killed(life.database, 2, verb, commit, when)
        finish(life)
        done = False
    else:
        finish(life)
        done = not killed(life.database, 2, verb, commit, when)
        with life.database.begin() as connection:
            done |= connection.execute(select(t.run.c.status).where(t.run.c.nr == 2)).scalar_one() == "released"
    if not done:
        release_payrun(life.database, 2, by=APPROVER, at=AT)
    for one, other in zip(left_behind(life), left_behind(calm), strict=True):
        assert one == other
    life.settled["CAL1"] = CLOSES
    assert differences(life) == []


@pytest.mark.parametrize("verb, commit, when", FEW)
def test_killed_and_run_again_the_ledger_is_the_same(
    new_database: NewDatabase, verb: str, commit: int, when: str
) -> None:
    disturbed_at(new_database, verb, commit, when)


@pytest.mark.soak
@pytest.mark.parametrize("verb, commit, when", POINTS)
def test_killed_at_every_commit_the_ledger_is_the_same(
    new_database: NewDatabase, verb: str, commit: int, when: str
) -> None:
    disturbed_at(new_database, verb, commit, when)


def test_a_hold_let_go_while_a_release_was_cut_off_loses_no_money(new_database: NewDatabase) -> None:
    life = opened(new_database())
    holds = [life.hold("line", ref) for ref in sorted(life.believed["service_lines"])[:3]]
    finish(life)
    assert killed(life.database, 2, "release", 5, "after")
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
        owed = ledger.control_balances(connection, "payments")
        parties = {row.party: row.carried_forward for row in ledger.read_parties(connection, 3)}
    assert {party: sum_ for party, sum_ in owed.items() if sum_} == {p: c for p, c in parties.items() if c}
