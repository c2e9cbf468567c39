"""A few verbs of the real console command killed, and a few raced, on both databases; ``make soak`` does thousands."""

import os
import random
from collections.abc import Iterator

import pytest

from tests.drawing import KINDS
from tests.simulation.kills import Ground, ground, kill
from tests.simulation.races import race

SEED = int(os.environ.get("SIMULATED_SEED", random.SystemRandom().randrange(10**6)))


@pytest.fixture(scope="module", params=KINDS)
def on(request: pytest.FixtureRequest) -> Iterator[Ground]:
    server = request.getfixturevalue("postgresql_server") if request.param == "postgresql" else None
    with ground(request.param, server) as made:
        yield made


def test_killed_at_any_moment_and_taken_up_by_any_verb_nothing_is_lost(on: Ground) -> None:
    tally = kill(on, 3, SEED, seconds=8)
    assert tally.wrong == [], f"seed {SEED}"
    assert tally.trials


def test_of_two_verbs_at_once_one_wins_or_both_are_done(on: Ground) -> None:
    tally = race(on, 4, SEED, seconds=8)
    assert tally.wrong == [], f"seed {SEED}"
    assert tally.trials
