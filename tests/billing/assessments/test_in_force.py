"""The first day on which what stands of somebody's charge is not what stood before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from billing.assessments.in_force import NOTHING, Decisions, first_differences

DAYS = 12
words = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, DAYS - 1),
        st.integers(1, DAYS),
        st.integers(1, 6),
        st.sampled_from([NOTHING, 0, 100, 200]),
        st.integers(0, 1),
    ),
    max_size=10,
)


def columns(rows: list[tuple[int, int, int, int, int, int]]) -> Decisions:
    """(person, first day, length, change, charge, how), in order of person."""
    rows = sorted(rows)
    each = [np.array([row[place] for row in rows], np.int64) for place in range(6)]
    person, starts, length, learned, charge, how = each
    return Decisions(person, starts, starts + length, learned, charge, np.zeros(len(rows), np.int64), how)


def said(rows: list[tuple[int, int, int, int, int, int]], person: int, day: int) -> tuple[int, int] | None:
    """What stands, looked up one word after another; of two words learned at once either may stand, so none are."""
    holding = [each for each in rows if each[0] == person and each[1] <= day < each[1] + each[2]]
    last = max(holding, key=lambda each: each[3], default=None)
    return None if last is None or last[4] == NOTHING else (last[4], last[5])


@given(words, st.integers(0, 6))
def test_the_first_day_that_differs_is_found_day_by_day(
    rows: list[tuple[int, int, int, int, int, int]], before: int
) -> None:
    rows = list({(row[0], row[3]): row for row in rows}.values())  # one word a person a change
    then = [row for row in rows if row[3] <= before]
    wanted = {}
    for one in (1, 2, 3):
        differs = [day for day in range(2 * DAYS) if said(then, one, day) != said(rows, one, day)]
        if differs:
            wanted[one] = differs[0]
    person, since = first_differences(columns(then), columns(rows))
    assert dict(zip(person.tolist(), since.tolist(), strict=True)) == wanted


def test_being_assessed_again_to_the_same_charge_is_no_difference() -> None:
    once = [(1, 0, 10, 1, 5_000, 0)]
    assert first_differences(columns(once), columns([*once, (1, 3, 7, 2, 5_000, 0)]))[0].tolist() == []
    person, since = first_differences(columns(once), columns([*once, (1, 3, 7, 2, 5_001, 0)]))
    assert (person.tolist(), since.tolist()) == ([1], [3])
