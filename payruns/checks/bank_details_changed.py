"""Payees whose bank details are new."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ledgers.checks import LOOK, Check
from payruns.checks.bank_details_changed_store import read_changed_banks
from payruns.checks.seen import Seen, by_payee
from payruns.store import read_ready_banks

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("bank details changed", LOOK, "bank details newer than `new_bank_days`, or that wait to be confirmed")
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    run, days = seen.run, seen.policy.new_bank_days
    since = dt.datetime.combine(run.pay_date - dt.timedelta(days=days), dt.time())
    fresh = read_changed_banks(seen.bulk, since, run.known)
    held = read_ready_banks(seen.bulk, run.known, run.pay_date) if fresh else {}

    def words(party: int) -> str:
        paid_to = f"the account ending {held[party][-4:]}" if party in held else "nowhere until they are"
        if fresh[party]:
            return f"Bank details changed within {days} days of payment: paid to {paid_to}."
        return f"New bank details wait for a second person: paid to {paid_to}."

    return [
        CHECK.found(words(party), None, party, amount)
        for party, amount in by_payee(seen.lines[seen.lines.party.isin(list(fresh))])
    ]
