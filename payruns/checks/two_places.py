"""Lines that cannot both be true: one person in two homes, or living in a home and paid to arrange care at home. Pure.

A person sleeps in one place. Where an old line was never ended, its home would be paid for ever; on the day of a move
both are right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from finance.days import FOR_EVER, Span, day, number, spoken
from ledgers.checks import STOP, Check
from payruns.checks.seen import Seen
from payruns.checks.two_places_store import DIRECT_PAYMENT, HOMES, read_places

if TYPE_CHECKING:
    from ledgers.runs import Finding

TWO_HOMES = Check(
    "two homes",
    STOP,
    "one person has two lines of care in a home with two days or more in common, whoever they are paid to and by "
    "whichever run; each names the other",
    size=0,
    since=27,
)
HOME_AND_DIRECT = Check(
    "home and direct payment",
    STOP,
    "a stay in a home of more than 56 days, and a direct payment to arrange care at home meanwhile",
    size=0,
    since=27,
)
CHECKS = (TWO_HOMES, HOME_AND_DIRECT)
SHORT_STAY = 56
"""Days up to which a stay in a home is a break from care at home, which may go on beside it."""


def find(seen: Seen) -> list[Finding]:
    if not seen.own_pence:
        return []
    places = read_places(seen.bulk, seen.run.known, Span(seen.run.window_starts, seen.run.up_to))
    found = at_once(places.to_pylist(), seen.own_pence)
    sizes = {each.name: seen.size(each) for each in CHECKS}
    return [each for each in found if (each.amount or 0) >= sizes[each.check]]


def at_once(places: Iterable[Mapping[str, Any]], paid: Mapping[int, tuple[int, int]]) -> list[Finding]:
    """A finding on each line of this run that pays for a person on days another place is paid for too, and names it.

    ``places``: as ``two_places_store.read_places`` gives them. ``paid``: of the lines this run pays, the payee and the
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
                found.append(_finding(mine, other, check, party, pence))
                break  # one other is enough to stop at; its own finding names the next
    return found


def _beside(mine: Mapping[str, Any], theirs: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Check]]:
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


def _finding(mine: Mapping[str, Any], other: Mapping[str, Any], check: Check, party: int, pence: int) -> Finding:
    since = max(mine["starts"], other["starts"])
    until = min(_end(mine), _end(other))
    last = "" if until == FOR_EVER else f" to {spoken(day(until) - dt.timedelta(days=1))}"
    what = (
        f"{other['ref']} ({other['kind']}, {other['payee']}) is for the same person on the same days, from "
        f"{spoken(since)}{last}. End whichever is over."
    )
    return check.found(what, mine["nr"], party, pence)
