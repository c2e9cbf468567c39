"""The facts of an agreement as stored, and the loan they make: what is deferred from the charges posted, and the rest."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing.deferred_payments.tables import RECOVERIES
from finance.deferred_payments import (
    Agreement,
    Deferring,
    EndedBy,
    Ending,
    LoanFacts,
    Movement,
    MovementKind,
    PriorCharge,
    Security,
    SecurityKind,
    Style,
    Valuation,
    WriteOffKind,
)

ONE = dt.timedelta(days=1)
SECURITY = {
    "none yet": SecurityKind.NONE, "undertaking": SecurityKind.UNDERTAKING, "first charge": SecurityKind.FIRST_CHARGE,
    "second charge": SecurityKind.SECOND_CHARGE, "other": SecurityKind.OTHER,
}  # fmt: skip
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
class Charged:
    """Charges posted to one payer for one billing period ``[first, end)``, pence."""

    first: dt.date
    end: dt.date
    pence: int

    @property
    def daily(self) -> Fraction:
        return Fraction(self.pence, (self.end - self.first).days)


@dataclass(frozen=True, slots=True)
class Valued:
    """A ``valuation``."""

    on: dt.date
    value: int
    other_charges: int
    valued_by: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A fee, a repayment or a write-off: an amount on a day, and the words it came with."""

    ref: str
    on: dt.date
    amount: int
    words: str
    billed: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """All that is stored about one agreement, and the charges posted to its payer.

    ``until``: the day its payer's next agreement begins to defer their charges in its place.
    """

    agreement: Signed
    shares: tuple[Share, ...] = ()
    valuations: tuple[Valued, ...] = ()
    fees: tuple[Paid, ...] = ()
    repayments: tuple[Paid, ...] = ()
    write_offs: tuple[Paid, ...] = ()
    charges: tuple[Charged, ...] = ()
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

    def loan(self) -> LoanFacts:
        """The same as the rules of the loan take it."""
        return LoanFacts(_agreement(self), tuple(_deferring(self)), tuple(_movements(self)))


def _agreement(held: Held) -> Agreement:
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


def _deferring(held: Held) -> Iterable[Deferring]:
    """Each period's charge spread evenly over its days, and of each day what the terms of that day defer."""
    for charge in held.charges:
        for share in held.shares:
            first = max(charge.first, share.starts, held.agreement.starts)
            end = min(charge.end, share.ends or charge.end, held.until or charge.end)
            if first < end and charge.pence > 0:
                yield Deferring(first, end, share.daily(charge.daily) * 7)


def _movements(held: Held) -> Iterable[Movement]:
    kept = held.agreement
    if kept.brought_in and kept.brought_in_on:
        yield Movement(kept.brought_in_on - ONE, MovementKind.ADVANCE, kept.brought_in, f"{kept.ref} brought in")
    for fee in held.fees:
        if not fee.billed:
            yield Movement(fee.on, MovementKind.FEE, fee.amount, f"{fee.words} fee ({fee.ref})")
    for each in held.repayments:
        kind = MovementKind.REPAYMENT if each.amount > 0 else MovementKind.REFUND
        yield Movement(each.on, kind, abs(each.amount), f"{each.words} ({each.ref})")
    for each in held.write_offs:
        yield Movement(each.on, MovementKind.WRITE_OFF, each.amount, each.ref, RECOVERY[each.words])


def charged_by_period(rows: Sequence[tuple[dt.date, dt.date, int]]) -> tuple[Charged, ...]:
    """Posted charges summed by billing period, in order."""
    found: dict[tuple[dt.date, dt.date], int] = {}
    for first, end, pence in rows:
        found[first, end] = found.get((first, end), 0) + pence
    return tuple(Charged(first, end, pence) for (first, end), pence in sorted(found.items()))
