"""Runs one pair of officers prepared and signed for in a week, each within what the signer signs for alone and together
above it.
"""

import datetime as dt

from finance.money import sterling
from ledgers.audit.checks.signed_in_parts_store import SignedAlone
from ledgers.audit.checks.signed_in_parts_store import read_signed as read
from ledgers.audit.findings import AuditTest, Noticed

__all__ = ["TEST", "find", "read"]
TEST = AuditTest(
    "signed in parts", "runs of one week that one pair prepared and signed alone, together above what the role may"
)


def find(seen: SignedAlone, on: dt.date) -> list[Noticed]:
    weeks: dict[tuple[str, str, str, str], list[tuple[int, int]]] = {}
    for each in seen.signatures:
        year, week, _ = each.approved_at.isocalendar()
        pair = (f"{year}-W{week:02d}", each.prepared_by, each.approved_by, each.role)
        weeks.setdefault(pair, []).append((each.run, each.to_sign_for))
    found = []
    for (week_of, preparer, signer, role), runs in weeks.items():
        alone = seen.now.alone.get(role, seen.now.limits.get(role))
        together = sum(pence for _, pence in runs)
        if alone is None or len(runs) < 2 or together <= alone:
            continue
        numbers = " and ".join(str(run) for run, _ in runs)
        said = (
            f"In week {week_of} {signer} signed alone for runs {numbers}, which {preparer} prepared: "
            f"{sterling(together)} together, where {role} signs alone for {sterling(alone)}."
        )
        found.append(Noticed(f"{week_of} {preparer} {signer}", said, together))
    return found
