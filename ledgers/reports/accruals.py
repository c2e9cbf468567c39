"""What was received by a year’s end and is coded after it: the accrual of each account, and its reversal. Pure.

An entry is coded to the last day of its period, so a period which lies across 31 March falls to the new year whole. The
part of it for days of the old year is in proportion to the days its care was there, rounded once an entry.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from finance.money import round_fraction


@dataclass(frozen=True, slots=True)
class AcrossYearEnd:
    """What stands for one line, kind, funder and party in a period ``[starts, ends)`` that a year’s end cuts. ``first``
    and ``end``: the days its care was there."""

    stream: str
    kind: str
    debit: int
    credit: int
    first: dt.date
    end: dt.date
    pence: int


@dataclass(frozen=True, slots=True)
class Accrued:
    """Of one stream, kind and pair of accounts: pence for days up to the year’s end, of all that is coded after it."""

    stream: str
    kind: str
    debit: int
    credit: int
    before: int
    whole: int


def accruals(rows: Iterable[AcrossYearEnd], new_year: dt.date) -> list[Accrued]:
    """Added up in order of stream, kind and accounts. ``new_year``: the first day after the year’s end."""
    sums: dict[tuple[str, str, int, int], tuple[int, int]] = {}
    for each in rows:
        key = (each.stream, each.kind, each.debit, each.credit)
        before, whole = sums.get(key, (0, 0))
        sums[key] = before + part_before(each, new_year), whole + each.pence
    return [Accrued(*key, *pence) for key, pence in sorted(sums.items())]


def part_before(each: AcrossYearEnd, new_year: dt.date) -> int:
    """Pence of an entry for the days of its care before a day."""
    days = (min(each.end, max(each.first, new_year)) - each.first).days
    return round_fraction(Fraction(each.pence * days, (each.end - each.first).days))
