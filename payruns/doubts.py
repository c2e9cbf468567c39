"""Doubts about money that is due by what we were told last: what stopped it is gone, or it looks told twice. Pure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from finance.days import spoken
from finance.money import sterling
from ledgers.runs import Finding

Row = Mapping[str, Any]
Account = tuple[str, str, str]

ENDED = "The line was known to end on"
DIED = "The person was known to have died on"
SUSPENDED = "The line was known to be suspended from"


def paid_again(gone: Mapping[int, tuple[str, dt.date]], late: Iterable[Row], stops: bool) -> list[Finding]:
    """Lines whose end, or whose person’s death, or a suspension, was known to the last run and is gone; and which are
    paid for days before this period. ``late``: what each line comes to for those days.
    """
    return [
        Finding(
            "paid again",
            "stop" if stops else "look",
            f"{words} {spoken(when)}, and that has been moved or taken away since: {sterling(row['amount'])} for days "
            "before this period.",
            row["subject"],
            row["party"],
            row["amount"],
        )
        for row in late
        if row["amount"] > 0 and row["subject"] in gone
        for words, when in (gone[row["subject"]],)
    ]


def doubled_adjustments(ours: Mapping[int, int], known: Iterable[Row], stops: bool) -> list[Finding]:
    """Adjustments of this run like another of the same payee and person: one day, one sum, one reason. Of several
    alike, each but the first is found: accepted once, none of the others goes out with it.

    ``ours``: what each adjustment comes to in this run. ``known``: every adjustment of their payees, in order.
    """
    alike: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in known:
        reason = " ".join(row["reason"].casefold().split())
        alike[row["payee"], row["person"], row["on"], row["amount"], reason].append(row)
    found = []
    for rows in alike.values():
        mine = [row for row in rows if row["nr"] in ours]
        again = [row for row in mine if row is not rows[0]] or mine  # each but the first, wherever that is paid
        for row in again if len(rows) > 1 else ():
            other = next(each for each in rows if each is not row)
            what = (
                f"{row['ref']} is like {other['ref']}: {sterling(row['amount'])} for {spoken(row['on'])}, to the "
                "same payee for the same person and reason. Cancel one if it is the same money."
            )
            amount = ours[row["nr"]]
            severity = "stop" if stops else "look"
            found.append(
                Finding("doubled adjustment", severity, what, row["nr"], row["payee"], amount, kind="adjustment")
            )
    return found


def sharing(paid: Mapping[int, int], accounts: Mapping[int, Account]) -> dict[Account, list[int]]:
    """Accounts into which this run pays more than one payee, and those. ``paid``: what each payee comes to."""
    into: dict[Account, list[int]] = defaultdict(list)
    for payee in sorted(paid):
        if paid[payee] > 0 and payee in accounts:
            into[accounts[payee]].append(payee)
    return {account: payees for account, payees in into.items() if len(payees) > 1}


def shared_accounts(
    shared: Mapping[Account, Iterable[int]], paid: Mapping[int, int], names: Mapping[int, str], stops: bool
) -> list[Finding]:
    """A finding for each payee of this run whose account is another’s too (``sharing``)."""
    return [
        Finding(
            "shared account",
            "stop" if stops else "look",
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
