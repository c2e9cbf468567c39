"""Rows set aside that no file will bring right: closed by an officer, who says why. They are kept."""

import datetime as dt
from collections.abc import Sequence

from finance.facts.store import Change, check_waiting, close_quarantine_here, record_change_here
from interfaces.database.connection import Database
from ledgers.officers.store import read_standing
from ledgers.runs import check_reason


def close_rows(database: Database, numbers: Sequence[int], *, reason: str, by: str, at: dt.datetime) -> int:
    """Close rows set aside, all or none. Returns the change. Raises NotSetAside, NoReason or NotAnOfficer."""
    wanted = sorted(set(numbers))
    check_reason(reason)
    with database.begin() as connection:
        officer = read_standing(connection).known(by, "close rows set aside")
        said = f"rows {', '.join(map(str, wanted))}: {reason}"
        learned = record_change_here(connection, Change(at, officer, "quarantine closed", said))
        check_waiting(connection, wanted)
        close_quarantine_here(connection, learned, wanted, reason)
    return learned
