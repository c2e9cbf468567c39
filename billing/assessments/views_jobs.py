"""What a reader of assessments is shown: what stands and what it rests on, and what is to be looked at again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from billing.assessments import jobs, overrides_jobs, store
from billing.assessments.decisions import Decision, How
from billing.assessments.records import Provenance
from finance.assessment.asking import NOTIONAL_CAPITAL, WEEK
from finance.columns import Database


@dataclass(frozen=True, slots=True)
class Stands:
    """A weekly charge, in pence, from its first day up to ``ends``; and the change that said so."""

    starts: dt.date
    ends: dt.date | None
    charge: int | None
    council_pays: int | None
    how: How
    change: int

    @classmethod
    def of(cls, word: Decision) -> "Stands":
        return cls(word.starts, word.ends, word.charge, word.council_pays, How.of(word.how), word.learned)

    @property
    def last_day(self) -> dt.date | None:
        return self.ends and self.ends - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AssessmentShown:
    """A person's assessments as they stand, what we were told in the order we were, and what is awaited."""

    ref: str
    name: str
    standing: Sequence[Stands]
    told: Sequence[Provenance]
    awaiting: Sequence[str]


def assessed(database: Database, ref: str, known: int | None = None) -> AssessmentShown:
    """As known now, or at a change."""
    who, words = jobs.history(database, ref, known)
    told = sorted(who.told, key=lambda each: (each.learned, each.table, each.ref))
    return AssessmentShown(who.ref, who.name, [Stands.of(each) for each in words], told, who.awaiting)


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody whose circumstances are to be looked at again. ``overdue``: days since, or nought."""

    ref: str
    name: str
    review: dt.date
    overdue: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class OverrideShown:
    """A figure set by hand, in pence; ``approved_by`` None: it waits, and does not count."""

    ref: str
    person: str
    of: str
    amount: int
    starts: dt.date
    ends: dt.date
    approved_by: str | None
    requested_by: str
    reason: str

    @property
    def last_day(self) -> dt.date:
        return self.ends - dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueForReview:
    """What is to be looked at again by a day, the soonest first."""

    people: Sequence[Review]
    overrides: Sequence[OverrideShown]
    benefits: Sequence[jobs.BenefitToStop]
    given_up: Sequence["AtOneSum"]


@dataclass(frozen=True, slots=True)
class AtOneSum:
    """What somebody gave up, counted at one sum (pence) though it falls each week (SI 2014/2672 reg 23). ``review``: a
    week from its first day, from which it should have fallen; None where nobody said which day that was."""

    ref: str
    name: str
    asset: str
    pence: int
    review: dt.date | None


def due_for_review(database: Database, on: dt.date, within: int) -> DueForReview:
    """On a day or in so many days after it."""
    by_day = on + dt.timedelta(days=within)
    people = [
        Review(row.ref, row.name, row.review, max((on - row.review).days, 0), bool(row.provisional))
        for row in jobs.due_for_review(database, by_day)
    ]
    overrides = [
        OverrideShown(
            row.ref,
            row.person_ref,
            row.of,
            row.amount,
            row.starts,
            row.ends,
            row.approved_by,
            row.requested_by,
            row.reason,
        )
        for row in overrides_jobs.expiring(database, by_day)
    ]
    with database.read() as connection:
        stood = store.at_one_sum(connection, NOTIONAL_CAPITAL, by_day - dt.timedelta(days=WEEK))
    given_up = [
        AtOneSum(row.ref, row.name, row.asset, row.value, row.starts and row.starts + dt.timedelta(days=WEEK))
        for row in stood
    ]
    return DueForReview(people, overrides, jobs.benefits_to_stop(database, by_day), given_up)
