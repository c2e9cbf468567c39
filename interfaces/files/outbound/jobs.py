"""Issuing a run's files: made once, stored as issued, the same bytes whenever they are asked for again."""

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, Table

from billing.tables import bill_payer
from finance.care_costs.facts import CARE, KINDS
from finance.care_words import PLANNED
from finance.columns import Bulk, Database, Ints, codes, ints
from finance.days import day, number
from finance.facts import tables as f
from finance.timelines import missing
from interfaces.files.outbound import journal, remittance, store, workings
from interfaces.files.outbound.control import Printed
from interfaces.files.outbound.file_names import FileNames
from interfaces.files.outbound.line_words import FactNames, LineWords
from interfaces.files.outbound.making import RunPosted, creditor_file, debt_journal_file, journal_file, remittance_files
from interfaces.files.outbound.proving import must_be_whole
from interfaces.files.outbound.reissue_jobs import unpacked, workbook_of
from interfaces.files.outbound.run_lines import OF_ADJUSTMENT, OF_BLOCK, OF_LINE, RunColumns, columns_of, counts_of
from ledgers import store as ledger
from ledgers.coding.rules import Account
from ledgers.progress import Progress, quiet
from ledgers.reports.journal import JournalDetail
from ledgers.runs import POSTED, PROPOSAL, NotReleased, Run
from ledgers.streams import FILES, STREAMS
from payruns.absences import PaidAbsence, absences_paid
from payruns.absences_store import read_away, read_later_rules
from payruns.urgent_store import read_paid_urgently

XLSX_MOST = 500
"""A run with more payees than this has its workbooks made when they are asked for."""

AT_ONCE = 5_000
"""Files stored, and files written, together."""

_DECORATION = ("subject", "kind", "period_starts", "person", "service", "cause")


NOBODY_NAMED = "nobody named"
"""Who asked for files, where a program did and named nobody."""


def issue_run_files(
    database: Database,
    run_nr: int,
    at: dt.datetime,
    progress: Progress = quiet,
    xlsx: bool = True,
    council: str = "The council",
    detail: JournalDetail = JournalDetail.ACCOUNT,
    by: str = NOBODY_NAMED,
) -> Run:
    """Issue what a released run has not issued yet, in one transaction (and its workbooks, made from what was issued,
    in another). Whoever asks at the same moment waits, and finds it issued. ``by``: who asks for them, recorded with
    whoever is first. Raises as ``write_run_files`` does.
    """
    run, _ = issue_now(database, run_nr, at, progress, xlsx, council, detail, by)
    return run


def issue_now(
    database: Database,
    run_nr: int,
    at: dt.datetime,
    progress: Progress,
    xlsx: bool,
    council: str,
    detail: JournalDetail,
    by: str,
) -> tuple[Run, list[Printed]]:
    """The same. Also what was made and issued just now: there is no need to read that back to write it."""
    made: list[Printed] = []
    with database.read() as connection:
        run = must_be_posted(ledger.read_run(connection, run_nr))
        sealed = None if store.kinds_issued(connection, run_nr) else _Sealed.of(connection, run)
    with database.bulk() as bulk:
        store.claim_files(bulk, run.nr)
        must_be_posted(replace(run, status=store.stage_of(bulk, run.nr)))
        kinds, accounts = store.kinds_issued_by(bulk, run.nr), store.read_accounts(bulk)
        if kinds:
            must_be_whole(bulk, run)
        else:
            assert sealed is not None, "files that had been issued are gone"
            if STREAMS[run.stream].settles:
                made = _issue_all(bulk, run, at, sealed, accounts, progress, council, detail)
            else:
                _issue_money_in(bulk, run, at, sealed, accounts, detail)
        if STREAMS[run.stream].settles:
            _issue_debt_journals(bulk, run, at, accounts)
        bulk.change(ledger.done(run.nr, FILES, by, at, "issued"))
    if xlsx and STREAMS[run.stream].settles:
        _issue_workbooks(database, run, at, progress)
    return run, made


