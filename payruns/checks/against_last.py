"""Lines beside the last run’s: new, gone, ended, nought, doubled, moved. What began, ended or was paid urgently moves
for a reason.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from finance.days import spoken
from finance.money import sterling
from ledgers.checks import LOOK, NOTE, STOP, Check
from payruns.checks import against_last_store as store
from payruns.checks.seen import LINE_KINDS, Seen

if TYPE_CHECKING:
    import pandas as pd

    from finance.columns import Bulk
    from ledgers.runs import Finding, Run

NEW = Check("new", NOTE, "a line not paid last time")
GONE = Check("gone", LOOK, "a line was paid last time and is not now, for no reason we know")
ENDED = Check(
    "ended",
    NOTE,
    "the same, for a reason we know: it ended, its person died, it was suspended, was paid urgently, it waits",
)
NOUGHT = Check("nought", LOOK, "a line comes to nothing, and was paid last time")
DOUBLED = Check("doubled", STOP, "a line comes to at least twice what it was, for no reason we know")
OVER = Check("over tolerance", LOOK, "a line moved by more than `tolerance_percent` and `tolerance_pence`")
PART = Check("part period", NOTE, "the same, for a reason we know")
CHECKS = (NEW, GONE, ENDED, NOUGHT, DOUBLED, OVER, PART)


def find(seen: Seen) -> list[Finding]:
    if seen.earlier is None:
        return []
    now, then, policy = _by_subject(seen.lines), _by_subject(seen.earlier), seen.policy
    if seen.run.is_urgent:  # it pays no others
        then = then[then.index.isin(now.index)]
    both = now.add_suffix("_now").join(then.add_suffix("_then"), how="outer")
    amount_now = both.amount_now.astype("Int64").fillna(0).to_numpy(np.int64)
    amount_then = both.amount_then.astype("Int64").fillna(0).to_numpy(np.int64)
    party = both.party_now.astype("Int64").fillna(both.party_then.astype("Int64")).to_numpy(np.int64)
    subject = both.index.to_numpy(np.int64)
    has_now, has_then = both.amount_now.notna().to_numpy(), both.amount_then.notna().to_numpy()
    change = np.abs(amount_now - amount_then)
    large = (change > policy.tolerance_pence) & (change * 100 > np.abs(amount_then) * policy.tolerance_percent)
    if seen.run.is_urgent:  # of days so far, a line is seldom what it was of a whole period
        large &= amount_now > amount_then
    doubled = (
        has_now & has_then & (amount_then > 0) & (amount_now >= 2 * amount_then) & (change > policy.tolerance_pence)
    )
    reason = _reasons(seen.bulk, seen.run, subject[(has_then & ~has_now) | (large & has_now & has_then)])
    known = np.asarray([int(each) in reason for each in subject], dtype=bool)
    both_ways = has_now & has_then & large & (amount_now != 0)
    sorts = (
        (NEW, has_now & ~has_then, "Not paid last time."),
        (GONE, has_then & ~has_now & ~known, "Paid last time and not this time, for no reason we know."),
        (ENDED, has_then & ~has_now & known, "Paid last time and not this time:"),
        (NOUGHT, has_now & has_then & (amount_now == 0) & (amount_then != 0), "Comes to nothing this time."),
        (DOUBLED, doubled & ~known, "At least twice what it was."),
        (OVER, both_ways & ~doubled & ~known, "Moved by more than is usual."),
        (PART, both_ways & known, "Moved:"),
    )
    return [
        check.found(
            f"{words} {_why(reason, subject[row], words)}{sterling(int(amount_now[row]))} now, "
            f"{sterling(int(amount_then[row]))} before.",
            int(subject[row]),
            int(party[row]),
            int(amount_now[row]),
            int(amount_then[row]),
        )
        for check, which, words in sorts
        for row in np.flatnonzero(which)
    ]


def _by_subject(lines: pd.DataFrame) -> pd.DataFrame:
    """What each line comes to for the window itself, leaving out adjustments to earlier periods."""
    own = lines[~lines.late & lines.kind.isin(LINE_KINDS)]
    return own.groupby("subject").agg(amount=("amount", "sum"), party=("party", "first"))


def _why(reason: dict[int, str], subject: int, words: str) -> str:
    return f"{reason[int(subject)]}. " if words.endswith(":") else ""


def _reasons(bulk: Bulk, run: Run, subjects: np.ndarray) -> dict[int, str]:
    """Why a line may be paid less or more than last time: it began, ended, stood still or could not be worked out."""
    window = run.window_starts - (run.up_to - run.window_starts)
    wanted = {int(each) for each in subjects}
    reason: dict[int, str] = {}
    lives = store.read_line_lives(bulk, run.known, np.asarray(sorted(wanted), dtype=np.int64)).to_pylist()
    alive = {row["nr"] for row in lives}
    for row in lives:
        if row["died"] and row["died"] < run.up_to:
            reason[row["nr"]] = f"the person died on {spoken(row['died'])}"
        elif row["ends"] and row["ends"] < run.up_to:
            reason[row["nr"]] = f"the line ended on {spoken(row['ends'] - dt.timedelta(days=1))}"
        elif row["starts"] > window:
            reason[row["nr"]] = f"the line began on {spoken(row['starts'])}"
        elif row["every_weeks"] > 1:
            reason[row["nr"]] = f"it is planned every {row['every_weeks']} weeks"
    for nr in wanted - alive:
        reason[nr] = "the line was withdrawn"
    for nr in store.read_suspended(bulk, run.known, window, run.up_to).tolist():
        if nr in wanted:
            reason.setdefault(nr, "it was suspended for part of the time")
    for nr, urgent in store.read_paid_urgently(bulk, run).items():
        if nr in wanted:
            reason.setdefault(nr, f"some of it was paid urgently by run {urgent}")
    for nr in store.read_parked(bulk, run.nr).tolist():
        if nr in wanted:
            reason.setdefault(nr, "it could not be worked out, so it waits")
    return reason
