"""The second person's word for bank details that an extract proposed. Until it is given nobody is paid to them."""

import datetime as dt
from collections.abc import Sequence

from finance.facts import store
from finance.facts.bank_details import to_confirm
from finance.facts.bank_details_store import Waiting, read_waiting
from finance.facts.store import Change
from interfaces.database.connection import Database


def confirm_bank_details(
    database: Database, refs: Sequence[str], *, by: str, at: dt.datetime, evidence: str, source: str = "confirmation"
) -> int:
    """Confirm bank details by reference, all or none. Returns how many were not confirmed already.

    Raises NoSuchBankDetails, EvidenceNeeded or BankDetailsNeedASecondPerson, leaving everything as it was. The database
    itself refuses a proposer's own word.
    """
    with database.begin() as connection:
        connection.execute(store.LockChanges())
        details = to_confirm(refs, store.proposed_bank_details(connection, refs), by, evidence)
        if details:
            learned = store.record_change_here(connection, Change(at, by, "bank details confirmed", source))
            store.confirm(connection, details, by, evidence, learned)
    return len(details)


def waiting_for_a_second_person(database: Database) -> list[Waiting]:
    """Bank details nobody has confirmed yet, by reference, beside what they would take the place of."""
    with database.read() as connection:
        return read_waiting(connection)
