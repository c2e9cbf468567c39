"""Files of a folder in the order they load: extracts by what they depend on, copies of one extract by the day
they name.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from finance.problems import Problem
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import day_named


def in_order(files: Sequence[tuple[Extract, Path]]) -> tuple[list[tuple[Extract, Path]], dict[Path, ExtractLoaded]]:
    """Files in the order they load, and those refused because nothing says which of them goes first.

    A copy with no day in its name goes before those that have one.
    """
    order = {name: place for place, name in enumerate(EXTRACTS)}
    alike: dict[tuple[int, dt.date], list[tuple[Extract, Path]]] = defaultdict(list)
    for extract, path in sorted(files, key=lambda each: each[1]):
        alike[order[extract.name], day_named(path) or dt.date.min].append((extract, path))
    kept = [alike[key][0] for key in sorted(alike) if len(alike[key]) == 1]
    refused = {
        path: _either(extract, path, [each for _, each in alike[key]])
        for key in sorted(alike)
        if len(alike[key]) > 1
        for extract, path in alike[key]
    }
    return kept, refused


def _either(extract: Extract, path: Path, copies: list[Path]) -> ExtractLoaded:
    day = day_named(path)
    others = " and ".join(each.name for each in copies if each != path)
    said = f"the same day, {day}, in its name" if day else "no day in its name"
    problem = Problem(
        path.name,
        f"is a copy of the {extract.name} extract, as is {others}, with {said}: nothing says which goes first.",
        f"Leave one in the folder, or give each its day: {extract.name} 2026-05-01.csv, {extract.name} 2026-06-01.csv.",
    )
    return ExtractLoaded(path.name, extract.name, False, problems=(problem,), problem_count=1)
