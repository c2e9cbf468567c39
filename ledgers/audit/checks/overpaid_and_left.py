"""Overpayments that nobody looks after, or of which nothing came back."""

import datetime as dt

from finance.money import sterling
from ledgers.audit.checks.overpaid_and_left_store import OverpaidSoFar
from ledgers.audit.checks.overpaid_and_left_store import read_overpaid as read
from ledgers.audit.findings import AuditTest, Noticed

__all__ = ["TEST", "find", "read"]
TEST = AuditTest("overpaid and left", "an overpayment four weeks old that nobody owns, or of which nothing came back")
PATIENCE = 28
"""Days an overpayment may wait for somebody."""


def find(seen: OverpaidSoFar, on: dt.date) -> list[Noticed]:
    found = []
    for case in seen.cases:
        if not case.owing or case.days(on) < PATIENCE:
            continue
        wrong = [] if case.owner else ["nobody looks after it"]
        wrong += [] if case.taken_off else ["nothing of it has come back"]
        if wrong:
            said = (
                f"Overpayment {case.nr}, {sterling(case.owing)} owed for {case.days(on)} days: {' and '.join(wrong)}."
            )
            found.append(Noticed(f"case {case.nr}", said, case.owing))
    for run, party, pence in seen.without_case:
        said = f"Payee {party} owes {sterling(pence)} after run {run}, and there is no case of it."
        found.append(Noticed(f"payee {party} run {run}", said, pence))
    return found
