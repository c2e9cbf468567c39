"""The SQL of payers' accounts: what the ledger says each owes, and the bills and money it is made of."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Connection, Row, Select, and_, case, cast, func, or_, select

from billing import tables as b
from billing.deferred_payments.kinds import TRANSFERS
from billing.receipts import tables as t
from billing.receipts.as_at_store import believed_by
from billing.receipts.balances import BalanceRows
from finance.columns import Bulk, Ints
from ledgers import tables as ledger
from ledgers.entries_store import InOrder
from ledgers.streams import DEFERRED_PAYMENTS, RECEIPTS, names_of

_e, _run = ledger.entry.c, ledger.run.c
ONE = dt.timedelta(days=1)
RECEIVABLE = names_of(lambda each: each.receivable)
BILLED = names_of(lambda each: each.bills)

# Moves between the ordinary account and the loan change the two by as much, the other way. Whatever else is of a
# deferred payment is on the loan alone.
_ON_THE_LOAN = _e.stream == DEFERRED_PAYMENTS.name
_MOVED = and_(_ON_THE_LOAN, _e.kind.in_(TRANSFERS))
EFFECT = case((_MOVED, -_e.amount), (_ON_THE_LOAN, 0), else_=_e.amount)


def _sum(pence: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum of pence as a whole number: PostgreSQL would make it a decimal."""
    return cast(func.sum(pence), BigInteger).label("pence")


def posted_by(until: dt.date | None) -> ColumnElement[bool]:
    """Runs of these streams that had come to the accounts by the end of a day: the one place that says on which day one
    does.

    It is the day the run was acted on, never the moment it was recorded: a run of charges or recharges comes on the day
    its bills were issued, any other on its own day. A run of charges that made no bill has no day but that of its
    release.
    """
    ours = _run.stream.in_(RECEIVABLE)
    if until is None:
        return ours
    bills = select(b.bill.c.nr).where(b.bill.c.run == _run.nr)
    issued = bills.where(b.bill.c.issued <= until).exists()
    released = and_(~bills.exists(), _run.released_at < dt.datetime.combine(until + ONE, dt.time()))
    billed = _run.stream.in_(BILLED)
    own_day = and_(~billed, _run.released_at.is_not(None), _run.pay_date <= until)
    return and_(ours, or_(and_(billed, or_(issued, released)), own_day))


def _entries(until: dt.date | None) -> ColumnElement[bool]:
    ours = _e.stream.in_(RECEIVABLE)
    return ours if until is None else and_(ours, came_by(until))


def came_by(until: dt.date) -> ColumnElement[bool]:
    """Entries of no run that came to the accounts after a day."""
    later = case((posted_by(until), 0), else_=1) == 1
    return _e.run.not_in(select(_run.nr).where(_run.stream.in_(RECEIVABLE), later))


def read_balances(bulk: Bulk, payers: Ints | None = None, until: dt.date | None = None) -> dict[int, int]:
    """What each payer owes on the ordinary account, by the ledger; below nought is their credit. Party 0 is
    suspense.
    """
    query = select(_e.party, _sum(EFFECT)).where(_entries(until)).group_by(_e.party)
    if payers is not None:
        staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
        query = query.where(_e.party.in_(select(staged.c.asked)))
    rows = bulk.read(query)
    return dict(zip(rows["party"].to_pylist(), rows["pence"].to_pylist(), strict=True))


def read_account(connection: Connection, payer: int, until: dt.date | None = None) -> list[Row[Any]]:
    """Every entry on one payer's account, with its run's day and what it does to the ordinary account (``effect``)."""
    same = and_(_e.run == _run.nr, _e.party == payer)
    query = (
        select(
            _e.stream,
            _e.kind,
            _e.subject,
            _e.period_starts,
            _e.effective,
            _e.revision,
            _e.run,
            _e.amount,
            EFFECT.label("effect"),
            _run.pay_date,
            _run.released_at,
        )
        .select_from(InOrder(ledger.run, ledger.entry, same))
        .where(same, posted_by(until))
        .order_by(_run.pay_date, _e.run, _e.period_starts, _e.subject, _e.kind)
    )
    return list(connection.execute(query))


