"""The verbs of overpayments: give a case an owner, say how it is recovered. Each records who and why."""

import datetime as dt

from sqlalchemy import Connection

from finance.columns import Database
from finance.problems import Refusal
from ledgers import store as ledger
from ledgers.officers.store import read_standing
from ledgers.overpayments import store
from ledgers.overpayments.cases import NoLimitNamed, Overpayment, OverpaymentAct, OverpaymentEnded


class NoReasonForRecovery(Refusal):
    """A decision about an overpayment is recorded with why."""


def give_owner(database: Database, nr: int, owner: str, *, reason: str, by: str, at: dt.datetime) -> Overpayment:
    """Give a case to an officer on the list. Raises NoSuchOverpayment, OverpaymentEnded, NotAnOfficer, NoRight."""
    with database.begin() as connection:
        officer = ledger.acting(connection, by, "review", "give an overpayment to somebody")
        named = read_standing(connection).known(owner, "look after an overpayment")
        _owing(connection, nr)
        said = reason.strip() or "Given to look after."
        store.add_act(connection, nr, OverpaymentAct("owner", named, None, None, said, officer, at))
        return store.read_cases(connection, nr)[0]


def set_recovery(
    database: Database,
    nr: int,
    *,
    pence: int | None = None,
    percent: int | None = None,
    reason: str,
    by: str,
    at: dt.datetime,
) -> Overpayment:
    """Say the most each run takes off: so many pence, or so many per cent of what is due; all of it, where neither is
    said. It holds for runs submitted from then on: the money is paid out again by an officer who may approve runs.

    Raises NoSuchOverpayment, OverpaymentEnded, NoLimitNamed, NoReasonForRecovery, NotAnOfficer, NoRight.
    """
    with database.begin() as connection:
        officer = ledger.acting(connection, by, "approve", "say how an overpayment is recovered")
        if pence is not None and percent is not None:
            raise NoLimitNamed("A sum and a part of it were named.", "Say how much a run takes off in one way.")
        if not reason.strip():
            raise NoReasonForRecovery("Nothing is said about why.", "Say why with --reason: it is kept with the case.")
        _owing(connection, nr)
        store.add_act(connection, nr, OverpaymentAct("recovery", None, pence, percent, reason.strip(), officer, at))
        return store.read_cases(connection, nr)[0]


def _owing(connection: Connection, nr: int) -> Overpayment:
    """A case of which something is still owed, with nobody else deciding about it meanwhile."""
    store.lock_cases(connection)
    (case,) = store.read_cases(connection, nr)
    if not case.owing:
        raise OverpaymentEnded(f"Nothing of overpayment {nr} is owed any more.", "There is nothing to do.")
    return case
