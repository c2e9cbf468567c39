"""People with care whom nobody has assessed and nobody is to bill for: no run of charges meets them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.seen import Seen, several
from billing.charges.checks.served_and_not_assessed_store import count_never_assessed
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "served and not assessed",
    LOOK,
    "how many people have care on the run’s last day that is not free, no assessment and no bill payer",
    since=29,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    count = count_never_assessed(seen.bulk, seen.run.known, seen.run.up_to)
    if count:
        yield CHECK.found(
            f"{several(count, 'person', 'people')} served, and neither assessed nor billed by anybody. To see them: "
            "outturn billrun never-billed."
        )