def read_bills_of(connection: Connection, payer: int, until: dt.date | None = None) -> list[Row[Any]]:
    """A payer's bills and credit notes, oldest first."""
    query = select(b.bill).where(b.bill.c.party == payer).order_by(b.bill.c.issued, b.bill.c.nr)
    return list(connection.execute(query if until is None else query.where(b.bill.c.issued <= until)))


def read_refs(connection: Connection, payer_entries: Iterable[Row[Any]]) -> dict[tuple[str, int], str]:
    """What the facts behind these entries are known as, by (kind, number). Later words stand."""
    wanted: dict[str, set[int]] = {}
    for each in payer_entries:
        if each.kind in _FACT:
            wanted.setdefault(each.kind, set()).add(each.subject)
    found = {}
    for kind, numbers in wanted.items():
        table = _FACT[kind]
        for place in range(0, len(numbers), _AT_ONCE):
            some = table.c.nr.in_(sorted(numbers)[place : place + _AT_ONCE])
            query = select(table.c.nr, table.c.ref).where(some).order_by(table.c.learned)
            found.update({(kind, row.nr): row.ref for row in connection.execute(query)})
    return found


_FACT = {
    "receipt": t.receipt,
    "unidentified receipt": t.receipt,
    "returned receipt": t.receipt_return,
    "returned unidentified receipt": t.receipt_return,
    "refund": t.refund,
    "refund interest": t.refund,
    "write-off": t.write_off,
}
_AT_ONCE = 5_000  # values a statement may carry


# For every payer, or some, as columns ---------------------------------------------------------------------------------


def _some(bulk: Bulk, query: Select[Any], party: ColumnElement[Any], payers: Ints | None) -> pa.Table:
    if payers is None:
        return bulk.read(query)
    staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
    return bulk.read(query.where(party.in_(select(staged.c.asked))))


def read_accounts(bulk: Bulk, payers: Ints | None = None, until: dt.date | None = None) -> BalanceRows:
    """Everybody's account, or those of some payers, by what was posted by the end of a day."""
    balance = dict.fromkeys([] if payers is None else payers.tolist(), 0)
    return BalanceRows(
        read_bills(bulk, until, payers),
        read_posted(bulk, until, payers),
        read_corrections(bulk, until, payers),
        read_told(bulk, until, payers),
        read_returned(bulk),
        balance | read_balances(bulk, payers, until),
    )


def read_bills(bulk: Bulk, until: dt.date | None, payers: Ints | None = None) -> pa.Table:
    """nr, party, stream, issued, due, amount of every bill and credit note."""
    bill = b.bill.c
    query = select(bill.nr, bill.party, bill.stream, bill.issued, bill.due, bill.amount).order_by(bill.nr)
    return _some(bulk, query if until is None else query.where(bill.issued <= until), bill.party, payers)


def read_posted(bulk: Bulk, until: dt.date | None, payers: Ints | None = None) -> pa.Table:
    """What the receipts stream has posted, and what has moved to or from loans: party, kind, subject, on, pence."""
    query = select(_e.party, _e.kind, _e.subject, _e.period_starts.label("on"), _sum(EFFECT))
    query = query.where(_entries(until), or_(_e.stream == RECEIPTS.name, _MOVED))
    return _sums(bulk, query.group_by(_e.party, _e.kind, _e.subject, _e.period_starts), payers)


def _sums(bulk: Bulk, query: Select[Any], payers: Ints | None) -> pa.Table:
    if payers is not None:
        staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
        query = query.where(_e.party.in_(select(staged.c.asked)))
    return bulk.read(query)


