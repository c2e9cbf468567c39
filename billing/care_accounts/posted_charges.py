"""What a run of charges posted, week by week, made ready to be kept: whole weeks alike and next to each other are one
row.

This is all the accounts ask of the charges: rows of person, line, bill period, days, whether in a care home, and the
pence charged for eligible needs **before the cap limits them**, net of what was waived.
"""

import datetime as dt

import numpy as np
import pyarrow as pa

from finance.columns import Ints, ints
from finance.timelines import group_starts

ROWS = pa.schema(
    [
        ("person", pa.int64()),
        ("line", pa.int64()),
        ("period_starts", pa.date32()),
        ("starts", pa.date32()),
        ("ends", pa.date32()),
        ("care_home", pa.bool_()),
        ("pence", pa.int64()),
    ]
)


def alike_joined(rows: pa.Table) -> pa.Table:
    """Rows of :data:`ROWS` in order of line and day, equal whole weeks of a line's bill period run together.

    Each row covers one to seven days. A period in which nothing is charged any more keeps a row of nought, for the
    latest word about a period stands.
    """
    line, period, first, end, pence = (
        ints(rows, name) for name in ("line", "period_starts", "starts", "ends", "pence")
    )
    assert bool(((end > first) & (end - first <= 7)).all()), "a row of charges covers one to seven days"
    home = np.asarray(rows["care_home"].to_numpy(zero_copy_only=False), np.int64)
    order = np.lexsort((first, period, line))
    line, period, first, end, pence, home = (each[order] for each in (line, period, first, end, pence, home))
    begins = _runs(line, period, first, end, pence, home)
    last = np.append(begins[1:], len(line)) - 1
    total = np.add.reduceat(pence, begins) if len(begins) else pence
    kept = rows.take(pa.array(order[begins]))
    place = kept.schema.get_field_index("ends")
    kept = kept.set_column(place, "ends", rows["ends"].take(pa.array(order[last])))
    return kept.set_column(kept.schema.get_field_index("pence"), "pence", pa.array(total)).cast(ROWS)


def with_noughts(rows: pa.Table, before: pa.Table) -> pa.Table:
    """Rows, and one of nought for each person a line was said to be for before (``before``: person, line,
    period_starts) and is not for any more, in the periods these rows tell of.
    """
    if not before.num_rows:
        return rows
    mine = set(
        zip(rows["person"].to_pylist(), rows["line"].to_pylist(), rows["period_starts"].to_pylist(), strict=True)
    )
    told = {(line, period) for _, line, period in mine}
    gone = [
        {
            "person": person,
            "line": line,
            "period_starts": period,
            "starts": period,
            "ends": period + dt.timedelta(days=7),
            "care_home": False,
            "pence": 0,
        }
        for person, line, period in sorted(
            zip(*(before[name].to_pylist() for name in before.column_names), strict=True)
        )
        if (line, period) in told and (person, line, period) not in mine
    ]
    return pa.concat_tables([rows, pa.Table.from_pylist(gone, schema=ROWS)])


def _runs(line: Ints, period: Ints, first: Ints, end: Ints, pence: Ints, home: Ints) -> Ints:
    """Where each run of whole weeks alike begins."""
    same = np.zeros(len(line), bool)
    if len(line) > 1:
        follows = (first[1:] == end[:-1]) & (end[1:] - first[1:] == 7) & (end[:-1] - first[:-1] == 7)
        same[1:] = follows
        for each in (line, period, pence, home):
            same[1:] &= each[1:] == each[:-1]
    return group_starts(np.cumsum(~same))
