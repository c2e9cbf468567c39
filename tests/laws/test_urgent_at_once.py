"""Law: a calendar’s run and an urgent one, both signed, are never both released; and nothing is paid twice.

One release is carried out whole at every place where it can come between two transactions of the other, either way
about, and then both for real in two processes. The same of two urgent runs with a line in common.
"""

import re

import pytest
from sqlalchemy import func, select

from interfaces.database.connection import Database
from ledgers import tables as t
from tests.conftest import NewDatabase
from tests.laws.racing import Came, between, together
from tests.payruns.test_urgent import PREPARER, Paying, april

PLACES = 6
RELEASE = ("payrun", "release", "{}", "--as", PREPARER)


def signed(database: Database, other: str) -> Database:
    """Run 1, of the calendar or for a person, and run 2, for a line of it: both are signed."""
    paying = Paying(database)
    first = paying.draft(april(19)) if other == "calendar" else paying.draft_urgent("person", "P1", april(19))
    for run in (first, paying.draft_urgent("line", "L1", april(19))):
        paying.sign(paying.work_out(run))
    return database


def released(nr: int) -> list[str]:
    return [each.format(nr) for each in RELEASE]


def one_is_released(database: Database, came: list[Came]) -> None:
    assert [each.done for each in came].count(True) == 1, came
    (refused,) = [each for each in came if not each.done]
    assert re.search(r"since run \d \(.*\) was (worked out|drafted)", refused.refusal), refused
    e = t.entry.c
    with database.read() as connection:
        paid = select(func.sum(e.amount)).where(e.subject == 1, e.kind == "care")
        assert connection.execute(paid).scalar_one() == 1_400_00


@pytest.mark.parametrize("other", ["calendar", "person"])
@pytest.mark.parametrize("first", [1, 2])
def test_one_comes_between_any_two_steps_of_the_other(new_database: NewDatabase, other: str, first: int) -> None:
    for place in range(PLACES):
        database = signed(new_database(), other)
        one_is_released(database, list(between(database, place, released(first), released(3 - first))))


@pytest.mark.parametrize("other", ["calendar", "person"])
def test_both_at_once_for_real(new_database: NewDatabase, other: str) -> None:
    database = signed(new_database(), other)
    one_is_released(database, together(database, released(1), released(2)))
