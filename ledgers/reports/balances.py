"""Balances: movements between accounts added up by account and period. Debits equal credits, and both are shown.

A movement is everything one pair of accounts exchanged on one effective day. An entry below nought takes back: its
debit account is credited and its credit account debited, so no side is ever negative.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from finance.days import financial_period

Period = tuple[int, int]
"""Financial year (by the year it starts) and month, 1 for April."""


@dataclass(frozen=True, slots=True)
class LedgerMovement:
    """Pence that moved between two accounts on an effective day: ``paid`` Dr debit Cr credit, ``taken_back`` the
    other way. Neither is below nought."""

    debit: int
    credit: int
    effective: dt.date
    paid: int
    taken_back: int


@dataclass(frozen=True, slots=True)
class Balance:
    """One account's debits and credits, in pence, neither below nought."""

    debits: int = 0
    credits: int = 0

    @property
    def net(self) -> int:
        """Above nought is a debit balance."""
        return self.debits - self.credits

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(self.debits + other.debits, self.credits + other.credits)


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account's balance, by period. ``as_at`` and ``known_at`` say what was asked (None: everything)."""

    rows: Mapping[tuple[int, Period], Balance]
    as_at: dt.date | None = None
    known_at: dt.datetime | None = None

    def accounts(self) -> dict[int, Balance]:
        """Each account over all periods."""
        found: dict[int, Balance] = {}
        for (account, _), balance in self.rows.items():
            found[account] = found.get(account, Balance()) + balance
        return found

    @property
    def total(self) -> Balance:
        """Total debits and credits."""
        return sum(self.rows.values(), Balance())

    @property
    def balances(self) -> Balance:
        """The foot of the page: debit balances added up, and credit balances."""
        nets = [balance.net for balance in self.accounts().values()]
        return Balance(sum(net for net in nets if net > 0), -sum(net for net in nets if net < 0))


def trial_balance(
    movements: Iterable[LedgerMovement], as_at: dt.date | None = None, known_at: dt.datetime | None = None
) -> TrialBalance:
    """Add movements up by account and financial period."""
    rows: dict[tuple[int, Period], Balance] = {}
    for each in movements:
        period = financial_period(each.effective)
        sides = ((each.debit, Balance(each.paid, each.taken_back)), (each.credit, Balance(each.taken_back, each.paid)))
        for account, balance in sides:
            key = (account, period)
            rows[key] = rows.get(key, Balance()) + balance
    found = TrialBalance(dict(sorted(rows.items())), as_at, known_at)
    assert found.total.net == 0 and found.balances.net == 0, "debits do not equal credits"
    return found
