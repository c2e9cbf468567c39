"""Lives that once broke a law, as short as they could be made. Each must now be lived to its end."""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.simulation.databases import databases
from tests.simulation.life import relive
from tests.simulation.shrinking import REPLAYS, read
from tests.simulation.watching import simulated


def replays() -> list[ParameterSet]:
    return [pytest.param(path, id=path.stem) for path in sorted(REPLAYS.glob("*.json"))]


@pytest.mark.parametrize("path", replays())
def test_a_life_that_once_broke_a_law_is_lived_to_its_end(path: Path) -> None:
    kept, acts = read(path)
    with databases("sqlite") as where, simulated():
        ending = relive(where, kept["seed"], kept["lines"], acts, only=[kept["law"]])
    assert ending.law is None, "\n".join([*ending.told, f"{ending.law}: {ending.what}"])
