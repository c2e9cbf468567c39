"""The inbound door: extracts become facts. A file loads whole or not at all, unless its bad rows are to be set aside.

Loading the same file twice changes nothing. All that a file tells us is one change, recorded in one transaction.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from finance.facts.store import Change
from finance.problems import Problem, Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import UNASKED, Allowance
from interfaces.files.inbound.door.arriving import Arrival, FactsRefused, NobodyTold, StillLeanedOn, record
from interfaces.files.inbound.door.copies import in_order
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.door.rest_of_folder import Files, change_of, day_of, load_rest, waiting
from interfaces.files.inbound.layouts.register import EXTRACTS
from interfaces.files.inbound.readers.reading import extract_named, read_text, text_of
from ledgers.progress import Progress

__all__ = [
    "ExtractLoaded",
    "FactsRefused",
    "NoSuchFolder",
    "NobodyTold",
    "load_file",
    "load_folder",
    "record_facts",
    "stopped",
]


class NoSuchFolder(Refusal):
    """A folder to load from that is not there."""


def load_file(
    database: Database,
    path: Path | str,
    *,
    by: str,
    at: dt.datetime,
    kind: str | None = None,
    sheet: str | None = None,
    quarantine: bool = False,
    progress: Progress | None = None,
    allowance: Allowance = UNASKED,
) -> ExtractLoaded:
    """Load one extract. The file's name says which it is, unless ``kind`` does.

    ``allowance``: what it may take away, and whether references that look alike are meant.

    ``by`` and ``at`` (UTC) are recorded with the change. With ``quarantine`` good rows load and bad ones are set aside;
    without it any fault refuses the whole file. Raises NobodyTold when ``by`` is blank.
    """
    return _load(database, Path(path), by, at, kind, sheet, quarantine, progress, allowance, patient=False)


def load_folder(
    database: Database,
    folder: Path | str,
    *,
    by: str,
    at: dt.datetime,
    quarantine: bool = False,
    progress: Progress | None = None,
    allowance: Allowance = UNASKED,
) -> list[ExtractLoaded]:
    """Load every extract in a folder, in the order they depend on each other; each file is a change of its own.

    A file waits, untried, when one it depends on was refused. When a file cancels what others still lean on, it and all
    after it load as one, so that those others can be cancelled too; if they are not, it is refused whole. Copies of one
    extract load in order of the days in their names.
    """
    if not Path(folder).is_dir():
        raise NoSuchFolder(f"There is no folder {folder}.", "Check the name.")
    present = [path for path in sorted(Path(folder).iterdir()) if path.is_file() and path.name[0] not in ".~"]
    named = [(extract_named(path), path) for path in present]
    files, done = in_order([(extract, path) for extract, path in named if extract])
    strange = [_not_an_extract(path) for extract, path in named if not extract and path.suffix in (".csv", ".xlsx")]
    refused = {each.extract for each in done.values()}
    for place, (extract, path) in enumerate(files):
        try:
            done[path] = waiting(path, extract, refused) or _load(
                database, path, by, at, extract.name, None, quarantine, progress, allowance, patient=True
            )
        except StillLeanedOn:
            done |= load_rest(
                database,
                files[place:],
                refused,
                by=by,
                at=at,
                quarantine=quarantine,
                progress=progress,
                allowance=allowance,
            )
            break
        except Refusal as refusal:
            if not any(each.loaded for each in done.values()):
                raise
            done[path] = stopped(path, refusal)
        if not done[path].loaded:
            refused.add(extract.name)
    return [*(_noted(each, path, files) for path, each in done.items()), *strange]


def stopped(path: Path, refusal: Refusal) -> ExtractLoaded:
    """What is said of a file that was refused whole (somebody else was first, say) once others have loaded: what became
    of those is told too."""
    extract = extract_named(path)
    problem = Problem(path.name, refusal.what, refusal.what_to_do)
    return ExtractLoaded(path.name, extract.name if extract else "", False, problems=(problem,), problem_count=1)


def record_facts(
    database: Database,
    facts: Mapping[str, Iterable[Mapping[str, object]]],
    *,
    by: str,
    at: dt.datetime,
    source: str,
    quarantine: bool = False,
) -> dict[str, ExtractLoaded]:
    """Record rows a program holds, in the form of the files, through the same checks: all as one change.

    ``facts``: extract name to rows (column name to text, number, date or None; a column left out is empty). Raises
    FactsRefused, having recorded nothing, when there is any fault and ``quarantine`` is not asked for.
    """
    strange = [name for name in facts if name not in EXTRACTS]
    if strange:
        raise FactsRefused([Problem(source, f"there is no extract called {strange[0]}.", _EXTRACTS_ARE)])
    arrivals = [Arrival(text_of(EXTRACTS[name], facts[name], source)) for name in EXTRACTS if name in facts]
    what = f"{', '.join(each.name for each in arrivals)}"
    return record(database, arrivals, Change(at, by, what, source), quarantine)


_EXTRACTS_ARE = f"The extracts are {', '.join(EXTRACTS)}."


def _load(
    database: Database,
    path: Path,
    by: str,
    at: dt.datetime,
    kind: str | None,
    sheet: str | None,
    quarantine: bool,
    progress: Progress | None,
    allowance: Allowance,
    *,
    patient: bool,
) -> ExtractLoaded:
    extract = EXTRACTS.get(kind) if kind else extract_named(path)
    if extract is None:
        return _not_an_extract(path)
    say = progress or (lambda _what, _done, _whole: None)
    text = read_text(path, extract, sheet, progress)
    say("checking", 0, text.count)
    arrival = Arrival(text, patient, day_of(at), allowance)
    say("recording", 0, text.count)
    try:
        loaded = record(database, [arrival], change_of(extract, path, by, at, allowance), quarantine)[extract.name]
    except FactsRefused:
        loaded = arrival.outcome(None, True)
    say("recording", text.count, text.count)
    return loaded


def _noted(loaded: ExtractLoaded, path: Path, files: Files) -> ExtractLoaded:
    """The same, saying which copy of its extract it was loaded after, if any."""
    copies = [other for extract, other in files if extract.name == loaded.extract]
    if not loaded.loaded or path == copies[0]:
        return loaded
    what = (
        f"was loaded after {copies[copies.index(path) - 1].name}, by the days in their names: where they differ, "
        f"it stands."
    )
    note = Problem(path.name, what, "If it is the older, put its name right and load the folder again.")
    return replace(loaded, notes=(*loaded.notes, note))


def _not_an_extract(path: Path) -> ExtractLoaded:
    problem = Problem(path.name, "is not named after an extract.", f"Rename it or say which it is. {_EXTRACTS_ARE}")
    return ExtractLoaded(path.name, "", False, problems=(problem,), problem_count=1)
