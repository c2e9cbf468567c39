"""The demonstration says what it is doing and how long it took, and its officers may sign for a county of any size."""

import pytest

from interfaces.demo.job import MANAGER, OFFICER, limits
from interfaces.demo.phases import Phases


def test_each_phase_is_told_as_it_begins_and_timed_when_all_is_done() -> None:
    told: list[tuple[str, int, int]] = []
    phases = Phases(lambda *each: told.append(each), 2)
    phases.begin("loading")
    phases.begin("proving")
    took = phases.end()
    assert told == [("loading", 0, 2), ("proving", 1, 2), ("done", 2, 2)]
    assert [what for what, _ in took] == ["loading", "proving"]
    assert all(milliseconds >= 0 for _, milliseconds in took)


def test_a_phase_too_few_is_noticed() -> None:
    phases = Phases(lambda *_: None, 2)
    phases.begin("loading")
    with pytest.raises(AssertionError, match="1 phases began, of 2"):
        phases.end()


@pytest.mark.parametrize(
    "people, pounds", [(60, 50_000_000), (5_000, 50_000_000), (18_500, 185_000_000), (100_000, 1_000_000_000)]
)
def test_the_managers_limit_grows_with_the_county(people: int, pounds: int) -> None:
    assert limits(people) == {OFFICER: 10_000_00, MANAGER: 100 * pounds}
