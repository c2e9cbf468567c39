"""What a file takes away that was known: said in so many words, and over a limit not taken without a second word."""

import numpy as np
import pyarrow as pa

from finance.columns import Ints
from finance.days import spoken
from finance.problems import Problem
from interfaces.files.inbound.door.allowance import Allowance
from interfaces.files.inbound.door.believing import RowStanding
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.readers.reading import Text

_NAMED = 10
_WORDS = {"end_date": "the last day", "date_of_death": "the day of death", "cancelled": "all of it"}


def taken_away(text: Text, standing: RowStanding) -> dict[str, Ints]:
    """For each column, the good rows in which a file takes away what was known; ``cancelled`` for whole rows."""
    good = ~text.faults.bad & ~standing.held
    found = {name: np.flatnonzero(rows & good) for name, rows in standing.emptied.items()}
    return {name: rows for name, rows in found.items() if len(rows)}


def rows_taken(taken: dict[str, Ints]) -> int:
    """How many rows lose something."""
    return len(np.unique(np.concatenate(list(taken.values())))) if taken else 0


def check_taken_away(text: Text, standing: RowStanding, allowance: Allowance) -> None:
    """A fault of the whole file when it takes something away from more rows than may go without a second word."""
    taken = taken_away(text, standing)
    rows = rows_taken(taken)
    if rows > allowance.take_away:
        what = f"would take away {_listed(text, taken)}; {allowance.take_away:,} may go without a second word."
        text.faults.of_file(
            what, f"Put back what is missing and send it again. If it is meant, load it with --take-away {rows}."
        )


def said_of_taking(text: Text, standing: RowStanding) -> list[Problem]:
    """The same in words, for whoever loads: each death by itself, the rest by column."""
    taken = taken_away(text, standing)
    deaths = taken.get("date_of_death", np.empty(0, np.int64))
    said = [
        Problem(
            text.faults.where(int(row), "date_of_death"),
            f"the death of {text.columns['person_ref'][row]} ({text.columns['name'][row]}) on "
            f"{spoken(standing.wiped[int(row)])} was known, and this file takes it away: care after it will be paid "
            "for again.",
            "If they did die, put the date back and send the file again.",
        )
        for row in deaths
    ]
    for name, rows in taken.items():
        if name != "date_of_death":
            what = f"takes away {_words(text, name, rows)}."
            said.append(Problem(text.faults.name, what, "If that was not meant, put it back and send the file again."))
    return said


def _listed(text: Text, taken: dict[str, Ints]) -> str:
    return "; ".join(_words(text, name, rows) for name, rows in taken.items())


def lost(extract: Extract, name: str) -> str:
    """What is gone where a column of a row is empty, or the row itself, in words."""
    return _WORDS.get(name, f"the {extract.by_name[name].label}")


def _words(text: Text, name: str, rows: Ints) -> str:
    """``the last day of 3 service lines: L1, L2 and L3``."""
    noun, count = text.extract.noun, len(rows)
    plural = noun if noun == "people" else "people" if noun == "person" else noun if noun[-1] == "s" else f"{noun}s"
    refs = text.columns[text.extract.ref.name].take(pa.array(rows[:_NAMED])).to_pylist()
    more = f" and {count - _NAMED:,} more" if count > _NAMED else ""
    return f"{lost(text.extract, name)} of {count:,} {noun if count == 1 else plural}: {', '.join(refs)}{more}"
