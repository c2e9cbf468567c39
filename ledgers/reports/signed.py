"""Whether a run is what was signed: its sealed lines, and who signed for exactly this run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from finance.names import name_key
from ledgers.approvals.rules import is_own_work
from ledgers.closed_periods import effective_days
from ledgers.officers.authority import OfficerChange, alone_at, standing
from ledgers.reports.proof import KEY, LISTED, Difference
from ledgers.runs import Run, sign
from ledgers.streams import DEBT


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


def prove_posting(run: Run, proposal: pa.Table, entries: pa.Table) -> list[Difference]:
    """Whether each entry names the accounts its line was sealed with, the days of its period, and the moment its part
    was posted at. Lines not posted, or posted at another amount, ``prove_lines`` names.
    """
    sealed = pa.table({name: _whole(proposal[name]) for name in (*KEY, *_SEALED)})
    sealed = sealed.group_by(list(KEY)).aggregate([(name, "min") for name in _SEALED])
    there = pa.table({name: _whole(entries[name]) for name in (*KEY, *_SEALED, "effective", "recorded", "chunk")})
    both = there.join(sealed, list(KEY), join_type="left outer")
    found = []
    for wrong, what in (
        (_other(both, ("debit", "credit")), "is posted between other accounts than it was sealed with"),
        (_other(both, ("period_ends",)), "is posted for a period that ends on another day than it was sealed with"),
        (_off_its_day(run, both), "counts from another day than the last of its period"),
        (_off_its_moment(run, both), "is recorded at another moment than the rest of its part"),
    ):
        found += [
            Difference(
                f"{row['kind']} {row['subject']}, payee {row['party']}, period from {row['period_starts']}", what, 0
            )
            for row in both.filter(wrong).sort_by([(name, "ascending") for name in KEY]).slice(0, LISTED).to_pylist()
        ]
    return found


_SEALED = ("period_ends", "debit", "credit")


def _whole(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.int64()) if pa.types.is_integer(column.type) else column


def _other(both: pa.Table, names: Sequence[str]) -> pa.Array:
    """Entries that differ from their sealed line; one that has none is not among them."""
    differs = [pc.fill_null(pc.not_equal(both[name], both[f"{name}_min"]), False) for name in names]
    return reduce(pc.or_, differs)


def _off_its_day(run: Run, both: pa.Table) -> pa.Array:
    return pc.not_equal(both["effective"].cast(pa.date32()), effective_days(run, both["period_ends"]))


def _off_its_moment(run: Run, both: pa.Table) -> pa.Array:
    """A part is posted at one moment, of which most of its entries tell. A
    debt is moved at a moment of its own, and what an earlier version cut off was posted bit by bit.
    """
    if run.cut_off:
        return pa.array([False] * both.num_rows)
    counted = both.group_by(["chunk", "recorded"]).aggregate([("recorded", "count")])
    most = counted.sort_by([("recorded_count", "ascending")]).to_pylist()
    at = {row["chunk"]: row["recorded"] for row in most}
    parts, moments = pa.array(list(at), pa.int64()), pa.array(list(at.values()), pa.timestamp("us"))
    wanted = moments.take(pc.index_in(both["chunk"], value_set=parts))
    off = pc.not_equal(both["recorded"].cast(pa.timestamp("us")), pa.chunked_array([wanted]))
    return pc.and_(off, pc.not_equal(both["kind"], DEBT))


def prove_approvals(run: Run, approvals: Sequence[Any], changes: Iterable[OfficerChange]) -> list[Difference]:
    """Whether all who must have signed for exactly this run. ``approvals``: its rows, in order; ``changes``: to who may
    sign.
    """
    where = f"run {run.nr}"
    if not approvals:
        return [Difference(where, "was released and nobody has signed for it", 0)]
    found: list[Difference] = []
    counted = [each for each in changes if each.confirmed_by is not None]
    roles, limits = {(each.name, each.role) for each in counted}, {(each.role, each.limit) for each in counted}
    for each in approvals:
        if each.signature != run.signature:
            found.append(Difference(where, "its approval is signed over other lines", 0))
        if is_own_work(run, each.approved_by) or each.approved_by in (each.prepared_by, each.submitted_by):
            found.append(Difference(where, "was approved by whoever prepared or submitted it", 0))
        if (each.approved_by, each.role) not in roles or (each.role, each.limit) not in limits:
            found.append(Difference(where, f"was signed for by {each.approved_by} in a role or a limit nobody gave", 0))
        if run.to_sign_for > each.limit:
            over = run.to_sign_for - each.limit
            found.append(Difference(where, "was approved under a limit that does not cover it", over))
    found += _prove_enough(where, approvals, counted)
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
