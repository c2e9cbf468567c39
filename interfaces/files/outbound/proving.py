"""Proving a run: its sealed proposal, its entries and its issued files, each read for itself and set side by side."""

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection

from billing.recharges import store as recharges
from billing.tables import bill
from finance.columns import Bulk, Database, ints
from finance.facts import tables as f
from finance.problems import Refusal
from interfaces.database.guards import unlike, unsound
from interfaces.database.roles import tables
from interfaces.files.outbound import creditor, journal, proving_store, remittance, store, workings
from interfaces.files.outbound.astray import astray
from interfaces.files.outbound.control import BrokenFile, ChangedSinceIssue, sha256
from interfaces.files.outbound.making import RunPosted
from interfaces.files.outbound.policy_proved import prove_policy
from interfaces.files.outbound.store import BankDetails
from ledgers import holds_store
from ledgers import store as ledger
from ledgers.approvals.store import read_approvals
from ledgers.chain.jobs import prove_chain
from ledgers.coding.store import read_accounts
from ledgers.officers.store import read_changes, read_standing
from ledgers.reports import store as reports
from ledgers.reports.balances import trial_balance
from ledgers.reports.proof import (
    KEY,
    LISTED,
    NOT_POSTED,
    Difference,
    ExportProof,
    Proof,
    RunProof,
    prove_balances,
    prove_control,
    prove_debts,
    prove_ends,
    prove_given_back,
    prove_left,
    prove_lines,
    prove_paid,
    prove_payments,
)
from ledgers.reports.records import prove_records
from ledgers.reports.signed import SealedPart, prove_approvals, prove_posting, prove_seal
from ledgers.runs import POSTED, PROPOSAL, Run, Status
from ledgers.streams import OF_NO_LINE, RECHARGES, STREAMS

_WANTED = pa.schema(
    [PROPOSAL.field(name) for name in (*KEY, "period_ends", "due", "posted", "amount", "debit", "credit")]
)


_FACTS = [table for table in tables() if "superseded" in table.c]

_NO_BANK = BankDetails("", "", "", "")


class FilesMissing(Refusal):
    """Some of a run's files have been issued, and others that go with them are not there."""


def prove(database: Database, run_nr: int | None = None) -> Proof:
    """Prove one run, or every run whose lines are in the ledger; and that the ledger balances. Changes nothing.

    Figures that do not agree, files missing and files changed since issue are differences in the Proof, not refusals.
    """
    with database.read() as connection:
        every = ledger.read_runs(connection)
        runs = (
            [each for each in every if each.status in (Status.RELEASING, *POSTED)]
            if run_nr is None
            else [ledger.read_run(connection, run_nr)]
        )
        everything = trial_balance(reports.movements(connection))
        payees = reports.payee_balances(connection)
        control = sum(payees.values())
        carried = reports.last_carried_forward(connection)
        strays = reports.strays(connection)
        unfinished = [each for each in reports.unfinished(connection) if run_nr in (None, each.nr)]
        owed = ledger.read_owed(connection, run_nr)
        records = prove_records(
            control=payees if control == carried else {},  # said in one line where the sums differ, and by each run
            carried=reports.carried_by_payee(connection) if control == carried else {},
            chains=reports.broken_chains(connection),
            unrecorded=reports.owed_unrecorded(connection),
            officers=reports.officers(connection),
            limits=reports.limits_nobody_gave(connection),
            untold=proving_store.versions_out_of_turn(connection, _FACTS),
            misspelt=read_standing(connection).misspelt,
            changes_left_out=proving_store.left_out(connection, f.change.c.nr),
            bills_left_out=proving_store.left_out(connection, bill.c.nr),
            guards=[*unlike(connection), *unsound(connection)],
        )
        records += prove_policy(connection, runs)
        given_back = proving_store.given_back_unreceived(connection)
        latest = reports.last_runs(connection)
        unsaid = [] if run_nr is not None else reports.debts_nobody_raised(connection)
    foot = everything.balances
    differences = prove_control(control, carried, strays)
    differences += [*prove_ends(unfinished, owed), *prove_debts(unsaid), *prove_given_back(given_back), *records]
    chain = prove_chain(database, run_nr)
    differences += chain.differences[:LISTED]
    owing = {row.run for row in owed if row.what == RECHARGES.name}
    recharged = owing | {
        recharges.source_of(run.policy) for run in every if run.stream == RECHARGES.name and run.status in POSTED
    }
    return Proof(
        [_prove_run(database, run, run.nr in latest, run.nr in recharged) for run in runs],
        foot.debits,
        foot.credits,
        control,
        carried,
        differences,
        last_link=chain.last.nr if chain.last else 0,
        last_digest=chain.last.digest if chain.last else "",
    )


