"""Rules are wired by name and their types checked, whatever name stands for the type."""

import sys
from typing import Any

import numpy as np
import pytest
from hamilton.ad_hoc_utils import create_temporary_module as module
from numpy.typing import NDArray

from finance.dataflows import behind, wired

Ints = NDArray[np.int64]


def doubled(pence: Ints) -> Ints:
    return 2 * pence


def either(pence: Ints | None) -> Ints:
    return np.zeros(1, np.int64) if pence is None else pence


def test_an_array_is_taken_where_an_array_is_asked_for() -> None:
    answer = wired(module(doubled)).execute(["doubled"], inputs={"pence": np.array([155])})
    assert answer["doubled"].tolist() == [310]


def test_an_array_is_taken_where_one_of_two_things_is_asked_for() -> None:
    answer = wired(module(either)).execute(["either"], inputs={"pence": np.array([155])})
    assert answer["either"].tolist() == [155]


@pytest.mark.parametrize("wrong", [155, [155], "155"])
def test_what_is_no_array_is_refused_where_an_array_is_asked_for(wrong: Any) -> None:
    with pytest.raises(ValueError, match="pence"):
        wired(module(doubled)).execute(["doubled"], inputs={"pence": wrong})


def test_two_rules_that_disagree_about_a_type_are_not_wired() -> None:
    def named(doubled: str) -> str:
        return doubled

    with pytest.raises(ValueError, match="doubled"):
        wired(module(doubled, named))


def test_a_name_is_looked_behind_and_nothing_else_is_touched() -> None:
    assert behind(Ints) == np.ndarray or behind(Ints).__origin__ is np.ndarray
    assert behind(int) is int
    assert behind(dict[str, int]) == dict[str, int]
    assert behind(Ints | None) == behind(Ints) | None


@pytest.mark.skipif(sys.version_info < (3, 12), reason="names for types came with Python 3.12")
def test_a_name_for_a_name_is_looked_behind() -> None:
    said: dict[str, Any] = {}
    exec("type Pence = int\ntype Money = Pence", said)
    assert behind(said["Money"]) is int
