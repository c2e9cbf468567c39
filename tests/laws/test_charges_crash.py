"""Killed at any point and run again, a charge run leaves the same ledger, and numbers its bills once."""

import random
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from billing.charges.jobs import release_billrun
from interfaces.database.connection import Database
from ledgers import store as ledger
from ledgers import tables as t
from tests.billing.charges.charged_life import APPROVER, ChargedLife, differences, misnumbered
from tests.billing.charges.charged_worlds import a_policy, make_council
from tests.conftest import NewDatabase
from tests.laws.crashing import AT, SURVIVED
from tests.laws.worlds import CLOSES, DAY, OPENS

ROOT = Path(__file__).parents[2]
SEED, LINES = 11, 16
POINTS = [
    (verb, commit, when)
    for verb, most in (("calculate", 12), ("release", 12))
    for commit in range(1, most + 1)
    for when in ("before", "after")
]
FEW = random.Random(3).sample([each for each in POINTS if each[0] == "release" and 2 < each[1] < 8], 2)


def killed(database: Database, run: int, verb: str, commit: int, when: str) -> bool:
    """Whether the process was killed (it may have finished before reaching that commit)."""
    url = database.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.billing.charges.crashing", url, str(run), verb, str(commit), when]
    code = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert code.returncode in (-signal.SIGKILL, SURVIVED), code.stderr
    return code.returncode == -signal.SIGKILL


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


def finish(life: ChargedLife) -> None:
    """Run 2 worked out, submitted and approved."""
    with life.database.begin() as connection:
        run = ledger.read_run(connection, 2)
    life.approve(run)


def status(life: ChargedLife) -> str:
    with life.database.begin() as connection:
        return str(connection.execute(select(t.run.c.status).where(t.run.c.nr == 2)).scalar_one())


def disturbed_at(new_database: NewDatabase, verb: str, commit: int, when: str) -> None:
    calm, life = opened(new_database()), opened(new_database())
    finish(calm)
    release_billrun(calm.database, 2, by=APPROVER, at=AT)
    if verb == "calculate":
        killed(life.database, 2, verb, commit, when)
        finish(life)
    else:
        finish(life)
        killed(life.database, 2, verb, commit, when)
    if status(life) != "released":
        release_billrun(life.database, 2, by=APPROVER, at=AT)
    assert life.ledger() == calm.ledger()
    assert life.bills() == calm.bills() and len(life.bills()) > 2
    life.settled["B1"] = CLOSES
    assert differences(life) == [] and misnumbered(life) == []


@pytest.mark.parametrize("verb, commit, when", FEW)
def test_a_charge_run_killed_and_run_again_numbers_its_bills_once(
    new_database: NewDatabase, verb: str, commit: int, when: str
) -> None:
    disturbed_at(new_database, verb, commit, when)


@pytest.mark.soak
@pytest.mark.parametrize("verb, commit, when", POINTS)
def test_a_charge_run_killed_at_every_commit_is_the_same(
    new_database: NewDatabase, verb: str, commit: int, when: str
) -> None:
    disturbed_at(new_database, verb, commit, when)
