"""A run's files, made from what the ledger posted and refused unless they carry exactly that."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from finance.columns import Ints, ints
from finance.days import day, financial_period
from finance.problems import Refusal
from interfaces.files.outbound import remittance as paper
from interfaces.files.outbound.control import Printed, must_add_up, must_tie
from interfaces.files.outbound.creditor import CreditorBatch, CreditorPayment, write_creditor
from interfaces.files.outbound.file_names import FileNames
from interfaces.files.outbound.journal import DEBT_KIND, JournalBatch, JournalLine, read_journal, write_journal
from interfaces.files.outbound.line_words import LineWords
from interfaces.files.outbound.printing import words_for_people
from interfaces.files.outbound.remittance import Heading, Payees, print_remittances
from interfaces.files.outbound.run_lines import RunColumns
from interfaces.files.outbound.store import BankDetails
from ledgers.coding.rules import Account
from ledgers.reports.journal import JOURNALS, JournalDetail, summarise
from ledgers.runs import Run
from ledgers.streams import DEBT, SETTLEMENT
from payruns.absences import PaidAbsence

LINES_AT_ONCE = 200_000
_NO_BANK = BankDetails("", "", "", "")


class PayeesUnknown(Refusal):
    """Money was posted to payees the run did not know of."""

    def __init__(self, numbers: Sequence[int]) -> None:
        several = ", ".join(str(each) for each in numbers[:5]) + (" and others" if len(numbers) > 5 else "")
        super().__init__(
            f"The ledger holds money for payees the run did not know of: number {several}.",
            "Nothing has been issued. Report this with the run's number: it should be impossible.",
        )


@dataclass(frozen=True)
class RunPosted:
    """What a run's entries come to: the figures every file must carry, in pence. Raises TooMuchToAdd.

    ``by_payee``: (due, paid, moved to debtors). ``by_account``: net debits, debts left out.
    """

    by_payee: Mapping[int, tuple[int, int, int]]
    by_account: Mapping[int, int]

    @classmethod
    def of(cls, entries: pa.Table) -> "RunPosted":
        must_add_up(ints(entries, "amount"), "The entries of the run")
        payees: dict[int, list[int]] = {}
        journal = {SETTLEMENT: 1, DEBT: 2}
        sums = entries.group_by(["party", "kind"]).aggregate([("amount", "sum")])
        for party, kind, amount in zip(
            *(sums[name].to_pylist() for name in ("party", "kind", "amount_sum")), strict=True
        ):
            payees.setdefault(party, [0, 0, 0])[journal.get(kind, 0)] += amount
        accounts: dict[int, int] = {}
        pairs = entries.filter(pc.not_equal(entries["kind"], DEBT)).group_by(["debit", "credit"])
        for row in pairs.aggregate([("amount", "sum")]).to_pylist():
            accounts[row["debit"]] = accounts.get(row["debit"], 0) + row["amount_sum"]
            accounts[row["credit"]] = accounts.get(row["credit"], 0) - row["amount_sum"]
        return cls({party: (due, paid, moved) for party, (due, paid, moved) in payees.items()}, accounts)

    @property
    def paid(self) -> int:
        return sum(paid for _, paid, _ in self.by_payee.values())

    @property
    def moved(self) -> int:
        return sum(moved for _, _, moved in self.by_payee.values())


def creditor_file(
    run: Run, posted: RunPosted, payee: pa.Table, banks: Mapping[int, BankDetails], at: dt.datetime
) -> Printed:
    """The creditor-payments file of a run. Raises ExportDoesNotTie unless it pays what was posted, payee by payee."""
    name = f"creditor_payments_run_{run.nr:06}.csv"
    payments = []
    columns = zip(*(payee[column].to_pylist() for column in ("nr", "ref", "name", "supplier_number")), strict=True)
    for nr, ref, called, supplier in columns:
        amount = posted.by_payee.get(nr, (0, 0, 0))[1]
        if amount:
            bank = banks.get(nr, _NO_BANK)
            payments.append(
                CreditorPayment(
                    ref,
                    supplier or "",
                    called,
                    bank.sort_code,
                    bank.account_number,
                    bank.account_name,
                    bank.roll_number,
                    amount,
                    f"R{run.nr:06}-{ref}",
                    f"RA{run.nr:06}-{ref}",
                )
            )
    printed = write_creditor(CreditorBatch(f"AP{run.nr:06}", run.nr, run.pay_date, at, tuple(payments)), name)
    must_tie(name, "payments", printed.credit, posted.paid)
    return printed


def journal_file(
    run: Run,
    posted: RunPosted,
    entries: pa.Table,
    accounts: Mapping[int, Account],
    refs: Mapping[int, str],
    at: dt.datetime,
    detail: JournalDetail = JournalDetail.ACCOUNT,
) -> Printed:
    """The journal of a run. Raises ExportDoesNotTie unless every account has what was posted to it.

    Balances made debts are left to journals of their own: they may be made long after the run. ``refs``: payees'
    references, for a journal kept apart by payee.
    """
    name, batch = f"journal_run_{run.nr:06}.csv", f"GL{run.nr:06}"
    lines = _journal_lines(run, entries.filter(pc.not_equal(entries["kind"], DEBT)), accounts, refs, batch, detail)
    printed = write_journal(JournalBatch(batch, at, _period(run.pay_date), lines), name)
    carried = read_journal(printed.content, name).by_account()
    wanted: dict[tuple[str, str, str, str], int] = {}
    for nr, net in posted.by_account.items():
        account = accounts[nr]
        code = (account.entity, account.cost_centre, account.subjective, account.analysis)
        wanted[code] = wanted.get(code, 0) + net
    for code in sorted(set(carried) | set(wanted)):
        must_tie(name, f"account {'-'.join(code)}", carried.get(code, 0), wanted.get(code, 0))
    return printed


def debt_journal_file(
    run: Run,
    debt: pa.Table,
    accounts: Mapping[int, Account],
    refs: Mapping[int, str],
    names: FileNames,
    at: dt.datetime,
) -> Printed:
    """The journal of one payee's balance moved to debtors (``debt``: its entries). ``names``: of every payee of
    the run.
    """
    party = int(debt["party"][0].as_py())
    name = f"journal_debt_run_{run.nr:06}_{names.of(refs[party])}.csv"
    batch = f"GD{run.nr:06}-{refs[party]}"
    lines = _journal_lines(run, debt, accounts, refs, batch, JournalDetail.PAYEE)
    printed = write_journal(JournalBatch(batch, at, _period(run.pay_date), lines), name, DEBT_KIND, party)
    must_tie(name, "debt", printed.debit, abs(int(ints(debt, "amount").sum())))
    return printed


def _journal_lines(
    run: Run,
    entries: pa.Table,
    accounts: Mapping[int, Account],
    refs: Mapping[int, str],
    batch: str,
    detail: JournalDetail,
) -> tuple[JournalLine, ...]:
    lines = []
    for row in summarise(entries, detail).to_pylist():
        account, journal = accounts[row["account"]], JOURNALS[row["journal"]]
        whose = f" {refs.get(row['party'], '')}" if "party" in row else ""
        which = f" {row['subject']}" if "subject" in row else ""
        lines.append(
            JournalLine(
                journal,
                row["period"],
                account.entity,
                account.cost_centre,
                account.subjective,
                account.analysis,
                "dr" if row["net"] > 0 else "cr",
                abs(row["net"]),
                batch,
                f"{run.calendar_name} run {run.nr}: {journal}{whose}{which}, {account.name}",
                day(row["effective"]),
            )
        )
    return tuple(lines)


def _period(when: dt.date) -> int:
    year, month = financial_period(when)
    return year * 100 + month


def remittance_files(
    run: Run,
    council: str,
    posted: RunPosted,
    columns: RunColumns,
    words: LineWords,
    parties: pa.Table,
    away: Sequence[PaidAbsence] = (),
) -> Iterator[Printed]:
    """Each payee's remittance, in order of payee. Raises ExportDoesNotTie, before any is given, unless all tie."""
    _lines_must_tie(run, posted, columns.parties, columns.payee, columns.amount)
    payees = _payees(columns.parties, words.names.payee, posted, parties)
    _carried_must_tie(run, payees, columns.parties, posted, parties)
    heading = Heading(council, run.nr, run.calendar_name, run.pay_date)
    refs, names = _refs(columns.parties, words.names.payee), FileNames(words.names.payee["ref"].to_pylist())
    edges = np.searchsorted(columns.payee, np.arange(len(columns.parties) + 1))
    absent = _away(away, columns, words)
    for first, end in _batches(edges):
        lines = _with_away(words.table(columns, int(edges[first]), int(edges[end])), absent, first, end)
        lines = lines.set_column(lines.column_names.index("payee"), "payee", pa.array(ints(lines, "payee") - first))
        files = print_remittances(heading, _some(payees, first, end), lines)
        for place, (content, rows, due) in enumerate(files, start=first):
            yield Printed(
                paper.KIND,
                f"remittance_{run.nr:06}_{names.of(refs[place])}.csv",
                content,
                rows,
                due,
                int(payees.paid[place]),
                int(columns.parties[place]),
            )


