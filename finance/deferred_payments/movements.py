"""What moves the debt besides interest: deferred charges by the day, and single amounts, with reversals of either."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from finance.assessment.circumstances import BadFact
from finance.assessment.deferred import Deferral
from finance.days import spoken
from finance.deferred_payments.agreement import Agreement


class MovementKind(StrEnum):
    """What a single amount is. Repayments and write-offs lower the debt; the rest raise it."""

    ADVANCE = "advance"
    FEE = "fee"
    REFUND = "refund"
    REPAYMENT = "repayment"
    WRITE_OFF = "write-off"


class WriteOffKind(StrEnum):
    """The three kinds of write-off the yearly return asks for."""

    NOTHING_RECOVERED = "recovery attempted, nothing recovered"
    PART_RECOVERED = "recovery attempted, part recovered"
    NOT_ATTEMPTED = "recovery not attempted"


@dataclass(frozen=True, slots=True)
class Deferring:
    """Charges put on the debt over ``[first, end)`` (no end: until something stops it), pence a week, exactly."""

    first: dt.date
    end: dt.date | None
    weekly_pence: int | Fraction

    def __post_init__(self) -> None:
        if self.weekly_pence < 0 or (self.end is not None and self.end <= self.first):
            raise BadFact(f"What is deferred from {spoken(self.first)} is below nought or has no days.", "Correct it.")

    @property
    def daily(self) -> Fraction:
        return Fraction(self.weekly_pence) / 7

    def on(self, day: dt.date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)

    @classmethod
    def of(cls, first: dt.date, end: dt.date | None, deferral: Deferral) -> "Deferring":
        """What an assessment says is deferred each week, top-up included."""
        return cls(first, end, deferral.deferred_pence)


@dataclass(frozen=True, slots=True)
class LoanMovement:
    """One amount on one day. Below nought only to reverse another, named by ``reverses``; nothing is ever changed."""

    on: dt.date
    kind: MovementKind
    pence: int
    reference: str
    write_off: WriteOffKind | None = None
    reverses: str | None = None

    def __post_init__(self) -> None:
        if self.pence == 0 or (self.pence < 0) != (self.reverses is not None):
            raise BadFact(
                f"{self.reference}: {self.kind} on {spoken(self.on)} is nought, or below nought and reverses nothing.",
                "Give the amount, or name the movement it reverses.",
            )
        if (self.kind is MovementKind.WRITE_OFF) != (self.write_off is not None):
            raise BadFact(
                f"{self.reference}: a write-off is one of three kinds, and nothing else has one.",
                f"Give one of: {', '.join(WriteOffKind)}.",
            )

    @property
    def effect_pence(self) -> int:
        """What it does to the debt."""
        return -self.pence if self.kind in (MovementKind.REPAYMENT, MovementKind.WRITE_OFF) else self.pence

    def reversed(self, on: dt.date, reference: str) -> "LoanMovement":
        """The movement that undoes this one from a day."""
        return LoanMovement(on, self.kind, -self.pence, reference, self.write_off, self.reference)


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """All that one debt rests on. Raises BadFact for a reversal of nothing, or of a different amount."""

    agreement: Agreement
    deferring: tuple[Deferring, ...] = ()
    movements: tuple[LoanMovement, ...] = ()

    def __post_init__(self) -> None:
        known = {each.reference: each for each in self.movements if each.reverses is None}
        undone = [each.reverses for each in self.movements if each.reverses is not None]
        for each in self.movements:
            if each.reverses is None:
                continue
            first = known.get(each.reverses)
            if (
                first is None
                or (first.kind, first.pence, first.write_off) != (each.kind, -each.pence, each.write_off)
                or first.on > each.on
                or undone.count(each.reverses) > 1
            ):
                raise BadFact(
                    f"{each.reference} does not undo {each.reverses}: no such amount stands to be reversed.",
                    "Reverse the whole of one earlier movement, once.",
                )

    @property
    def first(self) -> dt.date | None:
        return min([each.first for each in self.deferring] + [each.on for each in self.movements], default=None)
