"""Those who pay in full and whose circumstances tell another weekly cost than their packages come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from billing.charges.checks.seen import Seen, several
from finance.money import sterling
from ledgers.checks import NOTE, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "cost told differs",
    NOTE,
    "people who pay in full whose circumstances tell another weekly cost than their packages come to, by more than "
    "`told_cost_apart`",
)
CHECKS = (CHECK,)


def find(seen: Seen) -> Iterator[Finding]:
    from billing.charges.checks.cost_told_differs_store import read_costs_told  # brings what assesses

    most = seen.policy.told_cost_apart
    apart = [each for each in read_costs_told(seen.bulk, seen.run) if abs(each.told - each.priced) > most]
    if apart:
        far = max(apart, key=lambda each: (abs(each.told - each.priced), each.ref))
        yield CHECK.found(
            f"{several(len(apart), 'person who pays', 'people who pay')} the full cost charged by their packages, and "
            f"their circumstances tell another weekly cost: furthest apart {far.ref}, told as {sterling(far.told)} and "
            f"priced at {sterling(far.priced)}. Correct whichever is wrong.",
            amount=sum(each.priced - each.told for each in apart),
        )
