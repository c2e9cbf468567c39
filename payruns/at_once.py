"""Lines that cannot both be true: one person in two homes, or living in a home and paid to arrange care at home. Pure.

A person sleeps in one place. Where an old line was never ended, its home would be paid for ever; on the day of a move
both are right.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from finance.days import FOR_EVER, day, number, spoken
from finance.money import sterling
from ledgers.runs import Finding

if TYPE_CHECKING:
    import pandas as pd

HOMES = ("residential", "nursing")
DIRECT_PAYMENT = "direct payment"
SHORT_STAY = 56
"""Days up to which a stay in a home is a break from care at home, which may go on beside it."""
TWO_HOMES, HOME_AND_DIRECT = AT_ONCE = ("two homes", "home and direct payment")


def at_once(
    places: Iterable[Mapping[str, Any]], paid: Mapping[int, tuple[int, int]], stops: Iterable[str]
) -> list[Finding]:
    """A finding on each line of this run that pays for a person on days another place is paid for too, and names it.

    ``places``: as ``at_once_store.read_places`` gives them. ``paid``: of the lines this run pays, the payee and the
    pence of its own days. Lines of other runs are named, and are for theirs to find.
    """
    found = []
    for _, rows in groupby(places, key=lambda row: row["person"]):
        theirs = list(rows)
        for mine in theirs:
            if mine["nr"] not in paid:
                continue
            for other, check in _beside(mine, theirs):
                party, pence = paid[mine["nr"]]
                found.append(_finding(mine, other, check, party, pence, set(stops)))
                break  # one other is enough to stop at; its own finding names the next
    return found


def _beside(mine: Mapping[str, Any], theirs: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for other in theirs:
        if other["nr"] == mine["nr"] or _both(mine, other) < 2:
            continue
        kinds = {mine["kind"], other["kind"]}
        if kinds <= set(HOMES):
            yield other, TWO_HOMES
        elif DIRECT_PAYMENT in kinds and len(kinds) == 2:
            home = mine if mine["kind"] in HOMES else other
            if _end(home) - number(home["starts"]) > SHORT_STAY:
                yield other, HOME_AND_DIRECT


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How many days both lines have."""
    return min(_end(one), _end(other)) - max(number(one["starts"]), number(other["starts"]))


def _end(line: Mapping[str, Any]) -> int:
    return FOR_EVER if line["ends"] is None else number(line["ends"])


def _finding(
    mine: Mapping[str, Any], other: Mapping[str, Any], check: str, party: int, pence: int, stops: set[str]
) -> Finding:
    since = max(mine["starts"], other["starts"])
    until = min(_end(mine), _end(other))
    last = "" if until == FOR_EVER else f" to {spoken(day(until) - dt.timedelta(days=1))}"
    what = (
        f"{other['ref']} ({other['kind']}, {other['payee']}) is for the same person on the same days, from "
        f"{spoken(since)}{last}. End whichever is over."
    )
    return Finding(check, "stop" if check in stops else "look", what, mine["nr"], party, pence)


def same_care_twice(lines: "pd.DataFrame") -> list[Finding]:
    """One person, one service, one payee, the same sum on two lines: perhaps one arrangement entered twice."""
    care = lines[(lines.kind == "care") & ~lines.late & (lines.person > 0)]
    same = care[care.duplicated(["person", "service", "party", "period_starts", "funder", "amount"], keep="first")]
    return [
        Finding(
            "same care twice",
            "look",
            f"Another line pays {sterling(row['amount'])} for the same person, service and payee.",
            row["subject"],
            row["party"],
            row["amount"],
        )
        for row in same[["subject", "party", "amount"]].to_dict("records")
    ]
