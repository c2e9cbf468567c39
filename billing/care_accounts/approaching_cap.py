"""Who is near the cap, or past it: the share reached, the pace, and the day it is reached or may be."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta

from billing.care_accounts.statements import CARE_ENDED_DAYS

SORTED_LAST = dt.date.max


@dataclass(frozen=True, slots=True)
class Near:
    """One account. ``share``: hundredths of a per cent of the cap. ``day``: when the cap was reached, or will be if
    care goes on as on the last day metered; None where it never will or the care has ended. Money is whole pence.
    """

    person: int
    total: int
    cap: int
    share: int
    weekly: int
    metered_to: dt.date
    reached: dt.date | None
    day: dt.date | None


def near(rows: Iterable[Mapping[str, Any]], on: dt.date, up_to: dt.date, *, share: int, months: int) -> list[Near]:
    """Accounts past the cap, at least ``share`` hundredths of a per cent of the way, or to reach it within so many
    months.

    Those who reached it come first, then by the day they will. Closed accounts are another council's.
    """
    latest = on + relativedelta(months=months)
    found = []
    for row in rows:
        if row["closed"] is not None:
            continue
        ended = (up_to - row["metered_to"]).days > CARE_ENDED_DAYS
        reached = row["reached"]
        day = reached or (None if ended else row["projected"])
        part = row["total"] * 10_000 // row["cap"] if row["cap"] else 10_000
        if reached or part >= share or (day is not None and day <= latest):
            found.append(
                Near(
                    row["person"],
                    row["total"],
                    row["cap"],
                    part,
                    0 if ended else row["weekly"],
                    row["metered_to"],
                    reached,
                    day,
                )
            )
    return sorted(found, key=lambda each: (each.reached is None, each.day or SORTED_LAST, -each.share, each.person))
