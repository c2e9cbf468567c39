"""What a line's contract says on a day: the terms it began with, and those that hold in their place from a day on.

A term is asked of the day it is about: a share while suspended and a bank holiday of that very day, the days paid
after a death of the day of death, what the provider collects of each day it collects for.
"""

from dataclasses import replace

import numpy as np

from finance.care_costs.facts import Contributions, LaterTerms, Lines
from finance.columns import Ints
from finance.days import FOR_EVER
from finance.timelines import Timeline, cut, ranges


def terms_of_lines(lines: Lines, by_contract: LaterTerms) -> LaterTerms:
    """Later terms of contracts, by contract and first day (``line`` holds the contract's number), as those of their
    lines: each holds until the contract's next.
    """
    owner, starts = by_contract.line, by_contract.starts
    if not len(owner):
        return by_contract
    last = np.append(owner[1:] != owner[:-1], True)
    until = replace(by_contract, ends=np.where(last, FOR_EVER, np.append(starts[1:], 0)))
    low = np.searchsorted(owner, lines.contract)
    count = np.searchsorted(owner, lines.contract, side="right") - low
    return replace(until.take(ranges(low, count)), line=np.repeat(lines.nr, count))


def term_days(lines: Lines, terms: LaterTerms) -> Timeline:
    """The days on which later terms hold, by line."""
    return Timeline.of(np.searchsorted(lines.nr, terms.line).astype(np.int64), terms.starts, terms.ends)


def holding(term_days: Timeline, own: Ints, later: Ints, line: Ints, on: Ints) -> Ints:
    """One term of some lines, each on a day. ``own``, ``later``: its columns of the lines, and of their later terms."""
    if not len(later):
        return np.asarray(own[line], dtype=np.int64)
    row = term_days.as_of(line, on)
    return np.asarray(np.where(row >= 0, later[row], own[line]), dtype=np.int64)


def paid_after_death(lines: Lines, terms: LaterTerms, term_days: Timeline) -> Ints:
    """Days each line is paid for after the day of death, by what the contract said on that day."""
    everyone, died = np.arange(len(lines), dtype=np.int64), np.maximum(lines.died, 0)
    return holding(term_days, lines.days_after_death, terms.days_after_death, everyone, died)


def netted(collected: Contributions, lines: Lines, terms: LaterTerms) -> Contributions:
    """Of what the provider collects, the days on which the contract is paid net of it."""
    line, days = np.searchsorted(lines.nr, collected.line).astype(np.int64), term_days(lines, terms)
    row, first, end = cut(collected.starts, collected.ends, *days.change_days(line, collected.starts, collected.ends))
    made = replace(collected.take(row), starts=first, ends=end)
    return made.take(holding(days, lines.net, terms.net, line[row], first) == 1)
