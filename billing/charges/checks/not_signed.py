"""Top-ups nobody has signed for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.not_signed_store import read_unsigned
from billing.charges.checks.seen import LISTED, Seen
from finance.money import sterling_rate
from ledgers.checks import LOOK, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("not signed", LOOK, "a top-up that has no signed agreement, and is not billed")
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    for row in read_unsigned(seen.bulk, seen.run.known, seen.run.up_to)[:LISTED]:
        yield CHECK.found(
            f"A top-up of {sterling_rate(row['weekly'])} a week has no signed agreement, so it is not billed.",
            row["line"],
            row["bill_payer"],
        )
