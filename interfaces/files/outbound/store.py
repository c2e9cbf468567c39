"""SQL of the files that go out: what they are made from, as known to the run, and each file as it was issued."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ClauseElement, Connection, Executable, Row, Table, and_, func, insert, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from finance.columns import Bulk, ints
from finance.facts.store import confirmed_bank_details
from finance.facts.versions import believed
from interfaces.files.outbound.control import Printed
from ledgers import entries_store
from ledgers import tables as t
from ledgers.coding.rules import Account
from ledgers.runs import Run, Status
from ledgers.streams import DEBT

_ENTRY = (
    "subject",
    "kind",
    "funder",
    "party",
    "revision",
    "period_starts",
    "period_ends",
    "debit",
    "credit",
    "amount",
    "effective",
)


def read_entries(bulk: Bulk, run: Run, proposal: pa.Table, more: Sequence[str] = ()) -> pa.Table:
    """Every entry of a run. ``more``: columns the proof asks for beside what files are made of.

    Those of the days the run was for are read in the order the ledger keeps them, and earlier ones by the subjects
    and periods proposed: several times faster than by run number. A count proves that none is left out.
    """
    e = t.entry.c
    mine, wanted = e.run + 0 == run.nr, [e[name] for name in (*_ENTRY, *more)]
    rows = bulk.read(select(*wanted).where(e.stream == run.stream, e.period_starts >= run.window_starts, mine))
    count = bulk.read(select(func.count().label("rows")).where(e.run == run.nr))["rows"][0].as_py()
    if rows.num_rows == count:
        return rows
    early = proposal.filter(pc.less(proposal["period_starts"], pa.scalar(run.window_starts)))
    staged = bulk.stage(
        "early", early.select(["subject", "period_starts"]).group_by(["subject", "period_starts"]).aggregate([])
    )
    same = and_(e.stream == run.stream, e.period_starts == staged.c.period_starts, e.subject == staged.c.subject)
    late = bulk.read(
        select(*wanted)
        .select_from(entries_store.InOrder(staged, t.entry, same))
        .where(mine, same, e.period_starts < run.window_starts)
    )
    if rows.num_rows + late.num_rows == count:
        return pa.concat_tables([rows, late])
    return bulk.read(select(*wanted).where(e.run == run.nr))


def read_debts(bulk: Bulk, run: Run) -> pa.Table:
    """The entries that moved a payee's balance to debtors after a run."""
    e = t.entry.c
    theirs = and_(e.subject == run.nr, e.kind == DEBT, e.run + 0 == run.nr)
    days = and_(e.stream == run.stream, e.period_starts >= run.window_starts)
    return bulk.read(select(*(e[name] for name in _ENTRY)).where(days, theirs))


def read_accounts(bulk: Bulk) -> dict[int, Account]:
    """Every account by its number, in the transaction that issues what they are printed in."""
    a = t.account.c
    rows = bulk.read(select(a.entity, a.cost_centre, a.subjective, a.analysis, a.name, a.nr)).to_pylist()
    return {row["nr"]: Account(*row.values()) for row in rows}


def read_fact(bulk: Bulk, table: Table, known: int, columns: Sequence[str]) -> pa.Table:
    """Columns of a fact as known at a change, in order of its number."""
    return bulk.read(select(*(table.c[name] for name in columns)).where(believed(table, known)).order_by(table.c.nr))


def read_withdrawn(bulk: Bulk, table: Table, numbers: pa.Array, known: int, columns: Sequence[str]) -> pa.Table:
    """The last that was believed of facts since withdrawn, in order of number: a line taken back still has to
    be named.
    """
    staged = bulk.stage("withdrawn", pa.table({"nr": numbers}))
    rows = bulk.read(
        select(*(table.c[name] for name in columns), table.c.learned)
        .where(table.c.learned <= known, table.c.nr.in_(select(staged.c.nr)))
        .order_by(table.c.nr, table.c.learned)
    )
    nr = ints(rows, "nr")
    last = np.flatnonzero(np.append(nr[1:] != nr[:-1], True)) if len(nr) else nr
    return rows.take(pa.array(last)).drop_columns(["learned"])


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where a payee's money goes."""

    sort_code: str
    account_number: str
    account_name: str
    roll_number: str


def read_bank_details(bulk: Bulk, known: int, pay_date: dt.date) -> dict[int, BankDetails]:
    """Where each payee's money goes on the pay date: the newest details in force, of those a second person
    confirmed.
    """
    rows = bulk.read(confirmed_bank_details(known, pay_date))
    words = [
        rows[name].fill_null("").to_pylist() for name in ("sort_code", "account_number", "account_name", "roll_number")
    ]
    return {payee: BankDetails(*each) for payee, *each in zip(rows["payee"].to_pylist(), *words, strict=True)}


def read_parties(bulk: Bulk, run: int) -> pa.Table:
    """What a run found and left for each payee: brought forward, paid and carried forward, in pence."""
    party = t.run_party.c
    return bulk.read(
        select(party.party, party.brought_forward, party.paid, party.carried_forward, party.withheld).where(
            party.run == run
        )
    )


def count_parked(connection: Connection, run: int) -> int:
    """How many cases a run could not work out."""
    return connection.execute(select(func.count()).select_from(t.parked).where(t.parked.c.run == run)).scalar_one()


