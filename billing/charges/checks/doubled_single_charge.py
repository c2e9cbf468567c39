"""Single charges told twice: one payer, service, day, sum and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from billing.charges.checks.doubled_single_charge_store import read_single_charges_of
from billing.charges.checks.large_single_charge import ONE_OFF
from billing.charges.checks.seen import Seen
from finance.days import spoken
from finance.money import sterling
from ledgers.checks import STOP, Check

if TYPE_CHECKING:
    from ledgers.runs import Finding

CHECK = Check(
    "doubled single charge", STOP, "two single charges of one payer, service, day, sum and reason", size=0, since=29
)
CHECKS = (CHECK,)
Row = Mapping[str, Any]


def find(seen: Seen) -> list[Finding]:
    own = seen.lines.filter(pc.and_(pc.equal(seen.lines["kind"], ONE_OFF), pc.not_equal(seen.lines["amount"], 0)))
    if not own.num_rows:
        return []
    ours = dict(zip(own["subject"].to_pylist(), own["amount"].to_pylist(), strict=True))
    payers = pa.table({"payer": pc.unique(own["party"]).cast(pa.int64())})
    found = doubled(ours, read_single_charges_of(seen.bulk, seen.run.known, payers))
    return [each for each in found if abs(each.amount or 0) >= seen.size(CHECK)]


def doubled(ours: Mapping[int, int], known: Iterable[Row]) -> list[Finding]:
    """Single charges of this run like another. Of several alike, each but the first is found. ``ours``: what each comes
    to in this run; ``known``: every single charge of their payers, in order.
    """
    alike: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in known:
        reason = " ".join(row["reason"].casefold().split())
        alike[row["bill_payer"], row["service"], row["on"], row["amount"], reason].append(row)
    found = []
    for rows in alike.values():
        mine = [row for row in rows if row["nr"] in ours]
        again = [row for row in mine if row is not rows[0]] or mine
        for row in again if len(rows) > 1 else ():
            other = next(each for each in rows if each is not row)
            found.append(
                CHECK.found(
                    f"{row['ref']} is like {other['ref']}: {sterling(row['amount'])} for {spoken(row['on'])}, of the "
                    "same payer for the same service and reason. Cancel one if it is the same money.",
                    row["nr"],
                    row["bill_payer"],
                    ours[row["nr"]],
                    kind=ONE_OFF,
                )
            )
    return found
