"""One person, one service, one payee, the same sum on two lines: perhaps one arrangement entered twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from ledgers.runs import Finding

CHECK = Check("same care twice", LOOK, "one person, service and payee, the same sum on two lines", size=0)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return [each for each in same_care_twice(seen.own) if (each.amount or 0) >= seen.size(CHECK)]


def same_care_twice(own: pd.DataFrame) -> list[Finding]:
    """``own``: lines of care for the run’s own days."""
    care = own[own.person > 0]
    same = care[care.duplicated(["person", "service", "party", "period_starts", "funder", "amount"], keep="first")]
    return [
        CHECK.found(
            f"Another line pays {sterling(row['amount'])} for the same person, service and payee.",
            row["subject"],
            row["party"],
            row["amount"],
        )
        for row in same[["subject", "party", "amount"]].to_dict("records")
    ]