def _prove_run(database: Database, run: Run, latest: bool, recharged: bool) -> RunProof:
    """``latest``: no later run of its calendar is released. ``recharged``: another raised its recharges, or it
    owes them still.
    """
    with database.read() as connection:
        proposal, parts = _proposal(connection, run)
        lines, payees = holds_store.held_of_run(connection, run.nr)
        parked = store.count_parked(connection, run.nr)
        waiting, noted = reports.parked_and_outstanding(connection, run.nr)
        codes = {nr: account.code for nr, account in read_accounts(connection).items()}
        approvals, changes = read_approvals(connection, run.nr), read_changes(connection)
    with database.read_bulk() as bulk:
        entries = store.read_entries(bulk, run, proposal, ("chunk", "recorded"))
        parties = store.read_parties(bulk, run.nr)
        posted = RunPosted.of(entries)
        begun = run.status in (Status.RELEASING, *POSTED)
        held = _held(proposal, lines, payees) if begun else pa.array([False] * proposal.num_rows)
        periods, unequal = prove_lines(run.stream, proposal, held, entries)
        exports: list[ExportProof] = []
        differences = prove_seal(run, parts) if run.signature or run.status in POSTED else []
        if run.status is Status.RELEASING and all(part.readable for part in parts):
            differences += [each for each in unequal if each.what != NOT_POSTED]  # the rest is still to be posted
        if run.status in POSTED:
            if STREAMS[run.stream].signed:
                differences += prove_approvals(run, approvals, changes)
            if all(part.readable for part in parts):
                differences += unequal
            brought = {row["party"]: (row["brought_forward"], row["carried_forward"]) for row in parties.to_pylist()}
            if STREAMS[run.stream].settles:
                differences += prove_balances(posted.by_payee, brought)
                differences += prove_paid(
                    posted.by_payee,
                    dict(zip(ints(parties, "party").tolist(), ints(parties, "paid").tolist(), strict=True)),
                )
            if (
                RECHARGES.name in STREAMS[run.stream].owes
                and not recharged
                and (borne := _sum(entries.filter(pc.not_equal(entries["funder"], 0)), "amount"))
            ):
                differences.append(
                    Difference(f"run {run.nr}", "has its recharges told as done, and no run has raised them", -borne)
                )
            if latest and all(part.readable for part in parts):
                differences += prove_left(waiting | _subjects(proposal.filter(held)), noted)
            differences += [*_billed(bulk, run, posted), *_recharged(bulk, run), *astray(bulk, run)]
            for each in _exports(bulk, run, posted, codes):
                if isinstance(each, ExportProof):
                    exports.append(each)
                else:
                    differences.append(each)
    if begun:
        differences += prove_posting(run, proposal, entries)
    differences += [
        Difference(f"{each.kind} files", f"{each.says} do not agree with the ledger", each.difference)
        for each in exports
        if each.difference
    ]
    withheld = parties.filter(pc.is_valid(parties["withheld"]))
    return RunProof(
        run.nr,
        run.stream,
        run.title,
        run.status,
        periods,
        exports,
        parked,
        _sum(parties, "brought_forward"),
        posted.paid,
        posted.moved,
        _sum(parties, "carried_forward"),
        _sum(withheld, "carried_forward"),
        differences,
    )


def _subjects(rows: pa.Table) -> set[tuple[int, str]]:
    return set(zip(ints(rows, "subject").tolist(), rows["kind"].to_pylist(), strict=True))


def _sum(rows: pa.Table, name: str) -> int:
    return sum(ints(rows, name).tolist())


