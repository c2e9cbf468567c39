"""Load circumstances through the inbound door: whole files or with bad rows set aside, the same file twice harmless."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from finance.problems import Refusal
from interfaces.database.connection import Database
from interfaces.files.inbound.door.allowance import UNASKED, Allowance
from interfaces.files.inbound.door.loading import ExtractLoaded, load_file
from interfaces.files.inbound.layouts.circumstances import CIRCUMSTANCES
from interfaces.files.inbound.readers.reading import extract_named


def load_circumstances(
    database: Database,
    paths: Sequence[Path],
    *,
    by: str,
    at: dt.datetime,
    quarantine: bool = False,
    allowance: Allowance = UNASKED,
) -> list[ExtractLoaded]:
    """Load files, and those in folders, that are named after a layout of circumstances; each is a change of its own.

    Raises Refusal when a folder holds none. Other extracts in a folder are left alone.
    """
    files = [file for path in paths for file in _files(path)]
    return [load_file(database, file, by=by, at=at, quarantine=quarantine, allowance=allowance) for file in files]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    order = list(CIRCUMSTANCES)
    named = [(extract_named(each), each) for each in path.iterdir() if each.suffix in (".csv", ".xlsx")]
    found = sorted((order.index(extract.name), each) for extract, each in named if extract and extract.name in order)
    if not found:
        raise Refusal(f"No file in {path} is named after a layout of circumstances.", f"Use {', '.join(order)}.")
    return [each for _, each in found]
