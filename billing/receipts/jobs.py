"""The verbs of money received: a run drawn up, worked out and posted; refunds and write-offs signed for;
accounts; debt.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Table

from billing.receipts import balances_store, store
from billing.receipts import tables as t
from billing.receipts.account import AccountLine, BillPayer, account_lines, kept_apart
from billing.receipts.backing import check_held
from billing.receipts.balances import BILL, Aged, Debt, Paused, Position, aged, position
from billing.receipts.policy import ReceiptsPolicy
from billing.receipts.stream import CALENDAR, CALENDAR_NAME, NAME, Receipts
from finance.care_costs.store import last_change
from finance.columns import Database, Ints
from finance.days import day
from finance.facts.store import Change, LockChanges, record_change_here
from finance.money import sterling
from finance.names import same_person
from finance.problems import Refusal
from ledgers import jobs as machine
from ledgers import release_jobs as releasing
from ledgers import store as ledger
from ledgers.approvals.rules import OverTheTier, OwnWork, check_alone
from ledgers.coding.store import load_current
from ledgers.jobs import Draft
from ledgers.officers.store import alone_of
from ledgers.progress import Progress, quiet
from ledgers.runs import Run
from ledgers.streams import DEFERRED_PAYMENTS

SUSPENSE = 0
REQUESTS: dict[str, tuple[Table, str]] = {"refund": (t.refund, "refund"), "write-off": (t.write_off, "write-off")}


def draft_receipts_run(
    database: Database, *, by: str, at: dt.datetime, on: dt.date, policy: ReceiptsPolicy | None = None
) -> Run:
    """Open a run of everything received, returned, given back or given up on days up to and including ``on``."""
    with database.read() as connection:
        known = last_change(connection)
        last = ledger.last_posted(connection, NAME, CALENDAR)
        first = store.first_day(connection)
    up_to = on + dt.timedelta(days=1)
    starts = last.up_to if last else min(first or on, on)
    return machine.draft_run(
        database,
        Draft(
            NAME,
            CALENDAR,
            CALENDAR_NAME,
            up_to,
            starts,
            on,
            known,
            (policy or ReceiptsPolicy()).as_json(),
            policy is not None,
        ),
        by=by,
        at=at,
    )


def calculate_receipts_run(
    database: Database, run: int, *, by: str | None = None, at: dt.datetime | None = None, progress: Progress = quiet
) -> Run:
    """Work a run out. Worked out again, it takes in what has been learned since."""
    with database.read() as connection:
        known = last_change(connection)
    return machine.calculate_run(database, run, _stream(database), by=by, at=at, known=known, progress=progress)


def release_receipts_run(database: Database, run: int, *, by: str, at: dt.datetime, progress: Progress = quiet) -> Run:
    """Post an approved run to the ledger."""
    stream = _stream(database)
    return releasing.release_run(
        database, run, stream, stream.coding, by=by, at=at, progress=progress, allowed=check_held
    )


def _stream(database: Database) -> Receipts:
    with database.begin() as connection:
        return Receipts(load_current(connection))


def approve_request(database: Database, kind: str, ref: str, *, by: str, at: dt.datetime) -> Row[Any]:
    """Sign for a refund or a write-off as it now stands. Changed afterwards, it must be signed for again.

    ``kind``: refund or write-off. Raises NotKnown, OwnWork, NotAnOfficer, NoRight or OverTheTier; the database itself
    refuses own work, strangers and what is over the limit, too.
    """
    table, noun = REQUESTS[kind]
    with database.begin() as connection:
        connection.execute(LockChanges())
        row = store.find(connection, table, ref, noun)
        if row.approved_by:
            raise Refusal(f"{ref} has been signed for already, by {row.approved_by}.", "There is nothing to do.")
        own = next((each for each in _askers(connection, table, row) if same_person(by, each)), None)
        if own is not None:
            raise OwnWork(f"{own} asked for {ref}, so may not sign for it.", "Ask another officer to sign for it.")
        officer = ledger.acting(connection, by, "approve", f"sign for a {noun}")
        role = ledger.role_of(connection, officer) or ""
        limits = sorted(ledger.limits_of(connection, role))
        pence = row.amount + (row.interest or 0 if kind == "refund" else 0)
        covering = next((limit for limit in limits if pence <= limit), None)
        if covering is None:
            top = f"up to {sterling(limits[-1])}" if limits else "nothing"
            raise OverTheTier(
                f"{ref} comes to {sterling(pence)}; as {role}, {officer} may sign for {top}.",
                "Ask an officer with a higher limit.",
            )
        check_alone(pence, alone_of(connection, role), officer, role)
        learned = record_change_here(connection, Change(at, officer, f"{noun} {ref} signed for", "by hand"))
        signed = {"approved_by": officer, "approved_role": role, "approved_limit": covering}
        store.replace_version(connection, table, row, learned, **signed)
        return store.find(connection, table, ref, noun)


def _askers(connection: Connection, table: Table, row: Row[Any]) -> list[str]:
    """Who asked for a refund or write-off: whom it names, and whoever told us of it, whatever name they typed."""
    return [row.requested_by, *sorted(store.askers_of(connection, table, row.nr))]


def position_of(database: Database, *, until: dt.date | None = None, payers: Ints | None = None) -> Position:
    """Which money pays which bill, for everybody or for some payers, by what was posted by the end of a day."""
    with database.read_bulk() as bulk:
        return position(balances_store.read_accounts(bulk, payers, until))


def aged_debt(database: Database, on: dt.date, paused: Iterable[Paused] = (), *, until: dt.date | None = None) -> Aged:
    """What everybody owes on a day, by age, by why it waits and by whether it is secured: by what was posted by the end
    of that day, or of another (``until``).
    """
    until = until or on
    with database.read_bulk() as bulk:
        posted = balances_store.read_accounts(bulk, until=until)
        secured, loans = balances_store.read_secured(bulk, on), balances_store.read_loans(bulk, until)
    suspense = -posted.balance.get(SUSPENSE, 0)
    return aged(position(posted), on, secured=secured, paused=paused, suspense=suspense, loans=loans)


@dataclass(frozen=True, slots=True)
class BillLeft:
    """A bill of an account, and what is left of it."""

    nr: int
    due: dt.date
    pence: int
    left: int


@dataclass(frozen=True)
class PayerAccount:
    """One payer's ordinary account. ``loan``: owed on a deferred payment agreement besides; ``unallocated``: money left
    over once every bill is paid, ``refundable``: so much of it as was received, which alone may be given back.
    ``apart``: what the balance is made of (``account.kept_apart``).
    """

    payer: BillPayer
    lines: list[AccountLine]
    balance: int
    bills: list[BillLeft]
    unallocated: int
    loan: int
    refundable: int
    apart: Mapping[str, int]


def account_of(database: Database, ref: str, *, until: dt.date | None = None) -> PayerAccount:
    """A payer's account, by reference or customer number; ``until``: as it was posted by the end of that day. Its
    balance is the ledger's own. Raises NotKnown.
    """
    with database.read() as connection:
        payer = store.payer_of(connection, ref)
        entries = balances_store.read_account(connection, payer.nr, until)
        issued = balances_store.read_bills_of(connection, payer.nr, until)
        lines = account_lines(entries, issued, balances_store.read_refs(connection, entries))
    balance = sum(each.effect for each in entries)
    loan = sum(each.amount for each in entries if each.stream == DEFERRED_PAYMENTS.name)
    found = position_of(database, until=until, payers=np.asarray([payer.nr], dtype=np.int64))
    left = found.allocation.owed_left
    bills = [
        BillLeft(int(nr), day(int(due)), int(pence), int(rest))
        for of, nr, due, pence, rest in zip(
            found.owed_of, found.owed_nr, found.owed.on, found.owed.pence, left, strict=True
        )
        if of == BILL
    ]
    assert balance == (lines[-1].balance if lines else 0), (
        f"the account of {payer.ref} does not come to the ledger's balance"
    )
    bills.sort(key=lambda each: each.due)
    who = BillPayer(payer.ref, payer.name, payer.kind)
    spare, refundable = (each.get(payer.nr, 0) for each in (found.unallocated(), found.refundable()))
    return PayerAccount(who, lines, balance, bills, spare, loan, refundable, kept_apart(entries))


@dataclass(frozen=True)
class SmallBalance:
    """A balance too small to chase."""

    payer: int
    pence: int
    newest_due: dt.date


def small_balances(database: Database, on: dt.date, policy: ReceiptsPolicy) -> list[SmallBalance]:
    """Payers who owe something, but no more than the policy's small balance, all of it long due. Those for whom a
    write-off is asked for already are left out."""
    rows: dict[int, list[Debt]] = {}
    for row in aged_debt(database, on).rows:
        rows.setdefault(row.payer, []).append(row)
    with database.read() as connection:
        asked = {row.bill_payer for row in store.waiting(connection, t.write_off)}
    found = []
    for payer, owed in sorted(rows.items()):
        pence = sum(row.pence for row in owed)
        late = all(row.due and row.days >= policy.small_balance_days and not row.secured for row in owed)
        if pence <= policy.small_balance_pence and late and payer not in asked:
            found.append(SmallBalance(payer, pence, max(row.due for row in owed if row.due)))
    return found
