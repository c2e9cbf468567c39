"""Overpayments, and who owes without a case."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledgers.overpayments.cases import Overpayment
from ledgers.overpayments.store import owing_with_no_case, read_cases


@dataclass(frozen=True, slots=True)
class OverpaidSoFar:
    """Every case; and run, payee and pence of whoever owes without one."""

    cases: Sequence[Overpayment]
    without_case: Sequence[tuple[int, int, int]]


def read_overpaid(connection: Connection, on: dt.date) -> OverpaidSoFar:
    return OverpaidSoFar(read_cases(connection), owing_with_no_case(connection))
