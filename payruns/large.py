"""Sums so large that somebody looks at each: a payment typed by hand, what earlier days come to for a payee. Pure."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from finance.care_costs.news import cause_words
from finance.money import sterling
from ledgers.runs import Finding

if TYPE_CHECKING:
    import pandas as pd

    from payruns.policy import PaymentPolicy

LARGE_ADJUSTMENT, LARGE_EARLIER = LARGE = ("large adjustment", "large sum for earlier days")


def large(lines: "pd.DataFrame", policy: "PaymentPolicy") -> list[Finding]:
    """Both, by a council’s own sizes."""
    stops = policy.stop_checks
    return [
        *large_adjustments(lines, policy.large_adjustment_pence, stops),
        *large_for_earlier_days(lines, policy.large_earlier_pence, stops),
    ]


def large_adjustments(lines: "pd.DataFrame", pence: int, stops: Collection[str]) -> list[Finding]:
    """Adjustments entered by hand of so many pence or more, whichever way."""
    some = lines[(lines.kind == "adjustment") & (lines.amount.abs() >= pence)]
    return [
        Finding(
            LARGE_ADJUSTMENT,
            "stop" if LARGE_ADJUSTMENT in stops else "look",
            f"{sterling(row['amount'])} was entered by hand.",
            row["subject"],
            row["party"],
            row["amount"],
            kind="adjustment",
        )
        for row in some[["subject", "party", "amount"]].to_dict("records")
    ]


def large_for_earlier_days(lines: "pd.DataFrame", pence: int, stops: Collection[str]) -> list[Finding]:
    """Payees to whom so many pence or more are paid for days before this period, or from whom so many are taken back,
    all their lines together: one does not hide the other. With how many lines, and the cause that most of it has.
    """
    late = lines[lines.late & (lines.kind != "adjustment") & (lines.amount != 0)]
    sums = late.groupby("party")["amount"].sum()
    found = []
    for party, amount in zip(sums.index.tolist(), sums.tolist(), strict=True):
        theirs = late[late.party == party]
        paid, back = (int(theirs.amount[way].sum()) for way in (theirs.amount > 0, theirs.amount < 0))
        if max(paid, -back) < pence:
            continue
        what = f"{sterling(paid)} paid and {sterling(-back)} taken back" if paid and back else sterling(amount)
        causes = theirs.groupby("cause")["amount"].sum()
        cause, most = max(zip(causes.index.tolist(), causes.tolist(), strict=True), key=lambda each: abs(each[1]))
        count = theirs.subject.nunique()
        found.append(
            Finding(
                LARGE_EARLIER,
                "stop" if LARGE_EARLIER in stops else "look",
                f"{what} for days before this period, on {'1 line' if count == 1 else f'{count:,} lines'}; "
                f"most of it ({sterling(most)}) since {cause_words(cause)}.",
                None,
                party,
                amount,
            )
        )
    return found
