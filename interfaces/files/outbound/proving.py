"""Proving a run: its sealed proposal, its entries and its issued files, each read for itself and set side by side."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection, select

from billing.recharges import store as recharges
from billing.tables import bill
from finance.columns import Bulk, Database, ints
from interfaces.files.outbound import creditor, journal, remittance, store
from interfaces.files.outbound.control import BrokenFile, ChangedSinceIssue, sha256
from interfaces.files.outbound.making import Posted
from ledgers import store as ledger
from ledgers.coding.store import read_accounts
from ledgers.reports import store as reports
from ledgers.reports.balances import trial_balance
from ledgers.reports.proof import (
    KEY,
    Difference,
    ExportProof,
    Proof,
    RunProof,
    prove_balances,
    prove_lines,
)
from ledgers.runs import OF_NO_LINE, POSTED, PROPOSAL, SETTLING, Run

BILLED = frozenset({"charges", "recharges"})
"""Streams whose entries become bills."""

_WANTED = (*KEY, "period_ends", "due", "posted", "amount")


def prove(database: Database, run_nr: int | None = None) -> Proof:
    """Prove one run, or every run whose lines are in the ledger; and that the ledger balances. Changes nothing.

    Figures that do not agree, files missing and files changed since issue are differences in the Proof, not refusals.
    """
    with database.begin() as connection:
        runs = (
            [each for each in ledger.read_runs(connection) if each.status in POSTED]
            if run_nr is None
            else [ledger.read_run(connection, run_nr)]
        )
        everything = trial_balance(reports.movements(connection))
        control = sum(reports.payee_balances(connection).values())
        carried = reports.last_carried_forward(connection)
        strays = reports.strays(connection)
    foot = everything.balances
    differences = []
    if control != carried:
        differences.append(
            Difference(
                "creditors’ control", "says payees are owed something else than runs carried forward", control - carried
            )
        )
    if strays:
        differences.append(Difference("the ledger", f"has {strays} entries of a run or an account that is not there", 0))
    return Proof([_prove_run(database, run) for run in runs], foot.debits, foot.credits, control, carried, differences)


def _prove_run(database: Database, run: Run) -> RunProof:
    with database.begin() as connection:
        proposal = _proposal(connection, run)
        lines, payees = store.held_at_release(connection, run)
        parked = store.count_parked(connection, run.nr)
        codes = {nr: account.code for nr, account in read_accounts(connection).items()}
    with database.bulk() as bulk:
        entries = store.read_entries(bulk, run, proposal)
        parties = store.read_parties(bulk, run.nr)
        posted = Posted.of(entries)
        held = _held(proposal, lines, payees) if run.status in POSTED else pa.array([False] * proposal.num_rows)
        periods, differences = prove_lines(run.stream, proposal, held, entries)
        exports: list[ExportProof] = []
        if run.status in POSTED:
            brought = {row["party"]: (row["brought_forward"], row["carried_forward"]) for row in parties.to_pylist()}
            if run.stream in SETTLING:
                differences += prove_balances(posted.by_payee, brought)
            differences += [*_billed(bulk, run, posted), *_recharged(bulk, run)]
            for each in _exports(bulk, run, posted, codes):
                if isinstance(each, ExportProof):
                    exports.append(each)
                else:
                    differences.append(each)
        else:
            differences = []
    differences += [
        Difference(f"{each.kind} files", f"{each.says} do not agree with the ledger", each.difference)
        for each in exports
        if each.difference
    ]
    withheld = parties.filter(pc.is_valid(parties["withheld"]))
    return RunProof(
        run.nr, run.title, run.status, periods, exports, parked,
        _sum(parties, "brought_forward"), posted.paid, posted.moved, _sum(parties, "carried_forward"),
        _sum(withheld, "carried_forward"), differences,
    )  # fmt: skip


def _sum(rows: pa.Table, name: str) -> int:
    return int(ints(rows, name).sum())


def _proposal(connection: Connection, run: Run) -> pa.Table:
    chunks = [
        pq.read_table(pa.BufferReader(blob), columns=list(_WANTED))
        for blob in store.read_chunks(connection, run.nr, "proposal")
    ]
    return pa.concat_tables(chunks) if chunks else PROPOSAL.empty_table().select(list(_WANTED))


def _held(proposal: pa.Table, lines: set[int], payees: set[int]) -> pa.Array:
    by_line = np.isin(ints(proposal, "subject"), sorted(lines))
    of_line = pc.invert(pc.is_in(proposal["kind"], pa.array(OF_NO_LINE)))
    by_payee = np.isin(ints(proposal, "party"), sorted(payees))
    return pa.array((by_line & np.asarray(of_line.to_numpy(), bool)) | by_payee)


def _exports(bulk: Bulk, run: Run, posted: Posted, codes: dict[int, str]) -> Iterator[ExportProof | Difference]:
    yield from _one_file(bulk, run, journal.KIND, lambda content: _journal(content, posted, codes))
    if run.stream not in SETTLING:
        return
    if posted.paid:
        yield from _one_file(
            bulk, run, creditor.KIND,
            lambda content: [ExportProof(creditor.KIND, 1, "payments", creditor.read_creditor(content).total, posted.paid)],
        )  # fmt: skip
    yield from _debts(bulk, run, posted)
    yield from _remittances(bulk, run, posted)


def _billed(bulk: Bulk, run: Run, posted: Posted) -> list[Difference]:
    """What a run of charges or recharges posted for each payer against the bill numbered for it."""
    if run.stream not in BILLED:
        return []
    rows = bulk.read(select(bill.c.party, bill.c.amount).where(bill.c.run == run.nr, bill.c.stream == run.stream))
    bills = dict(zip(rows["party"].to_pylist(), rows["amount"].to_pylist(), strict=True))
    due = {party: figures[0] for party, figures in posted.by_payee.items()}
    return [
        Difference(f"payer {party}", "is billed something else than was posted", bills.get(party, 0) - due.get(party, 0))
        for party in sorted({*bills, *due})
        if bills.get(party, 0) != due.get(party, 0)
    ]


def _recharged(bulk: Bulk, run: Run) -> list[Difference]:
    """What a run of recharges posted against each funder beside what that funder bears of the pay run."""
    if run.stream != recharges.NAME:
        return []
    source = recharges.source_of(run.policy)
    return [
        Difference(f"funder {funder}" if funder else "nursing care", f"is recharged something else than pay run {source} bore",
                   charged - borne)
        for funder, charged, borne in recharges.read_apart(bulk, run.nr, source)
    ]  # fmt: skip


def _one_file(bulk: Bulk, run: Run, kind: str, read) -> Iterator[ExportProof | Difference]:  # type: ignore[no-untyped-def]
    page = store.issued_content(bulk, run.nr, kind).to_pylist()
    if not page:
        yield Difference(f"{kind} file", "has not been issued", 0)
        return
    try:
        yield from read(content_of(page[0]))
    except (BrokenFile, ChangedSinceIssue) as error:
        yield Difference(f"{kind} file", error.what, 0)


def _journal(content: bytes, posted: Posted, codes: dict[int, str]) -> Iterator[ExportProof | Difference]:
    batch = journal.read_journal(content)
    carried = {"-".join(code): net for code, net in batch.by_account().items()}
    wanted: dict[str, int] = {}
    for nr, net in posted.by_account.items():
        wanted[codes[nr]] = wanted.get(codes[nr], 0) + net
    debits, posted_debits = (sum(net for net in each.values() if net > 0) for each in (carried, wanted))
    yield ExportProof(journal.KIND, 1, "debits, net by account", debits, posted_debits, trailer=batch.debits)
    for code in sorted(set(carried) | set(wanted)):
        if carried.get(code, 0) != wanted.get(code, 0):
            yield Difference(
                f"journal, account {code}", "is not what was posted", carried.get(code, 0) - wanted.get(code, 0)
            )


def _debts(bulk: Bulk, run: Run, posted: Posted) -> Iterator[ExportProof | Difference]:
    page = store.issued_content(bulk, run.nr, journal.DEBT_KIND).to_pylist()
    moved = sum(abs(moved) for _, _, moved in posted.by_payee.values())
    if page or moved:
        carried = sum(journal.read_journal(content_of(row)).debits for row in page)
        yield ExportProof(journal.DEBT_KIND, len(page), "debts", carried, moved)


def _remittances(bulk: Bulk, run: Run, posted: Posted) -> Iterator[ExportProof | Difference]:
    after, files, due, paid = -1, 0, 0, 0
    while (page := store.issued_content(bulk, run.nr, remittance.KIND, after)).num_rows:
        for row in page.to_pylist():
            after = row["party"]
            try:
                theirs = remittance.figures(content_of(row), row["name"])
            except (BrokenFile, ChangedSinceIssue) as error:
                yield Difference(row["name"], error.what, row["debit"])
                continue
            files, due, paid = files + 1, due + theirs[0], paid + theirs[1]
    yield ExportProof(remittance.KIND, files, "lines", due, sum(each[0] for each in posted.by_payee.values()))
    yield ExportProof(remittance.KIND, files, "payments", paid, posted.paid)


def content_of(row: dict[str, object]) -> bytes:
    """A stored file's bytes. Raises ChangedSinceIssue unless they are what was issued."""
    packed = row["content"]
    assert isinstance(packed, bytes)
    content = store.unpack(packed)
    if content is None or sha256(content) != row["sha256"]:
        raise ChangedSinceIssue(str(row["name"]))
    return content
