"""The SQL of receipts: the facts a run looks at, what its reviewer must see, and single facts by reference."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, Row, Table, and_, func, insert, or_, select, update

from billing import tables as b
from billing.receipts import tables as t
from billing.receipts.account import BillPayer
from billing.receipts.as_at_store import believed_by
from billing.receipts.facts import ReceiptFacts, ReceiptVersions
from finance.columns import Bulk, Ints, ints
from finance.facts import tables as f
from finance.facts.versions import believed
from finance.problems import Refusal
from ledgers import tables as ledger
from ledgers.runs import Run
from ledgers.streams import RECEIPTS


class NotKnown(Refusal):
    """A reference nobody has told us of."""


# What a run looks at --------------------------------------------------------------------------------------------------


def read_facts(bulk: Bulk, run: Run, left: Mapping[int, Ints]) -> ReceiptFacts:
    """Every version, up to the run's change, of facts that are news to it, whose day has come, or (``left``, by sort)
    that an earlier run left unsettled; and of every write-off, which stands only while so much is owed."""
    receipts = _union(
        _news(bulk, run, t.receipt), left.get(0), _touched(bulk, run, t.receipt_identification, "receipt")
    )
    returns = _union(_news(bulk, run, t.receipt_return), left.get(1))
    if run.known_before:
        receipts = _union(receipts, _column(bulk, t.receipt_return, "receipt", "nr", returns))
        returns = _union(returns, _column(bulk, t.receipt_return, "nr", "receipt", receipts))
    return ReceiptFacts(
        _versions(bulk, run, t.receipt, "nr", receipts),
        _versions(bulk, run, t.receipt_identification, "receipt", receipts),
        _versions(bulk, run, t.receipt_return, "nr", returns),
        _versions(bulk, run, t.refund, "nr", _union(_news(bulk, run, t.refund), left.get(2))),
        _versions(bulk, run, t.write_off, "nr", None),
    )


def _union(*parts: Ints | None) -> Ints:
    return np.unique(np.concatenate([np.empty(0, np.int64), *(each for each in parts if each is not None)]))


def _news(bulk: Bulk, run: Run, table: Table) -> Ints:
    """Facts of a table told since the run before, or told earlier of days that have now come. A first run needs none:
    it reads everything."""
    if not run.known_before:
        return np.empty(0, np.int64)
    come = select(table.c.nr).where(
        table.c.on >= run.window_starts, table.c.on < run.up_to, table.c.learned <= run.known_before
    )
    return _union(_touched(bulk, run, table, "nr"), ints(bulk.read(come), "nr"))


def _touched(bulk: Bulk, run: Run, table: Table, column: str) -> Ints:
    """``column`` of versions learned or superseded since the run before."""
    if not run.known_before:
        return np.empty(0, np.int64)
    found = [
        ints(bulk.read(select(table.c[column]).where(moment > run.known_before, moment <= run.known)), column)
        for moment in (table.c.learned, table.c.superseded)
    ]
    return _union(*found)


def _column(bulk: Bulk, table: Table, wanted: str, column: str, values: Ints) -> Ints:
    staged = bulk.stage("receipts_asked", pa.table({"asked": values}))
    return ints(bulk.read(select(table.c[wanted]).where(table.c[column].in_(select(staged.c.asked)))), wanted)


def _versions(bulk: Bulk, run: Run, table: Table, column: str, values: Ints | None) -> ReceiptVersions:
    signed = [table.c.approved_by] if "approved_by" in table.c else []
    names = [each for each in ("on", "amount", "bill_payer", "receipt", "interest") if each in table.c]
    query = select(table.c.nr, table.c.learned, table.c.superseded, *(table.c[each] for each in names), *signed)
    query = query.where(table.c.learned <= run.known)
    if run.known_before and values is not None:
        staged = bulk.stage("receipts_asked", pa.table({"asked": values}))
        query = query.where(table.c[column].in_(select(staged.c.asked)))
    rows = bulk.read(query)
    nought = np.zeros(rows.num_rows, np.int64)
    pence = ints(rows, "amount", 0) if "amount" in names else nought
    interest = ints(rows, "interest", 0) if "interest" in names else nought
    if signed:
        by_two = np.asarray(rows["approved_by"].is_valid())
        pence, interest = np.where(by_two, pence, 0), np.where(by_two, interest, 0)
    return ReceiptVersions(
        ints(rows, "nr"),
        ints(rows, "learned"),
        ints(rows, "superseded", 0),
        ints(rows, "on") if "on" in names else nought,
        pence,
        ints(rows, "bill_payer", 0) if "bill_payer" in names else nought,
        ints(rows, "receipt") if "receipt" in names else nought,
        interest,
    )


# What a reviewer must see ---------------------------------------------------------------------------------------------


def read_billed(bulk: Bulk, payers: Ints) -> set[int]:
    """Those of these payers who have ever been billed."""
    staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
    query = select(b.bill.c.party).where(b.bill.c.party.in_(select(staged.c.asked))).distinct()
    return set(bulk.read(query)["party"].to_pylist())


def read_deaths(bulk: Bulk, payers: Ints, known: int) -> dict[int, dt.date]:
    """Those of these payers who are clients that have died, and when."""
    staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
    query = (
        select(b.bill_payer.c.nr, f.person.c.died)
        .join(f.person, and_(f.person.c.nr == b.bill_payer.c.person, believed(f.person, known)))
        .where(
            believed(b.bill_payer, known), f.person.c.died.is_not(None), b.bill_payer.c.nr.in_(select(staged.c.asked))
        )
    )
    rows = bulk.read(query)
    return dict(zip(rows["nr"].to_pylist(), rows["died"].to_pylist(), strict=True))


def read_receipts_of_days(bulk: Bulk, days: Iterable[dt.date], known: int) -> pa.Table:
    """Receipts believed of these days: nr, ref, on, amount, payer_reference, and the payer (0: unidentified)."""
    wanted = sorted(set(days))
    receipt, found = t.receipt.c, t.receipt_identification.c
    query = (
        select(
            receipt.nr,
            receipt.ref,
            receipt.on,
            receipt.amount,
            receipt.payer_reference,
            receipt.bill_payer,
            found.bill_payer.label("found"),
        )
        .outerjoin(
            t.receipt_identification, and_(found.receipt == receipt.nr, believed(t.receipt_identification, known))
        )
        .where(believed(t.receipt, known))
    )
    if wanted:
        query = query.where(receipt.on >= wanted[0], receipt.on <= wanted[-1])
    rows = bulk.read(query)
    payer = np.where(ints(rows, "found", 0) > 0, ints(rows, "found", 0), ints(rows, "bill_payer", 0))
    return rows.drop_columns(["found"]).set_column(rows.column_names.index("bill_payer"), "payer", pa.array(payer))


def read_requests(bulk: Bulk, table: Table, numbers: Ints, known: int) -> pa.Table:
    """nr, ref and amount of these refunds or write-offs, as believed at a change."""
    staged = bulk.stage("requests_asked", pa.table({"asked": numbers}))
    query = select(table.c.nr, table.c.ref, table.c.amount).order_by(table.c.nr)
    return bulk.read(query.where(believed(table, known), table.c.nr.in_(select(staged.c.asked))))


def read_unidentified(bulk: Bulk, before: dt.date, known: int) -> pa.Table:
    """ref, on, amount of receipts received before a day and identified by nobody, nor returned; oldest first."""
    receipt, found, back = t.receipt.c, t.receipt_identification, t.receipt_return
    settled = [select(each.c.receipt).where(believed(each, known)) for each in (found, back)]
    query = select(receipt.ref, receipt.on, receipt.amount).where(
        believed(t.receipt, known),
        receipt.bill_payer.is_(None),
        receipt.on < before,
        *(receipt.nr.not_in(each) for each in settled),
    )
    return bulk.read(query.order_by(receipt.on, receipt.nr))


def read_allocations(bulk: Bulk, receipts: Ints, known: int) -> pa.Table:
    """What was told of these receipts: ref, receipt, bill, amount, and whose bill it is (null: there is none)."""
    staged = bulk.stage("receipts_asked", pa.table({"asked": receipts}))
    told = t.allocation
    query = (
        select(told.c.ref, told.c.receipt, told.c.bill, told.c.amount, b.bill.c.party)
        .outerjoin(b.bill, b.bill.c.nr == told.c.bill)
        .where(believed(told, known), told.c.receipt.in_(select(staged.c.asked)))
    )
    return bulk.read(query)


# Receipts to look at --------------------------------------------------------------------------------------------------


def list_receipts(
    connection: Connection,
    *,
    unidentified: bool = False,
    payer: int | None = None,
    refs: list[str] | None = None,
    until: dt.date | None = None,
) -> list[Row[Any]]:
    """Receipts believed now, oldest first: each with its payer (null: unidentified) and the day it was
    returned, if it was. ``until``: those that had come, whom they were found to be from and what had gone back, by the
    end of that day.
    """
    identified = believed_by(until, t.receipt_identification, t.receipt_identification.c.receipt, t.receipt)
    gone_back = t.receipt_return.c.superseded.is_(None)
    receipt, found, back = t.receipt.c, t.receipt_identification.c, t.receipt_return.c
    whose = func.coalesce(found.bill_payer, receipt.bill_payer)
    query = (
        select(
            receipt.nr,
            receipt.ref,
            receipt.on,
            receipt.amount,
            receipt.method,
            receipt.payer_reference,
            receipt.entered_by,
            whose.label("payer"),
            back.on.label("returned"),
        )
        .select_from(t.receipt)
        .outerjoin(t.receipt_identification, and_(found.receipt == receipt.nr, identified))
        .outerjoin(
            t.receipt_return,
            and_(back.receipt == receipt.nr, gone_back if until is None else and_(gone_back, back.on <= until)),
        )
        .where(receipt.superseded.is_(None))
        .order_by(receipt.on, receipt.nr)
    )
    if until is not None:
        query = query.where(receipt.on <= until)
    if unidentified:
        query = query.where(whose.is_(None))
    if payer is not None:
        query = query.where(whose == payer)
    if refs is not None:
        query = query.where(receipt.ref.in_(refs))
    return list(connection.execute(query))


def find_identification(connection: Connection, receipt: int) -> str | None:
    """The reference of the identification of a receipt believed now, if there is one."""
    found = t.receipt_identification.c
    query = select(found.ref).where(found.receipt == receipt, found.superseded.is_(None)).order_by(found.learned.desc())
    return connection.execute(query).scalars().first()


def first_day(connection: Connection) -> dt.date | None:
    """The earliest day of anything to be posted."""
    days = [connection.execute(select(func.min(table.c.on))).scalar_one() for table in _POSTING]
    return min((each for each in days if each), default=None)


_POSTING = (t.receipt, t.receipt_return, t.refund, t.write_off)


# Single facts ---------------------------------------------------------------------------------------------------------


def find(connection: Connection, table: Table, ref: str, noun: str) -> Row[Any]:
    """The version believed now of a fact. Raises NotKnown."""
    row = connection.execute(select(table).where(table.c.ref == ref, table.c.superseded.is_(None))).one_or_none()
    if row is None:
        raise NotKnown(f"No {noun} is known as {ref}.", "Check the reference.")
    return row


def payer_of(connection: Connection, ref: str) -> Row[Any]:
    """A bill payer, by its reference or its customer number. Raises NotKnown."""
    payer = b.bill_payer.c
    rows = connection.execute(
        select(b.bill_payer).where(payer.superseded.is_(None), or_(payer.ref == ref, payer.customer_number == ref))
    ).all()
    exact = [row for row in rows if row.ref == ref] or rows
    if len(exact) != 1:
        what = (
            f"{len(exact)} bill payers have the customer number {ref}."
            if exact
            else f"No bill payer is known as {ref}."
        )
        raise NotKnown(what, "Give the payer’s reference, as in the bill_payers extract.")
    return exact[0]


def names_of(connection: Connection, payers: Iterable[int]) -> dict[int, BillPayer]:
    """What these payers are called, by number."""
    wanted = sorted(set(payers))
    found: dict[int, BillPayer] = {}
    payer = b.bill_payer.c
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        query = select(payer.nr, payer.ref, payer.name, payer.kind).where(
            payer.nr.in_(some), payer.superseded.is_(None)
        )
        found.update({row.nr: BillPayer(row.ref, row.name, row.kind) for row in connection.execute(query)})
    return found


_AT_ONCE = 5_000  # values a statement may carry


def bill_party(connection: Connection, bill: int) -> int | None:
    """Whose bill it is; None when no such bill was issued."""
    return connection.execute(select(b.bill.c.party).where(b.bill.c.nr == bill)).scalar_one_or_none()


def payers_by_bill(connection: Connection, bills: Iterable[int]) -> dict[int, int]:
    """Whose bill each of these is, of those there are."""
    wanted, found = sorted(set(bills)), {}
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        query = select(b.bill.c.nr, b.bill.c.party).where(b.bill.c.nr.in_(some))
        found.update({row.nr: row.party for row in connection.execute(query)})
    return found


def payers_by_customer_number(connection: Connection) -> dict[str, list[int]]:
    """Every customer number known now, in capitals, and whose it is."""
    payer = b.bill_payer.c
    query = select(payer.customer_number, payer.nr).where(
        payer.superseded.is_(None), payer.customer_number.is_not(None)
    )
    found: dict[str, list[int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.customer_number.upper(), []).append(row.nr)
    return found


def refs_ever(connection: Connection, table: Table, refs: Iterable[str]) -> set[str]:
    """Those of these references that were ever told of, believed still or not."""
    wanted = sorted(set(refs))
    found: set[str] = set()
    for place in range(0, len(wanted), _AT_ONCE):
        some = wanted[place : place + _AT_ONCE]
        found.update(connection.execute(select(table.c.ref).where(table.c.ref.in_(some)).distinct()).scalars())
    return found


def receipts_by_ref(connection: Connection, refs: Iterable[str]) -> dict[str, Row[Any]]:
    """Receipts believed now under these references."""
    wanted = sorted(set(refs))
    found: dict[str, Row[Any]] = {}
    for place in range(0, len(wanted), _AT_ONCE):
        ours = t.receipt.c.ref.in_(wanted[place : place + _AT_ONCE]) & t.receipt.c.superseded.is_(None)
        found.update({row.ref: row for row in connection.execute(select(t.receipt).where(ours))})
    return found


def waiting(connection: Connection, table: Table) -> list[Row[Any]]:
    """Refunds or write-offs nobody has signed for, oldest first."""
    unsigned = and_(table.c.superseded.is_(None), table.c.approved_by.is_(None))
    return list(connection.execute(select(table).where(unsigned).order_by(table.c.on, table.c.nr)))


def askers_of(connection: Connection, table: Table, nr: int) -> set[str]:
    """Who told us of a refund or write-off, in every version that nobody had signed for."""
    mine = and_(table.c.nr == nr, table.c.approved_by.is_(None))
    return set(
        connection.execute(select(f.change.c.by).join(table, table.c.learned == f.change.c.nr).where(mine)).scalars()
    )


def asked_for(bulk: Bulk, table: Table) -> set[int]:
    """Payers for whom a refund or write-off waits that nobody has signed for."""
    unsigned = and_(table.c.superseded.is_(None), table.c.approved_by.is_(None))
    return set(bulk.read(select(table.c.bill_payer).where(unsigned))["bill_payer"].to_pylist())


def not_posted(connection: Connection, table: Table, kind: str, payer: int) -> list[Row[Any]]:
    """Refunds or write-offs (``kind``, as entries call them) of a payer that the ledger does not hold, oldest first."""
    entry = ledger.entry.c
    posted = select(entry.run).where(entry.stream == RECEIPTS.name, entry.kind == kind, entry.subject == table.c.nr)
    ours = and_(table.c.superseded.is_(None), table.c.bill_payer == payer, ~posted.exists())
    return list(connection.execute(select(table).where(ours).order_by(table.c.nr)))


def told_elsewhere(connection: Connection, receipt: int, ref: str) -> int:
    """Pence of a receipt that are told to bills by other allocations than this one."""
    told = t.allocation.c
    others = select(func.sum(told.amount)).where(told.receipt == receipt, told.superseded.is_(None), told.ref != ref)
    return int(connection.execute(others).scalar_one() or 0)


def end_belief(connection: Connection, table: Table, row: Row[Any], learned: int) -> None:
    """Supersede a version by none."""
    mine = and_(table.c.nr == row.nr, table.c.learned == row.learned, table.c.superseded.is_(None))
    done = connection.execute(update(table).where(mine).values(superseded=learned))
    assert done.rowcount == 1, f"{row.ref} was superseded by somebody meanwhile"


def replace_version(connection: Connection, table: Table, row: Row[Any], learned: int, **values: object) -> None:
    """Supersede a version by one that differs from it in these values alone."""
    end_belief(connection, table, row, learned)
    kept = {**row._mapping, "learned": learned, "superseded": None, **values}
    connection.execute(insert(table).values(kept))
