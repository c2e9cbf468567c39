"""Whether a run is what was signed: its sealed lines, and who signed for exactly this run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from finance.names import name_key
from ledgers.approvals.rules import is_own_work
from ledgers.officers.authority import OfficerChange, alone_at, standing
from ledgers.reports.proof import Difference
from ledgers.runs import Run, sign


@dataclass(frozen=True, slots=True)
class SealedPart:
    """One part of a run's sealed lines: the hash it was sealed with, its hash now, and whether it can be read."""

    number: int
    sealed: str
    now: str
    readable: bool


def prove_seal(run: Run, parts: Sequence[SealedPart]) -> list[Difference]:
    """Whether a run's lines are those it was signed over."""
    found = []
    for part in parts:
        where = f"run {run.nr}, part {part.number}"
        if not part.readable:
            found.append(Difference(where, "what was sealed cannot be read", 0))
        elif part.now != part.sealed:
            found.append(Difference(where, "what was sealed has been changed: it no longer matches its hash", 0))
    if run.signature != sign(part.sealed for part in parts):
        found.append(Difference(f"run {run.nr}", "its lines are not those that were signed", 0))
    return found


def prove_approvals(run: Run, approvals: Sequence[Any], changes: Iterable[OfficerChange]) -> list[Difference]:
    """Whether all who must have signed for exactly this run. ``approvals``: its rows, in order; ``changes``: to who may
    sign.
    """
    where = f"run {run.nr}"
    if not approvals:
        return [Difference(where, "was released and nobody has signed for it", 0)]
    found: list[Difference] = []
    for each in approvals:
        if each.signature != run.signature:
            found.append(Difference(where, "its approval is signed over other lines", 0))
        if is_own_work(run, each.approved_by) or each.approved_by in (each.prepared_by, each.submitted_by):
            found.append(Difference(where, "was approved by whoever prepared or submitted it", 0))
        if run.to_sign_for > each.limit:
            over = run.to_sign_for - each.limit
            found.append(Difference(where, "was approved under a limit that does not cover it", over))
    found += _prove_enough(where, approvals, list(changes))
    return found


def _prove_enough(where: str, approvals: Sequence[Any], changes: Sequence[OfficerChange]) -> list[Difference]:
    """Two have signed where two must, by what their roles signed for alone at that moment, and they are two people."""
    needed = max(each.needed for each in approvals)
    for each in approvals:
        alone = standing(alone_at(changes, each.approved_at)).alone.get(each.role)
        if alone is not None and max(each.to_sign_for, each.day_total or 0) > alone:
            needed = 2
    if len({name_key(each.approved_by) for each in approvals}) < len(approvals):
        return [Difference(where, "was signed for twice by one person", 0)]
    if len(approvals) < needed:
        return [Difference(where, f"was released with {len(approvals)} of the {needed} signatures it needs", 0)]
    return []
