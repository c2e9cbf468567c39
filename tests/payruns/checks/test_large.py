"""Sums somebody looks at: what is typed by hand, and what earlier days come to for a payee, each at its size."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payruns.checks.large_adjustment import large_adjustments
from payruns.checks.large_for_earlier_days import large_for_earlier_days

RATE, FUNDING = 1 << 4, 1 << 7
COLUMNS = ["subject", "kind", "party", "amount", "cause", "late"]


def frame(*rows: tuple[int, str, int, int, int, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS).astype({"amount": "int64", "party": "int64", "subject": "int64"})


@pytest.mark.parametrize("pence, found", [(1_000_000, 1), (-1_000_000, 1), (999_999, 0), (30_000_000, 1)])
def test_an_adjustment_is_shown_from_its_size_on_whichever_way(pence: int, found: int) -> None:
    lines = frame((9, "adjustment", 1, pence, 0, False), (9, "care", 1, 10**9, 0, False))
    made = large_adjustments(lines, 1_000_000)
    assert [(each.check, each.severity, each.subject, each.amount) for each in made] == [
        ("large adjustment", "stop", 9, pence)
    ] * found


def test_earlier_days_are_summed_by_payee_and_say_what_most_of_it_is_for() -> None:
    lines = frame(
        (1, "care", 5, 30_000_000, RATE, True),
        (2, "care", 5, 4_613_052, RATE, True),
        (2, "contribution", 5, -600_000, FUNDING, True),
        (3, "care", 6, 2_499_999, RATE, True),
        (4, "care", 7, 90_000_000, 0, False),
        (5, "adjustment", 8, 90_000_000, 0, True),
    )
    (made,) = large_for_earlier_days(lines, 2_500_000)
    assert (made.party, made.amount, made.severity, made.subject) == (5, 34_013_052, "stop", None)
    assert made.what == (
        "£346,130.52 paid and £6,000.00 taken back for days before this period, on 2 lines; most of it (£346,130.52) "
        "since the contract’s rates changed."
    )


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(-4_000_000, 4_000_000), st.booleans()), max_size=12))
def test_whoever_comes_to_as_much_is_shown_and_nobody_else(drawn: list[tuple[int, int, bool]]) -> None:
    rows = [(place, "care", party, pence, RATE, late) for place, (party, pence, late) in enumerate(drawn)]
    found = {each.party: each.amount for each in large_for_earlier_days(frame(*rows), 2_500_000)}
    wanted = {}
    for payee in {party for party, _, _ in drawn}:
        theirs = [pence for party, pence, late in drawn if party == payee and late]
        paid, back = sum(each for each in theirs if each > 0), -sum(each for each in theirs if each < 0)
        if paid >= 2_500_000 or back >= 2_500_000:
            wanted[payee] = paid - back
    assert found == wanted
