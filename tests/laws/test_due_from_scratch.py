"""After any history, what is posted is what is due from scratch, to the penny."""

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NewDatabase
from tests.laws.living import Life, differences
from tests.laws.worlds import CLOSES, make_world

SEEDS = st.integers(0, 10**9)


@given(seed=SEEDS)
def test_one_run_of_many_lines_is_the_reference_to_the_penny(new_database: NewDatabase, seed: int) -> None:
    life, world = Life(new_database()), make_world(seed, 60)
    assert life.learn(world)
    for calendar in sorted(world.rows["pay_calendars"]):
        life.pay(calendar, CLOSES)
    assert differences(life) == []
