"""What a run came to for a payee: made of its lines, and set beside the last run by cause, to the penny."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.facts.names_store import NoSuchReference
from finance.facts.versions import Row
from interfaces.database.connection import Database
from ledgers.explain.explanation import NothingToExplain
from payruns.explain.moved import moved
from payruns.explain.payee_jobs import explain_payee
from tests.payruns.explain.explain_council import council, paid, record
from tests.saying import all_of


def test_the_lines_what_was_settled_and_what_moved(database: Database) -> None:
    council(database)
    paid(database, "4W", "2026-05-04")
    record(database, source="letter.csv", agreed_rates=[
        {"rate_ref": "A9", "line_ref": "L1", "rate": "1010.00", "start_date": "2026-04-06"}
    ])  # fmt: skip
    paid(database, "4W", "2026-06-01")
    told = explain_payee(database, "V1")
    said, figures = all_of(told), told.figures
    assert told.run == 2 and "Run 1 came to" in said and "outturn explain L1 --run 2" in said
    causes: Any = figures["moved"]
    assert sum(each["amount_pence"] for each in causes) == figures["difference_pence"]
    assert {each["why"] for each in causes} >= {"earlier periods worked out again: the agreed rate changed"}
    first = explain_payee(database, "V1", run=1)
    assert first.figures["moved"] == [] and first.run == 1


def test_who_is_not_paid_and_who_is_not_known(database: Database) -> None:
    council(database)
    with pytest.raises(NothingToExplain, match="No pay run holds anything of"):
        explain_payee(database, "V1")
    with pytest.raises(NoSuchReference):
        explain_payee(database, "V99")


def line(subject: int, kind: str, amount: int, late: bool = False, cause: int = 0) -> Row:
    return {"subject": subject, "kind": kind, "amount": amount, "late": late, "cause": cause}


def step(subject: int, rate: int = 100, quantity: int = 100, count: int = 7, share: int = 10_000) -> Row:
    return {"subject": subject, "kind": "care", "unit": "week", "rate": rate, "quantity": quantity, "count": count,
            "share": share}  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "why"),
    [
        (step(1), step(1, rate=110), "prices"),
        (step(1), step(1, count=6), "the days or the amount of care"),
        (step(1), step(1, share=8_000), "time away"),
        (step(1), step(1, rate=110, quantity=200), "prices and the days or the amount of care"),
    ],
)
def test_each_line_is_told_by_what_moved_it(then: Row, now: Row, why: str) -> None:
    (one,) = moved([line(1, "care", 900)], [line(1, "care", 700)], [now], [then])
    assert (one.why, one.lines, one.amount) == (why, 1, 200)


_lines = st.lists(
    st.builds(
        line,
        st.integers(1, 4),
        st.sampled_from(["care", "contribution", "block", "adjustment"]),
        st.integers(-900, 900),
        st.booleans(),
        st.sampled_from([0, 1, 2, 3]),
    ),
    max_size=8,
)


@given(_lines, _lines)
def test_the_causes_come_to_the_difference(now: list[Row], before: list[Row]) -> None:
    made = moved(now, before, [], [])
    difference = sum(row["amount"] for row in now) - sum(row["amount"] for row in before)
    assert sum(each.amount for each in made) == difference
    assert all(each.amount and each.why for each in made)
