"""Where payees’ money goes, and what they are called."""

from collections.abc import Iterable

import pyarrow as pa
from sqlalchemy import select

from finance.columns import Bulk
from finance.days import day
from finance.facts import tables as t
from finance.facts.store import confirmed_bank_details
from finance.facts.versions import believed


def read_accounts(bulk: Bulk, known: int, on: int) -> dict[int, tuple[str, str, str]]:
    """Where each payee’s money goes on a day: sort code, account number and roll number."""
    rows = bulk.read(confirmed_bank_details(known, day(on)))
    return {
        row["payee"]: (row["sort_code"], row["account_number"], row["roll_number"] or "") for row in rows.to_pylist()
    }


def read_payee_names(bulk: Bulk, known: int, payees: Iterable[int]) -> dict[int, str]:
    """The names of some payees, each with its reference."""
    staged = bulk.stage("sharing", pa.table({"payee": pa.array(sorted(payees), pa.int64())}))
    p = t.payee.c
    rows = bulk.read(select(p.nr, p.ref, p.name).where(believed(t.payee, known), p.nr.in_(select(staged.c.payee))))
    return {row["nr"]: f"{row['name']} ({row['ref']})" for row in rows.to_pylist()}
