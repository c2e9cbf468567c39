"""Reading a council's choices: names, sorts, and what each refusal says."""

from dataclasses import dataclass

import pytest

from finance.choices import at_least_one, one_of, read_choices, some_of
from finance.money import Rounding
from finance.problems import BadParameters


@dataclass(frozen=True)
class Posting:
    rounding: Rounding = Rounding.HALF_UP
    days: int = 28
    chunk: int = 100
    told: bool = True
    team: str = ""
    checks: tuple[str, ...] = ("doubled",)
    week: str = "whole"
    kinds: tuple[str, ...] = ("client",)


READERS = {"chunk": at_least_one, "week": one_of("whole", "by day"), "kinds": some_of("client", "funder")}


def read(**table: object) -> Posting:
    return read_choices(Posting, table, "council.toml [posting]", READERS)


def test_what_is_not_said_is_as_it_ships() -> None:
    assert read() == Posting()
    assert read(days=0, told=False, rounding="half even") == Posting(Rounding.HALF_EVEN, days=0, told=False)


def test_lists_become_tuples_whether_from_a_file_or_from_a_run() -> None:
    assert read(checks=["a", "b"], kinds=("funder",)) == Posting(checks=("a", "b"), kinds=("funder",))
    assert read(checks=[]).checks == ()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"dayz": 1}, "[posting]: no choice is called “dayz”. Use one of rounding, days, chunk"),
        ({"days": -1}, "[posting]: days is “-1”. Give a value like 28."),
        ({"days": True}, "days is “True”"),
        ({"days": 1.5}, "days is “1.5”"),
        ({"days": "28"}, "days is “28”"),
        ({"told": 1}, "told is “1”. Give a value like True."),
        ({"team": 3}, "team is “3”"),
        ({"checks": "doubled"}, "checks is “doubled”"),
        ({"checks": [1]}, "checks is “[1]”"),
        ({"rounding": "down"}, "rounding is “down”. Use one of half up, half even."),
        ({"chunk": 0}, "chunk is “0”. Give a whole number above nought."),
        ({"week": "half"}, "week is “half”. Use one of whole, by day."),
        ({"kinds": ["client", "bank"]}, "List some of client, funder."),
        ({"kinds": "client"}, "kinds is “client”"),
    ],
)
def test_what_cannot_be_meant_is_refused(table: dict[str, object], words: str) -> None:
    with pytest.raises(BadParameters) as refused:
        read(**table)
    assert words in f"{refused.value.what} {refused.value.what_to_do}"
