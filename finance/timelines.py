"""Timeline algebra over columns: cut spans at every change day, then look each piece up as of its first day.

Everything that meets dated facts with dated rates goes through here. Columns are int64; days are day numbers;
spans are ``[first, end)``. Owners (a line, a tariff) are whole numbers from nought.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finance.columns import Ints
from finance.keys import DAYS, keyed, unkeyed


@dataclass(frozen=True, slots=True)
class Timeline:
    """Dated values of many owners: rows sorted by owner and first day, none of one owner overlapping another.

    ``first``, ``end``: the days each row covers. ``row``: where the row stood in the table it was made from.
    """

    owner: Ints
    first: Ints
    end: Ints
    row: Ints
    key: Ints

    @classmethod
    def of(cls, owner: Ints, first: Ints, end: Ints) -> "Timeline":
        key = keyed(owner, np.maximum(first, 0))
        if len(key) < 2 or bool((key[1:] >= key[:-1]).all()):
            return cls(owner, first, end, np.arange(len(key), dtype=np.int64), key)
        order = np.argsort(key, kind="stable")
        return cls(owner[order], first[order], end[order], order.astype(np.int64), key[order])

    def overlaps(self) -> Ints:
        """Rows (as places in the first table) that begin before the same owner's earlier row has ended."""
        if len(self.key) < 2:
            return np.empty(0, np.int64)
        clash = (self.owner[1:] == self.owner[:-1]) & (self.first[1:] < self.end[:-1])
        return np.asarray(self.row[1:][clash], dtype=np.int64)

    def as_of(self, owner: Ints, day: Ints) -> Ints:
        """The row (place in the first table) that covers each owner's day, or -1 where none does."""
        if len(self.key) * 4 < len(owner):
            found = np.full(len(owner), -1, np.int64)
            mine = self._mentioned(owner, self.owner)
            found[mine] = self._covering(owner[mine], day[mine])
            return found
        return self._covering(owner, day)

    def _covering(self, owner: Ints, day: Ints) -> Ints:
        if not len(self.key):
            return np.full(len(owner), -1, np.int64)
        place = np.searchsorted(self.key, keyed(owner, day), side="right") - 1
        safe = np.maximum(place, 0)
        found = (place >= 0) & (self.owner[safe] == owner) & (day < self.end[safe])
        return np.asarray(np.where(found, self.row[safe], -1), dtype=np.int64)

    def covered_twice(self, owner: Ints, day: Ints) -> NDArray[np.bool_]:
        """Whether two rows of an owner both cover the day. Costs nothing where no rows overlap."""
        if not len(self.overlaps()) or not len(owner):
            return np.zeros(len(owner), bool)
        reach = np.maximum.accumulate(keyed(self.owner, np.minimum(self.end, DAYS - 1)))
        place = np.searchsorted(self.key, keyed(owner, day), side="right") - 1
        here, before = np.maximum(place, 0), np.maximum(place - 1, 0)
        covers = (place >= 0) & (self.owner[here] == owner) & (day < self.end[here])
        whose, until = unkeyed(reach[before])
        earlier = (place >= 1) & (whose == owner) & (until > day)
        return np.asarray(covers & earlier)

    @staticmethod
    def _mentioned(owner: Ints, named: Ints) -> Ints:
        """Places in ``owner`` that hold any of the owners named. Owners of -1 are nobody."""
        if not len(named) or not len(owner):
            return np.empty(0, np.int64)
        flag = np.zeros(max(int(named.max()), int(owner.max())) + 2, bool)
        flag[named] = True
        flag[-1] = False
        return np.flatnonzero(flag[owner])

    def change_days(self, owner: Ints, first: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Days strictly inside each span at which its owner's value begins or ends.

        Returns (piece, day): which span, and the day to cut it on. A span's own edges are not given. Only owners with a
        change between the first and last of all the days are looked at, so the cost follows the changes.
        """
        if not len(owner) or not len(self.key):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        day = np.concatenate([self.first, np.minimum(self.end, DAYS - 1)])
        inside = (day > first.min()) & (day < end.max())
        changed, day = np.concatenate([self.owner, self.owner])[inside], day[inside]
        mine = self._mentioned(owner, changed)
        piece, on = _inside(np.sort(keyed(changed, day)), owner[mine], first[mine], end[mine])
        return mine[piece], on


def _inside(keys: Ints, owner: Ints, first: Ints, end: Ints) -> tuple[Ints, Ints]:
    low = np.searchsorted(keys, keyed(owner, first), side="right")
    high = np.searchsorted(keys, keyed(owner, end), side="left")
    count = np.maximum(high - low, 0)
    piece = np.repeat(np.arange(len(owner), dtype=np.int64), count)
    place = ranges(low, count)
    return piece, unkeyed(keys[place])[1]


def ranges(first: Ints, count: Ints) -> Ints:
    """``first[0], first[0]+1, …`` for ``count[0]`` places, then the next row's, end to end."""
    total = int(count.sum())
    if not total:
        return np.empty(0, np.int64)
    offset = np.cumsum(count) - count
    return np.asarray(np.arange(total, dtype=np.int64) - np.repeat(offset - first, count), dtype=np.int64)


def cut(first: Ints, end: Ints, piece: Ints, day: Ints) -> tuple[Ints, Ints, Ints]:
    """Cut spans at the given days. ``piece`` says which span each day cuts; days outside it, or twice, do nothing.

    Returns (span, first, end) of the parts, in order of span and day. Parts of a span add back to exactly the span.
    """
    everyone = np.arange(len(first), dtype=np.int64)
    if not len(piece):
        return everyone, first, end
    real = (day > first[piece]) & (day < end[piece])
    marks = distinct(keyed(piece[real], day[real]))
    if not len(marks):
        return everyone, first, end
    at_piece, at_day = unkeyed(marks)
    cuts = np.bincount(at_piece, minlength=len(first)).astype(np.int64)
    span = np.repeat(everyone, cuts + 1)
    opens = first[span]
    starts = np.cumsum(cuts + 1) - (cuts + 1)
    later = np.ones(len(span), bool)
    later[starts] = False
    opens[later] = at_day
    closes = end[span]
    closes[:-1][later[1:]] = at_day
    return span, opens, closes


def distinct(numbers: Ints) -> Ints:
    """Each number once, in order. NumPy’s own ``unique`` goes by their hashes: ten times as long, of many that
    differ.
    """
    ordered = np.sort(numbers)
    return np.asarray(ordered[group_starts(ordered)], dtype=np.int64)


def missing(numbers: Ints, there: Ints) -> Ints:
    """Each number that is not ``there``, once, in order. ``there``: in any order."""
    asked, there = distinct(numbers), np.sort(there)
    gone = np.searchsorted(there, asked) == np.searchsorted(there, asked, side="right")
    return np.asarray(asked[gone], dtype=np.int64)


def group_starts(*columns: Ints) -> Ints:
    """Where each run of equal rows begins, for columns already in order. Feeds ``np.add.reduceat``."""
    if not len(columns[0]):
        return np.empty(0, np.int64)
    new = np.zeros(len(columns[0]), bool)
    new[0] = True
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new).astype(np.int64)
