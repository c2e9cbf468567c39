"""A run's steps as weeks again, each with what was taken of the person's maximum before it; and like weeks as
stretches.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.charges.lower import IN_FULL
from billing.explain.person import InRun, week_of
from finance.facts.versions import Row

CHARGE, FLAT = "charge", "flat charge"
CARE = (CHARGE, FLAT)
COLLECTED = "collected by provider"
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class ChargedStretch:
    """Days of one line charged alike: ``weeks`` weeks one after another, the figures those of each week, in pence.

    ``limit``: the most the person may be charged that week, IN_FULL where there is no most. ``before``: what other care
    took of it first, (line, pence). ``weekly``: the assessed charge of a whole week; a top-up's, hundredths of a penny.
    """

    subject: int
    kind: str
    party: int
    first: dt.date
    end: dt.date
    weeks: int
    days: int
    cost: int
    limit: int
    weekly: int
    charge: int
    waived: int
    collected: int
    over_cap: int
    before: tuple[tuple[int, int], ...] = ()

    @property
    def comes_to(self) -> int:
        """Pence in all, less what is waived, over the cap or collected by somebody else."""
        return self.weeks * (self.charge - self.waived - self.over_cap - self.collected)

    @property
    def left(self) -> int:
        """What is left of the maximum when this care's turn comes."""
        return max(self.limit - sum(pence for _, pence in self.before), 0)

    def as_json(self) -> dict[str, object]:
        last = self.end - dt.timedelta(days=1)
        return {
            "subject": self.subject,
            "kind": self.kind,
            "payer": self.party,
            "first_day": self.first.isoformat(),
            "last_day": last.isoformat(),
            "weeks": self.weeks,
            "days_counted": self.days,
            "cost_pence": self.cost,
            "maximum_pence": None if self.limit == IN_FULL else self.limit,
            "weekly": self.weekly,
            "taken_before": [list(each) for each in self.before],
            "charge_pence": self.charge,
            "waived_pence": self.waived,
            "over_the_cap_pence": self.over_cap,
            "collected_pence": self.collected,
            "comes_to_pence": self.comes_to,
        }


def in_weeks(steps: Iterable[Row]) -> list[ChargedStretch]:
    """Every step cut into its weeks."""
    made = []
    for row in steps:
        figures: dict[str, Any] = {
            name: row.get(name) or 0
            for name in ("days", "cost", "limit", "weekly", "charge", "waived", "collected", "over_cap")
        }
        for place in range(row["weeks"]):
            first = row["starts"] + place * _WEEK
            end = row["ends"] if row["weeks"] == 1 else first + _WEEK
            made.append(ChargedStretch(row["subject"], row["kind"], row["party"], first, end, 1, **figures))
    return made


def shared(weeks: Sequence[ChargedStretch], told: InRun) -> list[ChargedStretch]:
    """The weeks with what was taken of the maximum before each. Asserts that each charge is the lower of cost and what
    was left."""

    def place(each: ChargedStretch) -> tuple[dt.date, int, int, dt.date]:
        return week_of(each.first, told.calendar), told.rank(each.subject), each.subject, each.first

    made: list[ChargedStretch] = []
    taken: dict[dt.date, list[tuple[int, int]]] = {}
    for each in sorted((week for week in weeks if week.kind in CARE), key=place):
        before = taken.setdefault(place(each)[0], [])
        if each.limit == IN_FULL:
            assert each.charge == each.cost, f"{each.first}: charged {each.charge} of a cost of {each.cost}"
            made.append(each)
            continue
        now = replace(each, before=tuple(before))
        assert each.charge == min(each.cost, now.left), (
            f"{each.first}: {each.charge} is not the lower of {each.cost}, {now.left}"
        )
        made.append(now)
        if each.charge:
            before.append((each.subject, each.charge))
    return [*made, *(week for week in weeks if week.kind not in CARE)]


def joined(weeks: Iterable[ChargedStretch]) -> list[ChargedStretch]:
    """Whole weeks alike and one after another as one stretch, in order of subject, kind, payer and day."""
    made: list[ChargedStretch] = []
    for each in sorted(weeks, key=lambda week: (week.subject, week.kind, week.party, week.first)):
        last = made[-1] if made else None
        if (
            last
            and last.end == each.first
            and each.end - each.first == _WEEK
            and (last.end - last.first) % _WEEK == dt.timedelta(0)
        ):
            alike = replace(each, first=last.first, weeks=last.weeks, end=last.end) == last
            if alike:
                made[-1] = replace(last, end=each.end, weeks=last.weeks + 1)
                continue
        made.append(each)
    return made
