"""The facts of an agreement as stored, and the loan they make: what is deferred from the charges posted, and
the rest.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from billing.deferred_payments.tables import RECOVERIES
from finance.deferred_payments import (
    Agreement,
    Deferring,
    EndedBy,
    Ending,
    LoanFacts,
    LoanMovement,
    MovementKind,
    PriorCharge,
    Security,
    SecurityKind,
    Style,
    Valuation,
    WriteOffKind,
)
from finance.money import share as shared_out

ONE = dt.timedelta(days=1)
SECURITY = {
    "none yet": SecurityKind.NONE,
    "undertaking": SecurityKind.UNDERTAKING,
    "first charge": SecurityKind.FIRST_CHARGE,
    "second charge": SecurityKind.SECOND_CHARGE,
    "other": SecurityKind.OTHER,
}
ENDED = {"sale": EndedBy.SALE, "death": EndedBy.DEATH, "paid": EndedBy.REPAID}
RECOVERY = dict(zip(RECOVERIES, WriteOffKind, strict=True))


@dataclass(frozen=True, slots=True)
class Signed:
    """A ``deferred_agreement`` as believed, with what is known of the person."""

    nr: int
    ref: str
    bill_payer: int
    person: int
    person_ref: str
    name: str
    style: str
    starts: dt.date
    signed: dt.date | None
    security: str
    secured: dt.date | None
    security_reference: str | None
    compounding: str | None
    fixed_rate: int | None
    interest_apart: dt.date | None
    top_up: bool
    brought_in: int | None
    brought_in_on: dt.date | None
    ended: dt.date | None
    ended_why: str | None
    born: dt.date | None = None
    died: dt.date | None = None
    support_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A ``deferral``: how much of the charge is deferred over ``[starts, ends)``."""

    starts: dt.date
    ends: dt.date | None
    pays: int | None
    weekly: int | None
    share: int | None
    kept: int | None

    def daily(self, charged: Fraction) -> Fraction:
        """What is deferred of a day's charge."""
        if self.share is not None:
            return charged * self.share / 10_000
        if self.weekly is not None:
            return min(charged, Fraction(self.weekly, 7))
        return max(charged - Fraction(self.pays or 0, 7), Fraction(0))


@dataclass(frozen=True, slots=True)
class PostedCharge:
    """What is posted for one service line in one billing period ``[first, end)``, pence.

    ``care``: the days of the period the line was there, over which the charge is spread; all of the period when
    unknown.
    """

    first: dt.date
    end: dt.date
    pence: int
    care: tuple[dt.date, dt.date] | None = None

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        return self.care or (self.first, self.end)

    def daily(self, day: dt.date) -> Fraction:
        first, end = self.days
        return Fraction(self.pence, (end - first).days) if first <= day < end else Fraction(0)


@dataclass(frozen=True, slots=True)
class Valued:
    """A ``valuation``."""

    on: dt.date
    value: int
    other_charges: int
    valued_by: str


@dataclass(frozen=True, slots=True)
class LoanAmount:
    """A fee, a repayment or a write-off: an amount on a day, and the words it came with."""

    ref: str
    on: dt.date
    amount: int
    words: str
    billed: bool = False


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """All that is stored about one agreement, and the charges posted to its payer.

    ``until``: the day its payer's next agreement begins to defer their charges in its place.
    """

    agreement: Signed
    shares: tuple[Share, ...] = ()
    valuations: tuple[Valued, ...] = ()
    fees: tuple[LoanAmount, ...] = ()
    repayments: tuple[LoanAmount, ...] = ()
    write_offs: tuple[LoanAmount, ...] = ()
    charges: tuple[PostedCharge, ...] = ()
    until: dt.date | None = None

    def share_on(self, day: dt.date) -> Share | None:
        """The terms of a day; None: nothing is deferred."""
        for each in self.shares:
            if each.starts <= day and (each.ends is None or day < each.ends):
                return each
        return None

    @property
    def charged_to(self) -> dt.date | None:
        """The first day no charge has been posted for."""
        return max((each.end for each in self.charges), default=None)

    def charged_on(self, day: dt.date) -> Fraction:
        """A day's charge, never below nought."""
        return max(sum((each.daily(day) for each in self.charges), Fraction(0)), Fraction(0))

    def loan(self) -> LoanFacts:
        """The same as the rules of the loan take it."""
        return LoanFacts(_agreement(self), tuple(_deferring(self)), tuple(_movements(self)))


