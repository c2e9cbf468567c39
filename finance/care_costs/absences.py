"""Time away as papers tell it: each absence with its true days, the share of the price on them, and whose rule it is.

A day away at 80% is a day, at 80% of its price. It is never told as fewer days.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from finance.care_costs.retainers import read_retainer
from finance.care_words import several, share_words
from finance.facts.versions import Row

ABSENCE, CONTRACT, COUNCIL = "absence", "contract", "council"
"""Whose rule: told with the absence itself, the contract’s, or the council’s own for what is charged."""
AWAY = {
    "hospital": "in hospital",
    "holiday": "on holiday",
    "family": "with family",
    "respite": "in respite care",
    "refused": "care refused",
    "other": "away",
}
_BY = {ABSENCE: "agreed for this absence", CONTRACT: "by the contract", COUNCIL: "by the council’s charging policy"}

Rule = Callable[[Row, dt.date], tuple[str, str]]
"""Of an absence on a day: whose rule its share is by, and the rule as it was given (``100:28,80``)."""


@dataclass(frozen=True, slots=True)
class ShareOfDays:
    """Days of one line at one share of the price, in hundredths of a per cent."""

    line: int
    starts: dt.date
    ends: dt.date
    share: int


@dataclass(frozen=True, slots=True)
class TimeAway:
    """Days of one line on which somebody was away, the share of the price on them, and by what rule."""

    line: int
    reason: str
    starts: dt.date
    ends: dt.date
    share: int
    whose: str
    rule: str

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days

    @property
    def rule_words(self) -> str:
        """By the contract: 100% for 28 days, then 80%."""
        return f"{_BY[self.whose]}: {_steps(self.rule)}"


def time_away(shares: Iterable[ShareOfDays], absences: Iterable[Row], rule: Rule) -> list[TimeAway]:
    """Every absence on the days told of, by line and day. Nobody is away twice on one day.

    ``shares``: the share of each day of these lines, whether anybody was away on it or not, in any order. Of one day
    there may be several, at one share. ``absences``: what was told of time away from them.
    """
    by_line: dict[int, list[Row]] = {}
    for row in absences:
        by_line.setdefault(row["line"], []).append(row)
    made: list[TimeAway] = []
    for each in sorted(set(shares), key=lambda one: (one.line, one.starts, one.ends)):
        for row in sorted(by_line.get(each.line, ()), key=lambda row: row["starts"]):
            first, end = max(each.starts, row["starts"]), min(each.ends, row["ends"] or each.ends)
            if first < end:
                whose, text = rule(row, first)
                made.append(TimeAway(each.line, row["reason"], first, end, each.share, whose, text))
    return _joined(made)


def _joined(some: list[TimeAway]) -> list[TimeAway]:
    """Days one after another, or told twice, under one reason, share and rule as one."""
    made: list[TimeAway] = []
    for each in sorted(some, key=lambda one: (one.line, one.starts)):
        last = made[-1] if made else None
        if last and replace(each, starts=last.starts, ends=last.ends) == last and each.starts <= last.ends:
            made[-1] = replace(last, ends=max(last.ends, each.ends))
        else:
            made.append(each)
    return made


def by_contract(row: Row, text: str) -> tuple[str, str]:
    """Whose rule an absence is paid by: its own where one was told with it, or else the contract’s (``text``)."""
    return (ABSENCE, row["paid"]) if row["paid"] else (CONTRACT, text)


def _steps(rule: str) -> str:
    """100% for 28 days, then 80%."""
    said = []
    for share, days in read_retainer(rule):
        words = share_words(share) if share else "nothing"
        said.append(f"{words} for {several(days, 'day')}" if days else words)
    return ", then ".join(said)
