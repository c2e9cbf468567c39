"""The rest of a folder in one transaction: for a file that cancels what later files may still let go.

Each file is a change of its own, whole or not at all. What is leaned on can only be told once every file has been
heard, so when one proves to be refused all is taken back and begun again without it, until what is left holds.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Bulk
from finance.facts import store
from finance.facts.store import Change
from finance.problems import Problem
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import Allowance
from interfaces.files.inbound.door.arriving import Arrival, to_put_aside
from interfaces.files.inbound.door.believing import end
from interfaces.files.inbound.door.outcomes import ExtractLoaded
from interfaces.files.inbound.layouts.fields import Extract
from interfaces.files.inbound.layouts.register import waits_for
from interfaces.files.inbound.readers.faults import Mask
from interfaces.files.inbound.readers.opening import UnusableFile, open_file
from interfaces.files.inbound.readers.reading import read_text
from ledgers.progress import Progress

_HERE = ZoneInfo("Europe/London")
Files = Sequence[tuple[Extract, Path]]


def change_of(extract: Extract, path: Path, by: str, at: dt.datetime, allowance: Allowance) -> Change:
    """The change a file makes: who loaded it, when, with what second word, its name and its hash."""
    try:
        with open_file(path) as raw:
            sha256: str | None = hashlib.file_digest(raw, "sha256").hexdigest()
    except UnusableFile:  # reading it has said so
        sha256 = None
    asked = f" ({allowance.asked})" if allowance.asked else ""
    return Change(at, by, f"{extract.name} extract{asked}", path.name, sha256)


def day_of(moment: dt.datetime) -> dt.date:
    """The day a moment (UTC) falls on where the council is."""
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(_HERE).date()


def waiting(path: Path, extract: Extract, refused: set[str]) -> ExtractLoaded | None:
    """What came of a file that depends on a refused one, or is a later copy of one; None when it need not wait."""
    missing = sorted(waits_for(extract) & refused)
    if missing:
        what = f"was not tried, because it depends on {' and '.join(missing)}, which did not load."
    elif extract.name in refused:
        what = f"was not tried, because another copy of {extract.name}, which goes before it, did not load."
    else:
        return None
    problem = Problem(path.name, what, "Correct that first and load the folder again.")
    return ExtractLoaded(path.name, extract.name, False, problems=(problem,), tried=False)


def load_rest(
    database: Database,
    files: Files,
    refused: set[str],
    *,
    by: str,
    at: dt.datetime,
    quarantine: bool,
    progress: Progress | None,
    allowance: Allowance,
) -> dict[Path, ExtractLoaded]:
    """Load files in one transaction. ``refused``: extracts before them that did not load."""
    out: dict[Path, ExtractLoaded] = {}
    while True:
        attempt = _Attempt(files, refused, by, at, quarantine, progress, allowance, dict(out))
        try:
            with database.bulk() as bulk:
                attempt.make(bulk)
            return {path: attempt.done[path] for _, path in files}
        except _TooLate as late:
            out |= late.refused


class _TooLate(Exception):
    """Files already written are refused after all: nothing of this attempt is to be kept."""

    def __init__(self, refused: dict[Path, ExtractLoaded]) -> None:
        super().__init__()
        self.refused = refused


@dataclass(slots=True)
class _Attempt:
    """One go at the files. ``done``: what came of each; those refused in an earlier go are there from the start."""

    files: Files
    refused: set[str]
    by: str
    at: dt.datetime
    quarantine: bool
    progress: Progress | None
    allowance: Allowance
    done: dict[Path, ExtractLoaded]
    written: dict[Path, tuple[Arrival, Mask, int | None]] = field(default_factory=dict)

    def make(self, bulk: Bulk) -> None:
        bulk.execute(store.LockChanges())
        refused = set(self.refused)
        for extract, path in self.files:
            if path not in self.done and (waits := waiting(path, extract, refused)):
                self.done[path] = waits
            elif path not in self.done:
                self._write(bulk, extract, path)
            if path in self.done:
                refused.add(extract.name)
        for path in reversed(self.written):
            self._let_go(bulk, path)
        late = {
            path: arrival.outcome(None, True)
            for path, (arrival, _, _) in self.written.items()
            if arrival.refused(self.quarantine)
        }
        if late:
            raise _TooLate({path: each for path, each in self.done.items() if each.tried} | late)
        for extract, path in self.files:
            if path in self.written:
                self._set_aside(bulk, extract, path)

    def _write(self, bulk: Bulk, extract: Extract, path: Path) -> None:
        """Write what a file says, and end what nobody leans on; keep which rows are left to be ended."""
        arrival = Arrival(read_text(path, extract, progress=self.progress), False, day_of(self.at), self.allowance)
        change = self._change(extract, path)
        arrival.meet(bulk, change)
        if arrival.refused(self.quarantine) or arrival.standing is None:
            self.done[path] = arrival.outcome(None, True)
            return
        standing, leaned_on, bad = arrival.standing, arrival.leaned_on(bulk), arrival.text.faults.bad
        left = leaned_on.faults.bad & ~bad if leaned_on else np.zeros(len(bad), bool)
        standing.cancelled &= ~left
        standing.same |= left
        learned = store.record_change(bulk, change) if arrival.tells_something else None
        if learned is not None:
            arrival.add(bulk, learned)
            end(bulk, arrival.text, standing, learned)
        self.written[path] = (arrival, left, learned)

    def _change(self, extract: Extract, path: Path) -> Change:
        return change_of(extract, path, self.by, self.at, self.allowance)

    def _let_go(self, bulk: Bulk, path: Path) -> None:
        """End the rows that were left, now that every file has been heard; those leaned on still are faults."""
        arrival, left, learned = self.written[path]
        left = left & ~self._said_since(path, arrival)  # a later copy of the extract has the last word
        if not left.any() or arrival.standing is None:
            return
        ended, arrival.standing.cancelled = arrival.standing.cancelled, left
        arrival.text = arrival.leaned_on(bulk) or arrival.text
        if arrival.tells_something:
            learned = learned or store.record_change(bulk, self._change(arrival.text.extract, path))
            end(bulk, arrival.text, arrival.standing, learned)
        arrival.standing.cancelled = ended | left
        self.written[path] = (arrival, left, learned)

    def _said_since(self, path: Path, arrival: Arrival) -> Mask:
        ref = arrival.text.extract.ref.name
        later = list(self.written)[list(self.written).index(path) + 1 :]
        refs = [self.written[each][0].values[ref] for each in later if self.written[each][0].name == arrival.name]
        if not refs:
            return np.zeros(arrival.text.count, bool)
        said = pc.is_in(arrival.values[ref], value_set=pa.chunked_array(refs).combine_chunks())
        return np.asarray(said.to_numpy(zero_copy_only=False), bool)

    def _set_aside(self, bulk: Bulk, extract: Extract, path: Path) -> None:
        arrival, _, learned = self.written[path]
        if learned is not None:
            arrival.keep_waiting(bulk, learned, self._change(extract, path))
        rows = to_put_aside(bulk, arrival.text)
        if rows and learned is None:
            learned = store.record_change(bulk, self._change(extract, path))
        if rows and learned is not None:
            store.put_aside(bulk, learned, rows)
        self.done[path] = arrival.outcome(learned, False)
