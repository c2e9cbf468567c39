"""Two people with one NHS number, both paid for: perhaps one person, known twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finance.days import Span
from finance.money import sterling
from ledgers.checks import STOP, Check
from payruns.checks.one_nhs_number_store import read_alike
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

CHECK = Check(
    "one NHS number",
    STOP,
    "two people with one NHS number who both have care: what one of them costs",
    size=0,
    since=29,
)
CHECKS = (CHECK,)


def read(bulk: Bulk, run: Run) -> Iterable[Mapping[str, Any]]:
    if run.window_starts >= run.up_to:
        return []
    return read_alike(bulk, run.known, Span(run.window_starts, run.up_to))


def find(seen: Seen, people: Iterable[Mapping[str, Any]]) -> list[Finding]:
    return [each for each in alike(people, seen.own) if (each.amount or 0) >= seen.size(CHECK)]


def alike(people: Iterable[Mapping[str, Any]], own: pd.DataFrame) -> list[Finding]:
    """Of people who share a number each but the first, where this run pays for them; the first, where it alone is paid
    for by this run. On the dearest of their lines.
    """
    by_number: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in people:
        by_number[each["nhs_number"]].append(each)
    found = []
    for number, some in by_number.items():
        theirs = {each["nr"]: own[(own.person == each["nr"]) & (own.amount > 0)] for each in some}
        paid = [each for each in some if len(theirs[each["nr"]])]
        for each in ([one for one in paid if one is not some[0]] or paid) if len(some) > 1 else ():
            lines = theirs[each["nr"]]
            dearest = lines.loc[lines.amount.idxmax()]
            other = next(one for one in some if one is not each)
            pence = int(lines.amount.sum())
            found.append(
                CHECK.found(
                    f"{each['name']} ({each['ref']}) has the NHS number of {other['name']} ({other['ref']}), {number}: "
                    f"both have care, and {sterling(pence)} is paid for {each['ref']}. Are they one person?",
                    int(dearest.subject),
                    int(dearest.party),
                    pence,
                )
            )
    return found
