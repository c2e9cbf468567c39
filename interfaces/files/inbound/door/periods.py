"""A pay calendar that runs have been released by keeps its periods: days would be paid twice, or never."""

import numpy as np
from sqlalchemy import select

from finance.columns import Bulk
from finance.days import day
from interfaces.files.inbound.door.believing import RowStanding
from interfaces.files.inbound.readers.faults import Columns
from interfaces.files.inbound.readers.reading import Text
from ledgers import tables
from ledgers.runs import POSTED
from payruns.store import read_calendar_at
from payruns.stream import NAME


def check_periods(bulk: Bulk, text: Text, found: Columns, standing: RowStanding) -> None:
    """Refuse rows that move the periods of a calendar from where its last released run found them.

    The next pay run would refuse to begin (PeriodsMoved); this says the same while the file is in hand.
    """
    if text.extract.name != "pay_calendars":
        return
    changed = np.flatnonzero(standing.changed(~text.faults.bad))
    last = _last_released(bulk) if len(changed) else {}
    for row in changed:
        calendar = int(standing.nr[row])
        if calendar not in last:
            continue
        then = read_calendar_at(bulk, calendar, last[calendar])
        before = {"cycle": str(then.rule.cycle), "anchor": then.rule.anchor, "go_live": day(then.go_live)}
        moved = [
            each.name
            for each in text.extract.fields
            if each.column in before and found[each.column][row].as_py() != before[each.column]
        ]
        if moved:
            text.faults.add(
                np.array([row]),
                moved[0],
                f"The periods of {then.name} have changed since its last run.",
                "Put its cycle, first day and go-live day back, and move contracts to a new calendar instead.",
            )


def _last_released(bulk: Bulk) -> dict[int, int]:
    """For each calendar, the change its newest released pay run knew."""
    run = tables.run.c
    rows = bulk.read(
        select(run.calendar, run.known)
        .where(run.stream == NAME, run.status.in_([str(each) for each in POSTED]))
        .order_by(run.released_at, run.nr)
    )
    return dict(zip(rows["calendar"].to_pylist(), rows["known"].to_pylist(), strict=True))
