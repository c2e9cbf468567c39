"""The account as recorded: weeks in whole pence that add to the rounded running total, corrected by dated reversals.

The one rounding: the running total, as each recorded stretch begins and ends. A week's pence are the difference of two
rounded totals, so weeks cut anywhere add to the same.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from finance.care_cap.meter import Meter, MeteredDays
from finance.care_cap.terms import Terms
from finance.money import round_fraction


class AccountKind(StrEnum):
    """What an entry is for."""

    METERED = "metered"
    ADJUSTMENT = "yearly adjustment"
    BROUGHT_IN = "brought in"


@dataclass(frozen=True, slots=True)
class AccountDue:
    """What should stand in the account for one week, adjustment or total brought in, worked out afresh."""

    kind: AccountKind
    first: dt.date
    end: dt.date
    pence: int

    @property
    def key(self) -> tuple[AccountKind, dt.date]:
        return self.kind, self.first


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account. Nothing recorded is changed: a reversal takes back what stood for the same days."""

    kind: AccountKind
    first: dt.date
    end: dt.date
    pence: int
    recorded: dt.date
    reversal: bool = False

    @property
    def key(self) -> tuple[AccountKind, dt.date]:
        return self.kind, self.first


def recorded_to(account: Meter, terms: Terms) -> dt.date:
    """The first day not yet recorded: weeks are recorded whole, save the last before another council took over."""
    if account.closed_on is not None:
        return account.closed_on
    return _week_first(account.end, terms)


def due_lines(account: Meter, terms: Terms) -> tuple[AccountDue, ...]:
    """Each week's metered pence, and each adjustment and total brought in, up to :func:`recorded_to`."""
    until = recorded_to(account, terms)
    weeks: dict[dt.date, int] = defaultdict(int)
    for piece in account.pieces:
        for first, end in _by_week(piece, until, terms):
            after = round_fraction(piece.total_at(end), terms.rounding)
            weeks[_week_first(first, terms)] += after - round_fraction(piece.total_at(first), terms.rounding)
    jumps: dict[tuple[AccountKind, dt.date], int] = defaultdict(int)
    for each in account.jumps:
        if each.on < until:
            kind = AccountKind.ADJUSTMENT if each.adjustment else AccountKind.BROUGHT_IN
            after, before = (round_fraction(total, terms.rounding) for total in (each.after, each.before))
            jumps[kind, each.on] += after - before
    week = dt.timedelta(days=7)
    lines = [AccountDue(AccountKind.METERED, day, min(day + week, until), pence) for day, pence in weeks.items()]
    lines += [AccountDue(kind, day, day + dt.timedelta(days=1), pence) for (kind, day), pence in jumps.items()]
    return tuple(sorted((each for each in lines if each.pence), key=lambda each: (each.first, each.kind)))


def account_changes(due: Iterable[AccountDue], recorded: Sequence[Entry], on: dt.date) -> tuple[Entry, ...]:
    """What to record on a day so that the account stands as due: new lines, and reversals of those that were wrong.

    Recording them and asking again gives nothing.
    """
    standing: dict[tuple[AccountKind, dt.date], int] = defaultdict(int)
    ends: dict[tuple[AccountKind, dt.date], dt.date] = {}
    for entry in recorded:
        standing[entry.key] += entry.pence
        ends[entry.key] = entry.end
    wanted = {each.key: each for each in due}
    changes: list[Entry] = []
    for key in sorted(set(wanted) | set(standing), key=lambda each: (each[1], each[0])):
        held, line = standing.get(key, 0), wanted.get(key)
        if held == (line.pence if line else 0):
            continue
        if held:
            changes.append(Entry(key[0], key[1], ends[key], -held, on, reversal=True))
        if line:
            changes.append(Entry(line.kind, line.first, line.end, line.pence, on))
    return tuple(changes)


def account_total(recorded: Iterable[Entry], known_by: dt.date | None = None) -> int:
    """The running total in whole pence, as recorded by the end of a day (by now, when not given)."""
    return sum(each.pence for each in recorded if known_by is None or each.recorded <= known_by)


def _week_first(day: dt.date, terms: Terms) -> dt.date:
    return day - dt.timedelta(days=(day.weekday() - terms.week_begins) % 7)


def _by_week(piece: MeteredDays, until: dt.date, terms: Terms) -> Iterator[tuple[dt.date, dt.date]]:
    if not piece.day.counted:
        return
    first, last = piece.first, min(piece.end, until)
    while first < last:
        end = min(_week_first(first, terms) + dt.timedelta(days=7), last)
        yield first, end
        first = end
