"""An adjustment of just what a line of the same payee and person comes to: perhaps one sum, told twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance.money import sterling
from ledgers.checks import LOOK, Check
from payruns.checks.seen import Seen

if TYPE_CHECKING:
    import pandas as pd

    from ledgers.runs import Finding

CHECK = Check(
    "adjustment beside line",
    LOOK,
    "an adjustment of just what a line of the same payee and person comes to",
    size=0,
    since=29,
)
CHECKS = (CHECK,)


def find(seen: Seen) -> list[Finding]:
    return [each for each in beside_lines(seen.lines) if (each.amount or 0) >= seen.size(CHECK)]


def beside_lines(lines: pd.DataFrame) -> list[Finding]:
    """Adjustments that pay a person’s payee the pence one of the person’s lines comes to in the run, for a period or
    for all its periods.
    """
    told = lines[(lines.kind == "adjustment") & (lines.amount > 0) & (lines.person > 0)]
    if not len(told):
        return []
    care = lines[(lines.kind == "care") & lines.person.isin(told.person)]
    whole = care.groupby(["party", "person", "subject"])["amount"].sum().reset_index()
    alike = {
        (row["party"], row["person"], row["amount"])
        for some in (whole, care)
        for row in some[["party", "person", "amount"]].to_dict("records")
    }
    return [
        CHECK.found(
            f"{sterling(row['amount'])} was entered by hand, and a line of the same person and payee comes to just "
            "that. Cancel it if it is the same money.",
            row["subject"],
            row["party"],
            row["amount"],
            kind="adjustment",
        )
        for row in told[["subject", "party", "person", "amount"]].to_dict("records")
        if (row["party"], row["person"], row["amount"]) in alike
    ]
