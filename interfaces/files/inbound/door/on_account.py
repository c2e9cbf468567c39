"""A sum on account: two adjustments entered together, one that pays it and one that takes it off again. They go through
the door as any sum entered by hand does, and wait for a second person where such sums do.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from finance.money import pounds
from interfaces.database.connection import Database
from interfaces.files.inbound.door.entering import enter
from payruns.urgent import ON_ACCOUNT, taken_off


@dataclass(frozen=True, slots=True)
class OnAccount:
    """A sum on account of care on day ``on``, in references; ``pence`` above nought."""

    calendar: str
    payee: str
    service: str
    person: str | None
    on: dt.date
    pence: int
    reason: str


@dataclass(frozen=True, slots=True)
class OnAccountEntered:
    """The reference of the sum, and of what takes it off; ``load``: under what number both wait, where they do."""

    ref: str
    taken_off: str
    load: int | None


def enter_on_account(database: Database, asked: OnAccount, *, at: dt.datetime, **how: Any) -> OnAccountEntered:
    """Enter both, or neither. Raises FactsRefused or ThereAlready."""
    ref = f"{ON_ACCOUNT}{asked.payee}-{at:%Y%m%d%H%M%S}"
    back = taken_off(ref)
    same = {
        "payee_ref": asked.payee,
        "calendar_ref": asked.calendar,
        "service_ref": asked.service,
        "person_ref": asked.person,
        "date": asked.on,
        "entered_by": how["by"],
    }
    pays = {"adjustment_ref": ref, "amount": pounds(asked.pence), "reason": f"{asked.reason} (taken off by {back})"}
    takes = {"adjustment_ref": back, "amount": pounds(-asked.pence), "reason": f"Taken off again: on account, {ref}"}
    done = enter(database, "adjustments", [{**pays, **same}, {**takes, **same}], source="on account", at=at, **how)
    return OnAccountEntered(ref, back, done.load)
