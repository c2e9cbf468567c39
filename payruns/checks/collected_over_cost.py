"""Contributions providers are said to collect of more than the care costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from finance.care_costs.facts import KINDS
from finance.care_words import rate_words
from finance.columns import codes, ends, ints
from finance.days import day, spoken
from finance.timelines import Timeline
from ledgers.checks import LOOK, Check
from payruns.checks.collected_over_cost_store import read_said_collected, read_taken_off
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("collected over cost", LOOK, "a contribution above what the care costs: by how much", size=0)
CHECKS = (CHECK,)
WHO = {"contribution": "the client", "top-up": "a third party"}


def find(seen: Seen) -> list[Finding]:
    if not seen.lines.kind.isin(list(WHO)).any():
        return []
    found = over_cost(read_taken_off(seen.bulk, seen.run.nr), read_said_collected(seen.bulk, seen.run.known))
    return [each for each in found if (each.amount or 0) >= seen.size(CHECK)]


def over_cost(steps: pa.Table, said: pa.Table) -> list[Finding]:
    """Lines of which less was taken off than is said to be collected: it was held at what the care costs.

    ``steps``: the run's steps of what was taken off; ``said``: what providers are said to collect, in order of line.
    """
    if not steps.num_rows:
        return []
    line, kind, first = ints(steps, "subject"), codes(steps, "kind", KINDS), ints(steps, "starts")
    owner = ints(said, "line") * len(KINDS) + codes(said, "kind", ["care", "client", "top-up"])
    row = Timeline.of(owner, ints(said, "starts"), ends(said)).as_of(line * len(KINDS) + kind, first)
    weekly, rate, share = ints(said, "weekly")[row], ints(steps, "rate"), ints(steps, "share")
    short = np.flatnonzero((row >= 0) & (share > 0) & (rate < weekly))
    found: dict[tuple[int, int], list[int]] = {}
    for place in short.tolist():
        found.setdefault((int(line[place]), int(kind[place])), []).append(place)
    days = ints(steps, "ends") - first
    made = []
    for (subject, of_kind), places in found.items():
        one = places[0]
        asked, costs = (rate_words(int(each[one]), "week") for each in (weekly, rate))
        what = (
            f"The provider is said to collect {asked} from {WHO[KINDS[of_kind]]}; from "
            f"{spoken(day(int(first[one])))} the care comes to {costs}, and no more was taken off. "
            "Correct the contribution, or the price."
        )
        over = int(((weekly - rate) * days)[places].sum()) // 700
        made.append(CHECK.found(what, subject, amount=over))
    return made
