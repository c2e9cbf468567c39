"""Issuing a run's files: made once, stored as issued, the same bytes whenever they are asked for again."""

import datetime as dt
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, Table

from billing.tables import bill_payer
from finance import tables as f
from finance.care_costs.facts import KINDS
from finance.columns import Bulk, Database, Ints, codes, ints
from finance.days import number
from finance.problems import Refusal
from interfaces.files.outbound import journal, remittance, remittance_xlsx, store, workings
from interfaces.files.outbound.control import Printed
from interfaces.files.outbound.line_words import LineWords, Names
from interfaces.files.outbound.making import (
    Posted,
    creditor_file,
    debt_journal_file,
    journal_file,
    remittance_files,
)
from interfaces.files.outbound.proving import content_of, must_be_whole
from interfaces.files.outbound.run_lines import OF_ADJUSTMENT, OF_BLOCK, OF_LINE, columns_of, counts_of
from ledgers import store as ledger
from ledgers.coding.store import read_accounts
from ledgers.reports.journal import Detail
from ledgers.runs import POSTED, PROPOSAL, Run
from ledgers.streams import SETTLING

Progress = Callable[[str, int, int], None]

XLSX_MOST = 500
"""A run with more payees than this has its workbooks made when they are asked for."""

_FOLDERS = {remittance.KIND: "remittances", remittance_xlsx.KIND: "remittances"}
_DECORATION = ("subject", "kind", "period_starts", "person", "service", "cause")


class NotReleased(Refusal):
    """Files are made of what is posted, and this run is not."""


class NotIssued(Refusal):
    """The file asked for has not been issued."""


class AlreadyIssued(Refusal):
    """A file of that kind has been issued for that run, and it was not this one."""


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


def quiet(_what: str, _done: int, _whole: int) -> None:
    """Progress nobody watches."""


def write_run_files(
    database: Database,
    run_nr: int,
    folder: Path,
    at: dt.datetime,
    progress: Progress = quiet,
    xlsx: bool = True,
    council: str = "The council",
    detail: Detail = Detail.ACCOUNT,
) -> list[IssuedFile]:
    """Write every file of a released run into a folder: those already issued as they were, the rest made and issued.

    Raises NotReleased; ExportDoesNotTie, naming the pennies, when a file would not carry what was posted (none of
    that kind is issued then); ChangedSinceIssue when a stored file is no longer what was issued.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with database.begin() as connection:
        run = ledger.read_run(connection, run_nr)
        if run.status not in POSTED:
            raise NotReleased(f"{run.heading} is {run.status}.", "Release it, then its files can be made.")
        done = store.kinds_issued(connection, run_nr)
    written: list[IssuedFile] = []
    if run.stream not in SETTLING:
        return _again(database, run, done, folder, progress) if done else _issue_money_in(database, run, folder, at, detail)
    if not done:
        written += _issue_all(database, run, folder, at, progress, council, detail)
    else:
        written += _again(database, run, done, folder, progress)
    written += _debt_journals(database, run, folder, at)
    remittances = sum(each.kind == remittance.KIND for each in written)
    if xlsx and remittance_xlsx.KIND not in done and remittances <= XLSX_MOST:
        written += _workbooks(database, run, folder, at, progress, remittances)
    return written


def _issue_all(
    database: Database, run: Run, folder: Path, at: dt.datetime, progress: Progress, council: str, detail: Detail
) -> list[IssuedFile]:
    with database.begin() as connection:
        accounts = read_accounts(connection)
        proposal = _proposal(connection, run)
        chunks = _chunks(connection, run)
    with ThreadPoolExecutor(2) as meanwhile, database.bulk() as bulk:
        with bulk.beside() as other:
            naming = meanwhile.submit(lambda: LineWords(read_names(other, run.known, proposal)))
            entries = store.read_entries(bulk, run, proposal)
            words = naming.result()
        ordering = meanwhile.submit(columns_of, entries, proposal, number(run.window_starts))
        posted, payee = Posted.of(entries), words.names.payee
        banks = store.read_bank_details(bulk, run.known, run.pay_date)
        parties = store.read_parties(bulk, run.nr)
        papers = remittance_files(run, council, posted, ordering.result(), words, parties)
        sealing = meanwhile.submit(_workings, run, *chunks)

        def others() -> list[Printed]:
            refs = dict(zip(payee["nr"].to_pylist(), payee["ref"].to_pylist(), strict=True))
            files = [journal_file(run, posted, entries, accounts, refs, at, detail)]
            if posted.paid:
                files.append(creditor_file(run, posted, payee, banks, at))
            return files + sealing.result()

        told = partial(_told_of, progress, len(posted.by_payee))
        return _store_and_save(bulk, run, papers, others, folder, at, told)


def _told_of(progress: Progress, whole: int, done: int) -> None:
    progress("remittances", min(done, whole), whole)


def _issue_money_in(database: Database, run: Run, folder: Path, at: dt.datetime, detail: Detail) -> list[IssuedFile]:
    """The files of a stream that bills: its journal and its workings. Bills are papers, issued apart."""
    with database.begin() as connection:
        accounts = read_accounts(connection)
        proposal = _proposal(connection, run)
        files = _workings(run, *_chunks(connection, run))
    with database.bulk() as bulk:
        entries = store.read_entries(bulk, run, proposal)
        payers = store.read_fact(bulk, bill_payer, run.known, ("nr", "ref"))
        refs = dict(zip(payers["nr"].to_pylist(), payers["ref"].to_pylist(), strict=True))
        files = [journal_file(run, Posted.of(entries), entries, accounts, refs, at, detail), *files]
        store.add_exports(bulk, run.nr, files, at)
    return _save(folder, files)


def _store_and_save(
    bulk: Bulk, run: Run, papers: Iterator[Printed], others: Callable[[], list[Printed]], folder: Path, at: dt.datetime,
    told: Callable[[int], None],
) -> list[IssuedFile]:  # fmt: skip
    """Store and save files some thousands at a time while the next are made, and the others while those are saved.

    Their order is kept. When anything fails nothing is issued, and what was saved by then is taken away again.
    """
    written: list[IssuedFile] = []
    waiting: deque[tuple[Future[list[IssuedFile]], Future[None]]] = deque()
    saved: list[IssuedFile] = []

    def save(batch: list[Printed]) -> list[IssuedFile]:
        done = _save(folder, batch)
        saved.extend(done)
        return done

    def finish() -> None:
        saving, storing = waiting.popleft()
        storing.result()
        written.extend(saving.result())
        told(len(written))

    try:
        with _short_turns(), ThreadPoolExecutor(1) as saver, ThreadPoolExecutor(1) as storer:
            for batch in chain(_some(papers), (others() for _ in range(1))):
                waiting.append((saver.submit(save, batch), storer.submit(store.add_exports, bulk, run.nr, batch, at)))
            while waiting:
                finish()
    except BaseException:
        for each in saved:
            each.path.unlink(missing_ok=True)
        raise
    return written


@contextmanager
def _short_turns() -> Iterator[None]:
    """Saving a small file is three calls to the system. After each, at Python's own setting, its thread may wait 5 ms
    for the one that makes the next."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _debt_journals(database: Database, run: Run, folder: Path, at: dt.datetime) -> list[IssuedFile]:
    """A journal for each balance made a debt that has none yet."""
    with database.begin() as connection:
        there = {row.party for row in store.issued(connection, run.nr, journal.DEBT_KIND)}
        accounts = read_accounts(connection)
    with database.bulk() as bulk:
        debts = store.read_debts(bulk, run)
        new = sorted(set(debts["party"].to_pylist()) - there)
        if not new:
            return []
        payee = store.read_fact(bulk, f.payee, run.known, ("nr", "ref"))
        refs = dict(zip(payee["nr"].to_pylist(), payee["ref"].to_pylist(), strict=True))
        made = [
            debt_journal_file(run, debts.filter(pc.equal(debts["party"], party)), accounts, refs, at) for party in new
        ]
        store.add_exports(bulk, run.nr, made, at)
    return _save(folder, made)


