"""What a reader of the ledger is shown, read from a connection: the trial balance, what is owed yet, suspense."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledgers.coding.store import read_accounts
from ledgers.reports.balances import Balance, trial_balance
from ledgers.reports.store import movements, suspense_entries, unfinished
from ledgers.runs import Status
from ledgers.store import read_owed, read_runs
from ledgers.streams import STREAMS


@dataclass(frozen=True, slots=True)
class AccountShown:
    """One account of the trial balance, in pence."""

    code: str
    name: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class TrialBalanceShown:
    """Every account that moved, in order of code; all that moved, and the foot of the balance columns."""

    as_at: dt.date | None
    known_at: dt.datetime | None
    accounts: Sequence[AccountShown]
    total: Balance
    foot: Balance


def read_trial_balance(connection: Connection, as_at: dt.date | None, known: dt.datetime | None) -> TrialBalanceShown:
    """As at a day and as known at a moment; None: of everything."""
    found = trial_balance(movements(connection, as_at, known), as_at, known)
    named = read_accounts(connection)
    rows = [AccountShown(named[nr].code, named[nr].name, balance) for nr, balance in found.accounts().items()]
    return TrialBalanceShown(as_at, known, sorted(rows, key=lambda each: each.code), found.total, found.balances)


@dataclass(frozen=True, slots=True)
class ReleaseOwing:
    """What a run's release still owes. ``what`` None: the rest of the release itself, ``posted`` of ``parts`` done."""

    run: int
    stream: str
    what: str | None
    since: dt.datetime | None
    posted: int = 0
    parts: int = 0


def read_owing(connection: Connection) -> list[ReleaseOwing]:
    """Runs released half-way, then what releases owe beyond posting, the oldest first."""
    streams = {each.nr: each.stream for each in read_runs(connection)}
    halfway = [each for each in unfinished(connection) if each.status == Status.RELEASING]
    return [
        *(ReleaseOwing(each.nr, each.stream, None, None, each.posted, each.parts) for each in halfway),
        *(ReleaseOwing(each.run, streams[each.run], each.what, each.since) for each in read_owed(connection)),
    ]


@dataclass(frozen=True, slots=True)
class InSuspense:
    """An entry no coding rule fitted."""

    run: int
    stream: str
    kind: str
    subject: int
    party: int
    period_starts: dt.date
    effective: dt.date
    amount: int

    @property
    def of_payee(self) -> bool:
        """Whether its party is a payee; of money coming in it is a bill payer, and the two are numbered apart."""
        return STREAMS[self.stream].settles


@dataclass(frozen=True, slots=True)
class Suspense:
    """The largest entries in suspense; how many there are in all, and their pence."""

    entries: Sequence[InSuspense]
    count: int
    pence: int


def read_suspense(connection: Connection, run: int | None, *, limit: int) -> Suspense:
    """Of one run, or of all."""
    every = [
        InSuspense(row.run, row.stream, row.kind, row.subject, row.party, row.period_starts, row.effective, row.amount)
        for row in suspense_entries(connection, run)
    ]
    return Suspense(every[:limit], len(every), sum(each.amount for each in every))
