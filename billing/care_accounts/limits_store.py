"""The limits that care accounts put on charges, read back: who has reached the cap, and whose limit has changed since.

For the charges to read: nothing here knows of them.
"""

import numpy as np
import pyarrow as pa

from billing.care_accounts import store
from billing.care_accounts.limits import Limits
from billing.care_accounts.policy import CareAccountPolicy
from finance.care_cap import Terms
from finance.columns import Bulk, Ints, ints
from finance.days import FOR_EVER


def limits(bulk: Bulk, known: int, terms: Terms | None = None) -> Limits | None:
    """The people whose cap was reached, as known at a change; None where accounts were never metered by then.

    ``terms`` are those of the last metering, unless others are given.
    """
    last = store.metering_by(bulk, known)
    if last is None:
        return None
    rows = store.last_positions(bulk, store.ever_reached(bulk, known), known)
    some = rows.filter(pa.array((ints(rows, "reached") >= 0) & (ints(rows, "closed") < 0)))
    return Limits(
        ints(some, "person"),
        ints(some, "reached"),
        ints(some, "left", 0),
        ints(some, "learned"),
        ints(some, "care_home"),
        terms or CareAccountPolicy.from_json(last["terms"]).terms(),
    )


def limit_news(bulk: Bulk, known_before: int, known: int) -> tuple[Ints, Ints]:
    """(person, first day): whose limit is another at ``known`` than it was at ``known_before``, and from which day
    their charges have to be worked out again.
    """
    people = store.ever_reached(bulk, known)
    days, left = [], []
    for each in (known_before, known):
        rows = store.last_positions(bulk, people, each)
        place = np.searchsorted(people, ints(rows, "person"))
        since, had = np.full(len(people), FOR_EVER, np.int64), np.zeros(len(people), np.int64)
        since[place] = ints(rows, "reached", FOR_EVER)
        had[place] = ints(rows, "left", 0)
        days.append(since)
        left.append(had)
    moved = (days[0] != days[1]) | (left[0] != left[1])
    return people[moved], np.minimum(*days)[moved]