def read_corrections(bulk: Bulk, until: dt.date | None, payers: Ints | None = None) -> pa.Table:
    """Which bill each credit note corrects: credit, bill, pence. An entry corrects the bill that first held its key."""
    note, first, bill = b.bill.alias("note"), ledger.entry.alias("first"), b.bill.alias("corrected")
    of_note = and_(_e.run == note.c.run, _e.party == note.c.party, _e.stream == note.c.stream)
    key = ("stream", "period_starts", "subject", "kind", "funder", "party")
    same_key = and_(*(first.c[name] == _e[name] for name in key), first.c.revision == 1)
    of_first = and_(bill.c.run == first.c.run, bill.c.stream == first.c.stream, bill.c.party == first.c.party)
    query = (
        select(note.c.nr.label("credit"), bill.c.nr.label("bill"), _sum(-_e.amount))
        .select_from(InOrder(InOrder(InOrder(note, ledger.entry, of_note), first, same_key), bill, of_first))
        .where(of_note, same_key, of_first, note.c.amount < 0, _e.revision > 1, bill.c.amount > 0)
        .group_by(note.c.nr, bill.c.nr)
    )
    if until is not None:
        query = query.where(note.c.issued <= until)
    if payers is not None:
        staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
        query = query.where(note.c.party.in_(select(staged.c.asked)))
    rows = bulk.read(query)
    return rows.sort_by([("credit", "ascending"), ("bill", "ascending")])


def read_told(bulk: Bulk, until: dt.date | None = None, payers: Ints | None = None) -> pa.Table:
    """What is believed to be told of bills (of these payers): kind (receipt or write-off), subject, bill, amount.

    ``until``: as it was believed at the end of that day; what was entered later as a whole, the money with it, counts
    as it stands.
    """
    told, gone, bill = t.allocation.c, t.write_off.c, b.bill.c
    rows = select(told.nr, told.receipt.label("subject"), told.bill, told.amount)
    rows = rows.where(believed_by(until, t.allocation, told.receipt, t.receipt))
    wrote = select(gone.nr, gone.nr.label("subject"), gone.bill, gone.amount).where(gone.bill.is_not(None))
    wrote = wrote.where(believed_by(until, t.write_off, gone.nr, t.write_off))
    if payers is not None:
        staged = bulk.stage("payers_asked", pa.table({"asked": payers}))
        theirs = select(bill.nr).where(bill.party.in_(select(staged.c.asked)))
        rows, wrote = rows.where(told.bill.in_(theirs)), wrote.where(gone.bill.in_(theirs))
    found = [("receipt", bulk.read(rows.order_by(told.nr))), ("write-off", bulk.read(wrote.order_by(gone.nr)))]
    return pa.concat_tables(
        [each.drop_columns(["nr"]).add_column(0, "kind", pa.repeat(kind, each.num_rows)) for kind, each in found]
    )


def read_returned(bulk: Bulk) -> pa.Table:
    """nr and receipt of every return ever told of (whichever version: a return's receipt may not move)."""
    back = t.receipt_return.c
    return bulk.read(select(back.nr, func.max(back.receipt).label("receipt")).group_by(back.nr))


def read_secured(bulk: Bulk, on: dt.date) -> dict[int, str]:
    """Payers whose debt is secured on a day, and by what."""
    held = t.security.c
    query = select(held.bill_payer, held.kind).where(
        held.superseded.is_(None), held.starts <= on, or_(held.ends.is_(None), held.ends > on)
    )
    rows = bulk.read(query.order_by(held.nr))
    return dict(zip(rows["bill_payer"].to_pylist(), rows["kind"].to_pylist(), strict=True))


def read_loans(bulk: Bulk, until: dt.date | None) -> dict[int, int]:
    """What each payer owes on a deferred payment agreement, apart from the ordinary account."""
    query = select(_e.party, _sum(_e.amount)).where(_entries(until), _ON_THE_LOAN).group_by(_e.party)
    rows = bulk.read(query)
    return dict(zip(rows["party"].to_pylist(), rows["pence"].to_pylist(), strict=True))
