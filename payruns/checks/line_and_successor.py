"""A new line beside an older one that goes on: its successor, the same care in another package, or a direct payment.

Whoever replaces a line and forgets to end it pays for both from then on. It is asked once, when the new line is first
paid: who says that both are right is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from finance.days import FOR_EVER, Span, number, spoken
from finance.money import sterling
from ledgers.checks import LOOK, STOP, Check
from payruns.checks.line_and_successor_store import read_begun, read_lines_beside
from payruns.checks.seen import Seen
from payruns.checks.two_places_store import DIRECT_PAYMENT, HOMES

if TYPE_CHECKING:
    from ledgers.runs import Finding

SUCCESSOR = Check(
    "line and its successor",
    STOP,
    "a line first paid now, and an older one of the same person, service and package that goes on beside it on the "
    "same weekdays, both at a price for a week or longer, the new one at half of it or more",
    size=50_000,
    since=29,
)
PACKAGES = Check(
    "two packages",
    STOP,
    "the same of two packages: one person’s days of one service are paid in both",
    size=50_000,
    since=29,
)
DIRECT = Check(
    "direct payment beside care",
    LOOK,
    "a direct payment first paid now beside care at home that goes on, or such care beside a direct payment",
    size=50_000,
    since=29,
)
CHECKS = (SUCCESSOR, PACKAGES, DIRECT)
WHOLE = {"week", "4 weeks", "calendar month"}
"""Units of a price for all of somebody’s care. By the hour or the visit, one line may well come beside another."""


def find(seen: Seen) -> list[Finding]:
    run, own = seen.run, seen.own_pence
    if run.window_starts >= run.up_to:
        return []
    days = Span(run.window_starts, run.up_to)
    if seen.earlier is None:  # of a first run only what begins in its days is new
        fresh = set(read_begun(seen.bulk, run.known, days).tolist()) & own.keys()
    else:
        fresh = own.keys() - set(seen.earlier.subject[seen.earlier.kind == "care"].unique().tolist())
    people = np.unique(seen.own.person[seen.own.subject.isin(list(fresh)) & (seen.own.person > 0)].to_numpy(np.int64))
    if not len(people):
        return []
    lines = read_lines_beside(seen.bulk, run.known, days, people).to_pylist()
    sizes = {each.name: seen.size(each) for each in CHECKS}
    return [each for each in beside(lines, set(fresh), own) if (each.amount or 0) >= sizes[each.check]]


def beside(lines: Iterable[Mapping[str, Any]], fresh: set[int], paid: Mapping[int, tuple[int, int]]) -> list[Finding]:
    """``lines``: as ``read_lines_beside`` gives them; ``fresh``: those first paid now; ``paid``: the payee and pence of
    those this run pays. The lesser of the two sums is at stake, where this run pays both.
    """
    found = []
    for _, rows in groupby(lines, key=lambda row: row["person"]):
        theirs = list(rows)
        for new in (each for each in theirs if each["nr"] in fresh):
            for old in theirs:
                check = _check(new, old) if old["nr"] not in fresh and old["starts"] < new["starts"] else None
                party, pence = paid[new["nr"]]
                other = paid.get(old["nr"], (0, pence))[1]
                if check is None or (check is SUCCESSOR and 2 * pence < other):
                    continue
                found.append(
                    check.found(
                        f"{old['ref']} ({old['kind']}, {old['payee']}) goes on beside it for the same person from "
                        f"{spoken(new['starts'])}: {sterling(min(pence, other))} may be paid twice. End whichever is "
                        "over.",
                        new["nr"],
                        party,
                        min(pence, other),
                    )
                )
                break  # one is enough to stop at
    return found


def _check(new: Mapping[str, Any], old: Mapping[str, Any]) -> Check | None:
    """Which check two lines that meet are found by; None: both may well be right."""
    kinds = {new["kind"], old["kind"]}
    if min(_end(new), _end(old)) - number(new["starts"]) < 2 or kinds <= set(HOMES):
        return None  # one day in common is that of the change; two homes are found as such
    on_the_same_days = new["days"] & old["days"] or not new["days"] or not old["days"]
    if new["service"] == old["service"] and {new["unit"], old["unit"]} <= WHOLE and on_the_same_days:
        return SUCCESSOR if new["package"] == old["package"] else PACKAGES
    return DIRECT if DIRECT_PAYMENT in kinds and len(kinds) == 2 and not kinds & set(HOMES) else None


def _end(line: Mapping[str, Any]) -> int:
    return FOR_EVER if line["ends"] is None else number(line["ends"])
