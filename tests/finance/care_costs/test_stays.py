"""Absences told in pieces are counted from the first day of the first, and no others are."""

import numpy as np
import pytest

from finance.care_costs.facts import Suspensions
from finance.care_costs.stays import OtherLines, across_lines, opened
from finance.columns import Ints
from finance.days import FOR_EVER

Told = tuple[int, int, int, int]  # line, first day, end, share


def ints(*values: int) -> Ints:
    return np.asarray(values, dtype=np.int64)


def away(*rows: Told) -> Suspensions:
    line, starts, ends, paid = (ints(*column) for column in zip(*rows, strict=True))
    return Suspensions(line, starts, ends, paid, starts)


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ([(1, 10, 24, -1), (1, 24, 38, -1)], [10, 10]),
        ([(1, 24, 38, -1), (1, 10, 24, -1)], [10, 10]),  # whatever the order they are told in
        ([(1, 10, 24, -1), (1, 25, 38, -1)], [10, 25]),  # a day at home between
        ([(1, 10, 24, -1), (1, 24, 38, 0)], [10, 24]),  # under another share
        ([(1, 10, 24, -1), (2, 24, 38, -1)], [10, 24]),  # of another line
        ([(1, 10, 40, -1), (1, 12, 14, -1), (1, 40, 50, -1), (1, 51, 60, -1)], [10, 10, 10, 51]),
    ],
)
def test_of_one_line(rows: list[Told], since: list[int]) -> None:
    some = away(*rows)
    assert opened(some.line, some).opened.tolist() == since


def others(*rows: tuple[int, int, int, int, int, int]) -> OtherLines:
    return OtherLines(*(ints(*column) for column in zip(*rows, strict=True)))


def test_across_lines_that_took_one_another_s_place() -> None:
    some = away((1, 10, FOR_EVER, -1), (2, 24, 30, -1), (3, 30, 38, -1))
    lines = [(1, 7, 1, 1, 0, 24), (2, 7, 1, 1, 24, 30), (3, 7, 1, 1, 30, 90)]
    assert across_lines(others(*lines), some).opened.tolist() == [10, 10, 10]
    apart = [(1, 7, 1, 1, 0, 24), (2, 7, 2, 1, 24, 30), (3, 7, 1, 2, 30, 90)]  # another service; another payee
    assert across_lines(others(*apart), some).opened.tolist() == [10, 24, 30]
    home = [(1, 7, 1, 1, 0, 20), *lines[1:]]  # the first line ended four days before the second began
    assert across_lines(others(*home), some).opened.tolist() == [10, 24, 24]