def must_be_posted(run: Run) -> Run:
    """The run, if all of it is in the ledger. Raises NotReleased."""
    if run.status not in POSTED:
        raise NotReleased(f"{run.heading} is {run.status}.", "Release it, then its files can be made.")
    return run


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What a run was sealed with: whose each proposed line is, the chunks of each sort, and their hashes."""

    proposal: pa.Table
    hashes: list[str]
    chunks: dict[str, list[bytes]]

    @classmethod
    def of(cls, connection: Connection, run: Run) -> "_Sealed":
        return cls(_proposal(connection, run), *_chunks(connection, run))


def _issue_all(
    bulk: Bulk,
    run: Run,
    at: dt.datetime,
    sealed: _Sealed,
    accounts: Mapping[int, Account],
    progress: Progress,
    council: str,
    detail: JournalDetail,
) -> list[Printed]:
    proposal = sealed.proposal
    with ThreadPoolExecutor(2) as meanwhile:
        with bulk.beside() as other:
            naming = meanwhile.submit(lambda: LineWords(read_names(other, run.known, proposal)))
            entries = store.read_entries(bulk, run, proposal)
            words = naming.result()
        ordering = meanwhile.submit(
            columns_of, entries, proposal, number(run.window_starts), read_paid_urgently(bulk, run)
        )
        posted, payee = RunPosted.of(entries), words.names.payee
        banks = store.read_bank_details(bulk, run.known, run.pay_date)
        parties = store.read_parties(bulk, run.nr)
        columns = ordering.result()
        away = _absences(bulk, run, sealed, columns)
        papers = remittance_files(run, council, posted, columns, words, parties, away)
        sealing = meanwhile.submit(_workings, run, sealed)

        def others() -> list[Printed]:
            refs = dict(zip(payee["nr"].to_pylist(), payee["ref"].to_pylist(), strict=True))
            files = [journal_file(run, posted, entries, accounts, refs, at, detail)]
            if posted.paid:
                files.append(creditor_file(run, posted, payee, banks, at))
            return files + sealing.result()

        return _store(bulk, run, papers, others, at, partial(_told_of, progress, len(posted.by_payee)))


def _absences(bulk: Bulk, run: Run, sealed: _Sealed, columns: RunColumns) -> list[PaidAbsence]:
    """The absences of the lines a pay run worked out; most councils have few beside their lines."""
    first = min([run.window_starts, *(day(int(each)) for each in np.unique(columns.first))])
    told = read_away(bulk, run.known, first, run.up_to)
    if not told.num_rows:
        return []
    names = ["subject", "kind", "period_starts", "starts", "ends", "share"]
    steps = [pq.read_table(pa.BufferReader(blob), columns=names) for blob in sealed.chunks["steps"]]
    rows = np.flatnonzero((columns.kind == CARE) & np.isin(columns.subject, ints(told, "line")))
    posted = {(int(columns.subject[at]), day(int(columns.first[at]))) for at in rows}
    return absences_paid(steps, told, read_later_rules(bulk, run.known), posted, run.window_starts)


def _told_of(progress: Progress, whole: int, done: int) -> None:
    progress("remittances", min(done, whole), whole)


def _issue_money_in(
    bulk: Bulk, run: Run, at: dt.datetime, sealed: _Sealed, accounts: Mapping[int, Account], detail: JournalDetail
) -> None:
    """The files of a stream that bills: its journal and its workings. Bills are papers, issued apart."""
    entries = store.read_entries(bulk, run, sealed.proposal)
    payers = store.read_fact(bulk, bill_payer, run.known, ("nr", "ref"))
    refs = dict(zip(payers["nr"].to_pylist(), payers["ref"].to_pylist(), strict=True))
    journal_ = journal_file(run, RunPosted.of(entries), entries, accounts, refs, at, detail)
    store.add_exports(bulk, run.nr, [journal_, *_workings(run, sealed)], at)


def _store(
    bulk: Bulk,
    run: Run,
    papers: Iterator[Printed],
    others: Callable[[], list[Printed]],
    at: dt.datetime,
    told: Callable[[int], None],
) -> list[Printed]:
    """Store files some thousands at a time while the next are made. When anything fails nothing is issued."""
    made: list[Printed] = []
    waiting: deque[tuple[Future[None], int]] = deque()
    with ThreadPoolExecutor(1) as storer:
        for batch in chain(in_batches(papers), (others() for _ in range(1))):
            waiting.append((storer.submit(store.add_exports, bulk, run.nr, batch, at), len(batch)))
            made += batch
        done = 0
        for storing, files in waiting:
            storing.result()
            told(done := done + files)
    return made


def _issue_debt_journals(bulk: Bulk, run: Run, at: dt.datetime, accounts: Mapping[int, Account]) -> None:
    """A journal for each balance made a debt that has none yet."""
    debts = store.read_debts(bulk, run)
    new = sorted(set(debts["party"].to_pylist()) - store.parties_issued(bulk, run.nr, journal.DEBT_KIND))
    if not new:
        return
    payee = store.read_fact(bulk, f.payee, run.known, ("nr", "ref"))
    refs = dict(zip(payee["nr"].to_pylist(), payee["ref"].to_pylist(), strict=True))
    names = FileNames(refs.values())
    store.add_exports(
        bulk,
        run.nr,
        [
            debt_journal_file(run, debts.filter(pc.equal(debts["party"], party)), accounts, refs, names, at)
            for party in new
        ],
        at,
    )


def in_batches(printed: Iterator[Printed], at_once: int = AT_ONCE) -> Iterator[list[Printed]]:
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


def _workings(run: Run, sealed: _Sealed) -> list[Printed]:
    kinds = {"proposal": workings.PROPOSAL_KIND, "steps": workings.STEPS_KIND}
    return [
        workings.write_workings(
            kind,
            f"workings_{what}_run_{run.nr:06}.parquet",
            run.nr,
            run.signature or "",
            sealed.hashes,
            sealed.chunks[what],
        )
        for what, kind in kinds.items()
    ]


def read_names(bulk: Bulk, known: int, proposal: pa.Table) -> FactNames:
    """Everything the remittances of a proposal call by name, as known at a change; what was withdrawn, as it
    was last.
    """
    counts = counts_of(codes(proposal, "kind", KINDS))

    def fact(table: Table, columns: tuple[str, ...], wanted: Ints) -> pa.Table:
        rows = store.read_fact(bulk, table, known, columns)
        gone = missing(wanted[wanted > 0], ints(rows, "nr"))
        if not len(gone):
            return rows
        return pa.concat_tables([rows, store.read_withdrawn(bulk, table, pa.array(gone), known, columns)]).sort_by("nr")

    def subjects(sort: int) -> Ints:
        return ints(proposal.filter(pa.array(counts == sort)), "subject")

    return FactNames(
        store.read_fact(bulk, f.payee, known, ("nr", "ref", "name", "supplier_number")),
        fact(f.person, ("nr", "ref", "name"), ints(proposal, "person", 0)),
        fact(f.service, ("nr", "name"), ints(proposal, "service", 0)),
        fact(f.service_line, ("nr", "ref", *PLANNED), subjects(OF_LINE)),
        fact(f.block, ("nr", "ref"), subjects(OF_BLOCK)),
        fact(f.adjustment, ("nr", "ref", "reason"), subjects(OF_ADJUSTMENT)),
    )


def _issue_workbooks(database: Database, run: Run, at: dt.datetime, progress: Progress) -> None:
    """Every remittance as a workbook, unless there are very many: those are made when asked for.

    They are made before the transaction that issues them, so that nobody waits while they are.
    """
    with database.read_bulk() as bulk:
        there = store.parties_issued(bulk, run.nr, remittance.WORKBOOK_KIND)
        papers = store.parties_issued(bulk, run.nr, remittance.KIND)
        if papers == there or len(papers) > XLSX_MOST:
            return
        page = store.issued_content(bulk, run.nr, remittance.KIND)
    made = []
    for place, row in enumerate(page.to_pylist(), start=1):
        if row["party"] not in there:
            made.append(workbook_of(unpacked(remittance.KIND, row)))
            progress("workbooks", place, len(papers))
    with database.bulk() as bulk:
        store.claim_files(bulk, run.nr)
        there = store.parties_issued(bulk, run.nr, remittance.WORKBOOK_KIND)
        store.add_exports(bulk, run.nr, [each for each in made if each.party not in there], at)
