"""The entries a deferred payment makes, and the accounts of each.

Every entry of the stream is on the loan: their sum for an agreement is its debt. Two kinds are moves between the loan
and the payer's ordinary account, from debtors to debtors: a ``deferred charge`` takes a posted charge off the ordinary
account and puts it on the loan; ``moved to bill`` (below nought) takes interest or a fee the other way. The ordinary
account is therefore every other stream's entries less the sum of these two kinds.
"""

import datetime as dt
from dataclasses import dataclass

from ledgers.coding.rules import Coding

STREAM = "deferred payments"
CHARGES = "charges"
DEFERRABLE = ("charge", "collected by provider", "waived")
TOP_UP = "own top-up"

CHARGE, INTEREST, FEE = "deferred charge", "deferred interest", "deferred fee"
RECEIPT, REFUND, WRITE_OFF = "deferred receipt", "deferred refund", "deferred write-off"
BROUGHT_IN, MOVED_TO_BILL = "deferred brought in", "moved to bill"

KINDS = [CHARGE, INTEREST, FEE, RECEIPT, REFUND, WRITE_OFF, BROUGHT_IN, MOVED_TO_BILL]
TRANSFERS = (CHARGE, MOVED_TO_BILL)
"""Moves between the payer's ordinary account and the loan: the ordinary account changes by as much, the other way."""


@dataclass(frozen=True, slots=True)
class Whose:
    """What income from an agreement is coded by."""

    support_reason: str | None = None
    age_band: str | None = None


def accounts(coding: Coding, kind: str, whose: Whose, day: dt.date) -> tuple[int, int]:
    """The (debit, credit) accounts of an entry of this stream on a day, by the council's coding rules."""

    def of(named: str) -> tuple[int, int]:
        return coding.accounts(named, None, whose.support_reason, whose.age_band, None, day)

    # the other side is in the corporate ledger already, whoever brought it there clears this one
    if kind == BROUGHT_IN:
        return of(CHARGE)[0], of("unidentified receipt")[0]
    return of({MOVED_TO_BILL: CHARGE, REFUND: RECEIPT}.get(kind, kind))
