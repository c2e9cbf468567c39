"""Why a bill is not what the one before it was: by cause and by sum, to the penny. Pure.

The weeks of both bills are set side by side. From each to its like one thing is changed at a time: the assessment, then
the care of each service; each is what it moves the charge by. So the causes always come to the difference.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from billing.documents.building import IN_FULL, OF_CARE, RECHARGED, BillEntry, WeeksAlike, kind_of
from billing.documents.content import BillDiffers, Cause
from finance.facts.versions import Row, overlaps

ASSESSED, BEGAN, ENDED, AWAY, DAYS, PRICE = "assessment", "began", "ended", "away", "days", "price"
WEEKS, OTHER, CHANGED, CHANGED_BEFORE, ELSEWHERE = "weeks", "other", "changed", "changed before", "elsewhere"
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class BilledOnce:
    """One bill as its run posted it: its entries, and the steps of its own weeks."""

    number: str
    issued: dt.date
    amount: int
    starts: dt.date
    ends: dt.date
    entries: Sequence[BillEntry]
    steps: Sequence[WeeksAlike]

    @property
    def own(self) -> list[BillEntry]:
        return [each for each in self.entries if not self.is_late(each)]

    def is_late(self, each: BillEntry) -> bool:
        return each.kind not in RECHARGED and (each.starts < self.starts or bool(each.was))

    @property
    def count(self) -> int:
        return (self.ends - self.starts).days // 7


@dataclass(frozen=True, slots=True)
class LineDays:
    """What is known of a line: its name, its days, and every absence from it."""

    name: str
    starts: dt.date
    ends: dt.date | None
    absences: Sequence[Row] = ()

    def away(self, first: dt.date, end: dt.date) -> bool:
        return any(overlaps(each, first, end) for each in self.absences)


@dataclass(slots=True)
class _Week:
    """One person’s week: what each line costs of what is assessed, and what is charged of each whatever is assessed."""

    limit: int = 0
    assessed: dict[int, int] = field(default_factory=dict)
    full: dict[int, int] = field(default_factory=dict)
    days: dict[int, int] = field(default_factory=dict)

    @property
    def charge(self) -> int:
        return sum(self.full.values()) + min(self.limit, sum(self.assessed.values()))

    @property
    def lines(self) -> set[int]:
        return {*self.assessed, *self.full}

    def copy(self) -> "_Week":
        return _Week(self.limit, dict(self.assessed), dict(self.full), dict(self.days))

    def cost(self, line: int) -> int:
        return self.assessed.get(line, 0) + self.full.get(line, 0)


def differs(before: BilledOnce, now: BilledOnce, lines: Mapping[int, LineDays]) -> BillDiffers:
    """Every cause of the difference between two bills of one payer. Asserts that they come to it."""
    sums: dict[tuple[str, str], int] = {}
    beside: dict[tuple[str, str], tuple[int | None, int | None]] = {}

    def add(kind: str, what: str, pence: int, was: int | None = None, is_: int | None = None) -> None:
        sums[kind, what] = sums.get((kind, what), 0) + pence
        if pence:  # what moved is told where it moved alike in every week
            pair = beside.setdefault((kind, what), (was, is_))
            beside[kind, what] = pair if pair == (was, is_) else (None, None)

    _care(before, now, lines, add)
    for (kind, what), pence in _others(now).items():
        add(kind, what, pence)
    for (kind, what), pence in _others(before).items():
        add(kind, what, -pence)
    for each in now.entries:
        if now.is_late(each):
            add(CHANGED, each.reason, each.amount)
    add(CHANGED_BEFORE, "", -sum(each.amount for each in before.entries if before.is_late(each)))
    causes = [
        Cause(kind, what, pence, *beside.get((kind, what), (None, None)))
        for (kind, what), pence in sums.items()
        if pence
    ]
    made = BillDiffers(before.number, before.issued, before.amount, now.amount, tuple(causes))
    assert sum(each.amount for each in causes) == made.amount, f"{now.number}: {causes} do not come to {made.amount}"
    return made


def _others(bill: BilledOnce) -> dict[tuple[str, str], int]:
    """What a bill’s own entries come to besides care: by what they are, and of what."""
    made: dict[tuple[str, str], int] = {}
    for each in bill.own:
        if each.kind not in OF_CARE:
            key = f"{OTHER} {kind_of(each)}", each.note if each.kind == "one-off charge" and each.note else each.what
            made[key] = made.get(key, 0) + each.amount
    return made


_Add = Callable[..., None]


def _care(before: BilledOnce, now: BilledOnce, lines: Mapping[int, LineDays], add: _Add) -> None:
    then, these = _weeks(before), _weeks(now)
    there = (
        {line for week in then.values() for line in week.lines},
        {line for week in these.values() for line in week.lines},
    )
    nothing = _Week()
    for at in range(max(before.count, now.count)):
        one, other = then.get(at, nothing), these.get(at, nothing)
        if at >= min(before.count, now.count):
            add(WEEKS, "", other.charge - one.charge, before.count, now.count)
            continue
        state = _assessed(one, other)
        add(ASSESSED, "", state.charge - one.charge, *_mosts(one, other))
        for line in sorted(one.lines | other.lines):
            was = state.charge
            for mine, theirs in ((state.assessed, other.assessed), (state.full, other.full)):
                mine.pop(line, None)
                mine.update({line: theirs[line]} if line in theirs else {})
            if state.charge != was:
                days = (before.starts + at * WEEK, now.starts + at * WEEK)
                kind = _why(
                    line, (one, other), (line in there[0], line in there[1]), days, lines.get(line), (before, now)
                )
                costs = (one.cost(line), other.cost(line)) if kind == PRICE else (None, None)
                add(kind, lines[line].name if line in lines else "", state.charge - was, *costs)
    for bill, weeks, sign in ((now, these, 1), (before, then, -1)):
        posted = sum(each.amount for each in bill.own if each.kind in OF_CARE)
        add(ELSEWHERE, "", sign * (posted - sum(each.charge for each in weeks.values())))


def _weeks(bill: BilledOnce) -> dict[int, _Week]:
    """A bill’s own weeks by their place."""
    made: dict[int, _Week] = {}
    for step in bill.steps:
        if step.kind not in OF_CARE:
            continue
        first = step.starts - (step.starts - bill.starts) % WEEK
        for place in range(step.weeks):
            week = made.setdefault((first - bill.starts).days // 7 + place, _Week())
            where, pence = (week.full, step.charge) if step.limit == IN_FULL else (week.assessed, step.cost)
            where[step.subject] = where.get(step.subject, 0) + pence
            week.days[step.subject] = week.days.get(step.subject, 0) + _live(step)
            if step.limit != IN_FULL:
                week.limit = step.limit
    return made


def _live(step: WeeksAlike) -> int:
    return min((step.ends - step.starts).days, 7)


def _assessed(one: _Week, other: _Week) -> _Week:
    """A week’s care under the assessment of another’s."""
    state = one.copy()
    if other.assessed and not other.full:
        state.assessed, state.full = {line: one.cost(line) for line in one.lines}, {}
    elif other.full and not other.assessed:
        state.assessed, state.full = {}, {line: one.cost(line) for line in one.lines}
    state.limit = other.limit if other.assessed or not one.assessed else one.limit
    return state


def _mosts(one: _Week, other: _Week) -> tuple[int | None, int | None]:
    """The most of each week; of one charged in full, or of none, there is none."""
    mosts = [each.limit if each.assessed else None for each in (one, other)]
    return mosts[0], mosts[1]


def _why(
    line: int,
    weeks: tuple[_Week, _Week],
    there: tuple[bool, bool],
    days: tuple[dt.date, dt.date],
    about: LineDays | None,
    bills: tuple[BilledOnce, BilledOnce],
) -> str:
    if about is not None:
        if there == (False, True) and about.starts >= bills[0].starts:
            return BEGAN
        if there == (True, False) and about.ends is not None and about.ends <= bills[1].ends:
            return ENDED
        if any(about.away(first, first + WEEK) for first in days):
            return AWAY
    one, other = weeks
    return DAYS if one.days.get(line) != other.days.get(line) else PRICE


def line_days(rows: Iterable[Row], names: Mapping[int, str], away: Iterable[Row]) -> dict[int, LineDays]:
    """The days of each line, and those on which somebody was away from it."""
    spans: dict[int, list[Row]] = {}
    for row in away:
        spans.setdefault(row["line"], []).append(row)

    return {row["nr"]: LineDays(names[row["nr"]], row["starts"], row["ends"], spans.get(row["nr"], ())) for row in rows}
