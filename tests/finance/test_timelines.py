"""Timeline algebra, against looking at every day one by one."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finance.timelines import Timeline, cut, distinct, group_starts, missing, ranges

Spans = list[tuple[int, int]]


def ints(values: list[int]) -> np.ndarray:
    return np.asarray(values, dtype=np.int64)


@st.composite
def spans(draw: st.DrawFn, most: int = 6) -> Spans:
    return [(first, first + draw(st.integers(1, 40))) for first in draw(st.lists(st.integers(100, 160), max_size=most))]


@st.composite
def timelines(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Rows (owner, first, end) that never overlap for one owner."""
    rows = []
    for owner in range(draw(st.integers(0, 3))):
        days = sorted(draw(st.sets(st.integers(90, 200), max_size=8)))
        rows += [(owner, first, end) for first, end in zip(days[::2], days[1::2], strict=False)]
    return draw(st.permutations(rows))


def made(rows: list[tuple[int, int, int]]) -> Timeline:
    return Timeline.of(*(ints([row[place] for row in rows]) for place in range(3)))


@given(timelines(), st.lists(st.tuples(st.integers(0, 3), st.integers(80, 210)), max_size=30))
def test_as_of_finds_the_row_that_covers_the_day(
    rows: list[tuple[int, int, int]], asked: list[tuple[int, int]]
) -> None:
    found = made(rows).as_of(ints([each[0] for each in asked]), ints([each[1] for each in asked])).tolist()
    for (owner, day), row in zip(asked, found, strict=True):
        covering = [place for place, (who, first, end) in enumerate(rows) if who == owner and first <= day < end]
        assert [row] == (covering or [-1])


@given(timelines(), st.lists(st.tuples(st.integers(0, 3), st.integers(100, 160), st.integers(1, 40)), max_size=12))
def test_change_days_cut_spans_where_the_value_changes_and_nowhere_else(
    rows: list[tuple[int, int, int]], asked: list[tuple[int, int, int]]
) -> None:
    owner, first = ints([each[0] for each in asked]), ints([each[1] for each in asked])
    end = first + ints([each[2] for each in asked])
    timeline = made(rows)
    piece, day = timeline.change_days(owner, first, end)
    span, opens, closes = cut(first, end, piece, day)
    inside = timeline.as_of(owner[span], opens)
    for place in range(len(span)):
        days = np.arange(opens[place], closes[place])
        assert set(timeline.as_of(np.full(len(days), owner[span[place]]), days).tolist()) == {inside[place]}
    if rows:
        edges = {(who, each) for who, a, b in rows for each in (a, b)}
        assert all((owner[p], d) in edges for p, d in zip(piece.tolist(), day.tolist(), strict=True))


@given(spans(), st.lists(st.tuples(st.integers(0, 5), st.integers(90, 210)), max_size=20))
def test_parts_of_a_span_add_back_to_it(made_spans: Spans, marks: list[tuple[int, int]]) -> None:
    marks = [each for each in marks if each[0] < len(made_spans)]
    first, end = ints([each[0] for each in made_spans]), ints([each[1] for each in made_spans])
    span, opens, closes = cut(first, end, ints([m[0] for m in marks]), ints([m[1] for m in marks]))
    for place, (start, stop) in enumerate(made_spans):
        mine = np.flatnonzero(span == place)
        edges = sorted({start, stop} | {day for who, day in marks if who == place and start < day < stop})
        assert list(zip(opens[mine].tolist(), closes[mine].tolist(), strict=True)) == list(itertools.pairwise(edges))


def test_overlaps_are_named_by_the_row_they_came_from() -> None:
    timeline = made([(1, 10, 20), (2, 10, 20), (1, 19, 25)])
    assert timeline.overlaps().tolist() == [2]
    assert made([(1, 10, 20), (1, 20, 25)]).overlaps().tolist() == []


def test_a_day_two_rows_cover_is_told_from_one_that_one_does() -> None:
    timeline = made([(1, 10, 40), (1, 20, 30), (2, 10, 20), (2, 20, 30)])
    owner, day = ints([1, 1, 1, 2, 2, 3]), ints([15, 20, 29, 19, 20, 15])
    assert timeline.covered_twice(owner, day).tolist() == [False, True, True, False, False, False]


def test_ranges_end_to_end() -> None:
    assert ranges(ints([5, 9, 2]), ints([3, 0, 2])).tolist() == [5, 6, 7, 2, 3]
    assert ranges(ints([]), ints([])).tolist() == []


def test_groups_begin_where_any_column_changes() -> None:
    assert group_starts(ints([1, 1, 1, 2]), ints([7, 7, 8, 8])).tolist() == [0, 2, 3]
    assert group_starts(ints([])).tolist() == []


@given(st.lists(st.integers(-5, 20)), st.lists(st.integers(-5, 20)))
def test_distinct_and_missing_are_what_sets_say(numbers: list[int], there: list[int]) -> None:
    assert distinct(ints(numbers)).tolist() == sorted(set(numbers))
    assert missing(ints(numbers), ints(there)).tolist() == sorted(set(numbers) - set(there))
