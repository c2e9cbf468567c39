"""Everything that is told to wait, of every stream: payments, charges, receipts and loans; debts; payments withheld."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.debt.policy import ReminderPolicy
from billing.waiting_views_jobs import DebtWaits, debt_that_waits
from finance.columns import Database
from interfaces.explaining import naming_of
from ledgers.streams import STREAMS
from ledgers.views.holds_store import read_every_hold
from ledgers.views.records import HoldShown
from payruns.withheld_views_store import Withheld, read_withheld


@dataclass(frozen=True, slots=True)
class KeptBack:
    """One thing that waits: what, whose word it was, since which day and why, and how much it keeps back, in pence.

    ``ended_by``: the verb that ends it.
    """

    sort: str
    ref: str
    about: str
    reason: str
    by: str
    since: dt.date
    pence: int
    ended_by: str

    def days(self, on: dt.date) -> int:
        """How long it has waited by a day."""
        return (on - self.since).days


def everything_held(
    database: Database, on: dt.date, policy: ReminderPolicy, *, as_at: dt.date | None = None
) -> Sequence[KeptBack]:
    """What waits on a day, those of each sort together. ``as_at``: as it stood on a day that was asked for."""
    with database.read() as connection:
        holds = read_every_hold(connection, naming_of, as_at)
        withheld = read_withheld(connection, as_at)
    debts = debt_that_waits(database, on, policy, until=as_at)
    return [*map(_hold, holds), *map(_withheld, withheld), *map(_debt, debts)]


def _hold(each: HoldShown) -> KeptBack:
    declared = STREAMS[each.stream]
    what = declared.party if each.scope == "payee" else each.scope
    ended = f"outturn {declared.group} let-go {each.nr}" if declared.name in _LET_GO else ""
    sort = f"{each.stream}: {what}"
    return KeptBack(
        sort, f"hold {each.nr}", str(each.target), each.reason, each.held_by, each.held_on, each.kept_back, ended
    )


_LET_GO = ("payments", "charges")


def _withheld(each: Withheld) -> KeptBack:
    ended = f"outturn show {each.payee.ref}"
    return KeptBack(
        "payment withheld", f"run {each.run}", str(each.payee), each.reason, "", each.since, each.pence, ended
    )


def _debt(each: DebtWaits) -> KeptBack:
    ended = _ENDED_BY[each.sort].format(ref=each.ref, payer=each.payer.ref)
    return KeptBack(each.sort, each.ref, str(each.payer), each.reason, each.by, each.since, each.pence, ended)


_ENDED_BY = {
    "dispute": "outturn debt dispute",
    "instalment plan": "outturn debt plan {payer}",
    "breathing space": "outturn debt breathing-space {payer}",
    "suspended mandate": "outturn direct-debit resume {ref}",
}
