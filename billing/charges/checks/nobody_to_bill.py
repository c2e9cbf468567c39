"""People assessed to pay for whom nobody is to be billed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.seen import Seen, several
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("nobody to bill", LOOK, "people assessed to pay for care, and no bill payer is known for them")
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    if seen.nobody_to_bill:
        yield CHECK.found(
            f"{several(seen.nobody_to_bill, 'person', 'people')} assessed to pay for care, and no "
            "bill payer is known for them. Load their bill payers."
        )
