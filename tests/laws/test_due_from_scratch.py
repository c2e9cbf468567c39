"""After any history, what is posted is what is due from scratch, to the penny."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NewDatabase
from tests.laws.histories import History
from tests.laws.living import Life, differences
from tests.laws.worlds import CLOSES, make_world

SEEDS = st.integers(0, 10**9)


@given(seed=SEEDS)
def test_one_run_of_many_lines_is_the_reference_to_the_penny(new_database: NewDatabase, seed: int) -> None:
    life, world = Life(new_database()), make_world(seed, 60)
    assert life.learn(world)
    for calendar in sorted(world.rows["pay_calendars"]):
        life.pay(calendar, CLOSES)
    assert len(life.ledger()) > 20
    assert differences(life) == []


@given(seed=SEEDS, lines=st.integers(4, 8), steps=st.integers(3, 5))
def test_any_history_ends_at_what_is_due_from_scratch(
    new_database: NewDatabase, seed: int, lines: int, steps: int
) -> None:
    life = Life(new_database())
    History.begin(life, seed, lines).live(steps)
    assert differences(life) == []


@pytest.mark.soak
@given(seed=SEEDS, lines=st.integers(1, 25), steps=st.integers(1, 12))
def test_many_longer_histories(new_database: NewDatabase, seed: int, lines: int, steps: int) -> None:
    life = Life(new_database())
    History.begin(life, seed, lines).live(steps)
    assert differences(life) == []