def _agreement(held: AgreementFacts) -> Agreement:
    kept = held.agreement
    values = sorted(held.valuations, key=lambda each: each.on)
    ends = [*(each.on for each in values[1:]), None][: len(values)]
    secured = kept.secured or kept.signed or kept.starts
    return Agreement(
        reference=kept.ref,
        person=kept.person_ref,
        signed=kept.signed,
        securities=(Security(secured, SECURITY[kept.security], kept.security_reference or ""),),
        valuations=tuple(Valuation(each.on, each.value, each.valued_by) for each in values),
        prior_charges=tuple(
            PriorCharge(each.on, end, each.other_charges)
            for each, end in zip(values, ends, strict=True)
            if each.other_charges and end != each.on
        ),
        kept_weekly_pence=max((each.kept or 0 for each in held.shares), default=0),
        style=Style(kept.style),
        interest_asked_separately=kept.interest_apart,
        top_up=kept.top_up,
        died=kept.died,
        ended=Ending(kept.ended, ENDED[kept.ended_why]) if kept.ended and kept.ended_why else None,
        fixed_rate=None if kept.fixed_rate is None else Fraction(kept.fixed_rate, 100),
        compounding=kept.compounding,
    )


def _deferring(held: AgreementFacts) -> Iterable[Deferring]:
    """Each stretch of days with one charge and one set of terms, and of each of its days what those terms defer."""
    days = {day for each in held.charges for day in each.days}
    days |= {day for each in held.shares for day in (each.starts, each.ends) if day}
    days |= {day for day in (held.agreement.starts, held.until) if day}
    for first, end in pairwise(sorted(days)):
        share, charged = held.share_on(first), held.charged_on(first)
        if share is None or not charged or first < held.agreement.starts or (held.until and first >= held.until):
            continue
        yield Deferring(first, end, share.daily(charged) * 7)


def _movements(held: AgreementFacts) -> Iterable[LoanMovement]:
    kept = held.agreement
    if kept.brought_in and kept.brought_in_on:
        yield LoanMovement(kept.brought_in_on - ONE, MovementKind.ADVANCE, kept.brought_in, f"{kept.ref} brought in")
    for fee in held.fees:
        if not fee.billed:
            yield LoanMovement(fee.on, MovementKind.FEE, fee.amount, f"{fee.words} fee ({fee.ref})")
    for each in held.repayments:
        kind = MovementKind.REPAYMENT if each.amount > 0 else MovementKind.REFUND
        yield LoanMovement(each.on, kind, abs(each.amount), f"{each.words} ({each.ref})")
    for each in held.write_offs:
        yield LoanMovement(each.on, MovementKind.WRITE_OFF, each.amount, each.ref, RECOVERY[each.words])


@dataclass(frozen=True, slots=True)
class ChargeEntry:
    """One entry of the charges stream: its line, its billing period, pence, and the run that posted it."""

    line: int
    first: dt.date
    end: dt.date
    pence: int
    run: int = 0


@dataclass(frozen=True, slots=True)
class WeekCharged:
    """What a run of charges worked out for a line on the days ``[first, end)`` of one charging week, pence."""

    first: dt.date
    end: dt.date
    pence: int
    top_up: bool = False


Weeks = Mapping[tuple[int, int], Sequence[WeekCharged]]


def charged(
    entries: Iterable[ChargeEntry],
    lines: Mapping[int, tuple[dt.date, dt.date | None]],
    died: dt.date | None,
    weeks: Weeks | None = None,
    top_up: bool = False,
) -> tuple[PostedCharge, ...]:
    """Entries summed by line and billing period, in order, each a week at a time by what the run that posted it last
    worked out (``weeks``, by run and line), so that every day has its own charge; where there is nothing to go by, over
    the days its line was there.
    """
    found: dict[tuple[dt.date, dt.date, int], int] = {}
    last_run: dict[tuple[dt.date, dt.date, int], int] = {}
    for each in entries:
        key = each.first, each.end, each.line
        found[key] = found.get(key, 0) + each.pence
        last_run[key] = max(last_run.get(key, 0), each.run)
    made: list[PostedCharge] = []
    for (first, end, line), pence in sorted(found.items()):
        told = (weeks or {}).get((last_run[first, end, line], line), ())
        own = [week for week in told if first <= week.first < end and (top_up or not week.top_up)]
        if pence > 0 and any(week.pence > 0 for week in own):
            parts = shared_out(pence, [max(week.pence, 0) for week in own])
            made += [
                PostedCharge(first, end, part, (week.first, week.end))
                for week, part in zip(own, parts, strict=True)
                if part
            ]
            continue
        starts, ends = lines.get(line, (first, None))
        last = min(end, ends or end, died + ONE if died else end)
        care = (max(first, starts), last)
        made.append(PostedCharge(first, end, pence, care if care[0] < care[1] else None))
    return tuple(made)
