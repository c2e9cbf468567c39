"""A paper in one language, ready to be laid out: words in order, tables of words. Layouts add nothing to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A heading, sentences, and at most one table. ``figures`` are the columns set to the right, ``totals`` the rows
    that stand out, ``narrow`` the columns no wider than their words, all by place. ``after`` is said below the table.
    """

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    after: tuple[str, ...] = ()
    narrow: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole paper. ``facts`` are names and values beside the address; ``warning`` stands above everything."""

    tag: str
    large: bool
    title: str
    warning: str
    council: str
    sender: tuple[str, ...]
    to: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    headline: str
    summary: tuple[str, ...]
    sections: tuple[SheetSection, ...]
    number: str
    footer: str
    closing: str = ""


@dataclass(slots=True)
class Rows:
    """Rows of a table as they are gathered. Nothing but money and sums goes in ``total``."""

    columns: tuple[str, ...]
    figures: tuple[int, ...]
    narrow: tuple[int, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def total(self, words: str, amount: str) -> None:
        """A row that stands out: words first, the amount last, nothing between."""
        self.totals.append(len(self.rows))
        self.rows.append((words, *[""] * (len(self.columns) - 2), amount))

    def section(self, title: str, sentences: Sequence[str] = (), after: Sequence[str] = ()) -> SheetSection:
        return SheetSection(
            title,
            tuple(sentences),
            self.columns,
            tuple(self.rows),
            self.figures,
            tuple(self.totals),
            tuple(after),
            self.narrow,
        )

    def without(self, place: int) -> None:
        """Leave out a column, where no row has anything in it."""
        if any(row[place] for row in self.rows):
            return
        self.rows = [(*row[:place], *row[place + 1 :]) for row in self.rows]
        self.columns = (*self.columns[:place], *self.columns[place + 1 :])
        self.figures = tuple(each - (each > place) for each in self.figures if each != place)