def _proposal(connection: Connection, run: Run) -> tuple[pa.Table, list[SealedPart]]:
    """Every sealed line that can be read, and what became of each part."""
    tables, parts = [_WANTED.empty_table()], []
    for number, sealed in ledger.chunk_hashes(connection, run.nr):
        blob = ledger.read_blob(connection, run.nr, number)
        try:
            tables.append(pq.read_table(pa.BufferReader(blob), columns=_WANTED.names).cast(_WANTED))
        except (pa.ArrowException, OSError, KeyError, ValueError):
            readable = False
        else:
            readable = True
        parts.append(SealedPart(number, sealed, hashlib.sha256(blob).hexdigest(), readable))
    return pa.concat_tables(tables), parts


def _held(proposal: pa.Table, lines: set[int], payees: set[int]) -> pa.Array:
    by_line = np.isin(ints(proposal, "subject"), sorted(lines))
    of_line = pc.invert(pc.is_in(proposal["kind"], pa.array(OF_NO_LINE)))
    by_payee = np.isin(ints(proposal, "party"), sorted(payees))
    return pa.array((by_line & np.asarray(of_line.to_numpy(), bool)) | by_payee)


def _exports(bulk: Bulk, run: Run, posted: RunPosted, codes: dict[int, str]) -> Iterator[ExportProof | Difference]:
    yield from _one_file(bulk, run, journal.KIND, lambda content: _journal(content, posted, codes))
    if not STREAMS[run.stream].settles:
        return
    if posted.paid:
        yield from _one_file(bulk, run, creditor.KIND, lambda content: _payments(bulk, run, content, posted))
    yield from _debts(bulk, run, posted)
    yield from _remittances(bulk, run, posted)


def _billed(bulk: Bulk, run: Run, posted: RunPosted) -> list[Difference]:
    """What a run of charges or recharges posted for each payer against the bill numbered for it."""
    if not STREAMS[run.stream].bills:
        return []
    bills = proving_store.read_billed(bulk, run)
    due = {party: figures[0] for party, figures in posted.by_payee.items()}
    return [
        Difference(
            f"payer {party}", "is billed something else than was posted", bills.get(party, 0) - due.get(party, 0)
        )
        for party in sorted({*bills, *due})
        if bills.get(party, 0) != due.get(party, 0)
    ]


def _recharged(bulk: Bulk, run: Run) -> list[Difference]:
    """What a run of recharges posted against each funder beside what that funder bears of the pay run."""
    if run.stream != RECHARGES.name:
        return []
    source = recharges.source_of(run.policy)
    return [
        Difference(
            f"funder {funder}" if funder else "nursing care",
            f"is recharged something else than pay run {source} bore",
            charged - borne,
        )
        for funder, charged, borne in recharges.read_apart(bulk, run.nr, source)
    ]


def _one_file(
    bulk: Bulk, run: Run, kind: str, read: Callable[[bytes], Iterator[ExportProof | Difference]]
) -> Iterator[ExportProof | Difference]:
    page = store.issued_content(bulk, run.nr, kind).to_pylist()
    if not page:
        yield Difference(f"{kind} file", "has not been issued", 0)
        return
    try:
        yield from read(content_of(page[0]))
    except (BrokenFile, ChangedSinceIssue) as error:
        yield Difference(f"{kind} file", error.what, 0)


def _payments(bulk: Bulk, run: Run, content: bytes, posted: RunPosted) -> Iterator[ExportProof | Difference]:
    """The payments of the creditor file, each beside the payee's bank details in force on the pay date, as known to the
    run, and what was posted."""
    batch = creditor.read_creditor(content)
    yield ExportProof(creditor.KIND, 1, "payments", batch.total, posted.paid)
    if (batch.run, batch.pay_date) != (run.nr, run.pay_date):
        yield Difference(f"{creditor.KIND} file", "is headed for another run or another pay date", 0)
    banks = store.read_bank_details(bulk, run.known, run.pay_date)
    payees = store.read_fact(bulk, f.payee, run.known, ("nr", "ref", "supplier_number"))
    wanted = {}
    for nr, ref, supplier in zip(*(payees[name].to_pylist() for name in payees.column_names), strict=True):
        amount = posted.by_payee.get(nr, (0, 0, 0))[1]
        if amount:
            bank = banks.get(nr, _NO_BANK)
            to = (supplier or "", bank.sort_code, bank.account_number, bank.account_name, bank.roll_number)
            wanted[ref] = (to, amount)
    carried = (
        (
            each.payee_ref,
            (each.supplier_number, each.sort_code, each.account_number, each.account_name, each.roll_number),
            each.amount,
        )
        for each in batch.payments
    )
    yield from prove_payments(carried, wanted)