def _away(away: Sequence[PaidAbsence], columns: RunColumns, words: LineWords) -> pa.Table:
    """The rows of time away, of those who are sent a remittance, in order of payee."""
    theirs = np.asarray([each.payee for each in away], dtype=np.int64)
    place = np.minimum(np.searchsorted(columns.parties, theirs), max(len(columns.parties) - 1, 0))
    kept = [at for at in np.argsort(place, kind="stable").tolist() if columns.parties[place[at]] == theirs[at]]
    return words.away([away[at] for at in kept], place[kept].astype(np.int64))


def _with_away(lines: pa.Table, away: pa.Table, first: int, end: int) -> pa.Table:
    """Lines of some payees, with their time away after each payee’s."""
    low, high = np.searchsorted(ints(away, "payee"), [first, end])
    if low == high:
        return lines
    both = pa.concat_tables([lines, away.slice(int(low), int(high - low)).cast(lines.schema)])
    order = np.lexsort((ints(both, "section"), ints(both, "payee")))
    return both.take(pa.array(order))


def _batches(edges: Ints) -> Iterator[tuple[int, int]]:
    """Ranges of payees with about LINES_AT_ONCE lines together, so that memory does not follow the run's size."""
    count, first = len(edges) - 1, 0
    while first < count:
        end = int(np.searchsorted(edges, edges[first] + LINES_AT_ONCE, side="right")) - 1
        end = min(max(end, first + 1), count)
        yield first, end
        first = end


