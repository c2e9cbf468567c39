"""A few made-up councils live a few months each build, on both databases; ``make soak`` lets thousands live for years.

The seed is new each time and is said when a council breaks a law: ``python -m tests.simulation --seed N`` lives it again.
"""

import os
import random
import time

import pytest

from tests.conftest import KINDS
from tests.simulation.databases import databases
from tests.simulation.laws import CLAIMED
from tests.simulation.life import Mood, Tally, live
from tests.simulation.shrinking import as_text, shortest
from tests.simulation.watching import simulated

SECONDS = float(os.environ.get("SIMULATED_SECONDS", "15"))
HARD = Mood(faults=15, pairs=15, cheats=3)


@pytest.mark.skipif(not CLAIMED, reason="in the code of 22 November they do not: docs/evidence.md says what broke")
@pytest.mark.parametrize("kind", KINDS)
def test_councils_live_through_faults_races_and_cheats(kind: str) -> None:
    seed = int(os.environ.get("SIMULATED_SEED", random.SystemRandom().randrange(10**6)))
    began, tally = time.monotonic(), Tally()
    with databases(kind) as where, simulated():
        while time.monotonic() - began < SECONDS:
            ending = live(where, seed, years=0.5, tally=tally, mood=HARD)
            if ending.law:
                short = shortest(where, ending, seconds=60)
                said = "\n".join(short.told)
                pytest.fail(f"council {seed}: {ending.law}: {ending.what}\n{said}\n{as_text(short)}", pytrace=False)
            seed += 1
    assert tally.acts and tally.laws
    print(f"{kind}: councils to {seed}: {tally.years:.1f} council-years, {tally.acts} acts, {sum(tally.faults.values())} faults")


@pytest.mark.parametrize("kind", KINDS)
def test_a_calm_council_is_finished_by_its_officers(kind: str) -> None:
    with databases(kind) as where, simulated():
        ending = live(where, 3, years=0.3, tally=Tally(), mood=Mood(0, 0, 0, 0), lines=3)
    assert ending.law is None, ending.what


def test_the_same_seed_is_the_same_life() -> None:
    with databases("sqlite") as where, simulated():
        one, other = (live(where, 12, years=0.3, tally=Tally(), mood=HARD, only=["debits equal credits"]) for _ in range(2))
    assert one.acts == other.acts
    assert one.told == other.told
