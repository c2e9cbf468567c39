"""Which urgent runs have paid whom."""

import datetime as dt
from collections import defaultdict

from sqlalchemy import select

from finance.columns import Bulk
from ledgers.runs import POSTED, Run
from ledgers.tables import run as runs
from ledgers.tables import run_party


def read_urgent_payments(bulk: Bulk, run: Run, since: dt.date) -> dict[int, list[int]]:
    """The other urgent runs of a stream that paid each payee on a day from ``since`` to the run’s own, in order."""
    r, p = runs.c, run_party.c
    rows = bulk.read(
        select(p.party, p.run)
        .join_from(run_party, runs, r.nr == p.run)
        .where(r.stream == run.stream, r.urgent_for.is_not(None), r.nr != run.nr, p.paid > 0)
        .where(r.status.in_([str(each) for each in POSTED]), r.pay_date >= since, r.pay_date <= run.pay_date)
        .order_by(p.run)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows.to_pylist():
        found[row["party"]].append(row["run"])
    return found
