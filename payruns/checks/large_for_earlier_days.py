"""What earlier days come to for a payee, so large that somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from finance.care_costs.news import cause_words
from finance.money import sterling
from ledgers.checks import STOP, Check
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from ledgers.runs import Finding

CHECK = Check(
    "large sum for earlier days",
    STOP,
    "`large_earlier_pence` (£25,000.00) or more is paid to one payee for days before the period, or taken back, all "
    "lines together: one does not hide the other; it says on how many lines and what caused most of it",
    since=27,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return large_for_earlier_days(seen.lines, seen.policy.large_earlier_pence)


def large_for_earlier_days(lines: pd.DataFrame, pence: int) -> list[Finding]:
    """Payees to whom so many pence or more are paid for days before this period, or from whom so many are taken back,
    all their lines together: one does not hide the other. With how many lines, and the cause that most of it has.
    """
    late = lines[lines.late & (lines.kind != "adjustment") & (lines.amount != 0)]
    ways: list[dict[Any, int]] = [
        late[way].groupby("party")["amount"].sum().to_dict() for way in (late.amount > 0, late.amount < 0)
    ]
    found = []
    for party in sorted({*ways[0], *ways[1]}):
        paid, back = (way.get(party, 0) for way in ways)
        if max(paid, -back) < pence:
            continue
        theirs, amount = late[late.party == party], paid + back
        what = f"{sterling(paid)} paid and {sterling(-back)} taken back" if paid and back else sterling(amount)
        causes = theirs.groupby("cause")["amount"].sum()
        cause, most = max(zip(causes.index.tolist(), causes.tolist(), strict=True), key=lambda each: abs(each[1]))
        count = theirs.subject.nunique()
        found.append(
            CHECK.found(
                f"{what} for days before this period, on {'1 line' if count == 1 else f'{count:,} lines'}; "
                f"most of it ({sterling(most)}) since {cause_words(cause)}.",
                None,
                party,
                amount,
            )
        )
    return found
