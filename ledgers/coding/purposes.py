"""What an account is for, and what stands in for an account a council's rules leave out."""

from enum import StrEnum


class Purpose(StrEnum):
    """What an account is for."""

    COST = "cost"
    INCOME = "income"
    CONTROL = "control"
    BANK = "bank"
    DEBTOR = "debtor"
    SUSPENSE = "suspense"
    RECEIVABLE = "receivable"
    DEFERRED = "deferred"
    UNIDENTIFIED = "unidentified"
    BAD_DEBT = "bad debt"


STAND_IN = {
    Purpose.RECEIVABLE: Purpose.DEBTOR,
    Purpose.DEFERRED: Purpose.SUSPENSE,
    Purpose.UNIDENTIFIED: Purpose.SUSPENSE,
    Purpose.BAD_DEBT: Purpose.SUSPENSE,
}
"""What serves where a council's rules name no account for money coming in."""