def _lines_must_tie(run: Run, posted: RunPosted, parties: Ints, payee: Ints, amount: Ints) -> None:
    sums = np.zeros(len(parties), np.int64)
    np.add.at(sums, payee, amount)
    for party, due in zip(parties.tolist(), sums.tolist(), strict=True):
        must_tie(f"The remittance of payee {party} in run {run.nr}", "lines", due, posted.by_payee[party][0])


def _carried_must_tie(run: Run, payees: Payees, parties: Ints, posted: RunPosted, known: pa.Table) -> None:
    due = np.array([posted.by_payee[party][0] for party in parties.tolist()], np.int64)
    must_add_up(np.concatenate([payees.brought_forward, due, payees.paid, payees.moved]), "Balances brought forward")
    said = dict(zip(known["party"].to_pylist(), known["carried_forward"].to_pylist(), strict=True))
    for party, carried in zip(parties.tolist(), paper.carried_forward(payees, due).tolist(), strict=True):
        if party in said:
            must_tie(f"The remittance of payee {party} in run {run.nr}", "carried forward", carried, said[party])


def _payees(parties: Ints, payee: pa.Table, posted: RunPosted, known: pa.Table) -> Payees:
    numbers = ints(payee, "nr")
    unknown = parties[np.isin(parties, numbers, invert=True)].tolist()
    if unknown:
        raise PayeesUnknown(unknown)
    rows = pa.array(np.searchsorted(numbers, parties))
    brought = dict(zip(known["party"].to_pylist(), known["brought_forward"].to_pylist(), strict=True))
    each = parties.tolist()
    ref, name, supplier_number = (
        words_for_people(payee[column]).take(rows) for column in ("ref", "name", "supplier_number")
    )
    return Payees(
        ref,
        name,
        supplier_number,
        np.array([brought.get(party, 0) for party in each], np.int64),
        np.array([posted.by_payee[party][2] for party in each], np.int64),
        np.array([posted.by_payee[party][1] for party in each], np.int64),
    )


def _some(payees: Payees, first: int, end: int) -> Payees:
    return Payees(
        payees.ref[first:end],
        payees.name[first:end],
        payees.supplier_number[first:end],
        payees.brought_forward[first:end],
        payees.moved[first:end],
        payees.paid[first:end],
    )


def _refs(parties: Ints, payee: pa.Table) -> list[str]:
    numbers = ints(payee, "nr")
    return list(payee["ref"].take(pa.array(np.searchsorted(numbers, parties))).to_pylist())
