"""Lives that once broke a law, as short as they could be made. Each must now be lived to its end.

A replay marked ``"mended": false`` still breaks its law, and says so: the day it no longer does, the mark goes.
"""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.simulation.databases import databases
from tests.simulation.life import relive
from tests.simulation.shrinking import REPLAYS, read
from tests.simulation.watching import simulated


def replays() -> list[ParameterSet]:
    found = []
    for path in sorted(REPLAYS.glob("*.json")):
        mended = read(path)[0]["mended"]
        marks = [] if mended else [pytest.mark.xfail(strict=True, reason="not mended yet")]
        found.append(pytest.param(path, id=path.stem, marks=marks))
    return found


@pytest.mark.parametrize("path", replays())
def test_a_life_that_once_broke_a_law_is_lived_to_its_end(path: Path) -> None:
    kept, acts = read(path)
    with databases("sqlite") as where, simulated():
        ending = relive(where, kept["seed"], kept["lines"], acts, only=[kept["law"]])
    assert ending.law is None, "\n".join([*ending.told, f"{ending.law}: {ending.what}"])
