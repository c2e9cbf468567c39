"""Every fault of a file, collected. Kept as columns, so that a million faulty rows cost no more than a million rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from finance.columns import Ints
from finance.problems import Problem

Mask = NDArray[np.bool_]
Columns = dict[str, pa.Array]

LISTED = 10_000  # problems shown one by one; past this many they are counted
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Group:
    """The same fault on many rows. ``{}`` in ``what`` stands for each row's own value."""

    rows: Ints
    column: str
    what: str
    what_to_do: str
    values: Sequence[object] | None

    def said(self, place: int) -> str:
        if self.values is None:
            return self.what
        return self.what.replace("{}", str(self.values[place]), 1)


def mask(values: pa.Array | pa.ChunkedArray) -> Mask:
    """A column of truths as a NumPy mask, unknown taken as untrue."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False), bool)


def short(values: Sequence[object]) -> list[str]:
    """Values as they came, cut to a length that can be shown."""
    given = [str(value) for value in values]
    return [value if len(value) <= _LONGEST else value[:_LONGEST] + "…" for value in given]


@dataclass(slots=True)
class Faults:
    """What is wrong with a file, and on which rows.

    ``name``: the file. ``word``: what a row is called in it (line, row). ``lines``: each row's place in the file.
    """

    name: str
    word: str
    lines: Ints
    whole: list[Problem] = field(default_factory=list)
    _groups: list[_Group] = field(default_factory=list)
    _bad: Mask = field(init=False)
    _unread: Mask = field(init=False)
    _cells: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bad = np.zeros(len(self.lines), bool)
        self._unread = np.zeros(len(self.lines), bool)

    def of_file(self, what: str, what_to_do: str, where: str = "") -> None:
        """A fault of the file as a whole: none of it can be loaded."""
        self.whole.append(Problem(where or self.name, what, what_to_do))

    def add(
        self, rows: Ints | Mask, column: str, what: str, what_to_do: str, values: Sequence[object] | None = None
    ) -> None:
        """The same fault on some rows (places, or a mask). ``values`` fill ``{}`` in ``what``, one for each row given.

        Rows and cells that could not be read at all are left out: one fault is enough for them.
        """
        places = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        if not len(places):
            return
        heard = ~self._unread[places] & ~np.isin(places, self._cells.get(column, []))
        if not heard.all():
            values = None if values is None else [value for value, kept in zip(values, heard, strict=True) if kept]
            places = places[heard]
        if len(places):
            self._bad[places] = True
            self._groups.append(_Group(places.astype(np.int64), column, what, what_to_do, values))

    def unreadable(self, rows: Ints, what: str, what_to_do: str, values: Sequence[object] | None = None) -> None:
        """Rows of which nothing more can be said."""
        self.add(rows, "", what, what_to_do, values)
        self._unread[rows] = True

    def cell(self, row: int, column: str, what: str, what_to_do: str) -> None:
        """One cell of which nothing more can be said."""
        self.add(np.array([row]), column, what, what_to_do)
        self._cells.setdefault(column, []).append(row)

    def copy(self) -> "Faults":
        """The same faults, to be added to apart."""
        twin = Faults(self.name, self.word, self.lines, list(self.whole), list(self._groups))
        twin._bad, twin._unread = self._bad.copy(), self._unread.copy()
        twin._cells = {column: list(rows) for column, rows in self._cells.items()}
        return twin

    def only(self, kept: Ints) -> "Faults":
        """The same faults when none but these rows are kept; no faulty row may be dropped."""
        place = np.full(len(self.lines), -1, np.int64)
        place[kept] = np.arange(len(kept))
        twin = Faults(self.name, self.word, self.lines[kept], list(self.whole))
        twin._groups = [replace(group, rows=place[group.rows]) for group in self._groups]
        twin._bad, twin._unread = self._bad[kept], self._unread[kept]
        twin._cells = {column: [int(place[row]) for row in rows] for column, rows in self._cells.items()}
        return twin

    @property
    def bad(self) -> Mask:
        """The rows with any fault."""
        return self._bad

    @property
    def count(self) -> int:
        return len(self.whole) + sum(len(group.rows) for group in self._groups)

    def where(self, row: int, column: str = "") -> str:
        place = f"{self.name} {self.word} {self.lines[row]}"
        return f"{place}, column {column}" if column else place

    def problems(self, most: int = LISTED) -> tuple[Problem, ...]:
        """The faults in the order of the file, the whole file's first. Past ``most`` they are only counted."""
        found = list(self.whole)
        for row, group, place in self._in_order(most - len(found)):
            found.append(Problem(self.where(row, group.column), group.said(place), group.what_to_do))
        if self.count > len(found):
            rest = f"has {self.count - len(found):,} more problems."
            found.append(Problem(self.name, rest, "Correct those listed first; many will have one cause."))
        return tuple(found)

    def by_row(self) -> Iterator[tuple[int, str, str]]:
        """Each faulty row once, with all that is wrong with it: (row, what, what to do)."""
        row, whats, remedies = -1, [""], [""]
        for next_row, group, place in self._in_order():
            if next_row != row:
                if row >= 0:
                    yield row, " ".join(whats), " ".join(dict.fromkeys(remedies))
                row, whats, remedies = next_row, [], []
            whats.append(group.said(place))
            remedies.append(group.what_to_do)
        if row >= 0:
            yield row, " ".join(whats), " ".join(dict.fromkeys(remedies))

    def _in_order(self, most: int | None = None) -> Iterator[tuple[int, _Group, int]]:
        if not self._groups:
            return
        rows = np.concatenate([group.rows for group in self._groups])
        which = np.repeat(np.arange(len(self._groups)), [len(group.rows) for group in self._groups])
        place = np.concatenate([np.arange(len(group.rows)) for group in self._groups])
        order = np.argsort(rows, kind="stable")[: None if most is None else max(most, 0)]
        for at in order:
            yield int(rows[at]), self._groups[which[at]], int(place[at])
