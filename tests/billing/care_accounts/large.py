"""A county of care accounts, for measuring: ``python -m tests.billing.care_accounts.large [people] [url]``."""

import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from billing.care_accounts import jobs, store
from billing.care_accounts.posted_charges import ROWS, alike_joined
from finance.days import number
from finance.facts.store import Change, record_change
from interfaces.database.connection import Database
from interfaces.database.migrate import migrate
from tests.billing.care_accounts.conftest import terms
from tests.finance.care_cap.accounts import START, days

AT = datetime(2029, 10, 1, 9)


def charges(people: int, weeks: int, seed: int = 7) -> pa.Table:
    """Every week of everybody: a third in care homes, the charge changing every thirteen weeks."""
    draw = np.random.default_rng(seed)
    weekly = draw.integers(50_00, 900_00, (people, -(-weeks // 13)))
    person = np.repeat(np.arange(1, people + 1), weeks)
    week = np.tile(np.arange(weeks), people)
    opens = number(START) + 7 * week
    return pa.table(
        {
            "person": person,
            "line": person,
            "period_starts": _days(opens - 7 * (week % 4)),
            "starts": _days(opens),
            "ends": _days(opens + 7),
            "care_home": person % 3 == 0,
            "pence": weekly[person - 1, week // 13],
        },
        schema=ROWS,
    )


def _days(numbers: np.ndarray) -> pa.Array:
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())


def main(people: int, url: str | None) -> None:
    folder = tempfile.mkdtemp(prefix="outturn-accounts-")
    database = Database(url or f"sqlite:///{Path(folder) / 'large.db'}")
    migrate(database)
    began = time.perf_counter()

    def said(what: str) -> None:
        nonlocal began
        now = time.perf_counter()
        sys.stdout.write(f"{what}: {now - began:.2f} s\n")
        began = now

    rows = charges(people, 52)
    said(f"{rows.num_rows:,} weeks of charges made up")
    with database.bulk() as bulk:
        store.take_in(bulk, record_change(bulk, Change(AT, "charges", "a run", "made up")), 1, alike_joined(rows))
    said("taken in")
    first = jobs.meter(database, START + days(364), terms(30_000_00), by="officer", at=AT)
    said(f"metered: {first.people:,} accounts, {first.lines:,} weeks, {first.reached:,} reached the cap")
    jobs.meter(database, START + days(364), terms(30_000_00), by="officer", at=AT)
    said("metered again, nothing new")
    with database.bulk() as bulk:
        some = charges(people, 4, seed=8).filter(pa.array(np.repeat(np.arange(people) < people // 100, 4)))
        store.take_in(bulk, record_change(bulk, Change(AT, "charges", "a run", "made up")), 2, alike_joined(some))
    said("one in a hundred charged differently for four weeks a year ago")
    late = jobs.meter(database, START + days(364), terms(30_000_00), by="officer", at=AT)
    said(f"metered: {late.people:,} accounts, {late.lines:,} lines, {late.reversals:,} of them reversals")
    database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else None)
