"""Killed at any point and run again, a charge run leaves the same ledger, and numbers its bills once."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from billing.charges.jobs import calculate_billrun, release_billrun
from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers import tables as t
from tests.billing.charges.charged_life import APPROVER, ChargedLife, differences, misnumbered
from tests.billing.charges.charged_worlds import a_policy, make_council
from tests.conftest import Grown
from tests.dying import killed_at
from tests.laws.worlds import CLOSES, DAY, OPENS

AT = dt.datetime(2026, 8, 1, 9)
SEED, LINES = 11, 16
POINTS = [
    (verb, commit, when)
    for verb, most in (("calculate", 12), ("release", 12))
    for commit in range(1, most + 1)
    for when in ("before", "after")
]
FEW = random.Random(3).sample([each for each in POINTS if each[0] == "release" and 2 < each[1] < 8], 2)


def opened(database: Database) -> ChargedLife:
    """A council billed part-way, everybody assessed anew since, and a run drafted."""
    one = make_council(SEED, LINES)
    life = ChargedLife(database, replace(a_policy(one), people_a_chunk=1))
    assert life.learn(one)
    life.bill("B1", OPENS + 40 * DAY)
    one.words += [replace(word, charge=(word.charge or 0) + 321) for word in one.words]
    assert life.learn(one)
    life.draft("B1", CLOSES)
    return life


def calm(database: Database) -> ChargedLife:
    """The same, never disturbed."""
    life = opened(database)
    finish(life)
    release(database)
    return life


def release(database: Database) -> None:
    release_billrun(database, 2, by=APPROVER, at=AT)


def finish(life: ChargedLife) -> None:
    """Run 2 worked out, submitted and approved."""
    with life.database.begin() as connection:
        run = ledger.read_run(connection, 2)
    life.approve(run)


def status(life: ChargedLife) -> str:
    with life.database.begin() as connection:
        return str(connection.execute(select(t.run.c.status).where(t.run.c.nr == 2)).scalar_one())


def disturbed_at(grown: Grown, verb: str, commit: int, when: str) -> None:
    calmly, life = grown(calm), grown(opened)
    if verb == "calculate":
        killed_at(life.database, commit, when, calculate_billrun, run=2)
        finish(life)
    else:
        finish(life)
        killed_at(life.database, commit, when, release_billrun, run=2, by=APPROVER, at=AT)
    if status(life) != "released":
        release(life.database)
    assert life.ledger() == calmly.ledger()
    assert life.bills() == calmly.bills() and len(life.bills()) > 2
    life.settled["B1"] = CLOSES
    assert differences(life) == [] and misnumbered(life) == []


@pytest.mark.parametrize("verb, commit, when", FEW)
def test_a_charge_run_killed_and_run_again_numbers_its_bills_once(
    grown: Grown, verb: str, commit: int, when: str
) -> None:
    disturbed_at(grown, verb, commit, when)


@pytest.mark.soak
@pytest.mark.parametrize("verb, commit, when", POINTS)
def test_a_charge_run_killed_at_every_commit_is_the_same(grown: Grown, verb: str, commit: int, when: str) -> None:
    disturbed_at(grown, verb, commit, when)
