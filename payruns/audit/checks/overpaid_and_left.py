"""Overpayments that nobody looks after, or of which nothing came back."""

import datetime as dt

from finance.money import sterling
from ledgers.audit.findings import AuditTest, Noticed
from payruns.audit.checks.overpaid_and_left_store import OverpaidSoFar
from payruns.audit.checks.overpaid_and_left_store import read_overpaid as read

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
            owed = f"{sterling(case.owing)} owed by {seen.payees[case.party]} for {case.days(on)} days"
            said = f"Overpayment {case.nr}, {owed}: {' and '.join(wrong)}."
            found.append(Noticed(f"case {case.nr}", said, case.owing))
    for run, party, pence in seen.without_case:
        said = f"{seen.payees[party]} owes {sterling(pence)} after run {run}, and there is no case of it."
        found.append(Noticed(f"payee {party} run {run}", said, pence))
    return found