def _some(printed: Iterator[Printed], at_once: int = 5_000) -> Iterator[list[Printed]]:
    batch: list[Printed] = []
    for each in printed:
        batch.append(each)
        if len(batch) == at_once:
            yield batch
            batch = []
    if batch:
        yield batch


def _proposal(connection: Connection, run: Run) -> pa.Table:
    """Whose each proposed line is, and why it is there."""
    chunks = []
    for blob in store.read_chunks(connection, run.nr, "proposal"):
        there = pq.read_schema(pa.BufferReader(blob)).names
        chunks.append(pq.read_table(pa.BufferReader(blob), columns=[name for name in _DECORATION if name in there]))
    if not chunks:
        return pa.schema([field for field in PROPOSAL if field.name in _DECORATION]).empty_table()
    return pa.concat_tables(chunks)


def _chunks(connection: Connection, run: Run) -> tuple[list[str], dict[str, list[bytes]]]:
    """The hashes a run was sealed with, and its chunks of each sort."""
    sorts = ("proposal", "steps")
    return store.chunk_hashes(connection, run.nr), {
        what: list(store.read_chunks(connection, run.nr, what)) for what in sorts
    }


def _workings(run: Run, hashes: list[str], chunks: dict[str, list[bytes]]) -> list[Printed]:
    kinds = {"proposal": workings.PROPOSAL_KIND, "steps": workings.STEPS_KIND}
    return [
        workings.write_workings(
            kind, f"workings_{what}_run_{run.nr:06}.parquet", run.nr, run.signature or "", hashes, chunks[what]
        )
        for what, kind in kinds.items()
    ]


