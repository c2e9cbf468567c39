"""Overlaps and deaths, against the obvious way: every row with every other."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finance.columns import Ints
from finance.days import FOR_EVER
from interfaces.files.inbound.door.checks import check_deaths, overlapping
from interfaces.files.inbound.readers.faults import Faults

SPAN = st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 8) | st.just(FOR_EVER), st.booleans())


def columns(spans: list[tuple[int, int, int, bool]]) -> tuple[Ints, Ints, Ints, np.ndarray]:
    owner, first, length, ours = (np.asarray(column) for column in zip(*spans, strict=True))
    return owner, first, first + length, ours.astype(bool)


def meet(one: tuple[int, int, int, bool], other: tuple[int, int, int, bool]) -> bool:
    return one[0] == other[0] and one[1] < other[1] + other[2] and other[1] < one[1] + one[2]


@given(st.lists(SPAN, min_size=1, max_size=8))
def test_once_the_blamed_are_out_nothing_overlaps(spans: list[tuple[int, int, int, bool]]) -> None:
    """The door looks again until nobody is blamed; each blame is a real overlap of a row that is ours."""
    kept = spans
    while True:
        blamed, other = overlapping(*columns(kept)) if kept else (np.empty(0, np.int64),) * 2
        if not len(blamed):
            break
        for row, against in zip(blamed, other, strict=True):
            assert row != against
            assert kept[row][3]
            assert meet(kept[row], kept[against])
        kept = [span for place, span in enumerate(kept) if place not in set(blamed)]
    assert [span for span in kept if not span[3]] == [span for span in spans if not span[3]]
    for place, span in enumerate(kept):
        for mate in kept[:place]:
            assert not meet(span, mate) or not (span[3] or mate[3])


def test_a_long_span_over_two_short_ones_is_blamed_for_neither() -> None:
    blamed, other = overlapping(*columns([(1, 0, 100, True), (1, 10, 5, True), (1, 30, 5, True)]))
    assert list(zip(blamed.tolist(), other.tolist(), strict=True)) == [(1, 0), (2, 0)]


def test_a_believed_span_is_never_blamed() -> None:
    blamed, other = overlapping(*columns([(1, 0, 100, True), (1, 10, 5, False)]))
    assert list(zip(blamed.tolist(), other.tolist(), strict=True)) == [(0, 1)]


def test_care_may_start_on_the_day_of_death_and_not_after() -> None:
    faults = Faults("service_lines.csv", "line", np.arange(2, 5))
    died = np.array([20_000, 20_000, FOR_EVER])
    check_deaths(faults, np.array([20_000, 20_001, 20_001]), died, np.ones(3, bool))
    assert [str(each) for each in faults.problems()] == [
        (
            "service_lines.csv line 3, column start_date: start date 2024-10-05 is after the person's death on "
            "2024-10-04. "
            "Correct the date, or cancel the row in the case system."
        )
    ]
