"""A run’s files in a folder: what is not issued yet is issued first, and the payments are written last of all."""

import datetime as dt
import os
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from finance.columns import Database
from interfaces.files.outbound import creditor, remittance, store
from interfaces.files.outbound.control import Printed
from interfaces.files.outbound.jobs import AT_ONCE, NOBODY_NAMED, in_batches, issue_now
from interfaces.files.outbound.leaving import WouldOverwrite, digest, into, own_folder
from interfaces.files.outbound.reissue_jobs import reissue, unpacked
from ledgers.progress import Progress, quiet
from ledgers.reports.journal import JournalDetail
from ledgers.runs import Run

_FOLDERS = {remittance.KIND: "remittances", remittance.WORKBOOK_KIND: "remittances"}


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """A file as written to the folder."""

    kind: str
    folder: str
    name: str
    rows: int
    debit: int
    credit: int
    sha256: str

    @property
    def path(self) -> Path:
        return Path(self.folder, self.name)


def write_run_files(
    database: Database,
    run_nr: int,
    folder: Path,
    at: dt.datetime,
    progress: Progress = quiet,
    xlsx: bool = True,
    council: str = "The council",
    detail: JournalDetail = JournalDetail.ACCOUNT,
    by: str = NOBODY_NAMED,
) -> list[IssuedFile]:
    """Write every file of a released run into a folder, once what has not been issued is: whole, the payments last of
    all.

    Cut off anywhere, asked again, or asked by two at once, it writes the same bytes.

    Raises NotReleased; ExportDoesNotTie, naming the pennies, when a file would not carry what was posted (nothing is
    issued then); ChangedSinceIssue when a stored file is no longer what was issued; WouldOverwrite when the folder has
    another file of such a name; NoRoom and CannotWrite.
    """
    own_folder(folder)
    run, made = issue_now(database, run_nr, at, progress, xlsx, council, detail, by)
    return _leave(database, run, folder, progress, made)


def _leave(database: Database, run: Run, folder: Path, progress: Progress, made: list[Printed]) -> list[IssuedFile]:
    """Every file a run has issued into the folder, remittances into one inside it: those ``made`` just now as they were
    handed to the database, any other out of it.

    The file that money is paid by is the last: while anything is wanting, there is nothing to pay by.
    """
    written: list[IssuedFile] = []
    own = f"files of run {run.nr}"
    with database.read() as connection:
        kinds = store.kinds_issued(connection, run.nr)
    last_of_all = sorted(kinds, key=lambda kind: kind == creditor.KIND)
    inside = {kind: folder / _FOLDERS.get(kind, "") for kind in kinds}
    with ExitStack() as open_folders, _short_turns(), ThreadPoolExecutor(1) as saver:
        into_each = {path: open_folders.enter_context(into(path, own)) for path in dict.fromkeys(inside.values())}
        _must_be_free(database, run, inside)
        for kind in last_of_all:
            saving: deque[Future[None]] = deque()
            just_made = [each for each in made if each.kind == kind]
            for page in (
                in_batches(iter(just_made)) if len(just_made) == kinds[kind] else _issued_pages(database, run, kind)
            ):
                saving.append(saver.submit(into_each[inside[kind]].save, [(each.name, each.content) for each in page]))
                written += [_written(each, inside[kind]) for each in page]
                progress("files", len(written), sum(kinds.values()))
                if len(saving) > 1:
                    saving.popleft().result()
            for each in saving:
                each.result()
    return written


def _must_be_free(database: Database, run: Run, inside: Mapping[str, Path]) -> None:
    """Refuse, before anything is written, where the folder has a file of such a name that is not the one issued."""
    own = set(inside.values())
    if not any(path / name not in own for path in own for name in os.listdir(path)):
        return  # an empty folder, as it mostly is
    with database.read() as connection:
        for row in store.issued(connection, run.nr):
            if not os.path.lexists(os.path.join(inside[row.kind], row.name)):
                continue
            path = inside[row.kind] / row.name
            if not path.is_file() or digest(path) != row.sha256:
                issued = reissue(connection, run.nr, row.kind, row.party).content
                raise WouldOverwrite(path, cut_short=path.is_file() and issued.startswith(path.read_bytes()))


def _issued_pages(database: Database, run: Run, kind: str) -> Iterator[list[Printed]]:
    after = -1
    while True:
        with database.read_bulk() as bulk:
            rows = store.issued_content(bulk, run.nr, kind, after, AT_ONCE).to_pylist()
        if not rows:
            return
        yield [unpacked(kind, row) for row in rows]
        after = rows[-1]["party"]


def _written(printed: Printed, folder: Path) -> IssuedFile:
    return IssuedFile(
        printed.kind, str(folder), printed.name, printed.rows, printed.debit, printed.credit, printed.sha256
    )


@contextmanager
def _short_turns() -> Iterator[None]:
    """Saving a small file is a few calls to the system. After each, at Python's own setting, its thread may wait 5 ms
    for the one that reads the next."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