def read_names(bulk: Bulk, known: int, proposal: pa.Table) -> Names:
    """Everything the remittances of a proposal call by name, as known at a change; what was withdrawn, as it was last."""
    counts = counts_of(codes(proposal, "kind", KINDS))

    def fact(table: Table, columns: tuple[str, ...], wanted: Ints) -> pa.Table:
        rows = store.read_fact(bulk, table, known, columns)
        gone = np.setdiff1d(wanted[wanted > 0], ints(rows, "nr"))
        if not len(gone):
            return rows
        return pa.concat_tables([rows, store.read_withdrawn(bulk, table, pa.array(gone), known, columns)]).sort_by("nr")

    def subjects(sort: int) -> Ints:
        return ints(proposal.filter(pa.array(counts == sort)), "subject")

    return Names(
        store.read_fact(bulk, f.payee, known, ("nr", "ref", "name", "supplier_number")),
        fact(f.person, ("nr", "ref", "name"), ints(proposal, "person", 0)),
        fact(f.service, ("nr", "name"), ints(proposal, "service", 0)),
        fact(f.service_line, ("nr", "ref", "unit", "quantity", "days", "every_weeks", "carers"), subjects(OF_LINE)),
        fact(f.block, ("nr", "ref"), subjects(OF_BLOCK)),
        fact(f.adjustment, ("nr", "ref", "reason"), subjects(OF_ADJUSTMENT)),
    )  # fmt: skip


def _again(database: Database, run: Run, done: dict[str, int], folder: Path, progress: Progress) -> list[IssuedFile]:
    written: list[IssuedFile] = []
    whole = sum(done.values())
    with database.bulk() as bulk:
        must_be_whole(bulk, run)
        for kind in done:
            after = -1
            while (page := store.issued_content(bulk, run.nr, kind, after)).num_rows:
                rows = page.to_pylist()
                written += _save(folder, [_unpacked(kind, row) for row in rows])
                after = rows[-1]["party"]
                progress("files already issued", len(written), whole)
    return written


def _unpacked(kind: str, row: dict[str, object]) -> Printed:
    """A stored file, refused unless it is what was issued."""
    rows, debit, credit, party = (int(str(row[key])) for key in ("rows", "debit", "credit", "party"))
    return Printed(kind, str(row["name"]), content_of(row), rows, debit, credit, party)


def _workbooks(
    database: Database, run: Run, folder: Path, at: dt.datetime, progress: Progress, whole: int
) -> list[IssuedFile]:
    with database.bulk() as bulk:
        page = store.issued_content(bulk, run.nr, remittance.KIND, limit=XLSX_MOST)
    made = []
    for place, row in enumerate(page.to_pylist(), start=1):
        made.append(_workbook(_unpacked(remittance.KIND, row)))
        progress("workbooks", place, whole)
    with database.bulk() as bulk:
        store.add_exports(bulk, run.nr, made, at)
    return _save(folder, made)


def _workbook(paper: Printed) -> Printed:
    content = remittance_xlsx.write_remittance_xlsx(remittance.read_remittance(paper.content, paper.name))
    name = paper.name.removesuffix(".csv") + ".xlsx"
    return Printed(remittance_xlsx.KIND, name, content, paper.rows, paper.debit, paper.credit, paper.party)


def _save(folder: Path, printed: Sequence[Printed]) -> list[IssuedFile]:
    """Write files into the folder, remittances into one inside it. The database has them already: this is a copy."""
    written = []
    for each in printed:
        inside = os.path.join(folder, _FOLDERS.get(each.kind, ""))
        path, flags = os.path.join(inside, each.name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            handle = os.open(path, flags, 0o644)
        except FileNotFoundError:
            os.makedirs(inside, exist_ok=True)
            handle = os.open(path, flags, 0o644)
        try:
            _write(handle, each.content)
        finally:
            os.close(handle)
        written.append(IssuedFile(each.kind, inside, each.name, each.rows, each.debit, each.credit, each.sha256))
    return written


def _write(handle: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


# One file at a time ---------------------------------------------------------------------------------------------------


def issue(connection: Connection, run_nr: int, printed: Printed, at: dt.datetime) -> None:
    """Store a file as issued. The same file again changes nothing; another of its kind raises AlreadyIssued."""
    there = store.find_export(connection, run_nr, printed.kind, printed.party)
    if there is None:
        store.add_export(connection, run_nr, printed, at)
    elif there.sha256 != printed.sha256:
        raise AlreadyIssued(
            f"{there.name} was issued on {there.made_at:%d %B %Y} and is not the same file.",
            "Use the one that was issued; correct the facts and the next run will post the difference.",
        )


def reissue(connection: Connection, run_nr: int, kind: str, party: int = 0) -> Printed:
    """A file exactly as it was issued. Raises NotIssued, or ChangedSinceIssue when what is stored is not that."""
    there = store.find_export(connection, run_nr, kind, party)
    if there is None:
        raise NotIssued(f"Run {run_nr} has issued no {kind} for that payee.", "List the files it has issued.")
    return _unpacked(kind, dict(there._mapping))


def remittance_workbook(connection: Connection, run_nr: int, party: int, at: dt.datetime) -> Printed:
    """A payee's remittance as a workbook, made from the issued CSV the first time it is asked for."""
    if store.find_export(connection, run_nr, remittance_xlsx.KIND, party) is None:
        issue(connection, run_nr, _workbook(reissue(connection, run_nr, remittance.KIND, party)), at)
    return reissue(connection, run_nr, remittance_xlsx.KIND, party)
