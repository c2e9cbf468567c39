"""An explanation: sections of sentences and small tables, for a screen, as plain text, and for machines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from textwrap import wrap

GAP = "  "
WIDEST = 40
PLAIN = ("What", "Which")  # columns that head themselves


@dataclass(frozen=True)
class Section:
    """One part of an explanation. ``rows`` have as many cells as ``columns``; both may be empty."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sentences or self.rows)

    def as_text(self) -> str:
        parts = [self.title, "-" * len(self.title), *self.sentences]
        if self.rows:
            parts += ([""] if self.sentences else []) + _table(self.columns, self.rows)
        return "\n".join(parts)

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "sentences": list(self.sentences),
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> list[str]:
    """Rows under their columns; long cells go on below themselves. PLAIN ones need no heading."""
    shown = list(rows) if columns == PLAIN else [columns, *rows]
    cells = [[wrap(cell, WIDEST) or [""] for cell in row] for row in shown]
    width = [max(len(line) for row in cells for line in row[place]) for place in range(len(columns))]
    return [
        GAP.join(line.ljust(width[place]) for place, line in enumerate(lines)).rstrip()
        for row in cells
        for lines in zip_longest(*row, fillvalue="")
    ]


@dataclass(frozen=True)
class Explanation:
    """Why a line comes to what it does in one run.

    ``headline``: the answer in a sentence. ``figures``: the same, in whole pence and exact fractions, for machines.
    ``run`` is None where no run holds the line yet.
    """

    ref: str
    sort: str
    run: int | None
    headline: str
    sections: tuple[Section, ...]
    figures: Mapping[str, object] = field(default_factory=dict)

    def section(self, title: str) -> Section:
        """The section of a title (or beginning so). Raises KeyError."""
        found = next((each for each in self.sections if each.title.startswith(title)), None)
        if found is None:
            raise KeyError(title)
        return found

    def as_text(self) -> str:
        """Plain text, a blank line between sections."""
        title = f"{self.sort[0].upper()}{self.sort[1:]} {self.ref}"
        head = "\n".join([title, "=" * len(title), self.headline])
        return "\n\n".join([head, *(each.as_text() for each in self.sections if each)]) + "\n"

    def as_json(self) -> dict[str, object]:
        """The same, for machines: amounts in whole pence, exact sums as fractions of a penny, dates in ISO form."""
        return {
            "ref": self.ref,
            "sort": self.sort,
            "run": self.run,
            "headline": self.headline,
            "sections": [each.as_json() for each in self.sections if each],
            "figures": dict(self.figures),
        }