def chunk_hashes(connection: Connection, run: int) -> list[str]:
    """The hash of each chunk, in order, as the run's signature covers them."""
    return list(
        connection.execute(select(t.chunk.c.sha256).where(t.chunk.c.run == run).order_by(t.chunk.c.number)).scalars()
    )


def read_chunks(connection: Connection, run: int, what: str) -> Iterator[bytes]:
    """The ``proposal`` or ``steps`` of each chunk, in order, one in memory at a time."""
    numbers = connection.execute(select(t.chunk.c.number).where(t.chunk.c.run == run).order_by(t.chunk.c.number))
    for number in list(numbers.scalars()):
        blob = select(t.chunk.c[what]).where(t.chunk.c.run == run, t.chunk.c.number == number)
        yield bytes(connection.execute(blob).scalar_one())


# Files as issued ------------------------------------------------------------------------------------------------------


class ClaimFiles(Executable, ClauseElement):
    """Waits for whoever is issuing files of a run, and keeps others waiting until this transaction ends.

    SQLite has one writer at a time, so that to begin writing is to wait for it.
    """

    inherit_cache = False

    def __init__(self, run: int) -> None:
        self.run = run


_OF_FILES = 0x0F17E5  # sets these locks apart from any others


@compiles(ClaimFiles, "sqlite")
def _claim_by_writing(claim: ClaimFiles, _compiler: SQLCompiler, **_: Any) -> str:
    return f"DELETE FROM {t.export.name} WHERE 0"


@compiles(ClaimFiles, "postgresql")
def _claim_by_lock(claim: ClaimFiles, _compiler: SQLCompiler, **_: Any) -> str:
    return f"SELECT pg_advisory_xact_lock({_OF_FILES}, {int(claim.run)})"


def claim_files(bulk: Bulk, run: int) -> None:
    """Be the one that issues a run's files, to the end of the transaction: first come, first served."""
    bulk.execute(ClaimFiles(run))


def stage_of(bulk: Bulk, run: int) -> Status:
    """The stage a run is at, in the transaction that issues its files."""
    return Status(bulk.read(select(t.run.c.status).where(t.run.c.nr == run))["status"][0].as_py())


def kinds_issued_by(bulk: Bulk, run: int) -> set[str]:
    """The kinds of file a run has issued, in the transaction that issues the rest."""
    e = t.export.c
    return set(bulk.read(select(e.kind).where(e.run == run).distinct())["kind"].to_pylist())


def parties_issued(bulk: Bulk, run: int, kind: str) -> set[int]:
    """Whom a run has issued a file of one kind for."""
    e = t.export.c
    return set(bulk.read(select(e.party).where(e.run == run, e.kind == kind))["party"].to_pylist())


def add_export(connection: Connection, run: int, printed: Printed, at: dt.datetime) -> None:
    connection.execute(insert(t.export), [_row(run, printed, at)])


def add_exports(bulk: Bulk, run: int, printed: Sequence[Printed], at: dt.datetime) -> None:
    """Many files at once."""
    rows = sorted((_row(run, each, at) for each in printed), key=lambda row: row["party"])
    if rows:
        bulk.append(t.export, pa.Table.from_pylist(rows))


def _row(run: int, printed: Printed, at: dt.datetime) -> dict[str, Any]:
    return {
        "run": run,
        "kind": printed.kind,
        "party": printed.party,
        "name": printed.name,
        "sha256": printed.sha256,
        "rows": printed.rows,
        "debit": printed.debit,
        "credit": printed.credit,
        "made_at": at,
        "content": pack(printed.content),
    }


def issued(connection: Connection, run: int, kind: str | None = None) -> list[Row[Any]]:
    """Every file a run has issued, without its content."""
    wanted = [column for column in t.export.c if column.name != "content"]
    query = select(*wanted).where(t.export.c.run == run).order_by(t.export.c.nr)
    return list(connection.execute(query if kind is None else query.where(t.export.c.kind == kind)))


def issued_content(bulk: Bulk, run: int, kind: str, after: int = -1, limit: int = 5_000) -> pa.Table:
    """Files of one kind with their content, in order of payee, some thousands at a time."""
    e = t.export.c
    wanted = select(e.party, e.name, e.sha256, e.rows, e.debit, e.credit, e.content)
    return bulk.read(wanted.where(e.run == run, e.kind == kind, e.party > after).order_by(e.party).limit(limit))


def find_export(connection: Connection, run: int, kind: str, party: int = 0) -> Row[Any] | None:
    e = t.export.c
    query = select(t.export).where(e.run == run, e.kind == kind, e.party == party)
    return connection.execute(query).one_or_none()


def kinds_issued(connection: Connection, run: int) -> dict[str, int]:
    """How many files of each kind a run has issued."""
    e = t.export.c
    rows = connection.execute(select(e.kind, func.count().label("files")).where(e.run == run).group_by(e.kind))
    return {row.kind: row.files for row in rows}


_PACKING = pa.Codec("lz4")


def pack(content: bytes) -> bytes:
    """A file's content as it is stored: one LZ4 frame, made ten times quicker than zlib makes the least of its own."""
    return bytes(_PACKING.compress(content, asbytes=True))


def unpack(content: bytes) -> bytes | None:
    """A stored file's content; None where it is no longer readable."""
    try:
        return bytes(pa.input_stream(pa.BufferReader(content), compression="lz4").read())
    except OSError:
        return None
