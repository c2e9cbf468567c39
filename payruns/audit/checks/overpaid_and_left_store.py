"""Overpayments, and who owes without a case."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from finance.names import Named
from ledgers.overpayments.cases import Overpayment
from ledgers.overpayments.store import owing_with_no_case, read_cases
from payruns.views_store import payees


@dataclass(frozen=True, slots=True)
class OverpaidSoFar:
    """Every case; run, payee (a number) and pence of whoever owes without one; and what each payee is called."""

    cases: Sequence[Overpayment]
    without_case: Sequence[tuple[int, int, int]]
    payees: Mapping[int, Named]


def read_overpaid(connection: Connection, on: dt.date) -> OverpaidSoFar:
    cases, without = read_cases(connection), owing_with_no_case(connection)
    named = payees(connection, {*(each.party for each in cases), *(party for _, party, _ in without)})
    return OverpaidSoFar(cases, without, named)
