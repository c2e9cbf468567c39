"""What a reader of debt is shown: aged debt and its payers, small balances, one payer's bills, a day's letters."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from billing.debt.jobs import Payer, find_payer, paused_debt, standing
from billing.debt.policy import STEP_NAMES, ReminderPolicy
from billing.debt.reminders import BillStanding, Reminder
from billing.receipts.account import BillPayer
from billing.receipts.balances import Aged
from billing.receipts.jobs import SmallBalance, aged_debt, small_balances
from billing.receipts.policy import ReceiptsPolicy
from billing.receipts.store import names_of
from finance.columns import Database


@dataclass(frozen=True, slots=True)
class AgedDebt:
    """What is owed, by age and by why it waits, tied to the ledger; and everybody in it."""

    aged: Aged
    payers: Mapping[int, BillPayer]


def aged_debt_shown(
    database: Database, on: dt.date, policy: ReminderPolicy, *, until: dt.date | None = None
) -> AgedDebt:
    """As it stood at the end of a day; ``until``: by what was posted by the end of another."""
    found = aged_debt(database, on, paused_debt(database, on, policy, until=until), until=until)
    with database.read() as connection:
        return AgedDebt(
            found, names_of(connection, {*(row.payer for row in found.rows), *found.credit, *found.fallen_away})
        )


@dataclass(frozen=True, slots=True)
class SmallBalances:
    """Balances too small to chase and long due, and whose each is."""

    balances: Sequence[tuple[BillPayer, SmallBalance]]

    @property
    def pence(self) -> int:
        return sum(each.pence for _, each in self.balances)


def small_balances_shown(database: Database, on: dt.date, policy: ReceiptsPolicy) -> SmallBalances:
    """On a day; those for whom a write-off is asked for already are left out."""
    found = small_balances(database, on, policy)
    with database.read() as connection:
        names = names_of(connection, {each.payer for each in found})
    return SmallBalances([(names[each.payer], each) for each in found])


@dataclass(frozen=True, slots=True)
class PayerDebt:
    """Every bill of a payer with something left, and how each stands on a day."""

    payer: Payer
    on: dt.date
    bills: Sequence[BillStanding]

    @property
    def left(self) -> int:
        return sum(each.left for each in self.bills)


def payer_debt(database: Database, ref: str, on: dt.date, policy: ReminderPolicy) -> PayerDebt:
    """Of a payer by reference or customer number. Raises NotKnown."""
    who = find_payer(database, ref)
    return PayerDebt(who, on, standing(database, who.nr, on, policy))


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a day."""

    letters: Sequence[Reminder]

    @property
    def asked(self) -> int:
        """Pence they ask for."""
        return sum(each.asked for each in self.letters)

    @property
    def steps(self) -> dict[str, int]:
        """How many of each step of the ladder."""
        return {name: sum(each.step == step for each in self.letters) for step, name in enumerate(STEP_NAMES) if step}

    @property
    def notes(self) -> list[str]:
        """What their sender should know, each thing once."""
        return list(dict.fromkeys(words for each in self.letters for words in each.notes))
