"""What stopped money and is gone is found with all that is paid for it, earlier days and its own; and nothing else."""

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.days import FOR_EVER, number
from finance.facts.tables import suspension
from interfaces.database.connection import Database
from payruns.checks.paid_again import Gone, paid_again
from tests import builders
from tests.payruns.checks.two_runs import findings_of_second_run

APRIL, MAY, JUNE = (number(dt.date(2026, *each)) for each in ((4, 6), (5, 4), (6, 1)))
COLUMNS = ["subject", "kind", "party", "amount", "late", "period_starts", "period_ends"]


def frame(*rows: tuple[int, int, bool, int, int]) -> pd.DataFrame:
    """Lines of care: subject, pence, whether for earlier days, and the days."""
    made = [(subject, "care", 7, pence, late, first, end) for subject, pence, late, first, end in rows]
    return pd.DataFrame(made, columns=COLUMNS)


TWO = frame((1, 210_000, True, APRIL, MAY), (1, 280_000, False, MAY, JUNE), (2, 5, True, APRIL, MAY))


def test_both_earlier_days_and_the_period_itself_are_at_stake() -> None:
    (found,) = paid_again({1: Gone("The line was known to end: it is paid", APRIL + 7)}, TWO, MAY, 0)
    assert (found.check, found.severity, found.subject, found.party, found.amount) == (
        "paid again",
        "stop",
        1,
        7,
        490_000,
    )
    assert found.what == (
        "The line was known to end: it is paid £2,100.00 for days before this period and £2,800.00 for this period."
    )


@pytest.mark.parametrize(
    "gone, found",
    [
        (Gone("", MAY + 14), 280_000),  # a last day of this period taken away: the line is open again
        (Gone("", MAY + 14, removed=False), None),  # the same moved to a later day: a plan changed
        (Gone("", JUNE), None),  # no day from then on is paid
        (Gone("", APRIL + 7, APRIL + 14), 210_000),  # a suspension of a week
        (Gone("", APRIL + 7, removed=False), 490_000),
    ],
)
def test_what_is_paid_for_days_that_were_stopped(gone: Gone, found: int | None) -> None:
    assert [each.amount for each in paid_again({1: gone}, TWO, MAY, 0)] == ([] if found is None else [found])


def test_below_its_size_it_says_nothing() -> None:
    assert not paid_again({1: Gone("", APRIL)}, TWO, MAY, 490_001)
    assert paid_again({1: Gone("", APRIL)}, TWO, MAY, 490_000)
    assert not paid_again({1: Gone("", APRIL)}, frame((1, -210_000, True, APRIL, MAY)), MAY, 0)


rows = st.tuples(st.integers(1, 3), st.integers(-9, 9), st.booleans())


@given(st.lists(rows, max_size=8), st.integers(0, 80), st.one_of(st.none(), st.integers(1, 80)))
def test_the_sum_is_that_of_every_period_with_such_a_day(
    drawn: list[tuple[int, int, bool]], first: int, length: int | None
) -> None:
    lines = frame(*((line, pence, late, *((APRIL, MAY) if late else (MAY, JUNE))) for line, pence, late in drawn))
    starts = APRIL + first
    ends = FOR_EVER if length is None else starts + length
    found = {each.subject: each.amount for each in paid_again({1: Gone("", starts, ends)}, lines, MAY, 0)}
    days = set(range(starts, min(ends, JUNE)))
    pence = sum(
        pence
        for line, pence, late in drawn
        if line == 1 and days & set(range(*((APRIL, MAY) if late else (MAY, JUNE))))
    )
    assert found == ({1: pence} if pence > 0 else {})


FACTS = {
    "people": [builders.ADA],
    "payees": [builders.payee("V1")],
    "services": [builders.RESIDENTIAL],
    "pay_calendars": [builders.pay_calendar("4W", "four-weekly", "Care homes")],
    "contracts": [builders.contract("K1", "4W", name="The Oaks")],
    "rates": [builders.rate("R1", "K1", "RES", "week", "700.00")],
    "packages": [builders.package("PK1", "P1")],
}
DEAD = {**builders.ADA, "date_of_death": "2026-04-12"}


def line(**more: Any) -> builders.Row:
    return builders.line("L1", "PK1", "K1", "RES", "week", **more)


@pytest.mark.parametrize(
    "before, after, found",
    [
        ({"service_lines": [line(end_date="2026-04-12")]}, {"service_lines": [line()]}, 490_000),
        ({"service_lines": [line(end_date="2026-05-10")]}, {"service_lines": [line()]}, 280_000),
        ({"service_lines": [line(end_date="2026-05-10")]}, {"service_lines": [line(end_date="2026-05-17")]}, None),
        ({"service_lines": [line(end_date="2026-05-10")]}, {}, None),
        ({"service_lines": [line()], "people": [DEAD]}, {"people": [builders.ADA]}, 490_000),
        (
            {
                "service_lines": [line()],
                "suspensions": [
                    {"suspension_ref": "S1", "line_ref": "L1", "reason": "hospital", "start_date": "2026-04-13"}
                ],
            },
            {"suspensions": ["S1"]},
            490_000,
        ),
    ],
)
def test_a_life_in_which_what_stopped_it_is_taken_back(
    database: Database, before: builders.Facts, after: Any, found: int | None
) -> None:
    def taken_back(made: Database) -> None:
        if "suspensions" in after:
            builders.Told(made).cancel(suspension, "S1")

    news = {} if "suspensions" in after else after
    every = findings_of_second_run(database, {**FACTS, **before}, news, taken_back)
    made = [each for each in every if each.check_name == "paid again"]
    assert [(each.severity, each.amount) for each in made] == ([] if found is None else [("stop", found)])
