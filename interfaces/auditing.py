"""The audit of the night: every test of the ledger, of care and payees, and what they notice kept."""

import datetime as dt
from types import ModuleType

from billing.audit.checks import given_up, standing
from finance.columns import Database
from ledgers.audit.checks import signed_in_parts
from ledgers.audit.findings import Noticed
from ledgers.audit.jobs import keep_audit
from payruns.audit.checks import line_without, new_bank_paid, one_word, overpaid_and_left, paid_beside

TESTS: tuple[ModuleType, ...] = (
    overpaid_and_left,
    signed_in_parts,
    new_bank_paid,
    paid_beside,
    given_up,
    one_word,
    standing,
    line_without,
)
"""In the order they are shown: those about most money first."""


def carry_out(database: Database, on: dt.date, *, by: str, at: dt.datetime) -> dict[str, list[Noticed]]:
    """Ask every test on a day, and keep what it notices. By the name of each test."""
    with database.read() as connection:
        found = {each.TEST.name: each.find(each.read(connection, on), on) for each in TESTS}
    keep_audit(database, on, found, by=by, at=at)
    return found
