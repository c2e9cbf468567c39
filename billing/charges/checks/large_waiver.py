"""Charges waived of so much more than last time that somebody looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.large_waiver_store import read_waivers_of
from billing.charges.checks.seen import Seen
from finance.money import sterling
from ledgers.checks import STOP, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "large waiver",
    STOP,
    "charges of one person waived, or no longer, by so much more than in the last run",
    size=100_000,
    since=29,
)
CHECKS = (CHECK,)
Waived = dict[tuple[int, int], int]


def find(seen: Seen) -> list[Finding]:
    now, then = waived(seen.lines), {} if seen.before is None else waived(own_days(seen.before))
    large = {each for each in {*now, *then} if abs(now.get(each, 0) - then.get(each, 0)) >= max(seen.size(CHECK), 1)}
    large &= set(now)  # what has simply ended takes nothing off
    if not large:
        return []
    told = read_waivers_of(seen.bulk, seen.run.known, pa.table({"person": sorted({person for person, _ in large})}))
    return [found(each, now[each], then.get(each, 0), told) for each in sorted(large)]


def own_days(lines: pa.Table) -> pa.Table:
    """Lines for a run’s own days: what it took back of earlier ones is no measure of the next."""
    return lines.filter(pc.invert(lines["late"]))


def waived(lines: pa.Table) -> Waived:
    """The pence waived, by person and payer."""
    some = lines.filter(pc.equal(lines["kind"], "waived")).group_by(["person", "party"]).aggregate([("amount", "sum")])
    return {(row["person"], row["party"]): -row["amount_sum"] for row in some.to_pylist()}


def found(about: tuple[int, int], now: int, then: int, told: Mapping[int, Iterable[Mapping[str, Any]]]) -> Finding:
    """``told``: the waivers of each person, with who asked, who approved, and why."""
    person, party = about
    by = "; ".join(
        f"{each['ref']}, asked for by {each['requested_by']} and approved by {each['approved_by']}: “{each['reason']}”"
        for each in told.get(person, ())
    )
    what = f"{sterling(now)} of charges is waived, {sterling(then)} last time ({by or 'no waiver stands now'})."
    return CHECK.found(what, None, party, now, then)
