"""Due less posted, by columns a reader can add up."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ledgers.proposals import DueRows, PostedRows, propose

Row = tuple[int, int, int, int, int, int]  # subject, kind, funder, party, period, pence


def columns(rows: Sequence[tuple[int, ...]], width: int) -> list[NDArray[np.int64]]:
    return [np.asarray(each, np.int64) for each in np.asarray(rows, np.int64).reshape(-1, width).T]


def proposed(due: Sequence[Row], posted: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """(subject, party, due, posted, revision, debit) of every row proposed. Posted rows add revision, debit, credit."""
    made = propose(DueRows(*columns(due, 6)), PostedRows(*columns(posted, 9)))
    rows = zip(made.subject, made.party, made.due, made.posted, made.revision, made.debit, strict=True)
    return sorted(tuple(int(each) for each in row) for row in rows)


def test_never_posted_is_proposed_whole() -> None:
    assert proposed([(1, 0, 0, 7, 100, 5_000)], []) == [(1, 7, 5_000, 0, 1, 0)]


def test_posted_as_due_proposes_nothing() -> None:
    assert proposed([(1, 0, 0, 7, 100, 5_000)], [(1, 0, 0, 7, 100, 5_000, 1, 31, 41)]) == []


def test_two_postings_are_added_and_the_third_is_numbered_on_with_their_accounts() -> None:
    posted = [(1, 0, 0, 7, 100, 5_000, 1, 31, 41), (1, 0, 0, 7, 100, -300, 2, 31, 41)]
    assert proposed([(1, 0, 0, 7, 100, 4_000)], posted) == [(1, 7, 4_000, 4_700, 3, 31)]


def test_no_longer_due_is_taken_back_and_another_payee_is_paid() -> None:
    posted = [(1, 0, 0, 7, 100, 5_000, 1, 31, 41)]
    assert proposed([(1, 0, 0, 8, 100, 5_000)], posted) == [(1, 7, 0, 5_000, 2, 31), (1, 8, 5_000, 0, 1, 0)]


def test_another_calendar_s_entry_counts_for_its_number_alone() -> None:
    assert proposed([(1, 0, 0, 7, 100, 5_000)], [(1, 0, 0, 7, 100, 0, 2, 31, 41)]) == [(1, 7, 5_000, 0, 3, 31)]


def test_nought_due_and_nothing_posted_is_nothing() -> None:
    assert proposed([(1, 0, 0, 7, 100, 0)], []) == []
