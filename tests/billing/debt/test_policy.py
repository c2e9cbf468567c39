"""The ladder's choices: dated, in order, and never quicker to court than the protocol allows."""

import datetime as dt
import tomllib

import pytest

from billing.debt.policy import ReminderPolicy
from finance.problems import BadParameters, NoValueOnDay

FILE = """
smallest_pence = 1000
chase = ["client", "funder"]

[[ladders]]
from = 2026-04-01
days_after_due = [7, 21, 35, 70]

[[ladders]]
from = 2027-04-01
days_after_due = [10, 20, 30, 60]
"""


def test_the_ladder_of_the_day_stands() -> None:
    policy = ReminderPolicy.of(tomllib.loads(FILE), "council.toml")
    assert policy.ladder(dt.date(2027, 3, 31)).days_after_due == (7, 21, 35, 70)
    assert policy.ladder(dt.date(2027, 4, 1)).days_after_due == (10, 20, 30, 60)
    assert (policy.smallest_pence, policy.chase, policy.days_after_pause) == (1000, ("client", "funder"), 14)
    with pytest.raises(NoValueOnDay, match="31 March 2026"):
        policy.ladder(dt.date(2026, 3, 31))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("smalest_pence = 5", "no choice is called “smalest_pence”"),
        ("smallest_pence = -5", "smallest_pence is “-5”"),
        ("smallest_pence = true", "smallest_pence is “True”"),
        ('chase = ["clients"]', "chase is"),
        ("[[ladders]]\nfrom = 2026-04-01\ndays_after_due = [14, 28, 42, 71]", "29 days after the letter before action"),
        ("[[ladders]]\nfrom = 2026-04-01\ndays_after_due = [14, 14, 42, 77]", "each more than the one before"),
        ("[[ladders]]\nfrom = 2026-04-01\ndays_after_due = [14, 28, 42]", "Give 4 whole numbers"),
        ("[[ladders]]\nfrom = 2026-04-01", "needs from and days_after_due"),
        ('[[ladders]]\nfrom = "April"\ndays_after_due = [14, 28, 42, 77]', "from “April”"),
        ("ladders = []", "ladders is"),
    ],
)
def test_a_choice_that_cannot_be_used_is_named(text: str, words: str) -> None:
    with pytest.raises(BadParameters, match=words.replace("[", r"\[").replace("]", r"\]")):
        ReminderPolicy.of(tomllib.loads(text), "council.toml")


def test_two_ladders_from_one_day_are_refused() -> None:
    one = "[[ladders]]\nfrom = 2026-04-01\ndays_after_due = [14, 28, 42, 77]\n"
    with pytest.raises(BadParameters, match="two ladders"):
        ReminderPolicy.of(tomllib.loads(one + one), "council.toml")
