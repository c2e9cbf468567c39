"""A refund or write-off asked for: whether, with others waiting, it is more than there is; and taking one back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row

from billing.receipts import store
from billing.receipts.jobs import REQUESTS, position_of
from billing.receipts.stream import CALENDAR, NAME
from finance.columns import Database
from finance.days import spoken
from finance.facts.store import Change, LockChanges, record_change_here
from finance.money import sterling
from finance.problems import Refusal
from ledgers import store as ledger
from ledgers.runs import Status

WORKED_OUT = (Status.CALCULATED, Status.SUBMITTED, Status.APPROVED)


class AlreadyPosted(Refusal):
    """A request that the ledger holds already."""


class InARun(Refusal):
    """A request that an open run was worked out with: the run would post it all the same."""


@dataclass(frozen=True, slots=True)
class RequestsWaiting:
    """What is asked for of one payer and not posted yet, beside what there is: pence received and not used for refunds,
    owed for write-offs, by what has been posted. ``refs``: the requests, oldest first."""

    there_is: int
    asked: int
    refs: tuple[str, ...]

    @property
    def over(self) -> int:
        """Pence asked for that are not there."""
        return max(self.asked - self.there_is, 0)


def asked_of(database: Database, kind: str, payer: int) -> RequestsWaiting:
    """Every refund, or every write-off (``kind``), asked for of a payer and not posted yet, signed for or not."""
    with database.read() as connection:
        rows = store.not_posted(connection, REQUESTS[kind][0], kind, payer)
    found = position_of(database, payers=np.asarray([payer], dtype=np.int64))
    there_is = (found.refundable() if kind == "refund" else found.left()).get(payer, 0)
    return RequestsWaiting(there_is, sum(row.amount for row in rows), tuple(row.ref for row in rows))


def withdraw_request(database: Database, kind: str, ref: str, *, by: str, at: dt.datetime, reason: str) -> Row[Any]:
    """Take back a refund or a write-off that has not been posted, signed for or not. Gives it as it stood.

    The change keeps who and why. Raises NotKnown, AlreadyPosted or InARun.
    """
    table, noun = REQUESTS[kind]
    with database.begin() as connection:
        connection.execute(LockChanges())
        row = store.find(connection, table, ref, noun)
        if row.nr not in {each.nr for each in store.not_posted(connection, table, kind, row.bill_payer)}:
            raise AlreadyPosted(f"{ref}, {sterling(row.amount)} on {spoken(row.on)}, has been posted.", _AFTER[kind])
        run = ledger.open_run(connection, NAME, CALENDAR)
        held = run and run.status in WORKED_OUT and row.approved_by and row.learned <= run.known and row.on < run.up_to
        if run and held:
            raise InARun(
                f"Run {run.nr}, {run.status}, was worked out with {ref} and would post it.",
                f'Abandon the run, withdraw {ref}, and run again: outturn receipt abandon {run.nr} --note "…"',
            )
        learned = record_change_here(connection, Change(at, by, f"{noun} {ref} withdrawn: {reason}", "by hand"))
        store.end_belief(connection, table, row, learned)
    return row


_AFTER = {
    "refund": "If the money came back, enter it as received: outturn receipt add",
    "write-off": "To have it owed again, load it once more with “yes” under cancelled; the next run posts that.",
}
