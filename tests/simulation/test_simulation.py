"""A few made-up councils live a few months each build, on both databases; ``make soak`` lets thousands live for years.

The seed is new each time and is said when a council breaks a law: ``python -m tests.simulation --seed N`` lives it
again.
"""

import os
import random
import time
from collections.abc import Iterator

import pytest

from tests.drawing import KINDS
from tests.simulation.databases import Databases, databases
from tests.simulation.life import Mood, Tally, live
from tests.simulation.shrinking import as_text, shortest
from tests.simulation.watching import simulated

SECONDS = float(os.environ.get("SIMULATED_SECONDS", "7"))
HARD = Mood(faults=15, pairs=15, cheats=3)


@pytest.fixture(params=KINDS)
def where(request: pytest.FixtureRequest) -> Iterator[Databases]:
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    with databases(request.param, server) as made, simulated():
        yield made


def test_councils_live_through_faults_races_and_cheats(where: Databases) -> None:
    seed = int(os.environ.get("SIMULATED_SEED", random.SystemRandom().randrange(10**6)))
    began, tally = time.process_time(), Tally()
    while time.process_time() - began < SECONDS:
        ending = live(where, seed, years=0.5, tally=tally, mood=HARD)
        if ending.law:
            short = shortest(where, ending, seconds=60)
            said = "\n".join(short.told)
            pytest.fail(f"council {seed}: {ending.law}: {ending.what}\n{said}\n{as_text(short)}", pytrace=False)
        seed += 1
    print(f"{tally.acts} acts, {tally.laws} laws asked")
    assert tally.acts and tally.laws


def test_a_calm_council_is_finished_by_its_officers(where: Databases) -> None:
    ending = live(where, 3, years=0.3, tally=Tally(), mood=Mood(0, 0, 0, 0), lines=3)
    assert ending.law is None, ending.what


def test_the_same_seed_is_the_same_life() -> None:
    with databases("sqlite") as where, simulated():
        one, other = (
            live(where, 12, years=0.3, tally=Tally(), mood=HARD, only=["debits equal credits"]) for _ in range(2)
        )
    assert one.acts == other.acts
    assert one.told == other.told
