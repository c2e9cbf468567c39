"""Posted charges spread over the days they are for: by the run's steps, to the penny what the ledger holds."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from billing.care_accounts.posted_charges import ROWS
from finance.columns import Ints, ints
from finance.keys import keyed, unkeyed
from finance.money import share
from finance.timelines import group_starts, ranges

COUNTED_KINDS = ("charge", "waived")  # of the ledger's kinds of charge; what is waived stands below nought


@dataclass(frozen=True, slots=True)
class CountedEntries:
    """Ledger entries of counted kinds."""

    line: Ints
    period: Ints
    pence: Ints


@dataclass(frozen=True, slots=True)
class _Weeks:
    """One row a line and week. ``charged`` ties to the ledger; ``asked`` is before the cap limits it."""

    line: Ints
    person: Ints
    period: Ints
    first: Ints
    end: Ints
    charged: Ints
    asked: Ints


def spread(
    steps: pa.Table,
    mine: CountedEntries,
    every: CountedEntries,
    period_starts: Callable[[Ints], Ints],
    lines: Ints,
    person: Ints,
    homes: Ints,
) -> pa.Table:
    """Rows of ``posted_charges.ROWS`` for one run.

    ``steps``: the run's (``weeks`` weeks alike a row; ``charge``, ``waived`` and ``before_cap`` in each). ``mine``:
    what the run posted; ``every``: all that was posted for these lines by then. ``lines`` (in order), with each one's
    ``person`` and whether it is care in a home. A period whose steps come to what stands in the ledger is told by its
    steps. One that does not was held, in part or whole: if the run posted anything for it, what stands is shared over
    its weeks; if not, what was said before goes on standing, and no row is given. A period with nothing left has one
    row of nought.
    """
    weeks = _weeks(steps, period_starts)
    keys = np.union1d(_key(lines, weeks.line, weeks.period), _key(lines, mine.line, mine.period))
    stands = _sum(keys, _key(lines, every.line, every.period), every.pence)
    said = _sum(keys, _key(lines, weeks.line, weeks.period), weeks.charged)
    touched = np.isin(keys, _key(lines, mine.line, mine.period))
    has_steps = np.isin(keys, _key(lines, weeks.line, weeks.period))
    tied = np.searchsorted(keys, _key(lines, weeks.line, weeks.period))
    good = (stands == said)[tied]
    asked = np.maximum(weeks.asked, 0)
    for place in np.flatnonzero((stands != said) & touched & has_steps).tolist():
        rows = np.flatnonzero(tied == place)
        weights = [max(int(each), 0) for each in weeks.charged[rows]]
        weights = weights if any(weights) else [1] * len(rows)
        asked[rows] = share(max(int(stands[place]), 0), weights)
        good[rows] = True
    gone = keys[touched & ~has_steps]
    whose, period = unkeyed(gone)
    line = lines[whose]
    left = np.maximum(stands[touched & ~has_steps], 0)
    columns = {
        "line": np.concatenate([weeks.line[good], line]),
        "period_starts": np.concatenate([weeks.period[good], period]),
        "starts": np.concatenate([weeks.first[good], period]),
        "ends": np.concatenate([weeks.end[good], period + 7]),
        "pence": np.concatenate([asked[good], left]),
    }
    whose = np.searchsorted(lines, columns["line"])
    made = columns | {"person": person[whose], "care_home": homes[whose].astype(bool)}
    return pa.table({name: _as(made[name], ROWS.field(name).type) for name in ROWS.names}, schema=ROWS)


def _weeks(steps: pa.Table, period_starts: Callable[[Ints], Ints]) -> _Weeks:
    """Rows of weeks alike, one a week."""
    count, first, end = ints(steps, "weeks"), ints(steps, "starts"), ints(steps, "ends")
    row = np.repeat(np.arange(len(count)), count)
    opens = first[row] + 7 * ranges(np.zeros(len(count), np.int64), count)
    ends = np.minimum(opens + 7, end[row])
    waived = ints(steps, "waived")[row]
    line = ints(steps, "subject")[row]
    return _Weeks(
        line,
        ints(steps, "person")[row],
        period_starts(opens) if len(opens) else opens,
        opens,
        ends,
        ints(steps, "charge")[row] - waived,
        ints(steps, "before_cap")[row] - waived,
    )


def _key(lines: Ints, line: Ints, period: Ints) -> Ints:
    """A line's place and a period, as one number."""
    return keyed(np.searchsorted(lines, line), period)


def _sum(keys: Ints, key: Ints, pence: Ints) -> Ints:
    total = np.zeros(len(keys), np.int64)
    if not len(key):
        return total
    order = np.argsort(key, kind="stable")
    begins = group_starts(key[order])
    place = np.searchsorted(keys, key[order][begins])
    place = np.minimum(place, max(len(keys) - 1, 0))
    met = keys[place] == key[order][begins] if len(keys) else np.zeros(len(begins), bool)
    total[place[met]] = np.add.reduceat(pence[order], begins)[met]
    return total


def _as(column: Ints, kind: pa.DataType) -> pa.Array:
    return pa.array(column.astype(np.int32)).cast(kind) if pa.types.is_date(kind) else pa.array(column).cast(kind)
