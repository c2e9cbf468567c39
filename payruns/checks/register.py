"""Every check of a pay run, found by the modules of this package; and a run looked at by all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa

from ledgers.checks import Checks, weighed
from payruns import checks
from payruns.checks.seen import Seen, frame

if TYPE_CHECKING:
    from finance.columns import Bulk
    from ledgers.runs import Finding, Run
    from payruns.policy import PaymentPolicy

CHECKS_OF_PAYMENTS = Checks.of(checks.__name__, checks.__path__)


def find(bulk: Bulk, run: Run, policy: PaymentPolicy, proposal: pa.Table, before: pa.Table | None) -> list[Finding]:
    """Every finding on a run. ``before`` is the proposal of the last run released for the same calendar.

    What a check reads of the run alone (``read``) is read in a second thread, while those that read nothing go first.
    """
    first = [each for each in CHECKS_OF_PAYMENTS.modules if not hasattr(each, "read")]
    reading = [each for each in CHECKS_OF_PAYMENTS.modules if hasattr(each, "read")]
    with bulk.beside() as other, ThreadPoolExecutor(1) as meanwhile:
        read = [meanwhile.submit(each.read, other, run) for each in reading]
        seen = Seen(bulk, run, policy, frame(proposal), None if before is None else frame(before))
        found = [finding for each in first for finding in each.find(seen)]
        found += [
            finding for each, rows in zip(reading, read, strict=True) for finding in each.find(seen, rows.result())
        ]
    return weighed(found, policy.stop_checks)
