"""How long a breathing space lasts, and which bills it covers.

The Debt Respite Scheme (Breathing Space Moratorium and Mental Health Crisis Moratorium) (England and Wales) Regulations
2020, SI 2020/1311. Regulation 6: a moratorium debt is one owed when the moratorium was applied for, so care given and
billed afterwards is an ongoing liability and is not covered. Regulations 7 and 11: no interest, fees or enforcement,
and no contact to ask for payment. Regulation 8: the time for going to court is extended.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

STANDARD_DAYS = 60  # regulation 26, counted from and including the first day
DAYS_AFTER_TREATMENT = 30  # the mental health crisis moratorium: after the last day of treatment
WEEKS_TO_GO_TO_COURT = 8  # regulation 8, after the moratorium ends
YEARS_TO_RECOVER = 6  # Care Act 2014 s.69(3)(a)


class BreathingSpaceKind(StrEnum):
    STANDARD = "standard"
    MENTAL_HEALTH = "mental health crisis"


def end_of(
    kind: str, starts: dt.date, treatment_ended: dt.date | None = None, ended: dt.date | None = None
) -> dt.date | None:
    """The first day a breathing space no longer covers; None while crisis treatment goes on.

    ``ended``: the first day not covered, where a later notice cut it short.
    """
    if kind == BreathingSpaceKind.STANDARD:
        runs_to: dt.date | None = starts + dt.timedelta(days=STANDARD_DAYS)
    elif treatment_ended:
        runs_to = treatment_ended + dt.timedelta(days=DAYS_AFTER_TREATMENT + 1)
    else:
        runs_to = None
    known = [each for each in (runs_to, ended) if each]
    return min(known) if known else None


@dataclass(frozen=True, slots=True)
class BreathingSpace:
    """One breathing space of one payer, with its end worked out."""

    bill_payer: int
    kind: str
    starts: dt.date
    ends: dt.date | None
    notice: str

    def holds(self, on: dt.date) -> bool:
        return self.starts <= on and (self.ends is None or on < self.ends)


def recoverable_until(became_due: dt.date, spaces: list[BreathingSpace]) -> dt.date:
    """The last day on which a court may be asked for a sum: six years from the day it became due (Care Act s.69(3)).

    Where that day falls within a breathing space that covers it, or within eight weeks after, it is put off to eight
    weeks after the end. One without an end yet puts nothing off until it has one.
    """
    last = _years_on(became_due)
    for each in sorted(spaces, key=lambda space: space.starts):
        if each.ends and each.starts > became_due:
            extended = each.ends + dt.timedelta(weeks=WEEKS_TO_GO_TO_COURT)
            if each.starts <= last < extended:
                last = extended
    return last


def _years_on(day: dt.date) -> dt.date:
    """The same day six years on; the day before it for 29 February."""
    year = day.year + YEARS_TO_RECOVER
    return dt.date(year, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=year)
