"""One account into which a run pays several payees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from finance.days import number
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen
from payruns.checks.shared_account_store import read_accounts, read_payee_names

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("shared account", LOOK, "one account under several payees of the run", size=0)
CHECKS = (CHECK,)
Account = tuple[str, str, str]


def find(seen: Seen) -> list[Finding]:
    shared = sharing(seen.by_payee, read_accounts(seen.bulk, seen.run.known, number(seen.run.pay_date)))
    if not shared:
        return []
    names = read_payee_names(seen.bulk, seen.run.known, chain.from_iterable(shared.values()))
    found = shared_accounts(shared, seen.by_payee, names)
    return [each for each in found if (each.amount or 0) >= seen.size(CHECK)]


def sharing(paid: Mapping[int, int], accounts: Mapping[int, Account]) -> dict[Account, list[int]]:
    """Accounts into which this run pays more than one payee, and those. ``paid``: what each payee comes to."""
    into: dict[Account, list[int]] = defaultdict(list)
    for payee in sorted(paid):
        if paid[payee] > 0 and payee in accounts:
            into[accounts[payee]].append(payee)
    return {account: payees for account, payees in into.items() if len(payees) > 1}


def shared_accounts(
    shared: Mapping[Account, Iterable[int]], paid: Mapping[int, int], names: Mapping[int, str]
) -> list[Finding]:
    """A finding for each payee of this run whose account is another’s too (``sharing``)."""
    return [
        CHECK.found(
            f"The account ending {account[1][-4:]} is also paid as {_listed(payees, payee, names)}.",
            None,
            payee,
            paid[payee],
        )
        for account, payees in shared.items()
        for payee in payees
    ]


def _listed(payees: Iterable[int], but: int, names: Mapping[int, str]) -> str:
    return " and ".join(names.get(each, f"payee {each}") for each in payees if each != but)
