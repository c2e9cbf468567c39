"""An explanation: sections of sentences and small tables for people, and the same figures for machines."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from finance.problems import Refusal
from ledgers.runs import Run, Status

PLAIN = ("What", "Which")  # columns that head themselves


class NothingToExplain(Refusal):
    """Nothing explainable has this reference, or the run keeps no workings of it."""


@dataclass(frozen=True)
class Section:
    """One part of an explanation. ``rows`` have as many cells as ``columns``; both may be empty."""

    title: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sentences or self.rows)


@dataclass(frozen=True)
class Explanation:
    """Why something comes to what it does in one run.

    ``sort``: what it is: service line, block, adjustment, bill. ``headline``: the answer in a sentence. ``figures``:
    the same for machines: whole pence, exact sums as fractions of a penny, ISO dates. ``run``: None if no run has it.
    """

    ref: str
    sort: str
    run: int | None
    headline: str
    sections: tuple[Section, ...]
    figures: Mapping[str, object] = field(default_factory=dict)

    def section(self, title: str) -> Section:
        """The first section whose title begins so. Raises KeyError."""
        found = next((each for each in self.sections if each.title.startswith(title)), None)
        if found is None:
            raise KeyError(title)
        return found


def only_with_workings(run: Run, stream: str, called: str) -> Run:
    """The run, if it is one of the stream and keeps its workings. Raises NothingToExplain."""
    if run.stream != stream:
        raise NothingToExplain(f"Run {run.nr} is not {called}.", f"Give the number of {called}.")
    if run.status is Status.ABANDONED:
        raise NothingToExplain(f"{run.title} was abandoned, so its workings are gone.", "Ask without naming a run.")
    if run.status is Status.DRAFT:
        raise NothingToExplain(f"{run.title} has not been worked out yet.", "Calculate it first.")
    return run


def unknown(ref: str, called: str, other: tuple[str, list[str]] | None, near: Iterable[str]) -> NothingToExplain:
    """A reference nobody knows. ``other``: what else it names, and the lines of that; ``near``: references like it."""
    if other:
        noun, lines = other
        if lines:
            return NothingToExplain(f"{ref} is a {noun}, not a line.", f"Its lines are {_listed(lines)}.")
        return NothingToExplain(f"{ref} is a {noun} with no service lines.", "There is nothing to explain yet.")
    close = get_close_matches(ref, list(near), n=5, cutoff=0)
    there = f"The nearest references are {_listed(close)}." if close else _NONE_NEAR
    return NothingToExplain(f"There is no {called} “{ref}”.", there)


_NONE_NEAR = "No reference begins as it does. Give a person’s reference to see their lines."


def _listed(refs: Sequence[str], most: int = 8) -> str:
    shown = ", ".join(refs[:most])
    return f"{shown} and {len(refs) - most} more" if len(refs) > most else shown
