"""Every check of a charge run, found by the modules of this package; and a run looked at by all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.charges import checks
from billing.charges.checks.seen import Seen
from ledgers.checks import Checks, weighed

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECKS_OF_CHARGES = Checks.of(checks.__name__, checks.__path__)


def find(seen: Seen) -> list[Finding]:
    """Everything to be seen, in order of weight. Which checks stop approval is policy."""
    found = [finding for each in CHECKS_OF_CHARGES.modules for finding in each.find(seen)]
    return weighed(found, seen.policy.stop_checks)
