"""Everything reminders and direct debits are worked out from, read in one transaction: what is left, and what waits."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from billing.debt import store
from billing.debt.breathing_spaces import BreathingSpace
from billing.debt.facts import Credits, DebtPayers, Known, Owing
from billing.debt.policy import ReminderPolicy
from billing.debt.reminders import PayerName
from billing.direct_debits import receipts_store
from billing.receipts import balances_store
from billing.receipts.balances import BILL, CREDIT_NOTE, Position, position
from finance.columns import Bulk, Ints, ends, ints


@dataclass(frozen=True)
class Read:
    """What was read. ``taken`` and ``came_back``: of each bill, by direct debit
    (``direct_debits.announcing.Books``).
    """

    known: Known
    names: dict[int, PayerName]
    spaces: dict[int, list[BreathingSpace]]
    taken: Ints
    came_back: NDArray[np.bool_]


def read_all(bulk: Bulk, policy: ReminderPolicy, payers: Ints | None = None, until: dt.date | None = None) -> Read:
    """Bills with something left, by what the ledger holds and which money pays which bill, and all that pauses them.

    ``payers``: these alone; everybody when not given. ``until``: as it all stood at the end of that day, for looking
    back; whoever asks for money goes by everything that has come.
    """
    position_ = left_of_bills(bulk, payers, until)
    owing, taken, came_back = _owing(bulk, position_, until)
    who = store.read_payers(bulk, np.unique(owing.payer))
    names = {row["nr"]: PayerName(row["ref"], row["name"]) for row in who.select(["nr", "ref", "name"]).to_pylist()}
    chased = np.asarray([kind in policy.chase for kind in who["kind"].to_pylist()], dtype=np.int64)
    spaces = store.read_spaces(bulk, payers)
    known = Known(
        owing,
        store.read_disputes(bulk, payers),
        store.as_columns(spaces),
        store.read_plans(bulk, payers),
        store.read_reached(bulk, owing.bill, until),
        DebtPayers(ints(who, "nr"), ends(who, "died"), chased),
        _credits(position_),
    )
    by_payer: dict[int, list[BreathingSpace]] = {}
    for each in spaces:
        by_payer.setdefault(each.bill_payer, []).append(each)
    return Read(known, names, by_payer, taken, came_back)


def left_of_bills(bulk: Bulk, payers: Ints | None = None, until: dt.date | None = None) -> Position:
    """Which money pays which bill, by everything posted so far, or by the end of a day."""
    return position(balances_store.read_accounts(bulk, payers, until))


def _credits(found: Position) -> Credits:
    """What each credit note has taken off each bill."""
    made = found.allocation
    some = (found.money_of[made.money] == CREDIT_NOTE) & (found.owed_of[made.owed] == BILL)
    money, owed = made.money[some], made.owed[some]
    return Credits(found.owed_nr[owed], found.money.on[money], made.pence[some])


def _owing(bulk: Bulk, found: Position, until: dt.date | None) -> tuple[Owing, Ints, NDArray[np.bool_]]:
    some = np.flatnonzero((found.owed_of == BILL) & (found.allocation.owed_left > 0))
    some = some[np.argsort(found.owed_nr[some], kind="stable")]
    bill = found.owed_nr[some]
    days = store.read_bill_days(bulk, bill)
    coming, collect_on, taken, came_back = receipts_store.taken_of(bulk, bill, until)
    owing = Owing(
        bill,
        found.owed.payer[some],
        days["issued"],
        days["due"],
        days["period_starts"],
        found.owed.pence[some],
        found.allocation.owed_left[some],
        coming,
        collect_on,
    )
    return owing, taken, came_back
