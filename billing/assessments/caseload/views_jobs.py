"""What waits for somebody to look at, as it is shown: ages that change an allowance, charges set for all at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from billing.assessments import store
from billing.assessments.caseload import jobs
from billing.bill_store import billed_up_to
from finance.columns import Database
from finance.days import Span, day
from finance.names import Named


@dataclass(frozen=True, slots=True)
class AgeReached:
    """Whose weekly allowance changes on a day because of an age, and why."""

    who: Named
    day: dt.date
    why: str


@dataclass(frozen=True, slots=True)
class PartnerNotKnown:
    """One of a couple of whom the partner's date of birth is not known. ``turns``: whether the charge turns on it."""

    who: Named
    turns: bool


@dataclass(frozen=True, slots=True)
class Ages:
    """A month of ages, from its first day."""

    first: dt.date
    changes: Sequence[AgeReached]
    unknown: Sequence[PartnerNotKnown]


def ages_of_month(database: Database, on: dt.date) -> Ages:
    """Of the month a day is in."""
    first = on.replace(day=1)
    turning, unknown = jobs.rows_turning(database, Span(first, first + relativedelta(months=1)))
    people = [*(each.person for each in turning), *(each.person for each in unknown)]
    named = _named(database, people)
    return Ages(
        first,
        [AgeReached(named[each.person], day(each.day), each.why) for each in turning],
        [PartnerNotKnown(named[each.person], each.turns) for each in unknown],
    )


@dataclass(frozen=True, slots=True)
class NotLookedAt:
    """A charge everybody's assessment set or raised and nobody has looked at, in pence a week. ``was`` None: not
    assessed. ``billed``: whether a bill was issued by it.
    """

    who: Named
    starts: dt.date
    was: int | None
    charge: int
    change: int
    billed: bool


def not_looked_at(database: Database, on: dt.date) -> list[NotLookedAt]:
    """Those that stand on a day, the largest first."""
    found = jobs.not_looked_at(database, on)
    people = [each.person for each in found]
    named = _named(database, people)
    with database.read() as connection:
        billed = billed_up_to(connection, people)
    made = []
    for each in found:
        starts = day(each.starts)
        issued = each.person in billed and billed[each.person] > starts
        made.append(NotLookedAt(named[each.person], starts, each.was, each.charge, each.learned, issued))
    return made


def _named(database: Database, people: Sequence[int]) -> dict[int, Named]:
    with database.read() as connection:
        return {nr: Named(*found) for nr, found in store.refs(connection, sorted(set(people))).items()}
