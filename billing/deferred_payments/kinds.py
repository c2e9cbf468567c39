"""The entries a deferred payment makes.

Every entry of the stream is on the loan: their sum for an agreement is its debt. Two kinds are moves between the loan
and the payer's ordinary account, from debtors to debtors: a ``deferred charge`` takes a posted charge off the ordinary
account and puts it on the loan; ``moved to bill`` (below nought) takes interest or a fee the other way. The ordinary
account is therefore every other stream's entries less the sum of these two kinds.
"""

DEFERRABLE = ("charge", "collected by provider", "waived")
TOP_UP = "own top-up"

CHARGE, INTEREST, FEE = "deferred charge", "deferred interest", "deferred fee"
RECEIPT, REFUND, WRITE_OFF = "deferred receipt", "deferred refund", "deferred write-off"
BROUGHT_IN, MOVED_TO_BILL = "deferred brought in", "moved to bill"

KINDS = [CHARGE, INTEREST, FEE, RECEIPT, REFUND, WRITE_OFF, BROUGHT_IN, MOVED_TO_BILL]
TRANSFERS = (CHARGE, MOVED_TO_BILL)
"""Moves between the payer's ordinary account and the loan: the ordinary account changes by as much, the other way."""
