"""Adjustments told twice: one payee, person, day, sum and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from finance.days import spoken
from finance.money import sterling
from ledgers.checks import STOP, Check
from payruns.checks.doubled_adjustment_store import read_adjustments_of
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check("doubled adjustment", STOP, "two adjustments of one payee, person, day, sum and reason", size=0)
CHECKS = (CHECK,)
Row = Mapping[str, Any]


def find(seen: Seen) -> list[Finding]:
    own = seen.lines[(seen.lines.kind == "adjustment") & (seen.lines.amount != 0)]
    if not len(own):
        return []
    ours = dict(zip(own.subject.tolist(), own.amount.tolist(), strict=True))
    known = read_adjustments_of(seen.bulk, seen.run.known, own.party.unique())
    return [each for each in doubled_adjustments(ours, known.to_pylist()) if abs(each.amount or 0) >= seen.size(CHECK)]


def doubled_adjustments(ours: Mapping[int, int], known: Iterable[Row]) -> list[Finding]:
    """Adjustments of this run like another of the same payee and person: one day, one sum, one reason. Of several
    alike, each but the first is found: accepted once, none of the others goes out with it.

    ``ours``: what each adjustment comes to in this run. ``known``: every adjustment of their payees, in order.
    """
    alike: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in known:
        reason = " ".join(row["reason"].casefold().split())
        alike[row["payee"], row["person"], row["on"], row["amount"], reason].append(row)
    found = []
    for rows in alike.values():
        mine = [row for row in rows if row["nr"] in ours]
        again = [row for row in mine if row is not rows[0]] or mine  # each but the first, wherever that is paid
        for row in again if len(rows) > 1 else ():
            other = next(each for each in rows if each is not row)
            what = (
                f"{row['ref']} is like {other['ref']}: {sterling(row['amount'])} for {spoken(row['on'])}, to the "
                "same payee for the same person and reason. Cancel one if it is the same money."
            )
            amount = ours[row["nr"]]
            found.append(CHECK.found(what, row["nr"], row["payee"], amount, kind="adjustment"))
    return found
