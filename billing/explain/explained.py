"""The answer: parts of sentences and small tables for a screen, the same figures for machines."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from billing.assessments.decisions import Word


@dataclass(frozen=True)
class Part:
    """One part of an explanation. ``rows`` have as many cells as ``columns``; both may be empty."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "sentences": list(self.sentences),
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }


@dataclass(frozen=True)
class Rested:
    """An assessment that stood on days of the explanation, the first of them ``on``. ``kept``: what it was worked out
    from is kept.
    """

    person: str
    known: int
    word: Word
    on: dt.date
    kept: bool


@dataclass(frozen=True)
class Explained:
    """Why a line, or a whole bill, comes to what it does in one charge run. ``figures``: whole pence, for machines."""

    ref: str
    run: int
    headline: str
    parts: tuple[Part, ...]
    rested: tuple[Rested, ...] = ()
    figures: Mapping[str, object] = field(default_factory=dict)

    def part(self, title: str) -> Part:
        """The first part whose title begins so. Raises KeyError."""
        found = next((each for each in self.parts if each.title.startswith(title)), None)
        if found is None:
            raise KeyError(title)
        return found

    def with_parts(self, *more: Part) -> "Explained":
        """The same with more parts at its end."""
        return replace(self, parts=(*self.parts, *more))

    def as_json(self) -> dict[str, object]:
        """Amounts in whole pence, dates in ISO form."""
        return {
            "ref": self.ref,
            "run": self.run,
            "headline": self.headline,
            "figures": dict(self.figures),
            "sections": [each.as_json() for each in self.parts if each.sentences or each.rows],
        }