def _journal(content: bytes, posted: RunPosted, codes: dict[int, str]) -> Iterator[ExportProof | Difference]:
    batch = journal.read_journal(content)
    carried = {"-".join(code): net for code, net in batch.by_account().items()}
    wanted: dict[str, int] = {}
    for nr, net in posted.by_account.items():
        code = codes.get(nr, f"{nr} (not there)")
        wanted[code] = wanted.get(code, 0) + net
    debits, posted_debits = (sum(net for net in each.values() if net > 0) for each in (carried, wanted))
    yield ExportProof(journal.KIND, 1, "debits, net by account", debits, posted_debits, trailer=batch.debits)
    for code in sorted(set(carried) | set(wanted)):
        if carried.get(code, 0) != wanted.get(code, 0):
            yield Difference(
                f"journal, account {code}", "is not what was posted", carried.get(code, 0) - wanted.get(code, 0)
            )


def _debts(bulk: Bulk, run: Run, posted: RunPosted) -> Iterator[ExportProof | Difference]:
    page = store.issued_content(bulk, run.nr, journal.DEBT_KIND).to_pylist()
    moved = sum(abs(moved) for _, _, moved in posted.by_payee.values())
    carried = 0
    for row in page:
        try:
            carried += journal.read_journal(content_of(row)).debits
        except (BrokenFile, ChangedSinceIssue) as error:
            yield Difference(str(row["name"]), error.what, 0)
    if page or moved:
        yield ExportProof(journal.DEBT_KIND, len(page), "debts", carried, moved)


def _remittances(bulk: Bulk, run: Run, posted: RunPosted) -> Iterator[ExportProof | Difference]:
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


def files_missing(bulk: Bulk, run: Run) -> list[str]:
    """The files a run whose files were issued should have, and has not, in words. Workbooks are made when asked for."""
    there, posted = proving_store.read_issued(bulk, run.nr), proving_store.read_payees_posted(bulk, run.nr)
    kinds = set(there["kind"].to_pylist())
    wanted = [journal.KIND, workings.PROPOSAL_KIND, workings.STEPS_KIND]
    if not STREAMS[run.stream].settles:
        return [f"the {kind} file" for kind in wanted if kind not in kinds]
    if pc.any(pc.greater(posted["paid"], 0)).as_py():
        wanted.insert(1, creditor.KIND)
    papers = there.filter(pc.equal(there["kind"], remittance.KIND))
    without = posted["party"].filter(pc.invert(pc.is_in(posted["party"], papers["party"].combine_chunks()))).to_pylist()
    missing = [f"the {kind} file" for kind in wanted if kind not in kinds]
    missing += [f"the remittance of payee {party}" for party in without[:LISTED]]
    return missing + ([f"{len(without) - LISTED:,} more remittances"] if len(without) > LISTED else [])


def must_be_whole(bulk: Bulk, run: Run) -> None:
    """Raise FilesMissing, naming them, where some of a run's files were issued and others are gone."""
    missing = files_missing(bulk, run)
    if missing:
        raise FilesMissing(
            (
                f"{run.heading} has issued its files, and {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} no "
                f"longer there."
            ),
            "Send none of them. Restore the database from a backup and find out who deleted it.",
        )


def content_of(row: dict[str, object]) -> bytes:
    """A stored file's bytes. Raises ChangedSinceIssue unless they are what was issued."""
    packed = row["content"]
    assert isinstance(packed, bytes)
    content = store.unpack(packed)
    if content is None or sha256(content) != row["sha256"]:
        raise ChangedSinceIssue(str(row["name"]))
    return content
