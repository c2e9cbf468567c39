"""Due less recorded, over columns: what to add so that accounts stand as due, and the reversals of what was wrong.

The same as :func:`finance.care_cap.account_changes`, for many people. Added, and asked again, it gives nothing.
"""

from dataclasses import dataclass

import numpy as np

from billing.care_accounts.stretches import Flags
from billing.care_accounts.weeks import AccountLines
from finance.columns import Ints
from finance.keys import keyed, unkeyed
from finance.timelines import group_starts


@dataclass(frozen=True, slots=True)
class RecordedLines(AccountLines):
    """Lines as recorded, every revision."""

    revision: Ints


@dataclass(frozen=True, slots=True)
class Additions(RecordedLines):
    """Lines to record. ``first_word``: nothing was ever recorded for the same days; otherwise it corrects."""

    reversal: Flags
    first_word: Flags


def changes(due: AccountLines, recorded: RecordedLines) -> Additions:
    """New lines, and reversals of those that differ, in order of person, kind and day; a reversal before its
    correction.

    ``due`` is in that order.
    """
    key, held, revision, end = _standing(recorded)
    wanted = _key(due)
    every = np.union1d(key, wanted) if len(key) else wanted
    has, want = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
    last, ends = np.zeros(len(every), np.int64), np.zeros(len(every), np.int64)
    due_ends = np.zeros(len(every), np.int64)
    place = np.searchsorted(every, key)
    has[place], last[place], ends[place] = held, revision, end
    place = np.searchsorted(every, wanted) if len(key) else np.arange(len(wanted))
    want[place], due_ends[place] = due.pence, due.end
    wrong = has != want
    back, new = np.flatnonzero(wrong & (has != 0)), np.flatnonzero(wrong & (want != 0))
    rows = np.concatenate([back, new])
    reversal = np.arange(len(rows)) < len(back)
    whose, first = unkeyed(every[rows])
    made = Additions(
        whose // 4,
        whose % 4,
        first,
        np.where(reversal, ends[rows], due_ends[rows]),
        np.where(reversal, -has[rows], want[rows]),
        last[rows] + np.where(reversal, 1, 1 + (has[rows] != 0)),
        reversal,
        last[rows] == 0,
    )
    return made.take(np.argsort(rows, kind="stable")) if len(back) else made


def _key(lines: AccountLines) -> Ints:
    return keyed(lines.who * 4 + lines.kind, lines.first)


def _standing(recorded: RecordedLines) -> tuple[Ints, Ints, Ints, Ints]:
    """Each key once: the pence that stand, the last revision and its end."""
    key = _key(recorded)
    order = np.lexsort((recorded.revision, key)) if (recorded.revision > 1).any() else np.argsort(key, kind="stable")
    key, pence = key[order], recorded.pence[order]
    begins = group_starts(key)
    if not len(begins):
        return key, pence, key, key
    last = order[np.append(begins[1:], len(key)) - 1]
    return key[begins], np.add.reduceat(pence, begins), recorded.revision[last], recorded.end[last]
