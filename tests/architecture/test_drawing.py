"""In a run of all the tests each is run on one database; which, the seed says; over some runs it has been on both."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.drawing import BOTH, drawn


def item(nodeid: str, **params: object) -> pytest.Item:
    given: dict[str, Any] = {"nodeid": nodeid}
    if params:
        given["callspec"] = SimpleNamespace(params=params)
    return cast(pytest.Item, SimpleNamespace(**given))


def both(name: str) -> list[pytest.Item]:
    return [item(f"{name}[{kind}-a]", copies=kind, of="a") for kind in ("sqlite", "postgresql")]


def test_each_is_run_on_one_the_same_for_one_seed() -> None:
    asked = [each for number in range(200) for each in both(f"tests/payruns/test_any.py::test_{number}")]
    run, left = drawn(asked, 7)
    assert len(run) == len(left) == 200
    assert {each.nodeid.split("[")[0] for each in run} == {each.nodeid.split("[")[0] for each in left}
    assert [each.nodeid for each in drawn(asked, 7)[0]] == [each.nodeid for each in run]
    assert 60 < sum("sqlite" in each.nodeid for each in run) < 140


def test_over_some_runs_each_has_been_on_both() -> None:
    asked = both("tests/payruns/test_any.py::test_it")
    assert {each.nodeid for seed in range(40) for each in drawn(asked, seed)[0]} == {each.nodeid for each in asked}


def test_what_belongs_to_the_databases_and_what_needs_none_is_always_run() -> None:
    asked = [
        *both(f"{BOTH[0]}test_guards.py::test_it"),
        item("tests/finance/test_money.py::test_it"),
        item("x[a]", of="a"),
    ]
    assert drawn(asked, 1) == (asked, [])
